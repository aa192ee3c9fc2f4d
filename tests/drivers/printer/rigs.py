"""A printer of each kind with the same levers: over TCP, on a pseudo-terminal as serial and as USB."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

from kiosk.hardware.printer.escpos import (
    EscposPrinter,
    NetworkPrinterConfig,
    Paper,
    SerialPrinterConfig,
    UsbPrinterConfig,
    network_printer,
    serial_printer,
    usb_printer,
)
from kiosk.hardware.printer.fake import FakePrinter, on_pseudo_terminal, on_socket

QUICK = Paper(answer_s=0.15, print_s=1.5)


@dataclass
class Rig:
    """A driver and the printer at the other end of its wire."""

    driver: EscposPrinter
    printer: FakePrinter
    begun: list[str] = field(default_factory=list)

    @property
    def levers(self) -> Any:
        return self.printer.levers

    def print(self, picture: Image.Image) -> Any:
        return self.driver.print_picture(picture, lambda: self.begun.append("begun"))


@contextmanager
def rig_on(kind: str, folder: Path, paper: Paper = QUICK) -> Iterator[Rig]:
    printer = FakePrinter()
    with ExitStack() as opened:
        if kind == "network":
            port = opened.enter_context(on_socket(printer))
            driver = network_printer("printer", NetworkPrinterConfig("127.0.0.1", port, 0.5, paper))
        else:
            link = opened.enter_context(on_pseudo_terminal(printer, folder / "printer"))
            make: dict[str, Callable[[], EscposPrinter]] = {
                "serial": lambda: serial_printer(
                    "printer", SerialPrinterConfig(str(link), paper=paper)
                ),
                "usb": lambda: usb_printer("printer", UsbPrinterConfig(str(link), paper)),
            }
            driver = make[kind]()
        opened.callback(driver.close)
        yield Rig(driver, printer)


def striped(width: int = 576, height: int = 300) -> Image.Image:
    """A picture that no two lines of are alike, so that a lost one shows."""
    picture = Image.new("1", (width, height), 1)
    for y in range(height):
        for x in range(0, width, 2 + y % 7):
            picture.putpixel((x, y), (x * 31 + y * 17) % 3 > 0)
    return picture


def printed_part(sheet: Image.Image, picture: Image.Image) -> Image.Image:
    """What of a sheet is the picture, without the feed behind it."""
    return sheet.crop((0, 0, *picture.size))
