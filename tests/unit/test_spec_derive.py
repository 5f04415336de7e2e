"""Versions and overlays: a set with a base is the base and what changes.toml says."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from chukan_layout.cli.main import cli
from chukan_layout.model.layout import Foreign, LayoutSet
from chukan_layout.spec.check_layout import check_layout_folder
from chukan_layout.spec.diff import diff
from chukan_layout.spec.load import layout_folder, layout_parts, load_layouts, load_upgrade
from chukan_layout.spec.paths import versions
from chukan_layout.spec.problem import SpecError
from chukan_layout.spec.read_layouts import read_layouts

ROOT = Path(__file__).parents[2]
BASE = Path(__file__).parents[1] / "cases" / "spec" / "base" / "layouts"
COMMON = '[layout_set]\nversion = "{name}"\nbase = "{base}"\ntitle = "重ね合わせ"\nsource = "draft"\n'


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(BASE, tmp_path / "layouts")
    monkeypatch.setenv("CHUKAN_LAYOUTS", str(tmp_path / "layouts"))
    return tmp_path / "layouts"


def overlay(root: Path, changes: str, name: str = "9.9+local", base: str = "9.9") -> Path:
    folder = root / name
    folder.mkdir()
    (folder / "common.toml").write_text(COMMON.format(name=name, base=base), encoding="utf-8")
    (folder / "changes.toml").write_text(changes, encoding="utf-8")
    return folder


def codes_of(folder: Path) -> set[str]:
    return {p.code for p in check_layout_folder(folder)}


def entry(kind: str, **fields: object) -> str:
    lines = [f"{k} = {v if isinstance(v, int) else json.dumps(v, ensure_ascii=False)}" for k, v in fields.items()]
    return "\n".join([f"[[{kind}]]", "area = 1", *lines, 'reason = "試験"', ""])


def test_an_overlay_renames_adds_and_recodes(root: Path) -> None:
    folder = overlay(
        root,
        entry("rename", file="個人", item="消除年月日", to="消除日")
        + '[[add]]\narea = 1\nfile = "個人"\nafter = "世帯番号"\nreason = "試験"\n'
        + 'item = { no = 1, name = "地区", type = "X", digits = 3, source = "draft" }\n'
        + '[[change]]\narea = 1\nfile = "個人"\nitem = "氏名"\nset = { digits = 60 }\nreason = "試験"\n',
    )
    assert check_layout_folder(folder) == []
    file = load_layouts("9.9+local").areas[0].files[0]
    assert [(i.no, i.name) for i in file.items[:4]] == [(1, "宛名番号"), (2, "世帯番号"), (3, "地区"), (4, "氏名")]
    assert file.item("氏名").digits == 60
    assert file.item("異動事由").required_when[0].item == "消除日"
    found = {(c.kind, c.place.split(" / ")[-1], c.field) for c in diff(load_layouts("9.9"), load_layouts("9.9+local"))}
    assert ("added", "地区", "") in found
    assert ("changed", "氏名", "digits") in found
    assert not any(field == "no" for _, _, field in found)


def test_latest_is_a_version_never_an_overlay(root: Path) -> None:
    overlay(root, "")
    assert layout_folder("latest").name == "9.9"
    assert versions()[-1] == "9.9"
    assert "9.9+local" in versions()
    assert [p.name for p in layout_parts(layout_folder("9.9+local"))][:2] == ["9.9+local", "9.9"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        (entry("rename", file="個人", item="ない", to="何か"), "T207"),
        (entry("remove", file="ない", item="氏名"), "T207"),
        (entry("remove", file="個人", check="Z99"), "T207"),
        ('[[without]]\narea = 77\nreason = "試験"\n', "T207"),
        (entry("rename", file="個人", item="消除年月日", to="氏名"), "T208"),
        ('[[change]]\narea = 1\nfile = "個人"\nitem = "氏名"\nset = { digits = "x" }\nreason = "試験"\n', "T209"),
        ('[[change]]\narea = 1\nfile = "個人"\nitem = "氏名"\nset = { name = "x" }\nreason = "試験"\n', "T209"),
        ('[[change]]\narea = 1\nfile = "個人"\nitem = "氏名"\nset = { digits = 5 }\n', "T102"),
    ],
)
def test_a_change_of_what_is_not_there(root: Path, changes: str, code: str) -> None:
    folder = overlay(root, changes)
    assert codes_of(folder) == {code}
    with pytest.raises(SpecError):
        load_layouts("9.9+local")


def test_bases_that_do_not_exist_or_go_round(root: Path) -> None:
    assert codes_of(overlay(root, "", "a", "ない")) == {"T210"}
    overlay(root, "", "b", "c")
    assert codes_of(overlay(root, "", "c", "b")) == {"T211"}
    text = COMMON.format(name="d", base="9.9").replace('base = "9.9"\n', "")
    (root / "d").mkdir()
    (root / "d" / "common.toml").write_text(text, encoding="utf-8")
    assert codes_of(root / "d") == {"T212"}


def test_a_removed_item_that_a_check_needs_is_told(root: Path) -> None:
    assert "L301" in codes_of(overlay(root, entry("remove", file="個人", item="消除年月日")))


def test_a_file_of_its_own_replaces_that_of_the_base(root: Path) -> None:
    folder = overlay(root, "")
    area = folder / "01-住民"
    shutil.copytree(root / "9.9" / "01-住民", area)
    for path in (area / "codes.toml", area / "02-世帯.toml"):
        path.unlink()
    path = area / "01-個人.toml"
    path.write_text(path.read_text("utf-8").replace("digits = 40", "digits = 44"), "utf-8")
    assert check_layout_folder(folder) == []
    found = load_layouts("9.9+local").areas[0]
    assert found.files[0].item("氏名").digits == 44
    assert [f.id for f in found.files] == ["個人", "世帯"]
    assert set(found.codes) == {"性別", "異動事由"}


# ------------------------------------------------------------------ what is shipped


@pytest.fixture(scope="module")
def newest() -> LayoutSet:
    return load_layouts("2.7")


def test_versions_differ_only_in_what_is_known(newest: LayoutSet) -> None:
    for name in ("2.3", "2.6"):
        assert diff(load_layouts(name), newest) == []
    old = load_layouts("2.2")
    assert {a.no for a in newest.areas} - {a.no for a in old.areas} == {23}
    assert [sum(a.no <= 23 for a in layouts.areas) for layouts in (newest, old)] == [23, 22]
    kept = {t.area for a in old.areas for f in a.files for c in f.keyed_checks if isinstance(c, Foreign) for t in c.targets}
    assert 23 not in kept
    with pytest.raises(SpecError) as refused:
        load_layouts("2.2", [23])
    assert refused.value.problems[0].code == "T203"


def test_the_example_overlay_is_a_draft_and_whole() -> None:
    read = read_layouts(layout_folder("2.7+regional-example"), extra=False)
    assert read.layouts is not None
    assert read.layouts.source == "draft"
    assert check_layout_folder(layout_folder("2.7+regional-example"), [1], extra=False) == []


def test_an_upgrade_is_declared_both_ways() -> None:
    _, there = load_upgrade("2.7", "2.7+regional-example")
    _, back = load_upgrade("2.7+regional-example", "2.7")
    first = next(f for f in there.files if (f.area, f.file) == (1, "住民情報"))
    assert ("通称名", ("通称",)) in {(i.to, i.from_) for i in first.item}
    assert there.codes["01-住民種別"].pairs == (("1", "J"), ("2", "F"))
    second = next(f for f in back.files if (f.area, f.file) == (1, "住民情報"))
    assert [r.from_ for r in second.rest] == ["行政区コード"]
    assert back.codes["01-住民種別"].pairs == (("J", "1"), ("F", "2"))


def chukan(*words: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(w) for w in words])


def test_data_goes_to_the_overlay_and_back_unchanged(tmp_path: Path) -> None:
    name, from_ = "standard@2.7+regional-example", "--from"
    source = tmp_path / "source"
    done = chukan("sample", "--area", "住民基本台帳", "--rows", "60", "--seed", "3", "--as", "standard", "--out", source)
    assert done.exit_code == 0, done.output
    first = chukan("convert", source, from_, "standard", "--to", name, "--out", tmp_path / "a", "--no-progress")
    assert first.exit_code == 0, first.output
    second = chukan("convert", tmp_path / "a" / "data", from_, name, "--to", "standard", "--out", tmp_path / "b", "--no-progress")
    assert second.exit_code == 0, second.output
    there = tmp_path / "a" / "data" / "01-住民基本台帳" / "住民情報.csv"
    assert ",J," in there.read_text("utf-8")
    files = sorted((tmp_path / "b" / "data").rglob("*.csv"))
    assert len(files) == 7
    for path in files:
        before = next(source.rglob(path.name))
        assert path.read_bytes() == before.read_bytes()


# ------------------------------------------------------------------ the user's own areas


def test_own_areas_join_every_version(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CHUKAN_LAYOUTS", raising=False)
    example = ROOT / "docs" / "examples" / "layouts"
    for version in ("2.2", "2.7"):
        done = chukan("layout", "list", "--layouts", example, "--layout-version", version, "--format", "json")
        assert json.loads(done.stdout)["areas"][-1]["name"] == "水道料金"
    assert chukan("layout", "check", "--layouts", example).exit_code == 0
    assert "水道料金" not in chukan("layout", "list").stdout
    monkeypatch.chdir(tmp_path)
    (tmp_path / "chukan.toml").write_text(f"layouts = [{json.dumps(str(example))}]\n", "utf-8")
    assert "水道料金" in chukan("layout", "show", "51", "検針").stdout
    (tmp_path / "chukan.toml").write_text('layouts = "ない"\n', "utf-8")
    assert chukan("layout", "list").exit_code == 2
    (tmp_path / "chukan.toml").unlink()
    (tmp_path / "empty").mkdir()
    refused = chukan("layout", "list", "--layouts", tmp_path / "empty")
    assert (refused.exit_code, "レイアウトがありません" in refused.stderr) == (2, True)


def test_an_own_area_may_not_take_the_number_of_another(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    shutil.copytree(ROOT / "docs/examples/layouts/51-水道料金", tmp_path / "own" / "01-水道料金")
    path = tmp_path / "own" / "01-水道料金" / "area.toml"
    path.write_text(path.read_text("utf-8").replace("51", "1"), "utf-8")
    monkeypatch.setenv("CHUKAN_LAYOUTS", str(tmp_path / "own"))
    with pytest.raises(SpecError) as refused:
        load_layouts("2.7", [1])
    assert {p.code for p in refused.value.problems} == {"T204"}
