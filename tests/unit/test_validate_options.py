"""Options of validate: which rules run, how grave they are, what is kept of the records."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from chukan_layout.model.finding import Rule
from chukan_layout.rules.policy import Policy
from chukan_layout.rules.structure import STRUCTURE
from tests.run_support import Ran, ran, standard_file

SECRET = "ひみつ"


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    """世帯.csv with one number twice and one code of a municipality that is wrong."""
    path = standard_file(tmp_path / "dump" / "世帯.csv", [1, 2, 2, 3])
    text = path.read_text(encoding="utf-8").replace("131016", "131017", 1).replace("例示", SECRET)
    path.write_text(text, encoding="utf-8")
    return path


def validate(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[Ran, dict[str, int]]:
    done = ran(capsys, "validate", *words, "--format", "json")
    return done, {r["id"]: r["count"] for r in json.loads(done.out)["rules"]}


CODE, TWICE = "01-03-004-CDG", "01-03-K01"


def test_only_some_rules(dump: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, every = validate(capsys, dump)
    assert every == {CODE: 1, TWICE: 1}
    done, some = validate(capsys, dump, "--rules", "*-CDG")
    assert some == {CODE: 1} and done.code == 1
    assert "--rules" in json.loads(done.out)["skipped"][-1]["reason_ja"], "what was not checked is told"
    done, none = validate(capsys, dump, "--rules", "01-99-*")
    assert none == {} and done.code == 0


def test_severities_of_the_configuration(dump: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "c.toml"
    config.write_text('[rules]\n"*-CDG" = "off"\n"01-03-K*" = "info"\n', encoding="utf-8")
    done, counts = validate(capsys, dump, "--config", config)
    assert (done.code, counts) == (0, {TWICE: 1})
    report = json.loads(done.out)
    assert report["totals"]["findings_by_severity"] == {"info": 1}
    assert [s["check"] for s in report["skipped"]][-1:] == ["*-CDG"]


@pytest.mark.parametrize(
    ("text", "said"),
    [("[rules", "TOML"), ('[rules]\n"x" = "loud"', "error"), ("[rool]", "rool"), ("rules = 3", "rules")],
)
def test_a_configuration_that_says_nothing_known(
    text: str, said: str, dump: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "c.toml"
    config.write_text(text, encoding="utf-8")
    done = ran(capsys, "validate", dump, "--config", config)
    assert done.code == 2 and said in done.err
    assert ran(capsys, "validate", dump, "--config", tmp_path / "none.toml").code == 2


def test_what_is_broken_as_a_whole_cannot_be_switched_off() -> None:
    policy = Policy(only=("01-*",), levels=(("*", "off"),))
    whole: Rule = STRUCTURE["S-RAGGED"]
    assert policy.apply(whole) == whole
    assert policy.apply(whole._replace(id="01-01-001-REQ")) is None


def test_the_last_pattern_decides() -> None:
    policy = Policy(levels=(("01-*", "off"), ("01-01-*", "warning")))
    rule = STRUCTURE["S-RAGGED"]._replace(id="01-01-001-REQ")
    applied = policy.apply(rule)
    assert applied is not None and applied.severity == "warning"
    assert policy.apply(rule._replace(id="01-02-001-REQ")) is None


def test_a_fit_rate_that_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lacking = standard_file(tmp_path / "世帯.csv", [1], without=("住所_方書",))
    assert validate(capsys, lacking, "--min-fit", "0.5")[0].code == 0
    done, counts = validate(capsys, lacking, "--min-fit", "1")
    assert (done.code, counts) == (1, {})
    assert json.loads(done.out)["verdict"] == "fail"


def test_metadata_only_keeps_nothing_of_the_records(
    dump: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done, counts = validate(capsys, dump, "--metadata-only", "--out", tmp_path / "run")
    assert counts == {CODE: 1, TWICE: 1}
    assert {s["key"] + s["value"] for s in json.loads(done.out)["samples"]} == {""}
    found = pl.read_parquet(tmp_path / "run" / "findings.parquet")
    assert found["key"].to_list() == found["value"].to_list() == [""] * 2
    assert found["line"].to_list() != [0, 0], "the place stays"
    assert ran(capsys, "validate", dump, "--metadata-only", "--reveal").code == 2


def test_number_of_examples(dump: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done, _ = validate(capsys, dump, "--sample-limit", "0")
    assert json.loads(done.out)["samples"] == []


def test_binary_formats_need_a_file(dump: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ran(capsys, "validate", dump, "--format", "xlsx").code == 2
    book = tmp_path / "r.xlsx"
    assert ran(capsys, "validate", dump, "--format", "xlsx", "--output-file", book).code == 1
    assert book.read_bytes()[:2] == b"PK"
