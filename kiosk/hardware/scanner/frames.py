r"""Where one code ends and the next begins on a serial line: bytes in, codes out.

A code is ended by CR, LF, CR LF or ETX, and may begin with STX. Whatever stands before an
STX is the remains of a broken code and goes. A code that is too long or holds control
characters that no code of a shop has is noise, and goes whole: a part of it might look like
the code of another item. No port here.

>>> take_codes(b"4006381333931\r\n9638")
Received(codes=[b'4006381333931'], rest=b'9638', noise=0)

Source: docs/devices/scanner-serial.md, "Frames".
"""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple

from kiosk.hardware.gate import CODE_BYTES_MAX

STX = b"\x02"
# Within codes: EOT, FS, GS, RS, US (ISO/IEC 15434, GS1 element strings), and TAB, CR, LF in QR.
_NOISE = re.compile(rb"[\x00-\x03\x05-\x08\x0b\x0c\x0e-\x1b\x7f]")


class Framing(Enum):
    """How the scanner was told to mark where a code ends."""

    ANY = "any"  # CR, LF, CR LF or ETX; an STX before it is no matter
    STX_ETX = "stx-etx"  # STX and ETX only; line ends are part of the code


_ENDS = {Framing.ANY: re.compile(rb"[\r\n\x03]"), Framing.STX_ETX: re.compile(rb"\x03")}


class Received(NamedTuple):
    """The codes that are whole, the beginning of the next, and how many frames were noise."""

    codes: list[bytes]
    rest: bytes
    noise: int


def take_codes(received: bytes, framing: Framing = Framing.ANY) -> Received:
    """Split what has been received since the last end of a code."""
    *frames, rest = _ENDS[framing].split(received)
    codes = [_code_in(frame, framing) for frame in frames]
    return Received(
        codes=[code for code in codes if code],
        # one byte more than a code may have, so that what comes after cannot make it good
        rest=rest[: CODE_BYTES_MAX + 1] if STX not in rest else _begun(rest),
        noise=codes.count(None),
    )


def _begun(rest: bytes) -> bytes:
    return STX + rest.rpartition(STX)[2][: CODE_BYTES_MAX + 1]


def _code_in(frame: bytes, framing: Framing) -> bytes | None:
    """Give the code in a frame: empty for an empty frame, none for noise."""
    _remains, stx, code = frame.rpartition(STX)
    code = code.strip(b"\x00")  # a line that is plugged in reads as NUL until it settles
    if framing is Framing.STX_ETX and not stx:
        return None if code else b""
    if len(code) > CODE_BYTES_MAX or _NOISE.search(code):
        return None
    return code
