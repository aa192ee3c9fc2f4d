"""What ``kiosk doctor`` says of the bank terminal: whether it can be used, and whether it answers.

It asks the terminal how it is and charges nothing. Beside a running kiosk it leaves the terminal
alone: many a terminal takes one link at a time.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from kiosk.errors import ConfigError
from kiosk.hardware.checkup import Finding

if TYPE_CHECKING:
    from kiosk.config import Settings


def check_terminal(settings: Settings) -> Finding:
    """See that the settings name a driver that there is, and that its terminal answers."""
    from kiosk.bootstrap.claim import sole_use
    from kiosk.bootstrap.paying import terminal_of
    from kiosk.hardware.terminal.face import Busy, Lost, Ready

    wanted = settings.terminal
    if not wanted.driver:
        return Finding("terminal", True, "none in the settings: nothing is paid here")
    try:
        terminal = terminal_of(settings)
        with sole_use(settings.data_dir), closing(terminal):
            state = terminal.state()
    except ConfigError as error:
        if str(error).startswith("data_dir:"):
            return Finding("terminal", True, f"{wanted.url}: in use by the kiosk that runs")
        return Finding("terminal", False, str(error), "correct the table [terminal]")
    match state:
        case Ready(terminal_id):
            return Finding("terminal", True, f"{wanted.url} is idle {terminal_id}".rstrip())
        case Busy(why):
            return Finding("terminal", True, f"{wanted.url} answers: {why}")
        case Lost(why):
            told = f"terminal.address: expected one that answers at {wanted.url}, got: {why}"
            return Finding("terminal", False, told, "check power, cable, address and port")
