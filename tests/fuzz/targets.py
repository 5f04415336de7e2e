"""What is fuzzed: every entry of the kernel that takes bytes of others, with what must hold whatever they are."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from chukan_layout import _kernel
from chukan_layout.charset.tables import charset_table
from chukan_layout.gaiji.kernel_tables import with_made_tables
from chukan_layout.plan.compile import Scope, compile_convert, compile_validate
from chukan_layout.plan.program import Program
from chukan_layout.spec.load import load_layouts, load_mapping

Target = Callable[[bytes], None]
CHARSETS = ("utf-8", "cp932", "utf-16le", "utf-16be", "euc-jp")
OPS = (
    [{"op": "trim"}], [{"op": "to_full"}], [{"op": "to_half"}], [{"op": "kana_full"}], [{"op": "kana_half"}], [{"op": "kana_large"}],
    [{"op": "long_vowel"}], [{"op": "dash"}], [{"op": "wave_dash"}], [{"op": "upper"}],
    [{"op": "pad", "width": 15, "char": "0"}], [{"op": "date", "shapes": ["ymd8", "wareki_kanji"], "zeros": "null"}],
)  # fmt: skip


def decoder(charset: str) -> Target:
    table = charset_table(charset)

    def run(data: bytes) -> None:
        text = _kernel.decode(charset, table, data)
        assert len(text) <= 4 * len(data) + 4
        text.encode("utf-8", "surrogatepass")

    return run


def encoder(charset: str) -> Target:
    made = _kernel.Encoder(charset, charset_table(charset))

    def run(data: bytes) -> None:
        out, missing = made.encode(data.decode("utf-8", "ignore").encode())
        assert len(out) <= 4 * len(data) + 4 and len(missing) <= len(data)

    return run


def interpreter(program: Program, charset: str, columns: bool) -> Target:
    """Splitter and Program interpreter; every record that comes in goes out or is rejected."""
    program.spec["charset"] = charset
    compiled = _kernel.Program(program.spec_bytes, charset_table(charset))

    def run(data: bytes) -> None:
        whole = _kernel.split(compiled, data, False)
        assert 0 <= whole <= len(data)
        assert 0 <= _kernel.first_record(compiled, data, True) <= len(data)
        chunk = _kernel.run(compiled, data, csv=True, columns=columns, reveal=len(data) % 2 == 0)
        assert chunk.rows_in == chunk.rows_out + chunk.rows_rejected
        assert len(chunk.rejected) <= len(data) + 2
        assert sum(chunk.rule_counts) == chunk.findings[0]

    return run


def operations(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    for ops in OPS:
        out, failed = _kernel.run_ops(json.dumps(ops), [text], {}, "utf-8")
        assert failed is None or failed.isupper()
        assert len(out or "") <= 3 * len(text) + 15


def targets() -> Iterator[tuple[str, Target, list[bytes]]]:
    """Name, function, and inputs to start from."""
    texts = ["例示　太郎,ｱｲｳ,2020-04-01,\"a\"\"b\"\r\n", "令和2年4月1日,\ue000\U00020bb7\u0301,-1,9999999999\n"]
    for charset in CHARSETS:
        seeds = [t.encode(charset if charset != "cp932" else "cp932", "ignore") for t in texts]
        yield f"decode {charset}", decoder(charset), seeds
        yield f"encode {charset}", encoder(charset), [t.encode() for t in texts]
    yield "operations", operations, [t.encode() for t in texts]
    layouts, mapping = load_layouts("latest", areas=[1]), load_mapping("vendorA")
    for file in [f for f in mapping.files if f.area == 1][:3]:
        layout = next(f for f in layouts.area(1).files if f.id == file.file)
        record = ",".join("20200401" if "日" in c else "1" for c in file.source.columns) + "\r\n"
        vendor = with_made_tables(mapping, file, "cp932")
        program = compile_convert(layouts, layout, file, vendor, Scope([layout]))
        yield f"convert {file.id}", interpreter(program, "cp932", columns=True), [record.encode("cp932") * 3]
        names = [i.name for i in layout.items]
        plain = ",".join("2020-04-01" if "年月日" in n else "1" for n in names) + "\n"
        checked = compile_validate(layouts, layout, names, Scope([layout]))
        yield f"validate {layout.id}", interpreter(checked, "utf-8", columns=False), [plain.encode() * 3]
