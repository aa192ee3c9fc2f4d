"""A printer that is a folder: each receipt a PNG, and beside it the bytes for a printer.

For a laptop, a demonstration, and a shop's own archive of test prints. It has no paper to run out
of; a folder that cannot be written is a printer that is offline.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from PIL.Image import Image

from kiosk.hardware.presence import reason_of
from kiosk.hardware.printer.codec import picture_bytes
from kiosk.hardware.printer.escpos import Paper
from kiosk.hardware.printer.face import Begin, Broken, NotBegun, Outcome, Printed
from kiosk.receipt_messages import Offline, PrinterState, Ready

_PNG, _BYTES = "receipt-{:05}.png", "receipt-{:05}.escpos"


@dataclass(frozen=True, slots=True)
class FilePrinterConfig:
    """Into which folder; it is made where it is not there."""

    folder: Path
    paper: Paper = field(default_factory=Paper)


class FilePrinter:
    """See ``kiosk.hardware.printer.face.Printer``."""

    def __init__(self, name: str, config: FilePrinterConfig) -> None:
        self.name, self.dots = name, int(config.paper.dots)
        self._config = config

    def state(self) -> PrinterState:
        """Tell whether the folder can be written."""
        folder = self._config.folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            return Offline(reason_of(error))
        return Ready() if os.access(folder, os.W_OK) else Offline(f"{folder}: cannot be written")

    def print_picture(self, picture: Image, begin: Begin) -> Outcome:
        """Write the next two files."""
        paper = self._config.paper
        pieces = picture_bytes(picture, paper.profile, paper.rows)
        state = self.state()
        if not isinstance(state, Ready):
            return NotBegun(state)
        begin()
        try:
            self._write(picture, b"".join(pieces))
        except OSError as error:
            return Broken(reason_of(error))
        return Printed()

    def _write(self, picture: Image, data: bytes) -> None:
        folder, number = self._config.folder, 1
        while (folder / _PNG.format(number)).exists():
            number += 1
        (folder / _BYTES.format(number)).write_bytes(data)
        picture.save(folder / _PNG.format(number))

    def close(self) -> None:
        """Nothing is open."""
