"""Apply then restore is the identity; the native converter does what the plain one means."""

from __future__ import annotations

from functools import cache

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chukan_layout.gaiji import identity, represent
from chukan_layout.gaiji.convert import Converter, Fallback, Policy, Restored, convert_text, restore
from chukan_layout.gaiji.identity import Identity
from chukan_layout.gaiji.represent import REPRESENTATIONS, Representation

RULES = {"\ue000": Identity(22335, "字形一致"), "\ue001": Identity(3719, "字形一致")}


@cache
def converter(to: Representation, fallback: Fallback = "geta", stop: represent.Stop = "full") -> Converter:
    return Converter(Policy(to=to, fallback=fallback, stop=stop, rules=RULES))


def there_and_back(made: Converter, texts: list[str | None]) -> None:
    series = pl.Series("氏名", texts, dtype=pl.String)
    out, hits = made.convert(series)
    ledger = made.ledger(hits, "氏名", None)
    assert restore(out, ledger).to_list() == texts
    assert out.to_list() == [None if t is None else convert_text(made, t) for t in texts]


UNITS = st.one_of(
    st.sampled_from(sorted(identity.registered())[::97]),
    st.sampled_from("山田太郎葛辻祇髙﨑𠮷{}〓●★①ｱ\ue000\ue001\ue002\U00100000\ufe00\U000e0100\uf9d0가"),
    st.characters(exclude_categories=("Cs",)),
)
TEXTS = st.one_of(st.none(), st.lists(UNITS, max_size=8).map("".join))


@settings(max_examples=150, deadline=None)
@given(st.lists(TEXTS, max_size=6), st.sampled_from(REPRESENTATIONS), st.sampled_from(["geta", "keep"]))
def test_random_text_comes_back(texts: list[str | None], to: Representation, fallback: Fallback) -> None:
    there_and_back(converter(to, fallback), texts)


@pytest.mark.parametrize("to", REPRESENTATIONS)
def test_every_mj_name_comes_back(to: Representation) -> None:
    units = [text for pair in identity.texts().values() for text in pair if text]
    series = pl.Series("名", [f"甲{u}乙" for u in units])
    made = converter(to)
    out, hits = made.convert(series)
    assert restore(out, made.ledger(hits, "名", None)).equals(series)


@pytest.mark.parametrize("to", ["mj_ivs", "mj_ivs_always", "mj_plus", "mj_name"])
def test_lossless_representations_tell_all_glyphs_apart(to: Representation) -> None:
    texts = [w.text for w in represent.written(to).values()]
    assert len(set(texts)) == len(texts) >= 58_843


def test_a_text_that_was_changed_is_not_restored() -> None:
    made = converter("x0208")
    out, hits = made.convert(pl.Series("名", ["髙橋", "山田"]))
    ledger = made.ledger(hits, "名", None)
    assert out.to_list() == ["高橋", "山田"]
    with pytest.raises(Restored):
        restore(pl.Series("名", ["低橋", "山田"]), ledger)
