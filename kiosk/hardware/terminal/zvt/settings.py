"""What a ZVT terminal is told, and how long it may take: each option with its default and check.

What every protocol has is in ``options``; the options here stand behind the address, as in
``zvt+tcp://10.0.0.9:20007?receipt=lines&log_off=false``.

Source: PA00P015, "Registration" (configuration byte), "Status enquiry"; docs/devices/zvt.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Literal

from pydantic import Field

from kiosk.hardware.terminal.zvt.tlv import Container, Tlv

Byte = Annotated[int, Field(ge=0, le=0xFF)]


class Receipt(Enum):
    """Who makes the terminal's receipt."""

    KIOSK = "kiosk"  # from what the result tells
    LINES = "lines"  # the terminal, line by line (06 D1, 06 D3), and the kiosk prints them
    TERMINAL = "terminal"  # the terminal, on its own printer


# 02 and 04: the kiosk prints payment and other receipts; 08: intermediate status is sent;
# 10 and 20: no payment and no other function by the terminal's own keys; 80: it makes the lines
QUIET_KEYS_AND_STATUS = 0x08 | 0x10 | 0x20
CONFIGURATIONS = {
    Receipt.KIOSK: QUIET_KEYS_AND_STATUS | 0x02 | 0x04,
    Receipt.LINES: QUIET_KEYS_AND_STATUS | 0x02 | 0x04 | 0x80,
    Receipt.TERMINAL: QUIET_KEYS_AND_STATUS,
}
TAKEN = (0x040F, 0x04FF, 0x060F, 0x061E)  # what the terminal may send us, beside its receipt
LINES_TAKEN = (0x06D1, 0x06D3)
PERMITTED, COMMAND = "26", "0A"


@dataclass(frozen=True, slots=True)
class ZvtSettings:
    """``none_yet`` are codes of an abort by which this terminal says that it has no last receipt.

    None is certain for all, so there is none by default: see docs/devices/zvt.md. ``parity``,
    ``stop_bits``, ``t1_s`` and ``t2_s`` are of a serial line alone.
    """

    receipt: Receipt = Receipt.KIOSK
    permitted: bool = True  # name at registration what the terminal may send
    log_off: bool = True  # when the link is let go, the terminal's own keys work again
    enquire: bool = True  # ask 05 01 how it is; without it, idle is whoever can be registered
    ready: tuple[Byte, ...] = (0x00,)  # statuses of 05 01 that mean: idle
    none_yet: tuple[Byte, ...] = ()
    errand_s: Annotated[float, Field(gt=0, le=300)] = 30.0  # registration, status, probe
    whole_s: Annotated[float, Field(gt=0, le=3_600)] = 900.0  # a payment, however much it says
    parity: Literal["N", "E", "O"] = "N"
    stop_bits: Literal[1, 2] = 2
    t1_s: Annotated[float, Field(gt=0, le=5)] = 0.2
    t2_s: Annotated[float, Field(gt=0, le=30)] = 5.0

    @property
    def configuration(self) -> int:
        """The configuration byte of the registration."""
        return CONFIGURATIONS[self.receipt]

    def permitted_commands(self) -> Container | None:
        """Give the TLV that names what the terminal may send; none where it is not to be told."""
        if not self.permitted:
            return None
        lines = LINES_TAKEN if self.receipt is Receipt.LINES else ()
        commands = tuple(Tlv(COMMAND, each.to_bytes(2, "big")) for each in (*TAKEN, *lines))
        return (Tlv(PERMITTED, commands),)
