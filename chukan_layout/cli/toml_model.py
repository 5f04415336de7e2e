"""A TOML file as a value of a model, for files that a user names on the command line."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from chukan_layout.cli.errors import CliError

if TYPE_CHECKING:
    from pydantic import BaseModel

Model = TypeVar("Model", bound="BaseModel")


def read_model(path: Path, model: type[Model]) -> Model:
    """Raises CliError where the file cannot be read, is no TOML, or has a place that the model does not know."""
    from pydantic import ValidationError

    try:
        return model.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError:
        raise CliError(f"{path.name} が読めません。", f"{path.name} cannot be read") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise CliError(f"{path.name} が TOML として読めません: {wrong}", f"{path.name} is no TOML: {wrong}") from None
    except ValidationError as wrong:
        first = wrong.errors(include_input=False, include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise CliError(f"{path.name} の {where}: {first['msg']}", f"{path.name} at {where}: {first['msg']}") from None
