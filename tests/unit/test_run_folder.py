"""The run folder: taken once, published whole, left clean."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from chukan_layout.run.folder import FolderRefused, RunFolder


def fill(folder: RunFolder, *names: str) -> None:
    for name in names:
        path = folder.work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")


def fail_in(path: Path, failure: BaseException) -> None:
    with RunFolder(path, overwrite=True) as folder:
        fill(folder, "data/b.csv")
        raise failure


def earlier_run(path: Path) -> Path:
    with RunFolder(path) as folder:
        fill(folder, "data/a.csv", "rejects/old.csv", "report.json", "manifest.json")
        folder.publish()
    return path


def names(path: Path) -> set[str]:
    return {p.relative_to(path).as_posix() for p in path.rglob("*") if p.is_file()}


def test_published_under_final_names_and_nothing_else_stays(tmp_path: Path) -> None:
    run = earlier_run(tmp_path / "a" / "run")
    assert names(run) == {"data/a.csv", "rejects/old.csv", "report.json", "manifest.json"}
    assert not (run / ".work").exists() and not (run / ".lock").exists()
    assert stat.S_IMODE(run.stat().st_mode) == 0o700


def test_nothing_is_seen_before_it_is_published(tmp_path: Path) -> None:
    with RunFolder(tmp_path / "run") as folder:
        fill(folder, "data/a.csv", "manifest.json")
        assert {p.name for p in (tmp_path / "run").iterdir()} == {".work", ".lock"}
        assert stat.S_IMODE(folder.work.stat().st_mode) == 0o700


def test_failure_leaves_no_folder(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        fail_in(tmp_path / "run", KeyboardInterrupt())
    assert not (tmp_path / "run").exists()


def test_failure_leaves_an_earlier_run_as_it_was(tmp_path: Path) -> None:
    run = earlier_run(tmp_path / "run")
    with pytest.raises(OSError, match="full"):
        fail_in(run, OSError("full"))
    assert names(run) == {"data/a.csv", "rejects/old.csv", "report.json", "manifest.json"}


def test_earlier_run_is_replaced_only_when_asked(tmp_path: Path) -> None:
    run = earlier_run(tmp_path / "run")
    with pytest.raises(FolderRefused, match="--overwrite"), RunFolder(run):
        pass
    with RunFolder(run, overwrite=True) as folder:
        fill(folder, "data/b.csv", "report.json", "manifest.json")
        folder.publish()
    assert names(run) == {"data/b.csv", "report.json", "manifest.json"}, "nothing of the earlier run stays"


@pytest.mark.parametrize("stranger", ["thesis.docx", "data/x.csv"])
def test_folder_of_somebody_else_is_never_taken(tmp_path: Path, stranger: str) -> None:
    path = tmp_path / stranger
    path.parent.mkdir(exist_ok=True)
    path.write_text("x", encoding="utf-8")
    with pytest.raises(FolderRefused), RunFolder(tmp_path, overwrite=True):
        pass
    assert names(tmp_path) == {stranger}


def test_stranger_beside_an_earlier_run_is_not_removed(tmp_path: Path) -> None:
    run = earlier_run(tmp_path / "run")
    (run / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(FolderRefused), RunFolder(run, overwrite=True):
        pass
    assert (run / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_file_in_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("x", encoding="utf-8")
    with pytest.raises(FolderRefused), RunFolder(tmp_path / "run"):
        pass


def test_two_runs_in_one_folder_are_refused(tmp_path: Path) -> None:
    with RunFolder(tmp_path / "run") as first:
        fill(first, "data/a.csv", "manifest.json")
        with pytest.raises(FolderRefused, match="another run"), RunFolder(tmp_path / "run", overwrite=True):
            pass
        first.publish()
    assert names(tmp_path / "run") == {"data/a.csv", "manifest.json"}


def test_rest_of_a_killed_run_is_cleared(tmp_path: Path) -> None:
    work = tmp_path / "run" / ".work" / "data"
    work.mkdir(parents=True)
    (work / "half.csv").write_text("x", encoding="utf-8")
    (tmp_path / "run" / ".lock").touch()
    assert names(earlier_run(tmp_path / "run")) == {"data/a.csv", "rejects/old.csv", "report.json", "manifest.json"}


def test_manifest_is_published_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    replace = Path.replace

    def noted(self: Path, target: Path) -> Path:
        if not self.name.endswith(".part"):
            order.append(self.name)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", noted)
    earlier_run(tmp_path / "run")
    published = [name for name in order if not name.endswith(".part")]
    assert published == ["data", "rejects", "report.json", "manifest.json"]
