"""Names of the documents of a specification: how a check says in which file it found something."""

COMMON = "common"
CHANGES = "changes"
VENDOR = "vendor"
MAPS = "codes"
GAIJI = "gaiji"


def area(no: int) -> str:
    return f"area:{no:02d}"


def codes(no: int) -> str:
    return f"codes:{no:02d}"


def file(no: int, file_id: str) -> str:
    return f"file:{no:02d}/{file_id}"


def mapping(mapping_id: str) -> str:
    return f"mapping:{mapping_id}"


def maps(table: str) -> str:
    """The document of a code map: ``12.性別`` stands in 12/codes.toml, one without a number in codes.toml."""
    area = area_of_map(table)
    return MAPS if area is None else f"{MAPS}:maps:{area:02d}"


def area_of_map(table: str) -> int | None:
    """The area whose folder a code map belongs to; None for one of the whole vendor."""
    number, dot, _ = table.partition(".")
    return int(number) if dot and len(number) == 2 and number.isdecimal() else None
