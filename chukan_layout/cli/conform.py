"""``chukan conform``: evidence of conformance, and its verification."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chukan_layout.cli.common import Common, common_options, write_whole
from chukan_layout.cli.errors import CliError

if TYPE_CHECKING:
    from chukan_layout.run.order import Order

_SEEN = ("layout_version", "municipality", "as_of", "jobs", "no_progress", "quiet", "lang")


@click.group("conform")
def conform() -> None:
    """適合の証拠を作る・検証する (make and verify evidence of conformance).

    移行元のベンダーが自分の CI で run を実行し、証拠 (zip) を渡す。受け取った側は verify で、署名・ハッシュ・再検証を
    ネットワークなしで確かめる。証拠に個人の値は入らない。
    A vendor runs `run` and hands over the bundle; whoever receives it runs `verify`.  Nothing personal is in it.

    \b
    例 (examples):
      chukan conform keygen --out 鍵
      chukan conform run dump/ --area 住民基本台帳 --evidence 証拠.zip --key 鍵/chukan.key
      chukan conform verify 証拠.zip --key 鍵/chukan.pub --inputs dump/
      chukan conform kit --area 印鑑登録 --out 一式
      chukan conform roundtrip 一式/clean 戻ったもの
    """


@conform.command("keygen")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, metavar="DIR",
              help="鍵を書くフォルダー (folder for the keys)")
@common_options(show=("quiet", "lang"))
def keygen(out: Path, common: Common) -> int:
    """署名の鍵 (Ed25519) を作る。秘密鍵 chukan.key は外に出さない。

    Make a pair of keys: chukan.key stays secret, chukan.pub is given to who verifies.

    \b
    例 (examples):
      chukan conform keygen --out 鍵
    """
    from chukan_layout.conform.sign import new_key

    private, public = _with_cryptography(new_key)
    secret, open_ = out / "chukan.key", out / "chukan.pub"
    if secret.exists() or open_.exists():
        raise CliError(f"{out} に鍵がもうあります。上書きはしません。", f"there are keys in {out}; they are not overwritten")
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_whole(secret, private)
    write_whole(open_, public)
    common.say(f"秘密鍵 {secret}（人に渡さない）、公開鍵 {open_}（受け取る側に渡す）", f"{secret} is secret; give away {open_}")
    return 0


@conform.command("run")
@click.argument("dumps", nargs=-1, required=True, metavar="DUMP...", type=click.Path(path_type=Path))
@click.option("--area", "areas", multiple=True, metavar="NAME", help="業務の名前か番号。なければすべて (areas; repeatable)")
@click.option("--evidence", type=click.Path(dir_okay=False, path_type=Path), required=True, metavar="ZIP",
              help="証拠を書くファイル (where the bundle goes)")
@click.option("--key", type=click.Path(dir_okay=False, path_type=Path), metavar="KEY", help="署名する秘密鍵 (signs the bundle)")
@click.option("--fail-on", type=click.Choice(["error", "warning", "info"]), default="error", show_default=True,
              help="この重さ以上の指摘で不合格 (findings at or above fail)")
@click.option("--min-fit", type=click.FloatRange(0, 1), default=0.0, metavar="RATE", help="適合率の下限 (least fit rate)")
@common_options(show=_SEEN)
def run(
    dumps: tuple[Path, ...], areas: tuple[str, ...], evidence: Path, key: Path | None, fail_on: str, min_fit: float,
    common: Common,
) -> int:  # fmt: skip
    """検証して、その証拠を zip にまとめる (validate, and pack the evidence).

    判定・件数・規則ごとの結果・ハッシュだけが入る。レコードの鍵と値は入らない。
    in-toto の Statement (test-result) を DSSE の封筒に入れ、鍵があれば Ed25519 で署名する。

    \b
    例 (examples):
      chukan conform run dump/ --area 1 --evidence 証拠.zip
      chukan conform run dump/ --layout-version 2.7 --evidence 証拠.zip --key 鍵/chukan.key
    """
    from chukan_layout.cli.progress import run_progress
    from chukan_layout.cli.summary import summarise
    from chukan_layout.conform.bundle import make

    order = _order(dumps, areas, common, fail_on, min_fit)
    private = _read(key) if key else None
    with run_progress(common, dumps) as progress:
        made = _with_cryptography(lambda: make(order, private, progress))
    write_whole(evidence, made.raw)
    code = summarise(made.report, common, None)
    signed = ("署名あり", "signed") if private else ("署名なし", "not signed")
    common.say(f"証拠: {evidence}（{signed[0]}）", f"evidence: {evidence} ({signed[1]})")
    return code


@conform.command("verify")
@click.argument("evidence", metavar="ZIP", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--key", type=click.Path(dir_okay=False, path_type=Path), metavar="PUB", help="署名を確かめる公開鍵 (public key)")
@click.option("--inputs", "inputs", multiple=True, metavar="DUMP", type=click.Path(path_type=Path),
              help="同じ入力でもう一度検証し、結果が同じか確かめる (validate the inputs again)")
@common_options(show=("jobs", "no_progress", "quiet", "lang"))
def verify(evidence: Path, key: Path | None, inputs: tuple[Path, ...], common: Common) -> int:
    """証拠を確かめる: 改変、署名、入力からの再現 (changes, signature, and the same result from the inputs).

    終了コード 0 は「証拠は本物で、判定は合格」。1 は判定が不合格か、再現しなかったとき。2 は証拠が壊れているとき。
    Exit 0: genuine and passed; 1: a failed verdict, or not reproduced; 2: not genuine.

    \b
    例 (examples):
      chukan conform verify 証拠.zip --key 鍵/chukan.pub
      chukan conform verify 証拠.zip --key 鍵/chukan.pub --inputs dump/
    """
    from chukan_layout.cli.progress import run_progress
    from chukan_layout.conform import bundle

    if not evidence.is_file():
        raise CliError(f"証拠のファイルがありません: {evidence.name}", f"there is no {evidence.name}")
    public = _read(key) if key else None
    statement = _with_cryptography(lambda: bundle.verify(evidence, public))
    said = _settled(statement)
    if said is None:
        raise CliError("証拠の書式がこの版では分かりません。", "this version does not know the form of the evidence")
    told, settings = said
    common.say("改変なし", "unchanged")
    if public:
        common.say("署名は公開鍵と合いました", "the signature is of the key")
    else:
        common.say("署名は確かめていません (--key なし)", "the signature was not checked (no --key)")
    differences: list[tuple[str, str]] = []
    if inputs:
        order = _order(inputs, tuple(map(str, settings["areas"])), common, version=str(settings["layout_version"]))
        with run_progress(common, inputs) as progress:
            differences = bundle.again(statement, order, progress)
        for ja, en in differences:
            common.say(f"再現しません: {ja}", f"not reproduced: {en}")
        if not differences:
            common.say("入力からの再検証でも同じ結果です", "validating the inputs again gives the same result")
    verdict = str(told["verdict"])
    common.write(_line(told, settings, verdict))
    return 0 if verdict == "pass" and not differences else 1


@conform.command("kit")
@click.option("--area", required=True, metavar="NAME", help="業務の名前か番号 (area)")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, metavar="DIR", help="書き出すフォルダー (folder)")
@click.option("--residents", type=click.IntRange(min=50, max=100_000), default=500, show_default=True, help="合成する市の住民数 (residents)")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="同じ値なら同じデータ (seed)")
@common_options(show=("layout_version", "quiet", "lang"))
def kit(area: str, out: Path, residents: int, seed: int, common: Common) -> int:
    """取り込む側のための試験データ一式を作る (dumps for who imports, with what must come of each).

    誤りのないもの、限界の値、一種類ずつの誤りと、それぞれの正しい検証結果 expected.json。

    \b
    例 (examples):
      chukan conform kit --area 印鑑登録 --out 一式
      chukan conform check-kit 一式
    """
    from chukan_layout.conform.kit import make_kit
    from chukan_layout.spec.find import area_number
    from chukan_layout.spec.load import layout_folder, load_layouts, load_mapping

    if out.exists() and any(out.iterdir()):
        raise CliError(f"{out} は空ではありません。新しいフォルダーを指定してください。", f"{out} is not empty; name a new folder")
    folder = layout_folder(common.layout_version)
    told = make_kit(out, load_layouts(folder), area_number(folder, area), residents, seed, load_mapping("vendorA"))
    common.say(f"{len(told['dumps'])} 種類のデータを {out} に作りました。", f"{len(told['dumps'])} dumps in {out}")
    return 0


@conform.command("check-kit")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@common_options(show=("layout_version", "quiet", "lang"))
def check_kit(folder: Path, common: Common) -> int:
    """一式のすべてを検証し、expected.json のとおりか確かめる (validates every dump of a kit).

    \b
    例 (examples):
      chukan conform check-kit 一式
    """
    from chukan_layout.conform import kit as kits
    from chukan_layout.spec.load import load_layouts

    differences = kits.check_kit(folder, load_layouts(common.layout_version))
    for difference in differences:
        common.write(f"{difference.dump}\t{difference.expected}\t{difference.found}\n")
    common.say(
        "すべて期待どおりです。" if not differences else f"{len(differences)} 個が期待と違います。",
        "all as expected" if not differences else f"{len(differences)} differ",
    )
    return 1 if differences else 0


@conform.command("roundtrip")
@click.argument("golden", metavar="GOLDEN", type=click.Path(exists=True, path_type=Path))
@click.argument("returned", metavar="RETURNED", type=click.Path(exists=True, path_type=Path))
@click.option("--tolerate", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="許す差の一覧 TOML ([[tolerate]] items, kinds)")
@common_options(("human", "json"), show=("layout_version", "output_file", "quiet", "lang"))
def roundtrip(golden: Path, returned: Path, tolerate: Path | None, common: Common) -> int:
    """渡したデータと、取り込んで書き出して戻ったデータを、項目ごとに比べる (what came back, item by item).

    差の種類: whitespace 空白、width 全角半角、kana 小書き、leading_zeros 先頭の0、blank 空の書き方、lost 消えた、added 増えた、
    changed 変わった。許す差は TOML に: [[tolerate]] items = ["世帯.*"] kinds = ["whitespace"]

    \b
    例 (examples):
      chukan conform roundtrip 一式/clean 戻ったもの
      chukan conform roundtrip clean returned --tolerate 許す差.toml --format json
    """
    import json

    from chukan_layout.conform import roundtrip as trips
    from chukan_layout.spec.load import load_layouts

    tolerance = trips.read_tolerance(tolerate) if tolerate else None
    result = trips.compare(golden, returned, load_layouts(common.layout_version), tolerance)
    if common.format == "json":
        common.write(json.dumps(result.to_dict(), ensure_ascii=False, indent=1) + "\n")
    else:
        common.write_table(_roundtrip_table(result, common))
        for problem in result.problems:
            common.say(problem, problem)
    common.say("同じです。" if result.same else "違いがあります。", "the same" if result.same else "there are differences")
    return 0 if result.same else 1


def _roundtrip_table(result: Any, common: Common) -> object:
    from rich.table import Table

    table = Table(title=common.text("往復の差", "differences"), title_justify="left")
    for ja, en in (("業務", "area"), ("移行ファイル", "file"), ("項目", "item"), ("差", "kind"), ("件数", "records"),
                   ("許す", "tolerated"), ("行", "lines")):  # fmt: skip
        table.add_column(common.text(ja, en), overflow="fold")
    for f in result.files:
        if f.returned is None or f.lost or f.added:
            came = "" if f.returned is not None else common.text("戻らない", "absent")
            table.add_row(f"{f.area:02d}", f.file, "", came or f"-{f.lost:,} +{f.added:,}", f"{f.given:,}", "", "")
    for d in result.items:
        lines = ", ".join(map(str, d.lines))
        table.add_row(f"{d.area:02d}", d.file, d.item, d.kind, f"{d.records:,}", "○" if d.tolerated else "", lines)
    return table


def _line(told: dict[str, Any], settings: dict[str, Any], verdict: str) -> str:
    counts = ", ".join(f"{key} {n}" for key, n in told["coverage"].items() if n)
    return f"{verdict}  layout {settings['layout_version']}  in {told['rows']['in']}  {counts}\n"


def _settled(statement: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Our part of the statement and its settings; None when they are not there."""
    told = statement.get("predicate", {}).get("chukan")
    if not isinstance(told, dict) or not isinstance(told.get("settings"), dict):
        return None
    wanted = {"verdict", "coverage", "rows", "digests", "result"}
    return (told, told["settings"]) if wanted <= told.keys() else None


def _order(
    dumps: tuple[Path, ...], areas: tuple[str, ...], common: Common, fail_on: str = "error", min_fit: float = 0.0,
    version: str = "",
) -> Order:  # fmt: skip
    from chukan_layout.run.order import Order
    from chukan_layout.spec.find import area_number
    from chukan_layout.spec.load import layout_folder, load_layouts

    folder = layout_folder(version or common.layout_version)
    numbers = sorted({area_number(folder, word) for word in areas}) or None
    return Order(
        sources=dumps, layouts=load_layouts(folder, numbers), requested=common.layout_version, direction="validate",
        formats=(), jobs=common.jobs, fail_on=fail_on, min_fit=min_fit, municipality=common.municipality or "",
        as_of=common.as_of.isoformat() if common.as_of else "",
    )  # fmt: skip


def _read(key: Path) -> bytes:
    try:
        return key.read_bytes()
    except OSError:
        raise CliError(f"鍵が読めません: {key.name}", f"cannot read the key {key.name}") from None


def _with_cryptography(work: Any) -> Any:
    try:
        return work()
    except ModuleNotFoundError as missing:
        if (missing.name or "").split(".")[0] != "cryptography":
            raise
        raise CliError(
            "署名には cryptography が要ります: pip install 'chukan-layout[conform]'",
            "signatures need cryptography: pip install 'chukan-layout[conform]'",
        ) from None
