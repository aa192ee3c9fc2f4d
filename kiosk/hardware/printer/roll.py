"""The other side of ESC/POS: bytes → what a printer does with them, for the fake.

Pure. Real-time commands are found wherever they stand, in a picture too, as real printers do.

Source: Epson ESC/POS Command Reference.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kiosk.errors import DataError


@dataclass(frozen=True, slots=True)
class Raster:
    """A piece of a picture: ``rows`` lines of ``width`` bytes each, 1 is black."""

    width: int
    rows: int
    dots: bytes


@dataclass(frozen=True, slots=True)
class Feed:
    """So many lines forward."""

    lines: int


@dataclass(frozen=True, slots=True)
class Cut:
    """Cut the paper."""


@dataclass(frozen=True, slots=True)
class Initialise:
    """As switched on."""


@dataclass(frozen=True, slots=True)
class TellStatus:
    """GS r: answer when you come to this."""


@dataclass(frozen=True, slots=True)
class TellProcess:
    """GS ( H: answer with this id when what stands before is printed."""

    process: bytes


@dataclass(frozen=True, slots=True)
class Silence:
    """GS a 0: tell nothing by yourself."""


Command = Raster | Feed | Cut | Initialise | TellStatus | TellProcess | Silence
_REAL_TIME = (0x04, 0x05, 0x14)


def real_time_in(data: bytes) -> Iterator[tuple[int, int]]:
    """Give each real-time command of a stream: its second byte, and its parameter."""
    for at in range(len(data) - 2):
        if data[at] == 0x10 and data[at + 1] in _REAL_TIME:
            yield data[at + 1], data[at + 2]


def next_command(data: bytes) -> tuple[Command | None, int]:
    """Read the command at the beginning, and tell how many bytes it takes.

    None with 0 where it is not whole yet, and None with some for zeros, and for a real-time
    command, which was obeyed when it came. Raises ``DataError`` for what it does not know.
    """
    zeros = len(data) - len(data.lstrip(b"\0"))
    if zeros:
        return None, zeros
    if len(data) < 3 and data != b"\x1b@":
        return None, 0
    if data[0] == 0x10 and data[1] in _REAL_TIME:
        return None, 3
    head = data[:2]
    if head == b"\x1dV" and data[2] in (65, 66):
        return (Cut(), 4) if len(data) >= 4 else (None, 0)
    if head == b"\x1dv":
        return _raster(data)
    if head == b"\x1d(":
        return (TellProcess(data[7:11]), 11) if len(data) >= 11 else (None, 0)
    known: dict[bytes, tuple[Command, int]] = {
        b"\x1b@": (Initialise(), 2),
        b"\x1bd": (Feed(data[2]) if len(data) > 2 else Initialise(), 3),
        b"\x1dV": (Cut(), 3),
        b"\x1dr": (TellStatus(), 3),
        b"\x1da": (Silence(), 3),
    }
    if head not in known:
        raise DataError(f"Expected a command of a receipt, got {head.hex()}")
    return known[head]


def _raster(data: bytes) -> tuple[Command | None, int]:
    if len(data) < 8:
        return None, 0
    width, rows = int.from_bytes(data[4:6], "little"), int.from_bytes(data[6:8], "little")
    ends = 8 + width * rows
    if len(data) < ends:
        return None, 0
    return Raster(width, rows, data[8:ends]), ends
