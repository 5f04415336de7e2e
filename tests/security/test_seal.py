"""``chukan seal`` and ``chukan open``: there and back, with the age tool, and everything that can be wrong."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import stat
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from chukan_layout.run import seal as sealing
from tests.run_support import bytes_of, household, households, ran, vendor_file

pyrage = pytest.importorskip("pyrage", reason="the extra [seal] is not installed: make setup")
AGE = pytest.mark.skipif(shutil.which("age") is None, reason="the age tool (Debian: age) is not installed")


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    vendor_file(tmp_path / "in" / "SETAI.csv", [*households([1, 2]), household("")])
    words = ("convert", tmp_path / "in", "--from", "vendorA", "--to", "standard", "--out", tmp_path / "run")
    assert ran(capsys, *words, "--quiet").code == 1
    return tmp_path / "run"


@pytest.fixture
def key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[Path, str]:
    """A secret key's file and its public key."""
    done = ran(capsys, "seal", "--new-key", tmp_path / "鍵.txt")
    assert done.code == 0 and done.out.startswith("age1")
    assert stat.S_IMODE((tmp_path / "鍵.txt").stat().st_mode) == 0o600
    assert ran(capsys, "seal", "--new-key", tmp_path / "鍵.txt").code == 2, "a key is never overwritten"
    return tmp_path / "鍵.txt", done.out.strip()


def test_there_and_back(run: Path, key: tuple[Path, str], tmp_path: Path, capsys: pytest.CaptureFixture[str],
                        monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    before = bytes_of(run)
    monkeypatch.setenv("CHUKAN_AUDIT_LOG", str(tmp_path / "log.jsonl"))
    done = ran(capsys, "seal", run, "--recipient", key[1])
    sealed = tmp_path / "run.tar.age"
    assert done.code == 0 and hashlib.sha256(sealed.read_bytes()).hexdigest() in done.err
    assert stat.S_IMODE(sealed.stat().st_mode) == 0o600 and sealed.read_bytes().startswith(b"age-encryption.org/v1")
    assert bytes_of(run) == before, "the run stays as it was"
    assert ran(capsys, "open", sealed, "--identity", key[0], "--out", tmp_path / "again").code == 0
    assert bytes_of(tmp_path / "again") == {n: d for n, d in before.items() if n != ".lock"}
    assert all(stat.S_IMODE(p.stat().st_mode) == (0o700 if p.is_dir() else 0o600) for p in (tmp_path / "again").rglob("*"))
    assert ran(capsys, "report", tmp_path / "again").code == 0
    told = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [t["command"] for t in told] == ["seal", "open"] and told[0]["sha256"] == told[1]["sha256"]
    assert told[0]["manifest_sha256"] == told[1]["manifest_sha256"]
    assert list(tmp_path.glob("*.part")) == []


def test_the_tar_inside_depends_on_names_and_contents_alone(run: Path, tmp_path: Path) -> None:
    keys = [pyrage.x25519.Identity.generate().to_public()]
    first = sealing.seal(run, tmp_path / "a.age", keys)
    (tmp_path / "other").mkdir()
    shutil.copytree(run, tmp_path / "other" / "run")
    for path in (tmp_path / "other").rglob("*"):
        os.utime(path, (1, 1))
    second = sealing.seal(tmp_path / "other" / "run", tmp_path / "b.age", keys)
    assert first.tar_sha256 == second.tar_sha256 and first.sha256 != second.sha256


@AGE
def test_the_age_tool_opens_what_we_seal_and_we_open_what_it_seals(
    run: Path, key: tuple[Path, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "keys.txt").write_text(f"# 宛先\n{key[1]}\n", encoding="utf-8")
    assert ran(capsys, "seal", run, "-r", tmp_path / "keys.txt", "--out", tmp_path / "s.age").code == 0
    plain = subprocess.run(["age", "-d", "-i", key[0], tmp_path / "s.age"], capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(plain)) as tape:
        names = {m.name.removeprefix("run/") for m in tape}
        assert {m.mtime for m in tape} == {0}
    assert names == {n for n in bytes_of(run) if n != ".lock"} | {"manifest.json"}
    subprocess.run(["age", "-r", key[1], "-o", tmp_path / "t.age"], input=plain, check=True)
    assert ran(capsys, "open", tmp_path / "t.age", "-i", key[0], "--out", tmp_path / "again").code == 0
    assert {*bytes_of(tmp_path / "again"), "manifest.json"} == names


def test_many_recipients_and_ssh_keys(run: Path, key: tuple[Path, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if shutil.which("ssh-keygen") is None:
        pytest.skip("ssh-keygen is not installed")
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "id"], check=True)
    assert ran(capsys, "seal", run, "-r", key[1], "-r", tmp_path / "id.pub").code == 0
    for number, identity in enumerate((key[0], tmp_path / "id")):
        assert ran(capsys, "open", tmp_path / "run.tar.age", "-i", identity, "--out", tmp_path / f"o{number}").code == 0


def test_the_original_goes_only_when_asked(run: Path, key: tuple[Path, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ran(capsys, "seal", run, "-r", key[1], "--erase").code == 2, "somebody must answer for it"
    assert run.exists() and not (tmp_path / "run.tar.age").exists()
    done = ran(capsys, "seal", run, "-r", key[1], "--erase", "--by", "係長", "--reason", "保管")
    assert done.code == 0 and not run.exists()
    told = json.loads((tmp_path / "run.tar.age-消去記録.json").read_text(encoding="utf-8"))
    assert told["by"] == "係長" and hashlib.sha256((tmp_path / "run.tar.age").read_bytes()).hexdigest() in told["reason"]
    assert ran(capsys, "open", tmp_path / "run.tar.age", "-i", key[0], "--out", run).code == 0
    assert (run / "data").is_dir()


def test_a_folder_that_may_not_be_erased_is_not_sealed_either(key: tuple[Path, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "a.txt").write_text("x", encoding="utf-8")
    assert ran(capsys, "seal", tmp_path / "other", "-r", key[1], "--erase", "--by", "x").code == 2
    assert not (tmp_path / "other.tar.age").exists() and (tmp_path / "other" / "a.txt").exists()
    assert ran(capsys, "seal", tmp_path / "other", "-r", key[1]).code == 0, "without --erase any folder may be sealed"


@pytest.mark.parametrize("wrong", ["age1qqqq", "AGE-SECRET-KEY-1QQQ", "ssh-ed25519 AAAA", "hello"])
def test_a_recipient_that_is_none(run: Path, tmp_path: Path, wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "r.txt").write_text(wrong, encoding="utf-8")
    for given in ((wrong,) if wrong.startswith(("age1", "ssh-")) else ()) + (str(tmp_path / "r.txt"),):
        done = ran(capsys, "seal", run, "-r", given)
        assert done.code == 2 and "公開鍵ではありません" in done.err and "QQQ" not in done.err.replace("age1qqqq", "")
    assert ran(capsys, "seal", run).code == 2
    assert list(tmp_path.glob("run.tar*")) == []


def test_a_key_that_does_not_fit_and_files_that_are_broken(run: Path, key: tuple[Path, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ran(capsys, "seal", "--new-key", tmp_path / "other.txt")
    (run / "data" / "big.bin").write_bytes(os.urandom(300_000))
    assert ran(capsys, "seal", run, "-r", key[1], "--out", tmp_path / "s.age").code == 0
    raw = (tmp_path / "s.age").read_bytes()

    def refused(data: bytes, identity: Path, word: str) -> None:
        (tmp_path / "x.age").write_bytes(data)
        done = ran(capsys, "open", tmp_path / "x.age", "-i", identity, "--out", tmp_path / "out")
        assert done.code == 2 and word in done.err, done.err
        assert not (tmp_path / "out").exists() and not (tmp_path / "out.part").exists()

    refused(raw, tmp_path / "other.txt", "この秘密鍵では開けません")
    refused(raw, tmp_path / "s.age", "秘密鍵として読めません")
    for at in (3, 40, len(raw) // 2, len(raw) - 5):
        refused(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :], key[0], "壊れて")
    for cut in (0, 10, 300, 65_536 + 400, len(raw) - 1):
        refused(raw[:cut], key[0], "壊れて")
    refused(raw + b"x", key[0], "壊れて")
    refused(pyrage.encrypt(b"no tar at all", [pyrage.x25519.Recipient.from_str(key[1])]), key[0], "chukan seal の書庫では")


@pytest.mark.parametrize(
    ("name", "kind"),
    [("../x", tarfile.REGTYPE), ("/etc/x", tarfile.REGTYPE), ("run/../../x", tarfile.REGTYPE), ("run/l", tarfile.SYMTYPE),
     ("run/l", tarfile.LNKTYPE), ("run/f", tarfile.FIFOTYPE), ("other/x", tarfile.REGTYPE), ("run/C:/x", tarfile.REGTYPE)],
)  # fmt: skip
def test_traps_inside_a_sealed_file(key: tuple[Path, str], tmp_path: Path, name: str, kind: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    tape_bytes = io.BytesIO()
    with tarfile.open(fileobj=tape_bytes, mode="w") as tape:
        good = tarfile.TarInfo("run/a")
        good.size = 1
        tape.addfile(good, io.BytesIO(b"a"))
        info = tarfile.TarInfo(name)
        info.type, info.linkname = kind, "/etc/passwd"
        tape.addfile(info, io.BytesIO(b""))
    (tmp_path / "x.age").write_bytes(pyrage.encrypt(tape_bytes.getvalue(), [pyrage.x25519.Recipient.from_str(key[1])]))
    done = ran(capsys, "open", tmp_path / "x.age", "-i", key[0], "--out", tmp_path / "deep" / "out")
    assert done.code == 2 and "chukan seal の書庫では" in done.err
    assert not (tmp_path / "deep" / "out").exists() and not (tmp_path / "deep" / "x").exists() and not (tmp_path / "x").exists()


def test_refusals_of_seal(run: Path, key: tuple[Path, str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert ran(capsys, "seal", run, "-r", key[1], "--out", run / "x.age").code == 2
    (tmp_path / "there.age").write_bytes(b"mine")
    assert ran(capsys, "seal", run, "-r", key[1], "--out", tmp_path / "there.age").code == 2
    assert (tmp_path / "there.age").read_bytes() == b"mine"
    (run / "link").symlink_to("/etc/passwd")
    assert ran(capsys, "seal", run, "-r", key[1]).code == 2
    (run / "link").unlink()
    (run / ".work").mkdir()
    assert "--resume" in ran(capsys, "seal", run, "-r", key[1]).err
    (run / ".work").rmdir()
    monkeypatch.setitem(sys.modules, "pyrage", None)
    done = ran(capsys, "seal", run, "-r", key[1])
    assert done.code == 2 and "chukan-layout[seal]" in done.err


def test_a_full_disk_leaves_nothing(run: Path, key: tuple[Path, str], tmp_path: Path) -> None:
    (run / "data" / "big.bin").write_bytes(bytes(400_000))
    words = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)); from chukan_layout.cli.main import main; main()"
    done = subprocess.run([sys.executable, "-c", words, "seal", str(run), "-r", key[1]], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "Traceback" not in done.stderr, done.stderr
    assert list(tmp_path.glob("run.tar*")) == []
