"""What ``kiosk doctor`` says of receipts: whether this machine can draw them, and the printer.

It asks the printer how it is and prints nothing. Beside a running kiosk it leaves the printer
alone: most take one link at a time.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from kiosk.errors import ConfigError, DeviceError
from kiosk.hardware import build_printer
from kiosk.hardware.checkup import Finding
from kiosk.receipt_messages import CoverOpen, NoPaper, NotThere, Offline, PaperLow, Ready, said_of

if TYPE_CHECKING:
    from kiosk.config import Settings

NAME = "printer"


def check_printer(settings: Settings) -> Finding:
    """See that receipts can be drawn, and that the printer answers and has paper."""
    from kiosk.bootstrap.claim import sole_use
    from kiosk.receipt.lettering import check_lettering

    driver = settings.printer.driver
    if not driver:
        return Finding(NAME, True, "none in the settings: receipts are on the screen")
    try:
        check_lettering()
        printer = build_printer(driver, settings.printer.options)
        with sole_use(settings.data_dir), closing(printer):
            state = printer.state()
    except DeviceError as error:
        return Finding(NAME, False, str(error), "apt-get install libfribidi0")
    except ConfigError as error:
        if str(error).startswith("data_dir:"):
            return Finding(NAME, True, f"{driver}: in use by the kiosk that runs")
        return Finding(NAME, False, str(error), "correct the table [printer]")
    match state:
        case Ready():
            return Finding(NAME, True, f"{driver} is ready, {printer.dots} dots")
        case PaperLow():
            return Finding(NAME, True, f"{driver} is ready; its roll is near the end")
        case NoPaper():
            return Finding(NAME, False, f"{driver} has no paper", "put in a new roll")
        case CoverOpen():
            return Finding(NAME, False, f"{driver}: the cover is open", "close it")
        case Offline() | NotThere():
            advice = "check power, cable and address: docs/devices/printer.md"
            return Finding(NAME, False, f"{driver}: {said_of(state)}", advice)
