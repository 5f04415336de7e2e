"""The repository's promises about itself; a failure says what to write."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

import chukan_layout

ROOT = Path(__file__).resolve().parents[2]
TEXT = {
    ".py",
    ".rs",
    ".toml",
    ".md",
    ".yaml",
    ".yml",
    ".json",
    ".cfg",
    ".html",
    ".css",
    ".js",
    ".svg",
    ".txt",
    ".j2",
    "",
}
MACHINE_PATHS = re.compile(r"(?<![\w.\-])/(?:work|tmp|home|root|Users|opt/wheels)(?:/|\b)")
REGISTRIES = re.compile(r"pypi\.org|pythonhosted\.org|static\.crates\.io|deb\.debian\.org|index[-]url")
#: Longest file of code; a longer one needs a reason here.
CEILING = 400
LONGER: dict[str, str] = {
    "chukan_layout/plan/reference.py": "the definitions of all operations and checks are read side by side",
    "chukan_layout/model/mapping.py": "a class for every operation, in the order of the reference",
    "native/src/chunk.rs": "one walk over the records of a chunk, whatever its charset was",
    "native/src/fast.rs": "every accelerator beside the others",
    "native/src/program.rs": "what plan says becomes the program in one place: items, conditions, checks, keys",
    "native/src/pyapi.rs": "the whole boundary to Python, beside _kernel.pyi",
    "native/src/record.rs": "one walk over the fields of a record, quoted and not",
    "native/src/row.rs": "one walk over the items of a record",
    "tests/property/test_kernel_ops.py": "a generator for every operation",
}
KERNEL_CALLERS = {
    "charset", "cli", "engines", "gaiji", "match", "plan", "profile", "read", "run", "stages", "write",
}  # fmt: skip


def tracked() -> list[Path]:
    """Files of the repository: tracked, or new and not ignored."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if done.returncode != 0:
        pytest.skip("not a git checkout")
    paths = [ROOT / name for name in done.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file() and not path.is_symlink()]


def texts() -> list[tuple[str, str]]:
    found = []
    for path in tracked():
        if path.suffix in TEXT and path.name != "Cargo.lock":
            found.append((path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")))
    assert len(found) > 50
    return found


def test_no_path_of_one_machine() -> None:
    bad = [f"{name}: {m[0]}" for name, text in texts() for m in MACHINE_PATHS.finditer(text)]
    assert bad == [], "use a relative path, mktemp or tmp_path"


def test_no_name_of_a_registry() -> None:
    bad = [f"{name}: {m[0]}" for name, text in texts() for m in REGISTRIES.finditer(text)]
    assert [b for b in bad if not b.startswith("native/Cargo.lock")] == [], "the clients know their registry"


def test_readme_opens_with_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    opening = re.match(r"# .+\n\n```sh\n(.+)\n(.+)\n```\n", readme)
    assert opening, "README.md begins with its title and two commands"
    assert opening[1].startswith("make setup && make demo"), opening[1]
    assert opening[2].startswith("make test"), opening[2]


def test_every_make_target_of_the_documents_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    for name in ("README.md", "CONTRIBUTING.md", ".ci/run", "bench/README.md", "tests/README.md"):
        named = set(re.findall(r"\bmake ([a-z-]+)\b", (ROOT / name).read_text(encoding="utf-8")))
        assert named <= targets, f"{name} names {sorted(named - targets)}"


def test_every_link_of_the_documents_leads_somewhere() -> None:
    bad = []
    for path in tracked():
        if path.suffix == ".md":
            for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
                if not (path.parent / target).exists():
                    bad.append(f"{path.relative_to(ROOT)}: {target}")
    assert bad == []


def test_every_room_of_tests_has_a_readme() -> None:
    rooms = {path.parent for path in (ROOT / "tests").rglob("test_*.py")} - {ROOT / "tests"}
    bare = sorted(room.name for room in rooms if not (room / "README.md").exists())
    assert bare == [], "write a few lines of README.md in each"
    index = (ROOT / "tests" / "README.md").read_text(encoding="utf-8")
    unnamed = sorted(room.name for room in rooms if f"`{room.name}/`" not in index)
    assert unnamed == [], "add a line to tests/README.md"


#: What stands at the top of the repository; a run folder or a dump left there must never be committed.
TOP = set(
    ".ci .gitignore .pre-commit-hooks.yaml CHANGELOG.md CONTRIBUTING.md LICENSE LICENSES Makefile README.md bench chukan_layout"
    " ci docs gaiji layouts mappings native pyproject.toml schemas tests tools".split()
)


def test_nothing_else_stands_at_the_top() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in tracked()} <= TOP


def test_files_stay_short() -> None:
    long = {}
    for name, text in texts():
        if name.endswith((".py", ".rs")) and (lines := text.count("\n")) > CEILING and name not in LONGER:
            long[name] = lines
    assert long == {}, f"split it, or give the reason in LONGER (ceiling {CEILING} lines)"
    stale = [name for name in LONGER if (ROOT / name).read_text(encoding="utf-8").count("\n") <= CEILING]
    assert stale == [], "no longer longer: remove it from LONGER"


def test_only_named_rooms_call_the_kernel() -> None:
    rooms = set()
    for path in (ROOT / "chukan_layout").rglob("*.py"):
        if re.search(
            r"^\s*(?:from|import) chukan_layout(?:\._kernel| import _kernel)",
            path.read_text(encoding="utf-8"),
            re.M,
        ):
            rooms.add(path.relative_to(ROOT / "chukan_layout").parts[0])
    assert rooms <= KERNEL_CALLERS


def test_one_version() -> None:
    cargo = tomllib.loads((ROOT / "native" / "Cargo.toml").read_text(encoding="utf-8"))
    assert cargo["package"]["version"] == chukan_layout.__version__
    assert f"## {chukan_layout.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_data_is_linked_into_the_package() -> None:
    for name in ("gaiji", "layouts", "mappings", "schemas"):
        link = ROOT / "chukan_layout" / "_data" / name
        assert link.resolve() == (ROOT / name).resolve(), (
            f"the wheel would have no {name}: ln -s ../../{name}"
        )


def test_what_systems_do_differently_stands_in_one_module() -> None:
    only = re.compile(r"^\s*(?:import|from) (?:fcntl|resource|msvcrt|pwd|grp|termios|mmap|winreg)\b|sched_getaffinity|sys\.platform"
                      r"|os\.(?:fork|getuid|geteuid|chown|mkfifo|sendfile|posix_\w+|pread|preadv)\b|[\"']/(?:proc/|sys/|dev/(?!null/))", re.M)  # fmt: skip
    clusters = ROOT / "chukan_layout" / "engines" / "spark"  # runs where Spark does: on Linux
    found = [path.relative_to(ROOT).as_posix() for path in tracked()
             if path.suffix == ".py" and path.is_relative_to(ROOT / "chukan_layout") and not path.is_relative_to(clusters) and only.search(path.read_text(encoding="utf-8"))]  # fmt: skip
    assert found == ["chukan_layout/write/system.py"], "put it there"
