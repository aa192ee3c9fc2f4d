"""Taking a field out of a record that was read as JSON: there, of its kind, or refused by name.

What the fields mean is ``retail.snapshot``'s and ``retail.segment``'s affair.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final, TypeVar, cast

Record = Mapping[str, Any]  # one line on the wire, read as JSON
T = TypeVar("T")
SHOWN_MAX: Final = 200  # characters of a wrong value that are told
_REQUIRED: Final = object()


class RecordError(ValueError):
    """A record is not what its page says; the message names field, expected, got."""


def take_parts(
    record: Record, field: str, make: Callable[..., T], kinds: tuple[type, ...]
) -> T | None:
    """Make a value from a list that must hold exactly ``kinds``; none where it is absent."""
    parts = take(record, field, list, [])
    if not parts:
        return None
    if tuple(map(type, parts)) != kinds:
        expected = ", ".join(kind.__name__ for kind in kinds)
        raise RecordError(f"{field}: Expected {expected}, got {parts!r}")
    return refusing(field, lambda: make(*parts))


def take_each(record: Record, field: str, read: Callable[[Any], T]) -> tuple[T, ...]:
    """Read each entry of a list, none where it is absent; the one that is wrong is named."""
    entries = take(record, field, list, [])
    return tuple(refusing(f"{field}[{i}]", partial(read, entry)) for i, entry in enumerate(entries))


def take(record: Record, field: str, kind: type[T], default: Any = _REQUIRED) -> T:
    """Give ``record[field]``, which must be a ``kind``; without a default it must be there."""
    if type(record) is not dict and not isinstance(record, Mapping):  # a dict is told sooner
        raise RecordError(f"Expected an object with a field {field!r}, got {_shown(record)}")
    value = record.get(field, default)
    if value is _REQUIRED:
        raise RecordError(f"Expected a field {field!r}, got only {', '.join(record) or 'nothing'}")
    if value is not default and type(value) is not kind:
        raise RecordError(f"Expected {kind.__name__} in {field!r}, got {_shown(value)}")
    return cast(T, value)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= SHOWN_MAX else f"{text[:SHOWN_MAX]}…"


def refusing(field: str, read: Callable[[], T]) -> T:
    """Put the field's name before what ``read`` has to say of it."""
    try:
        return read()
    except (ValueError, TypeError) as error:
        raise RecordError(f"{field}: {error}") from None


def without_empty(record: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if value not in (None, "", [], {})}
