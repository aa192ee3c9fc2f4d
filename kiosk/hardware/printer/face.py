"""What a receipt printer is to the rest: how it is, and a picture put on paper or not.

Nothing here raises for what a printer or a cable may do. ``Broken`` is an outcome like any other:
bytes were written, and nobody can tell how much of them is on paper.

Source: docs/devices/printer.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PIL.Image import Image

from kiosk.receipt_messages import PrinterState

Begin = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Printed:
    """It came out whole, by the printer's own word."""


@dataclass(frozen=True, slots=True)
class NotBegun:
    """Not a byte of the picture was written."""

    state: PrinterState


@dataclass(frozen=True, slots=True)
class Broken:
    """It was begun, and nobody can tell how much of it came out; ``why`` is for staff."""

    why: str


Outcome = Printed | NotBegun | Broken


class Printer(Protocol):
    """A driver, used by one thread."""

    @property
    def name(self) -> str:
        """The device's name in the settings."""
        ...

    @property
    def dots(self) -> int:
        """How many dots are in a line of its paper; what is printed is as wide as that."""
        ...

    def state(self) -> PrinterState:
        """Ask how it is; opens the link where it is not open."""
        ...

    def print_picture(self, picture: Image, begin: Begin) -> Outcome:
        """Print black and white (mode ``1``) and cut.

        ``begin`` is called when the printer said that it can, and before the first byte; what it
        raises is passed on, and then nothing was written.
        """
        ...

    def close(self) -> None:
        """Let the link go."""
        ...
