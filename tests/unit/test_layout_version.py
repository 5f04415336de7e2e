"""``validate`` finds the version of a dump by its headings, and says how sure it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chukan_layout.model.layout import LayoutFile, LayoutSet
from chukan_layout.read.version import likeliest, likeness
from chukan_layout.spec.load import load_layouts
from chukan_layout.spec.paths import versions
from tests.run_support import ran, standard_file


def changed_file() -> tuple[str, LayoutFile]:
    """A version or an overlay in which a 移行ファイル has other items than in the latest, and that file."""
    now = {(a.no, f.id): f for a in load_layouts("latest").areas for f in a.files}
    for version in reversed(versions()):
        for area in load_layouts(version).areas:
            for file in area.files:
                there = now.get((area.no, file.id))
                if there is not None and {i.name for i in there.items} != {i.name for i in file.items}:
                    return version, file
    raise AssertionError("no version differs: this test proves nothing")


@pytest.fixture(scope="module")
def old() -> tuple[str, LayoutFile]:
    return changed_file()


def dump_of(folder: Path, file: LayoutFile) -> Path:
    path = folder / file.folder / f"{file.id}.csv"
    path.parent.mkdir(parents=True)
    path.write_text(",".join(item.name for item in file.items) + "\n", encoding="utf-8")
    return folder


def test_another_version_is_recognised(old: tuple[str, LayoutFile], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    version, file = old
    dump = dump_of(tmp_path, file)
    done = ran(capsys, "validate", dump, "--format", "json")
    assert json.loads(done.out)["layout"] == json.loads(done.out)["layout"] | {"version": version, "requested": "latest"}
    assert f"{version} 版と判断" in done.err and "100.0%" in done.err
    pinned = ran(capsys, "validate", dump, "--format", "json", "--layout-version", "2.7")
    assert json.loads(pinned.out)["layout"]["version"] == "2.7" and "判断" not in pinned.err


def test_the_latest_needs_no_other(tmp_path: Path) -> None:
    dump = standard_file(tmp_path / "世帯.csv", [1, 2])
    latest = load_layouts("latest", [1])

    def never(version: str) -> LayoutSet | None:
        raise AssertionError("other versions are read only when the latest does not fit")

    best, looked = likeliest([dump], latest, ["2.2"], never)
    assert best is latest and [v.share for v in looked] == [1.0]


def test_a_column_too_many_does_not_make_it_older(tmp_path: Path) -> None:
    dump = standard_file(tmp_path / "世帯.csv", [1, 2])
    dump.write_text("".join(line + ",x\n" for line in dump.read_text(encoding="utf-8").splitlines()), encoding="utf-8")
    latest = load_layouts("latest", [1])
    best, looked = likeliest([dump], latest, ["2.6", "2.2"], lambda v: load_layouts(v, [1]))
    assert best is latest and 0.9 < looked[0].share < 1


def test_unknown_files_lower_the_share(tmp_path: Path) -> None:
    standard_file(tmp_path / "世帯.csv", [1])
    (tmp_path / "?.csv").write_text("a,b\n", encoding="utf-8")
    assert likeness([tmp_path], load_layouts("latest", [1])).share == 0.5
