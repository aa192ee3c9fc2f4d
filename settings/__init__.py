"""Settings files of kiosk and server alike: TOML in, a checked frozen dataclass out.

Every wrong key or value is told at once, each with its path, what was expected and what came.
It knows no key of either side; what the keys are is kiosk/config.py and server/configuration.py.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated, Any, TypeVar, cast, get_args, get_type_hints
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

T = TypeVar("T")
_STRICT = ConfigDict(extra="forbid", strict=True)


class SettingsError(Exception):
    """A wrong key or value; one line with ``path: expected …, got …`` for each, joined by "; "."""


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder
        raise ValueError("a zone of the tz database such as Asia/Tehran") from None
    return name


Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
ZoneName = Annotated[str, AfterValidator(_known_zone)]


def read_file(file: Path) -> dict[str, Any]:
    """Read a TOML file; raises ``SettingsError`` that names it."""
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(f"{file}: expected a settings file, got {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: expected TOML, got {error}") from None


def read_table(kind: type[T], table: Mapping[str, Any], path: str = "") -> T:
    """Make a ``kind`` (a frozen dataclass) of a TOML table; ``path`` is where it stands.

    Raises ``SettingsError``.
    """
    # a bare dataclass would keep its own, lax rules; inside a tuple it takes ours, at any depth
    boxed: Any = tuple.__class_getitem__(kind)
    try:
        # by way of JSON: there, strict means that a text may be a path, but never a number
        as_json = json.dumps([table], default=_plain)
        return cast(T, TypeAdapter(boxed, config=_STRICT).validate_json(as_json)[0])
    except ValidationError as error:
        told = [_told(fault, kind, path) for fault in error.errors()]
        raise SettingsError("; ".join(told)) from None


def _plain(value: object) -> object:
    """TOML knows dates, JSON does not; no setting is one, so it is told as text."""
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    raise TypeError(f"Expected what TOML can hold, got {value!r}")


def _told(fault: ErrorDetails, kind: type, path: str) -> str:
    keys = [str(key) for key in fault["loc"][1:]]
    place = ".".join(filter(None, [path, *keys]))
    if fault["type"] == "unexpected_keyword_argument":
        known = ", ".join(_keys_of(kind, keys[:-1]))
        return f"{place}: expected one of the keys {known}; got {keys[-1]!r}"
    if fault["type"] in ("missing", "missing_argument"):
        return f"{place}: expected a value, got none"
    expected = re.sub(r"^(Input should be|String should|Value error,) ", "", fault["msg"])
    if expected.startswith("Expected "):  # a value of ours refused it in the same manner
        return f"{place}: {expected[0].lower()}{expected[1:]}"
    return f"{place}: expected {expected}, got {fault['input']!r}"


def _keys_of(kind: Any, path: list[str]) -> list[str]:
    """Name the keys that the table at ``path`` below ``kind`` knows."""
    for key in path:
        # what is no dataclass is a mapping of names to tables, or a list of them
        kind = get_type_hints(kind)[key] if is_dataclass(kind) else get_args(kind)[-1]
    return [each.name for each in fields(kind)]
