"""``chukan baseline``: known findings, whose number may only fall."""

from __future__ import annotations

from pathlib import Path

import click

from chukan_layout.cli.common import Common, common_options, write_whole
from chukan_layout.cli.errors import CliError

_SEEN = ("quiet", "lang")


@click.group("baseline")
def baseline() -> None:
    """既知の指摘を基準として残し、増えていないことを確かめる (known findings may only become fewer).

    移行の途中では、直せない指摘が残ります。基準に書いておくと、新しい指摘だけで CI が失敗します。基準には個人の値も鍵も
    入らず、規則・移行ファイル・項目と、鍵のハッシュだけが入ります。
    Only new findings fail; the baseline holds hashes of record keys and nothing of a person.

    \b
    例 (examples):
      chukan validate dump/ --out run --fail-on never
      chukan baseline write run --output-file baseline.json
      chukan baseline check run --against baseline.json
    """


@baseline.command("write")
@click.argument("run", metavar="RUN", type=click.Path(path_type=Path))
@common_options(show=("output_file", *_SEEN))
def write(run: Path, common: Common) -> int:
    """今ある指摘を基準にする (takes the present findings as known).

    \b
    例 (examples):
      chukan baseline write run --output-file baseline.json
    """
    from chukan_layout.run.baseline import counted, to_json

    known = counted(run)
    common.write(to_json(known))
    common.say(f"既知の指摘 {sum(known.values())} 件", f"{sum(known.values())} known findings")
    return 0


@baseline.command("check")
@click.argument("run", metavar="RUN", type=click.Path(path_type=Path))
@click.option("--against", type=click.Path(dir_okay=False, path_type=Path), required=True, metavar="FILE", help="基準 (the baseline)")
@click.option("--lower", is_flag=True, help="なくなった指摘を基準からも消す (drops what is gone from the baseline)")
@common_options(show=_SEEN)
def check(run: Path, against: Path, lower: bool, common: Common) -> int:
    """基準にない指摘があれば終了コード1 (exit 1 when there are findings beyond the baseline).

    \b
    例 (examples):
      chukan baseline check run --against baseline.json
      chukan baseline check run --against baseline.json --lower
    """
    from chukan_layout.run import baseline as known

    before, found = known.from_json(_read(against)), known.counted(run)
    new, gone = known.compare(before, found)
    for rule, n in new.most_common():
        common.write(f"{rule}\t+{n}\n")
    common.say(
        f"新しい指摘 {sum(new.values())} 件、既知 {sum(before.values())} 件のうち解消 {gone} 件",
        f"{sum(new.values())} new findings; {gone} of {sum(before.values())} known ones are gone",
    )
    if lower and gone:
        write_whole(against, known.to_json(known.lowered(before, found)).encode())
    return 1 if new else 0


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise CliError(f"基準が読めません: {path.name}", f"cannot read the baseline {path.name}") from None
