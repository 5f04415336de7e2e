"""``chukan``: the list of commands.  Nothing heavy is imported here."""

from __future__ import annotations

import gc
import os
import sys

import click

from chukan_layout import __version__
from chukan_layout.cli.lazy import LazyGroup

COMMANDS = {
    "layout": ("chukan_layout.cli.layout", "レイアウトを見る・検査・比較 (see, check, compare layouts)"),
    "mapping": ("chukan_layout.cli.mapping", "マッピングを作る・見る・検査する (make, see, check mappings)"),
    "convert": ("chukan_layout.cli.convert", "移行元のファイルを変換する (convert files)"),
    "validate": ("chukan_layout.cli.validate", "標準レイアウトのデータを検証する (validate data)"),
    "profile": ("chukan_layout.cli.profile", "資料のない移行元を調べる (profile a dump without documents)"),
    "charset": ("chukan_layout.cli.charset", "文字コードを見る・推定する (charsets)"),
    "replay": ("chukan_layout.cli.replay", "却下された記録をもう一度変換する (convert rejected records again)"),
    "gaiji": ("chukan_layout.cli.gaiji", "外字の棚卸し・同定・変換・登録簿 (gaiji)"),
    "match": ("chukan_layout.cli.match", "名寄せ: 重複した人を探し、判定を反映する (find and link duplicates)"),
    "sample": ("chukan_layout.cli.sample", "合成データを作る (make synthetic data)"),
    "report": ("chukan_layout.cli.report", "実行結果の報告書を作る (render a report of a run)"),
    "fit": ("chukan_layout.cli.fit", "適合率と、合わない項目 (fit rates, and what does not fit)"),
    "estimate": ("chukan_layout.cli.estimate", "移行工数の見積もりの根拠 (basis of an effort estimate)"),
    "compare": ("chukan_layout.cli.compare", "二つのデータを照合する (compare two dumps)"),
    "conform": ("chukan_layout.cli.conform", "適合の証拠を作る・検証する (evidence of conformance)"),
    "baseline": ("chukan_layout.cli.baseline", "既知の指摘を基準にする (known findings may only fall)"),
    "erase": ("chukan_layout.cli.erase", "実行結果を消去し記録を残す (erase a run, with a record)"),
    "seal": ("chukan_layout.cli.seal", "実行結果を暗号化して封をする (seal a run, encrypted)"),
    "open": ("chukan_layout.cli.open", "封をしたものを開く (open what was sealed)"),
    "audit": ("chukan_layout.cli.audit", "監査ログを確かめる (verify the audit log)"),
    "rule": ("chukan_layout.cli.rule", "検査規則を見る (see the rules)"),
}


@click.group(
    cls=LazyGroup,
    entries=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="chukan", help="版を表示する (show the version)")
@click.option("--lang", type=click.Choice(["ja", "en"]), help="メッセージの言語 (language of messages)")
@click.help_option("-h", "--help", help="この説明を表示する (show this text)")
def cli(lang: str | None) -> None:
    """自治体業務データを中間標準レイアウトで移行する。

    Move municipal business data through the 中間標準レイアウト.

    \b
    例 (examples):
      chukan layout list                                          レイアウトの一覧
      chukan convert src --from vendorA --to standard --out run   変換と検証
      chukan report run --format html --output-file report.html   報告書
      chukan layout show --help                                   各コマンドの使い方

    \b
    終了コード (exit codes):
      0 指摘なし (clean)   1 指摘あり (findings)   2 使い方・設定・内部の誤り (error)
    """
    del lang  # read by chukan_layout.cli.common from the root context


def main() -> None:
    """Entry point of the command."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # idle threads of numpy would spin
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # one heap for Arrow and the kernel: a fifth less memory
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # looking for them reads every installed package
    gc.disable()  # a short life and few cycles: collecting costs more than it frees
    try:
        cli()
    except SystemExit as done:
        if not isinstance(done.code, int):
            raise
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(done.code)  # taking the interpreter apart object by object costs more than the command's start


if __name__ == "__main__":
    main()
