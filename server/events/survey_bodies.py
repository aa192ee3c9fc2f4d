"""The checks of what kiosks tell of surveys; what a set of answers says is read elsewhere.

Source: docs/surveys.md, section 6; docs/events.md.
"""

from __future__ import annotations

import re
from typing import Any, Final

XML_BYTES_MAX: Final = 40_000
PACKED_MAX: Final = 43_692  # characters: base64 of 32 KiB
FILE_MAX: Final = 16_384  # characters: base64 of 12 KiB
TIMES_MAX: Final = 1_000
FILES_MAX: Final = 16
PATH_MAX: Final = 2_000
_BASE64 = re.compile(r"[0-9A-Za-z+/]*={0,2}")


def check_version(value: Any) -> None:
    """Refuse what is no version: whole numbers from 1."""
    if type(value) is not int or not 1 <= value < 2**31:
        raise ValueError(f"expected a version from 1, got {value!a:.60}")


def check_xml(value: Any) -> None:
    """Refuse an instance that is to be packed."""
    if not isinstance(value, str) or len(value.encode("utf-8", "replace")) > XML_BYTES_MAX:
        raise ValueError(f"expected a text of at most {XML_BYTES_MAX} bytes, got more or none")


def check_packed(value: Any) -> None:
    """Refuse what is no base64 of at most 32 KiB."""
    _check_base64(value, PACKED_MAX)


def check_path(value: Any) -> None:
    """Refuse what is no path of a form."""
    if not isinstance(value, str) or len(value) > PATH_MAX:
        raise ValueError(f"expected a path of at most {PATH_MAX} characters, got more or no text")


def check_times(value: Any) -> None:
    """Refuse what is no list of paths with milliseconds."""
    for place, each in enumerate(_pairs(value, TIMES_MAX)):
        check_path(each[0])
        if type(each[1]) is not int or not 0 <= each[1] < 2**53:
            raise ValueError(f"[{place}]: expected milliseconds of 0 or more")


def check_files(value: Any) -> None:
    """Refuse what is no list of file names with base64."""
    for place, (name, content) in enumerate(_pairs(value, FILES_MAX)):
        if not isinstance(name, str) or not name or len(name) > 255 or "/" in name:
            raise ValueError(f"[{place}]: expected a file's name, got {name!a:.60}")
        _check_base64(content, FILE_MAX)


def check_marks(value: Any) -> None:
    """Refuse marks that nobody knows."""
    if not isinstance(value, list) or not set(map(str, value)) <= {"repeat", "beyond_quota"}:
        raise ValueError(f"expected marks such as repeat, got {value!a:.60}")


def _pairs(value: Any, count_max: int) -> list[list[Any]]:
    if not isinstance(value, list) or len(value) > count_max:
        raise ValueError(f"expected a list of at most {count_max}, got more or none")
    for place, each in enumerate(value):
        if not isinstance(each, list) or len(each) != 2:
            raise ValueError(f"[{place}]: expected a pair, got {each!a:.60}")
    return value


def _check_base64(value: Any, length_max: int) -> None:
    if not isinstance(value, str) or len(value) > length_max or not _BASE64.fullmatch(value):
        raise ValueError(f"expected base64 of at most {length_max} characters, got something else")
