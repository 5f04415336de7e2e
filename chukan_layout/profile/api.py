"""``profile_all``: the profiles of files, and what they have to do with each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from chukan_layout.model.layout import LayoutSet
from chukan_layout.model.mapping import Mapping
from chukan_layout.profile import keys
from chukan_layout.profile.against import stated, with_layouts, with_mapping
from chukan_layout.profile.model import FileProfile, Profile
from chukan_layout.profile.survey import Surveyed, profile_file


def profile_all(
    files: Sequence[tuple[Path, str]],
    encoding: str = "",
    record_length: int = 0,
    mapping: Mapping | None = None,
    layouts: LayoutSet | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Profile:
    """Profiles of all files (path, name); one that cannot be opened is told of and stops no other.

    With ``mapping`` or ``layouts`` what they state is compared with what is found.

    Raises ``registry.UnknownCharset`` for an ``encoding`` that there isn't.
    """
    found: list[Surveyed] = []
    errors: list[tuple[str, str]] = []
    for path, name in files:
        progress(name)
        try:
            source = stated(name, mapping) if mapping else None
            found.append(profile_file(path, name, encoding, source.key if source else (), record_length))
        except OSError as failure:
            why = failure.strerror or ""
            errors.append((f"{name}: 読めません ({why})", f"{name}: cannot be read ({why})"))
    told: list[FileProfile] = [one.profile for one in found]
    foreign = keys.foreign([(one.profile, one.survey) for one in found if one.survey is not None])
    differences = with_mapping(told, mapping) if mapping else with_layouts(told, layouts) if layouts else []
    against = mapping.vendor if mapping else layouts.version if layouts else ""
    return Profile(tuple(told), tuple(foreign), tuple(errors), against, tuple(differences))
