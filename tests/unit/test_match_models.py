"""``chukan match find --from``: models that are not persons; and what the preparation of columns means."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from chukan_layout.match import (
    clusters,
    crosswalk,
    decisions,
    evaluate,
    found,
    patch,
    persons,
    prepare,
    scheme,
    tables,
    texts,
)

Chukan = Callable[..., subprocess.CompletedProcess[str]]
HEAD = "法人管理番号,最新フラグ,法人番号,商号,商号_フリガナ,代表者氏名,本店所在地_町字,本店所在地_番地号表記,電話番号\n"


def companies(seed: int, rows: int = 600) -> tuple[str, dict[str, int]]:
    """Companies, every eighth registered twice by another hand; who is who."""
    dice = random.Random(seed)
    parts = ["山本", "東洋", "北星", "富士", "共栄", "三和", "大成", "松本", "日新", "中央", "青葉", "桜井"]
    trades = ["建設", "商事", "運輸", "印刷", "製作所", "工業", "食品", "電機", "設計", "観光"]
    lines, truth = [], {}
    for n in range(rows):
        name = dice.choice(parts) + dice.choice(parts) + dice.choice(trades)
        town, lot = (
            dice.choice(["本町", "旭町", "栄町", "緑町", "東町"]),
            f"{dice.randint(1, 90)}番{dice.randint(1, 30)}号",
        )
        number = f"{n + 1_000_000_000_000:013}"
        phone, head = (
            f"0{dice.randint(10**8, 10**9 - 1)}",
            dice.choice(["佐藤", "鈴木", "髙橋", "田中"]) + dice.choice(["一", "二郎", "実", "進"]),
        )
        rows_of = [(f"A{n:05}", number, f"株式会社{name}", town, lot, phone)]
        if n % 8 == 0:
            lot_again = lot.replace("番", "-").replace("号", "")
            rows_of.append((f"B{n:05}", "", f"㈱{name}", town, lot_again, phone if n % 16 else ""))
        for key, no, title, place, at, call in rows_of:
            truth[f"houjin/{key}"] = n
            lines.append(f"{key},1,{no},{title},,{head},{place},{at},{call}\n")
        lines.append(f"A{n:05}-old,0,{number},旧{name},,{head},{town},{lot},{phone}\n")
    dice.shuffle(lines)
    return HEAD + "".join(lines), truth


def test_companies(chukan: Chukan, tmp_path: Path) -> None:
    text, truth = companies(3)
    (tmp_path / "09").mkdir()
    (tmp_path / "09" / "法人情報.csv").write_text(text, encoding="utf-8")
    (tmp_path / "truth.csv").write_text(
        "鍵,人物\n" + "".join(f"{k},{v}\n" for k, v in truth.items()), encoding="utf-8"
    )
    chukan("match", "find", tmp_path / "09", "--from", "houjin", "--out", tmp_path / "f")
    label = pl.read_csv(tmp_path / "f" / "clusters.csv", infer_schema=False)
    keys = sorted(truth)
    at = dict(zip(label["key"], label["cluster"], strict=True))
    numbers = {name: i for i, name in enumerate(dict.fromkeys(at.get(k, k) for k in keys))}
    got = evaluate.of_clusters(
        np.array([numbers[at.get(k, k)] for k in keys]), np.array([truth[k] for k in keys])
    )["pairwise"]
    assert got["precision"] >= 0.98
    assert got["recall"] >= 0.95
    assert "㈱" not in (tmp_path / "f" / "candidates.parquet").read_bytes().decode("latin-1")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t.replace('change = "lot"', 'change = "slot"'), "change"),
        (lambda t: t.replace('column = "電話"', 'column = "携帯"'), "携帯"),
        (lambda t: t + "[[", "読めません"),
        (lambda t: t.replace('key = "法人管理番号"', 'key = "番号"'), "番号"),
    ],
)
def test_a_wrong_model_is_told(
    chukan: Chukan, tmp_path: Path, change: Callable[[str], str], said: str
) -> None:
    (tmp_path / "m.toml").write_text(
        change((tables.MODELS / "houjin.toml").read_text(encoding="utf-8")), encoding="utf-8"
    )
    (tmp_path / "法人情報.csv").write_text(companies(1, 20)[0], encoding="utf-8")
    done = chukan(
        "match",
        "find",
        tmp_path / "法人情報.csv",
        "--from",
        tmp_path / "m.toml",
        "--out",
        tmp_path / "f",
        code=2,
    )
    assert said in done.stderr


def test_shipped_models_are_whole() -> None:
    for path in tables.MODELS.glob("*.toml"):
        assert tables.scheme(tables.load(path)).traits, path.name


def values(function: Callable[[pl.Series], pl.Series], *given: str) -> list[str | None]:
    return function(pl.Series("v", given)).to_list()


def test_texts_that_mean_the_same_are_one() -> None:
    assert set(values(texts.kanji, "髙橋", "高橋")) == {"高橋"}
    assert len(set(values(texts.kana, "ショウジ", "しようじ", "ｼｮｳｼﾞ"))) == 1
    assert len(set(values(texts.kana_key, "オオタ", "オウダ"))) == 1
    assert set(values(texts.lot, "５番３号", "5-3", "五番地の三", "5番地3")) == {"5-3"}
    assert values(texts.year, "1975-04-01", "昭和50年頃", "不詳") == ["1975", "1975", None]
    assert set(values(texts.company, "株式会社山本", "㈱山本", "（株）山本")) == {"山本"}
    assert values(texts.month_day, "1975-04-01", "1975-00-00") == [401, None]


FIELDS = ("key", "no", *persons.COLUMNS, "status")


def register(*rows: dict[str, str]) -> pl.DataFrame:
    """Records of persons; what is not given is blank."""
    made = [
        {**dict.fromkeys(FIELDS, ""), "key": f"01/住民情報/{n}", "no": str(n), "status": "other", **r}
        for n, r in enumerate(rows)
    ]
    return pl.DataFrame(made, schema=dict.fromkeys(FIELDS, pl.String))


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_next_to_nothing_is_no_error(rows: int) -> None:
    frame = register(*({"name": "山田　太郎", "born": "1980-01-01"} for _ in range(rows)))
    made = found.find(frame["key"], frame.lazy().select(persons.COLUMNS), prepare.prepare(frame), scheme.persons())
    assert made.records == rows
    assert made.auto.sum() == 0


def test_large_blocks_are_bounded_and_reported() -> None:
    """A care home: 300 born on 1 January at one address."""
    frame = register(
        *(
            {
                "name": f"山田　太郎{i}",
                "kana": "ヤマダ　タロウ",
                "born": "1930-01-01",
                "town": "本町",
                "lot": "1",
            }
            for i in range(300)
        )
    )
    made = found.find(frame["key"], frame.lazy().select(persons.COLUMNS), prepare.prepare(frame), scheme.persons())
    large = {b.key: (b.large, b.records) for b in made.blocks if b.large}
    assert large["house"] == (1, 300)
    assert made.pairs < 300 * 299 / 2


def test_clusters_hold_no_contradiction() -> None:
    left, right = np.array([0, 1, 2]), np.array([1, 2, 3])
    weight = np.array([0.9, 0.8, 0.99])
    number = np.array([7, -1, 8, -1])
    made = clusters.cluster(4, left, right, weight, [number])
    assert made.label.tolist() == [0, 0, 2, 2]
    assert made.refused.tolist() == [1]
    apart = clusters.cluster(4, left, right, weight, apart=np.array([[0], [3]]))
    assert apart.label[0] != apart.label[3]


def test_relatives_need_their_own_model(chukan: Chukan, tmp_path: Path) -> None:
    """The ablation of the benchmark, small: without the stratum of houses, relatives become one."""
    chukan("sample", "--rows", 6000, "--duplicates", 0.047, "--seed", 5, "--out", tmp_path)
    frame = persons.read(persons.find([tmp_path]))
    truth = pl.read_csv(tmp_path / "truth.csv", infer_schema=False)
    truth = truth.select(key=pl.concat_str("業務", "ファイル", "宛名番号", separator="/"), person="人物")
    person = (
        frame.join(truth, on="key", how="left", maintain_order="left")["person"]
        .rank("dense")
        .to_numpy()
        .astype(np.int64)
    )
    kind = scheme.persons()
    f1 = {}
    for houses in (True, False):
        c = found.compare(prepare.prepare(frame), kind, 1, houses)
        q = c.p >= 0.5
        label = clusters.cluster(frame.height, c.left[q], c.right[q], c.p[q], most=frame.height).label
        f1[houses] = evaluate.of_clusters(label, person)["pairwise"]["f1"]
    assert f1[True] >= 0.97
    assert f1[False] < 0.95


def decided(*pairs: tuple[int, int, str]) -> decisions.Decided:
    """Pairs of :func:`register`, decided one by one."""
    made = {(f"01/住民情報/{a}", f"01/住民情報/{b}"): what for a, b, what in pairs}
    return decisions.Decided(
        made, dict.fromkeys(made, ("A1", "佐藤", "2026-04-01T09:00:00")), frozenset(made), ()
    )


def test_who_stands_for_whom() -> None:
    frame = register({"status": "other"}, {"status": "gone"}, {"status": "resident"}, {})
    made, held = crosswalk.links(decided((0, 1, "same"), (1, 2, "same")), frame, {}, {})
    assert [(k.old_no, k.new_no) for k in made] == [("0", "2"), ("1", "2")]
    assert held == []
    again, _ = crosswalk.links(decided((0, 3, "same")), frame, {"0": "3"}, {})
    assert [(k.old_no, k.new_no) for k in again] == [("0", "3")], (
        "a link that is there already stays as it is"
    )
    assert crosswalk.ambiguous(made, pl.concat([frame, register({"key": "03/x/0"})])) == {"0"}


@pytest.mark.parametrize(
    ("rows", "pairs", "pointers", "said"),
    [
        ([{"status": "resident"}] * 2, ((0, 1, "same"),), {}, "住民二人"),
        (
            [{"my_number": "1"}, {}, {"my_number": "2"}],
            ((0, 1, "same"), (1, 2, "same")),
            {},
            "個人番号の違う",
        ),
        ([{}] * 3, ((1, 2, "same"),), {"1": "0", "0": "2", "2": "9"}, "循環"),
    ],
)
def test_links_that_cannot_be(
    rows: list[dict[str, str]], pairs: tuple[tuple[int, int, str], ...], pointers: dict[str, str], said: str
) -> None:
    with pytest.raises(decisions.DecisionsRefused) as refused:
        crosswalk.links(decided(*pairs), register(*rows), pointers, {})
    assert said in refused.value.ja


def test_only_the_field_changes(tmp_path: Path) -> None:
    raw = b'a,b,c\r\n1,"x,\r\ny",3\r\n2,"""q""",\r\n3,,z'
    (tmp_path / "in.csv").write_bytes(raw)
    patch.patch(tmp_path / "in.csv", tmp_path / "out.csv", {2: {1: 'n"w'}, 3: {0: "9"}}, 3)
    assert (tmp_path / "out.csv").read_bytes() == b'a,b,c\r\n1,"x,\r\ny",3\r\n2,"n""w",\r\n9,,z'
    with pytest.raises(patch.NotPatchable):
        patch.patch(tmp_path / "in.csv", tmp_path / "o2.csv", {1: {0: "9"}}, 4)
