"""The report in a real browser, where one is at hand (Debian: chromium): what a person sees, and what is never fetched."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium がない (no chromium)")


def seen(page: Path, folder: Path, *options: str) -> str:
    """The page as the browser has it once it is loaded; with a profile of its own, without a network."""
    assert CHROMIUM is not None
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}",
               "--host-resolver-rules=MAP * ~NOTFOUND", *options, page.as_uri()]  # fmt: skip
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120, cwd=folder).stdout


@pytest.mark.parametrize(("name", "verdict"), [("report.html", "移行データ報告書"), ("report.en.html", "Migration data report")])
def test_what_a_person_sees_needs_no_script(name: str, verdict: str, tmp_path: Path) -> None:
    dom = seen(HERE / name, tmp_path, "--dump-dom")
    assert verdict in dom
    assert dom.count("<tr") == (HERE / name).read_text(encoding="utf-8").count("<tr")
    assert "<script" not in dom


def test_a_choice_hides_the_other_rows(tmp_path: Path) -> None:
    html = (HERE / "report.html").read_text(encoding="utf-8")
    only_errors = html.replace('id="examples-of-all" class="f all" checked', 'id="examples-of-all" class="f all"').replace(
        'id="examples-of-error" class="f error"', 'id="examples-of-error" class="f error" checked'
    )
    assert only_errors != html
    shown, printed = [], []
    for n, text in enumerate((html, only_errors)):
        page = tmp_path / f"{n}.html"
        page.write_text(text, encoding="utf-8")
        picture, paper = tmp_path / f"{n}.png", tmp_path / f"{n}.pdf"
        seen(page, tmp_path, f"--screenshot={picture}", "--window-size=1200,3000")
        seen(page, tmp_path, f"--print-to-pdf={paper}", "--no-pdf-header-footer")
        shown.append(picture.read_bytes())
        printed.append(len(re.findall(rb"/Type\s*/Page\b", paper.read_bytes())))
    assert shown[0] != shown[1]
    # On paper all rows stand, whatever is chosen on the screen.
    assert printed[0] == printed[1] > 0


def test_on_paper(tmp_path: Path) -> None:
    made = tmp_path / "report.pdf"
    seen(HERE / "report.html", tmp_path, f"--print-to-pdf={made}", "--no-pdf-header-footer")
    assert made.read_bytes().startswith(b"%PDF-")
    assert made.stat().st_size > 20_000
