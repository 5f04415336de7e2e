"""``chukan open``."""

from __future__ import annotations

from pathlib import Path

import click

from chukan_layout.cli.common import Common, common_options


@click.command("open")
@click.argument("sealed", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--identity", "-i", "keys", multiple=True, required=True, metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="秘密鍵のファイル。何度でも (a file with the secret key)")
@click.option("--out", required=True, metavar="RUN", type=click.Path(path_type=Path), help="開いた先の、まだないフォルダー (the new folder)")
@common_options(show=("quiet", "lang"))
def open_(sealed: Path, keys: tuple[Path, ...], out: Path, common: Common) -> int:
    """chukan seal で封をしたファイルを開く。

    Open what chukan seal made.  最後の1バイトまで本物だと確かめてから現れる。鍵が違う、壊れている、途中で切れているときは、
    何も残さず終了コード2。

    \b
    例 (examples):
      chukan open run.tar.age --identity 鍵.txt --out run
    """
    from chukan_layout.cli import audit
    from chukan_layout.run.unseal import identities, unseal
    from chukan_layout.write.files import sha256_of

    count = unseal(sealed, out, identities(keys))
    facts = audit.facts(out) if (out / "manifest.json").is_file() else {"run": out.name}
    audit.note("open", {**facts, "sealed": sealed.name, "sha256": sha256_of(sealed)})
    common.say(f"{count:,} ファイルを開きました: {out}", f"opened {count:,} files: {out}")
    return 0
