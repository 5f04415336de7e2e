"""What a version of the layouts holds, as plain values: the JSON of ``chukan layout list`` and ``show``."""

from __future__ import annotations

from collections import Counter
from typing import Any

from chukan_layout.model.layout import LayoutFile, LayoutSet

ORIGINS = ("official", "successor", "law", "draft")


def origin(source: str) -> str:
    """official, successor, law or draft of a source mark."""
    return source.partition(":")[0]


def sources(file: LayoutFile) -> dict[str, int]:
    """Number of items of each origin."""
    count = Counter(origin(item.source) for item in file.items)
    return {name: count[name] for name in ORIGINS}


def listing(layouts: LayoutSet) -> dict[str, Any]:
    """``{version, areas: [{no, name, files: [{id, name, items, key, sources}]}]}``."""
    return {
        "version": layouts.version,
        "areas": [
            {
                "no": area.no,
                "name": area.name,
                "files": [
                    {
                        "id": file.id,
                        "name": file.name,
                        "items": len(file.items),
                        "key": list(file.key),
                        "sources": sources(file),
                    }
                    for file in area.files
                ],
            }
            for area in layouts.areas
        ],
    }
