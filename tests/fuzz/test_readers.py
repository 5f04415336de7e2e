"""A short run over everything that Python reads of others; ``make fuzz`` gives it more time."""

from __future__ import annotations

import random

import pytest

from tests.fuzz.driver import mutated
from tests.fuzz.readers import Target, refusing, targets

TRIES = 40
EVERY = list(targets())


@pytest.mark.parametrize(("name", "run", "seeds"), EVERY, ids=[name for name, _, _ in EVERY])
def test_mutated_bytes_are_taken_or_refused(name: str, run: Target, seeds: list[bytes]) -> None:
    for data in [b"", b"\x00", b"\xff" * 100, *seeds]:
        run(data)
    chance = random.Random(name)
    for _ in range(TRIES):
        run(mutated(chance, seeds))


def test_another_exception_would_be_seen() -> None:
    with pytest.raises(ZeroDivisionError):
        refusing(lambda p: 1 // 0, ".x", ValueError)(b"")
    with pytest.raises(AssertionError, match="outside"):
        refusing(lambda p: (p.parent.parent / "out").touch(), ".x")(b"")
