"""Archives as sources: read like folders, and their traps refused as a whole."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from pathlib import Path

import pytest

from chukan_layout.read import archive
from chukan_layout.read.archive import ArchiveRefused, unpack
from tests.run_support import ran, standard_file

ZIP_NAME = "データ/世帯.csv"


def a_zip(path: Path, members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as book:
        for name, data in members.items():
            book.writestr(name, data)
    return path


def a_tar(path: Path, *members: tuple[tarfile.TarInfo, bytes], mode: str = "w:gz") -> Path:
    with tarfile.open(path, mode) as tape:  # type: ignore[call-overload]
        for info, data in members:
            info.size = len(data)
            tape.addfile(info, io.BytesIO(data))
    return path


def member(name: str, **more: object) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    for key, value in more.items():
        setattr(info, key, value)
    return info


def test_a_zip_and_a_tar_are_read_like_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = standard_file(tmp_path / "plain" / "世帯.csv", [1, 2, 3]).read_bytes()
    dumps = [
        tmp_path / "plain",
        a_zip(tmp_path / "dump.zip", {ZIP_NAME: data}),
        a_tar(tmp_path / "dump.tgz", (member(ZIP_NAME), data)),
    ]
    told = []
    for number, dump in enumerate(dumps):
        done = ran(capsys, "validate", dump, "--out", tmp_path / f"run{number}", "--format", "json")
        assert done.code == 0, done.err
        (file,) = json.loads(done.out)["files"]
        told.append((file["rows"], file["hash_totals"]))
        assert not list((tmp_path / f"run{number}").rglob("*unpacked*")), "nothing unpacked is left behind"
    assert told[0] == told[1] == told[2]
    assert file["source"]["path"] == f"dump.tgz/{ZIP_NAME}"


def test_names_that_windows_wrote_are_read_as_shift_jis(tmp_path: Path) -> None:
    path = a_zip(tmp_path / "w.zip", {"AAAA.csv": b"x"})
    raw = path.read_bytes().replace(b"AAAA", "世帯".encode("cp932"))
    path.write_bytes(raw)
    unpack(path, tmp_path / "out")
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["世帯.csv"]


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", "C:/x", "..\\x"])
@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_names_that_lead_outside(tmp_path: Path, name: str, kind: str) -> None:
    path = tmp_path / f"trap.{kind}"
    if kind == "zip":
        a_zip(path, {name: b"x"})
    else:
        a_tar(path, (member(name), b"x"), mode="w")
    with pytest.raises(ArchiveRefused):
        unpack(path, tmp_path / "in" / "out")
    assert not (tmp_path / "in" / "x").exists() and not (tmp_path / "in" / "out").exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_links_and_devices(tmp_path: Path, kind: bytes) -> None:
    path = a_tar(tmp_path / "t.tar", (member("a", type=kind, linkname="/etc/passwd"), b""), mode="w")
    with pytest.raises(ArchiveRefused):
        unpack(path, tmp_path / "out")


def test_a_symlink_in_a_zip(tmp_path: Path) -> None:
    info = zipfile.ZipInfo("a")
    info.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as book:
        book.writestr(info, "/etc/passwd")
    with pytest.raises(ArchiveRefused):
        unpack(tmp_path / "z.zip", tmp_path / "out")


def test_a_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "HARMLESS", 1 << 20)
    path = a_zip(tmp_path / "b.zip", {"a.csv": bytes(8 << 20)})
    with pytest.raises(ArchiveRefused):
        unpack(path, tmp_path / "out")
    liar = path.read_bytes().replace((8 << 20).to_bytes(4, "little"), (9).to_bytes(4, "little"))
    path.write_bytes(liar)
    with pytest.raises(ArchiveRefused):
        unpack(path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["x.zip", "x.tar", "x.tgz"])
@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04garbage", bytes(600), b"\x1f\x8b\x08broken"])
def test_broken_archives_are_an_error_of_their_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, raw: bytes
) -> None:
    (tmp_path / name).write_bytes(raw)
    good = standard_file(tmp_path / "世帯.csv", [1])
    done = ran(capsys, "validate", tmp_path / name, good, "--format", "json")
    report = json.loads(done.out)
    assert [f["file"] for f in report["files"]] == ["世帯"], "the other file goes on"
    emptiness = name != "x.zip" and raw == bytes(600)  # a tape of nothing
    assert [e["path"] for e in report["errors"]] == ([] if emptiness else [name])
    assert done.code == (0 if emptiness else 2)
