"""Strict Shift_JIS and EUC-JP as charsets of a delimited source: what CP932 has beyond them is told, the rest is alike."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path
from typing import Any

import pytest

from chukan_layout import _kernel
from chukan_layout.charset import registry
from chukan_layout.charset.tables import charset_table

ROOT = Path(__file__).resolve().parents[2]
LINES = 'A,氏名\r\n0001,山田　太郎～－\r\n0002,"ｱｲｳ,ソ能表"\r\n'


@pytest.mark.parametrize("name", ["shift-jis", "euc-jp-strict"])
def test_the_kernel_reads_them_as_the_registry_does(name: str) -> None:
    made, table = registry.get(name), charset_table(name)
    highs = [bytes((a, b)) for a in range(0x81, 0xFF) for b in range(0x40, 0xFF)]
    for raw in [*(bytes((b,)) for b in range(256)), *highs]:
        assert _kernel.decode(name, table, raw) == made.decode(raw).text, raw.hex()
    assert _kernel.decode(name, table, made.encode(LINES).raw) == LINES


def mapping_in(folder: Path, encoding: str) -> Path:
    """vendorA's 世帯 alone, in another charset."""
    target = folder / "vendorS"
    shutil.copytree(ROOT / "mappings" / "vendorA", target, ignore=lambda _, names: [n for n in names if n[0] in "0123456789"])
    for path in target.glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace('encoding = "cp932"', f'encoding = "{encoding}"'), encoding="utf-8")
    return target


@pytest.mark.parametrize("encoding", ["shift-jis", "euc-jp-strict"])
def test_a_source_in_a_strict_set(chukan: Any, vendor_a: Path, tmp_path: Path, encoding: str) -> None:
    text = (vendor_a / "SETAI01.csv").read_bytes().decode("cp932")
    plain = "\r\n".join(line for line in text.split("\r\n") if registry.get("shift-jis").encode(line).missing == ())
    records = plain.count("\r\n") - 1
    assert records > 300
    odd = {"shift-jis": b"\xfb\xfc", "euc-jp-strict": b"\xad\xa1"}[encoding]  # 髙, ①: not of JIS X 0208
    python = {"shift-jis": "shift_jis", "euc-jp-strict": "euc_jp"}[encoding]
    raw = plain.replace("～", "〜").replace("－", "−").encode(python)
    lines = raw.split(b"\r\n")
    name = lines[0].split(b",").index("方書".encode(python))
    cells = lines[5].split(b",")
    cells[name] = odd
    lines[5] = b",".join(cells)
    source = tmp_path / "source"
    source.mkdir()
    (source / "SETAI01.csv").write_bytes(b"\r\n".join(lines))
    (tmp_path / "cp932").mkdir()
    (tmp_path / "cp932" / "SETAI01.csv").write_bytes(plain.encode("cp932"))

    own = ["--to", "standard", "--fail-on", "never", "--quiet", "--no-progress"]
    chukan("convert", source, "--from", mapping_in(tmp_path, encoding), "--out", tmp_path / "run", *own)
    chukan("convert", tmp_path / "cp932", "--from", "vendorA", "--out", tmp_path / "run932", *own)
    made, wanted = (next((tmp_path / run / "data").rglob("*.csv")).read_bytes().splitlines() for run in ("run", "run932"))
    different = [n for n, (a, b) in enumerate(zip(made, wanted, strict=True)) if a != b]
    assert different == [5], "all but the changed record are as from CP932"
    findings = list(csv.DictReader(io.StringIO((tmp_path / "run" / "findings.csv").read_text(encoding="utf-8-sig"))))
    assert any("6" in row.values() and any(odd.hex().upper() in str(v).upper() for v in row.values()) for row in findings), findings
