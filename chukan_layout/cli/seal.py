"""``chukan seal``."""

from __future__ import annotations

from pathlib import Path

import click

from chukan_layout.cli.common import Common, common_options
from chukan_layout.cli.errors import CliError


@click.command()
@click.argument("folder", metavar="[RUN]", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--recipient", "-r", "to", multiple=True, metavar="KEY|FILE",
              help="公開鍵 age1…、ssh-ed25519 …、またはそれを1行ずつ書いたファイル。何度でも (who may open it)")
@click.option("--out", metavar="FILE", type=click.Path(path_type=Path), help="既定は RUN の隣の RUN.tar.age (the sealed file)")
@click.option("--new-key", metavar="FILE", type=click.Path(path_type=Path), help="新しい秘密鍵を作り、公開鍵を示す (make a key)")
@click.option("--erase", is_flag=True, help="封をしたあと、元のフォルダーを chukan erase で消去する (erase the run afterwards)")
@click.option("--by", default="", metavar="NAME", help="--erase のとき、消去の責任者。記録に残る (who answers for the erasure)")
@click.option("--reason", default="", metavar="TEXT", help="--erase のとき、消去の理由 (why)")
@common_options(show=("quiet", "lang"))
def seal(
    folder: Path | None, to: tuple[str, ...], out: Path | None, new_key: Path | None, erase: bool, by: str, reason: str, common: Common
) -> int:
    """RUN (実行結果など、フォルダー) を暗号化した一つのファイルにする。age 形式。

    Seal a folder: one file, encrypted for the given public keys (the format of age, extra [seal]).  開くのは chukan open。
    元のフォルダーは、--erase としたときだけ消える。秘密鍵は保存されない。なくすと誰にも開けない。

    \b
    例 (examples):
      chukan seal --new-key 鍵.txt                                 公開鍵 age1… が表示される
      chukan seal run --recipient age1… --out run.tar.age
      chukan seal run -r 公開鍵.txt --erase --by "情報システム課 係長"
      chukan open run.tar.age --identity 鍵.txt --out run
      age -d -i 鍵.txt run.tar.age | tar x                         chukan がなくても開ける
    """
    from chukan_layout.cli import audit
    from chukan_layout.run import seal as work

    if new_key is not None:
        common.write(work.new_key(new_key) + "\n")
        common.say(f"秘密鍵: {new_key}。なくすと開けません。別の場所に保管してください。", f"secret key: {new_key}; keep it apart, nothing opens without it")
    if folder is None:
        if new_key is None:
            raise CliError("封をするフォルダー RUN か --new-key が要ります。", "a folder RUN or --new-key is needed")
        return 0
    if erase and not by:
        raise CliError("--erase には --by (消去の責任者) が要ります。", "--erase needs --by")
    target = out or folder.resolve().parent / (folder.resolve().name + work.SUFFIX)
    keys = work.recipients(to)
    if erase:
        from chukan_layout.run.erase import erase as wipe

        wipe(folder, target.with_name(target.name + "-消去記録.json"), by, reason, dry_run=True)  # refuses before anything is made
    done = work.seal(folder, target, keys)
    facts = audit.facts(folder) if (folder / "manifest.json").is_file() else {"run": folder.name}
    audit.note("seal", {**facts, "sealed": target.name, "sha256": done.sha256, "tar_sha256": done.tar_sha256})
    common.say(
        f"{done.files:,} ファイル、{done.bytes:,} バイトに封をしました: {target}",
        f"sealed {done.files:,} files, {done.bytes:,} bytes: {target}",
    )
    common.say(f"SHA-256 {done.sha256} (中の tar: {done.tar_sha256})", f"SHA-256 {done.sha256} (of the tar inside: {done.tar_sha256})")
    if erase:
        record = target.with_name(target.name + "-消去記録.json")
        why = f"{reason} (封: {target.name} SHA-256 {done.sha256})".strip()
        wipe(folder, record, by, why)
        audit.note("erase", facts | {"record": record.name, "by": by})
        common.say(f"元のフォルダーを消去しました。記録: {record}", f"erased the folder; record: {record}")
    return 0
