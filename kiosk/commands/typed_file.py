"""A JSON file that a person has typed: read whole, each slip refused with its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from kiosk.errors import DataError

DIGITS_MAX: Final = 18  # more digits are no amount, and no database keeps them


def read_json(file: Path) -> dict[str, Any]:
    """Read one object; refuses with ``DataError`` that names the file, and the line if it can.

    What is no whole number comes as a ``float``, which no field takes, so the field is named.
    """
    try:
        read = json.loads(
            file.read_text("utf-8-sig"),
            object_pairs_hook=_each_once,
            parse_constant=_NoNumber,
            parse_int=_whole,
        )
    except OSError as error:
        raise DataError(f"{file}: expected a file, got {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise DataError(f"{file}: expected text in UTF-8, got {error}") from None
    except json.JSONDecodeError as error:
        raise DataError(
            f"{file}: line {error.lineno}, column {error.colno}: expected JSON, got {error.msg}"
        ) from None
    except RecursionError:
        raise DataError(f"{file}: expected few lists within lists, got too many") from None
    except _SlipError as error:
        raise DataError(f"{file}: {error}") from None
    if not isinstance(read, dict):
        raise DataError(f"{file}: expected an object, got {type(read).__name__}")
    return read


class _SlipError(ValueError):
    """What JSON allows and nobody means."""


class _NoNumber(float):
    """What stands where a number should, and is told as it stands there, in short."""

    _text: str

    def __new__(cls, text: str) -> _NoNumber:
        self = super().__new__(cls, "nan")
        self._text = text if len(text) <= DIGITS_MAX else f"a number of {len(text)} digits"
        return self

    def __repr__(self) -> str:
        return self._text


def _whole(text: str) -> int | _NoNumber:
    return int(text) if len(text.lstrip("-")) <= DIGITS_MAX else _NoNumber(text)


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read: dict[str, Any] = {}
    for name, value in pairs:
        if name in read:
            raise _SlipError(f"{name}: expected each field once, got it again")
        for text in (name, *(value if isinstance(value, list) else (value,))):
            if isinstance(text, str) and not text.isascii():
                _check_text(name, text)
        read[name] = value
    return read


def _check_text(name: str, text: str) -> None:
    """Refuse half a character, which JSON can escape and nothing can write."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise _SlipError(f"{name}: expected text, got half of a pair of surrogates") from None
