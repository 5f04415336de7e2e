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
