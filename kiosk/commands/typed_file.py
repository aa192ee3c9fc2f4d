"""A JSON file that a person has typed: read whole, each slip refused with its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NoReturn

from kiosk.errors import DataError


def read_json(file: Path) -> dict[str, Any]:
    """Read one object; refuses with ``DataError`` that names the file, and the line if it can."""
    try:
        read = json.loads(
            file.read_text("utf-8-sig"), object_pairs_hook=_each_once, parse_constant=_no_number
        )
    except OSError as error:
        raise DataError(f"{file}: expected a file, got {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise DataError(f"{file}: expected text in UTF-8, got {error}") from None
    except json.JSONDecodeError as error:
        raise DataError(
            f"{file}: line {error.lineno}, column {error.colno}: expected JSON, got {error.msg}"
        ) from None
    except (ValueError, RecursionError) as error:  # _SlipError, or a number of thousands of digits
        raise DataError(f"{file}: {error}") from None
    if not isinstance(read, dict):
        raise DataError(f"{file}: expected an object, got {type(read).__name__}")
    return read


class _SlipError(ValueError):
    """What JSON allows and nobody means."""


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read: dict[str, Any] = {}
    for name, value in pairs:
        if name in read:
            raise _SlipError(f"{name}: expected each field once, got it again")
        read[name] = value
    return read


def _no_number(name: str) -> NoReturn:
    raise _SlipError(f"expected numbers, got {name}")
