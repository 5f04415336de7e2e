"""What is wrong with a copybook, with its line and column."""

from __future__ import annotations


class CopybookError(ValueError):
    """A copybook that cannot be read.  ``line`` and ``column`` count from 1, columns as an editor does."""

    def __init__(self, ja: str, en: str, line: int, column: int, file: str = "") -> None:
        super().__init__(f"{file or 'copybook'}:{line}:{column}: {en}")
        self.ja, self.en, self.line, self.column, self.file = ja, en, line, column, file
