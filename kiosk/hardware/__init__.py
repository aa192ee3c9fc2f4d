"""The devices of a kiosk: which drivers there are, and how one is made from its settings.

Not here: what a code means (``retail``), what a picture shows (``kiosk.decoding``), and who
gives a device its thread (``kiosk.bootstrap``). A driver's module, and with it evdev or
OpenCV, is loaded only when the settings name it.

A new device is one file, one row of ``DRIVERS`` and one page in docs/devices/.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from threading import Event
from typing import TYPE_CHECKING, Any, Protocol

from kiosk.errors import ConfigError
from kiosk.hardware.gate import Gate
from kiosk.messages import Post

if TYPE_CHECKING:
    from kiosk.hardware.printer.face import Printer


class Device(Protocol):
    """What every driver is to the rest: a name, and the body of a thread of its own."""

    @property
    def name(self) -> str:
        """The name that its messages carry; unique on a kiosk."""
        ...

    def run(self, stop: Event) -> None:
        """Serve the device until ``stop`` is set; never raises for what a device may do."""
        ...


@dataclass(frozen=True, slots=True)
class Driver:
    """Where a driver and its options are to be found; ``sees`` where it needs a decoder."""

    module: str
    device: str
    config: str
    sees: bool = False


DRIVERS: Mapping[str, Driver] = {
    "scanner.serial": Driver("scanner.serial_line", "SerialScanner", "SerialScannerConfig"),
    "scanner.hid": Driver("scanner.hid", "HidScanner", "HidScannerConfig"),
    "scanner.fake": Driver("scanner.fake", "FakeScanner", "FakeScannerConfig"),
    "camera.v4l2": Driver("camera.v4l2", "V4L2Camera", "V4L2Config", sees=True),
    "camera.files": Driver("camera.files", "FilesCamera", "FilesConfig", sees=True),
    "camera.fake": Driver("camera.fake", "FakeCamera", "FakeCameraConfig", sees=True),
}

PRINTER = "printer"  # its name among the devices; there is one

# printers are asked by the printing thread (kiosk.receipt.printing) and have none of their own
PRINTERS: Mapping[str, Driver] = {
    "printer.network": Driver("printer.escpos", "network_printer", "NetworkPrinterConfig"),
    "printer.usb": Driver("printer.escpos", "usb_printer", "UsbPrinterConfig"),
    "printer.serial": Driver("printer.escpos", "serial_printer", "SerialPrinterConfig"),
    "printer.file": Driver("printer.files", "FilePrinter", "FilePrinterConfig"),
}


def read_options(name: str, driver: str, options: Mapping[str, Any]) -> Any:
    """Check the options of the device ``name``; raises ``ConfigError`` that names the key.

    Gives the frozen config dataclass of that driver.
    """
    from kiosk.config import read_table  # pydantic takes a second that "kiosk --help" has not

    if driver not in DRIVERS:
        known = ", ".join(sorted(DRIVERS))
        raise ConfigError(f"devices.{name}.driver: expected one of {known}; got {driver!r}")
    kind = getattr(_module_of(DRIVERS[driver]), DRIVERS[driver].config)
    return read_table(kind, options, f"devices.{name}.options")


def build(
    name: str,
    driver: str,
    options: Mapping[str, Any],
    post: Post,
    reader: Callable[[], Any] | None = None,
) -> Device:
    """Make the device ``name``, its posts checked by a ``Gate``; it does nothing until run.

    ``reader`` makes the decoder of a camera (``kiosk.hardware.camera.Reader``), one for
    each camera; a scanner needs none. Raises ``ConfigError`` for a wrong option.
    """
    config = read_options(name, driver, options)
    kind = getattr(_module_of(DRIVERS[driver]), DRIVERS[driver].device)
    gate = Gate(name, post)
    if not DRIVERS[driver].sees:
        device: Device = kind(name, config, gate)
        return device
    assert reader is not None, f"{driver} needs a decoder"
    camera: Device = kind(name, config, gate, reader())
    return camera


def build_printer(driver: str, options: Mapping[str, Any]) -> Printer:
    """Make the printer of the table ``[printer]``; it opens nothing yet.

    Raises ``ConfigError`` that names the key.
    """
    from kiosk.config import read_table

    if driver not in PRINTERS:
        known = ", ".join(sorted(PRINTERS))
        raise ConfigError(f"printer.driver: expected one of {known}; got {driver!r}")
    row = PRINTERS[driver]
    module = _module_of(row)
    config = read_table(getattr(module, row.config), options, "printer.options")
    printer: Printer = getattr(module, row.device)(PRINTER, config)
    return printer


def _module_of(driver: Driver) -> Any:
    return import_module(f"kiosk.hardware.{driver.module}")
