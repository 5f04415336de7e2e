"""Start-up of the commands whose time counts."""

from __future__ import annotations

import sys
from importlib import import_module


def arrow_without_numpy() -> None:
    """Imports pyarrow as if numpy were not installed: convert and validate don't need it, and it takes a tenth of a second.

    Numpy itself can be imported afterwards; only pyarrow's own bridges to it stay closed in this process.
    """
    if "pyarrow" in sys.modules or "numpy" in sys.modules:
        return
    sys.modules["numpy"] = None  # type: ignore[assignment]
    try:
        import_module("pyarrow")
        import_module("pyarrow.parquet")
    finally:
        del sys.modules["numpy"]
