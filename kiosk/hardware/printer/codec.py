"""ESC/POS as far as a receipt needs it: status bytes → how the printer is, picture → bytes.

Pure. The bytes of pictures and cuts are made by python-escpos, which knows what each model of a
printer can do; what is asked and answered in real time is ours, for there it waits and guesses.

>>> read_states({Ask.PRINTER: 0x12, Ask.OFFLINE: 0x12, Ask.ERROR: 0x12, Ask.PAPER: 0x7E})
NoPaper()

Source: Epson ESC/POS Command Reference, DLE EOT, GS r, GS ( H function 48; docs/devices/printer.md.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Mapping
from enum import Enum, IntEnum
from functools import cache, partial
from threading import Lock
from typing import Any, Final

from PIL import Image

from kiosk.errors import ConfigError
from kiosk.receipt_messages import CoverOpen, NoPaper, Offline, PaperLow, PrinterState, Ready

DLE_EOT: Final = b"\x10\x04"
_FIXED, _FIXED_ON = 0b1001_0011, 0b0001_0010  # of each answer to DLE EOT
_LOADING = Lock()  # ``tempfile.tempdir`` is the process's


class Ask(IntEnum):
    """What DLE EOT asks for; each is answered by one byte."""

    PRINTER = 1
    OFFLINE = 2
    ERROR = 3
    PAPER = 4


def ask(what: Ask) -> bytes:
    """Write the question, which a printer answers at once, even where it cannot print."""
    return DLE_EOT + bytes((what,))


def answer_in(received: bytes) -> int | None:
    """Find the answer to DLE EOT among what came, by its fixed bits.

    The digits of a process id can look like one, so they are left out, half of one too.
    """
    rest = _PROCESS_HALF.sub(b"", _PROCESS_ANSWER.sub(b"", received))
    return next((byte for byte in reversed(rest) if byte & _FIXED == _FIXED_ON), None)


def read_states(answers: Mapping[Ask, int]) -> PrinterState:
    """Make one state of the four answers; what stops the printing goes before what does not.

    A roll that is at its end and a cover that is open often come together, because the sensor
    lies under the cover: then it is the cover that staff must close first.
    """
    printer, offline = answers[Ask.PRINTER], answers[Ask.OFFLINE]
    error, paper = answers[Ask.ERROR], answers[Ask.PAPER]
    if offline & 0x04:
        return CoverOpen()
    if paper & 0x60 or offline & 0x20:
        return NoPaper()
    if why := _error_of(error) or ("error" if offline & 0x40 else ""):
        return Offline(why)
    if offline & 0x08 or printer & 0x40:
        return Offline("paper is being fed by hand")
    if printer & 0x08:
        return Offline("offline")
    if printer & 0x20:
        return Offline("waits to be put online again")
    return PaperLow() if paper & 0x0C else Ready()


def _error_of(error: int) -> str:
    if error & 0x08:
        return "the cutter is jammed"
    if error & 0x20:
        return "a fault that it cannot get over"
    if error & 0x04:
        return "a mechanical fault"
    return "too hot, or a fault that passes" if error & 0x40 else ""


# ---- was it printed?


class Confirm(Enum):
    """How the printer is made to say that all before is on paper; behind the job in its queue."""

    PROCESS_ID = "process-id"  # GS ( H: answered when what stands before is printed
    STATUS = "status"  # GS r: answered when what stands before is taken out of the buffer


GS_R: Final = b"\x1dr\x01"
GS_A_OFF: Final = b"\x1da\x00"  # tell nothing by yourself, which could be taken for an answer
_PROCESS_HALF = re.compile(rb'\x37"?[\x20-\x7e]{0,4}$', re.DOTALL)
_PROCESS_ANSWER = re.compile(rb'\x37"([\x20-\x7e]{4})\x00', re.DOTALL)


def confirmation(confirm: Confirm, job: int) -> bytes:
    """Write what goes behind a job; ``job`` is a number from 0 to 9999."""
    if confirm is Confirm.STATUS:
        return GS_R
    return b"\x1d(H\x06\x0000" + b"%04d" % job


def is_confirmed(confirm: Confirm, job: int, received: bytes) -> bool:
    """Tell whether the answer for ``job`` is among what came.

    The answer to GS r has bits 4 and 7 at 0, that to DLE EOT has bit 4 at 1.
    """
    if confirm is Confirm.STATUS:
        return any(byte & 0b1001_0000 == 0 for byte in received)
    return b"%04d" % job in _PROCESS_ANSWER.findall(received)


# ---- pictures


def check_profile(profile: str, dots: int) -> None:
    """Raise ``ConfigError`` for a model that is not known, or whose paper is narrower."""
    known = _escpos(profile).profile.profile_data["media"].get("width", {})
    if isinstance(known.get("pixels"), int) and known["pixels"] < dots:
        raise ConfigError(f"dots: expected {known['pixels']} or less for {profile!r}, got {dots}")


def picture_bytes(picture: Image.Image, profile: str, rows: int) -> tuple[bytes, ...]:
    """Write a black and white picture in pieces of ``rows`` lines, then feed and cut.

    ``profile`` is a model of python-escpos' table, or ``default``: see ``check_profile``.
    """
    printer = _escpos(profile)
    width, height = picture.size
    calm = without_commands(picture)
    pieces = [_initialised(printer)]
    for top in range(0, height, rows):
        part = calm.crop((0, top, width, min(top + rows, height)))
        pieces.append(_collected(printer, partial(printer.image, part)))
    pieces.append(_collected(printer, lambda: printer.cut("PART")))
    return tuple(pieces)


INVERTED: Final = bytes(range(255, -1, -1))
NUL: Final = b"\0"


def fresh_start(profile: str, dots: int, rows: int) -> bytes:
    """Write what comes first on a newly opened link: an end to whatever was cut short before.

    A picture that broke off in the middle would swallow the next one's beginning. So many zeros
    end it, in white; outside a picture a printer passes over them. Then what hangs is cut off: it
    is not the next shopper's.
    """
    printer = _escpos(profile)
    ends = NUL * (dots // 8 * rows)
    return ends + _initialised(printer) + _collected(printer, lambda: printer.cut(feed=False))


_REAL_TIME = re.compile(rb"\x10(?=[\x04\x05\x14])")


def without_commands(picture: Image.Image) -> Image.Image:
    """Make dots that would be a real-time command (DLE EOT, DLE ENQ, DLE DC4) into none.

    A printer obeys these wherever they stand, in a picture too: one of them switches it off. A
    stroke of one dot there becomes two dots wide, which nobody sees.
    """
    assert picture.mode == "1", picture.mode
    black = picture.tobytes().translate(INVERTED)  # in Pillow 1 is white, on paper it is black
    calm = _REAL_TIME.sub(b"\x18", black)
    return Image.frombytes("1", picture.size, calm.translate(INVERTED))


def _initialised(printer: Any) -> bytes:
    return _collected(printer, lambda: printer.hw("INIT")) + GS_A_OFF


def _collected(printer: Any, work: Callable[[], object]) -> bytes:
    printer.clear()
    work()
    return bytes(printer.output)


@cache
def _escpos(profile: str) -> Any:
    """Give python-escpos' printer that only collects bytes.

    The library is loaded here and not before: it reads a table of printers for some tenths of a
    second, and leaves a folder with a pickle of it behind, which goes again at once.
    """
    with _LOADING, tempfile.TemporaryDirectory() as folder:
        before, tempfile.tempdir = tempfile.tempdir, folder
        try:
            from escpos.printer import Dummy
        finally:
            tempfile.tempdir = before
    try:
        printer = Dummy(profile=profile)
    except KeyError:
        raise ConfigError(
            f"profile: expected a model that python-escpos knows, got {profile!r}"
        ) from None
    told = dict(printer.profile.profile_data)
    width = told.get("media", {}).get("width", {}).get("pixels", "Unknown")
    if width == "Unknown":  # else it says so on standard output for each picture
        printer.profile.profile_data = {**told, "media": {}}
    return printer
