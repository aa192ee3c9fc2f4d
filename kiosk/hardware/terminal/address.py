"""What stands behind ``://``: a place, and options of the protocol behind ``?``.

>>> split_address("10.0.0.9:20007?receipt=lines&log_off=false")
('10.0.0.9:20007', {'receipt': 'lines', 'log_off': False})
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from kiosk.errors import ConfigError

T = TypeVar("T")


def split_address(address: str) -> tuple[str, Mapping[str, Any]]:
    """Part the place from its options; what looks like a number, a list or a truth is one."""
    place, _mark, query = address.partition("?")
    return place, {key: _plain(value) for key, value in parse_qsl(query, keep_blank_values=True)}


def _plain(text: str) -> Any:
    try:
        read = json.loads(text)
    except ValueError:
        return text
    return text if isinstance(read, dict) or read is None else read


def read_place_and(kind: type[T], address: str) -> tuple[str, T]:
    """Give the place and the options as a ``kind`` (a frozen dataclass).

    Raises ``ConfigError`` that names the wrong option.
    """
    from kiosk.config import read_table  # pydantic takes a second that "kiosk --help" has not

    place, options = split_address(address)
    if "password" in options:
        raise ConfigError("expected the password in the settings, got one in an address")
    return place, read_table(kind, options)
