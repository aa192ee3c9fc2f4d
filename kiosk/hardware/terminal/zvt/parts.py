r"""An APDU taken apart: its control field, what stands first, and its BMPs in order of arrival.

Between bytes and messages, because what stands before the BMPs depends on the command. Nothing
here holds a clear card number: values are masked as they are read. The names are those of
tests/data/payment/zvt.tsv, and of ``kiosk terminal decode --json``.

>>> take_apart(Apdu(0x061E, b"\x6c")).as_json()
{'result': '6c'}

Source: PA00P015, the chapter of each command; docs/devices/zvt.md, "Layouts".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.hardware.terminal.masking import MaskedPan
from kiosk.hardware.terminal.protocol_error import ProtocolError
from kiosk.hardware.terminal.zvt.bmp import BY_NAME, Kind, read_extent, write_bmp
from kiosk.hardware.terminal.zvt.framing import Apdu
from kiosk.hardware.terminal.zvt.lead import Lead, lead_of, read_lead, write_lead
from kiosk.hardware.terminal.zvt.values import Value, read_value, write_value

# A second, different value of these would leave open what was charged.
DECIDING = frozenset(("result", "amount_minor", "currency", "tid", "receipt"))

Named = tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Parts:
    """What an APDU says. ``values`` are in the order of the wire; a name stands once."""

    control: int
    values: Named

    def __repr__(self) -> str:
        names = ", ".join(name for name, _value in self.values)
        return f"Parts({self.control:04X}: {names})"

    def as_mapping(self) -> Mapping[str, Value]:
        """Give the values by name."""
        return dict(self.values)

    def as_json(self) -> dict[str, Any]:
        """Give what ``kiosk terminal decode --json`` prints."""
        told = {name: _json(value) for name, value in self.values}
        if lead_of(self.control) is Lead.ABORT:
            told.setdefault("result", None)
        return told


def _json(value: Value) -> Any:
    match value:
        case MaskedPan(digits):
            return digits
        case tuple():
            return [tag.as_json() for tag in value]
        case bytes():
            return value.hex()
        case _:
            return value


def take_apart(apdu: Apdu) -> Parts:
    """Read an APDU; raises ``ProtocolError`` where its fields cannot be told apart."""
    lead, rest = read_lead(apdu.control, apdu.body, can_be_bmps)
    return Parts(apdu.control, (*lead, *_read_bmps(rest)))


def can_be_bmps(body: bytes) -> bool:
    """Tell whether a body can be read as BMPs from its first byte to its last."""
    try:
        for _name in _read_bmps(body):
            pass
    except ProtocolError:
        return False
    return True


def _read_bmps(body: bytes) -> Named:
    values: dict[str, Value] = {}
    at = 0
    while at < len(body):
        row, start, at = read_extent(body, at)
        if row.kind is Kind.SKIP:
            continue
        value = read_value(row, body[start:at])
        if value is None:
            continue
        if row.name not in values:
            values[row.name] = value
        elif row.name in DECIDING and values[row.name] != value:
            raise ProtocolError(f"{row.name}: expected one value, got two")
    return tuple(values.items())


def put_together(parts: Parts) -> Apdu:
    """Write parts as they stand; raises ``ValueError`` where a value does not fit its field."""
    values = dict(parts.values)
    lead, left = write_lead(parts.control, values)
    return Apdu(parts.control, lead + b"".join(_write(left)))


def _write(values: Mapping[str, Value]) -> Iterator[bytes]:
    for name, value in values.items():
        row = BY_NAME.get(name)
        if row is None:
            raise ValueError(f"Expected a field of the table, got {name!r}")
        yield write_bmp(row, write_value(row, value))
