"""A simulated terminal put together: its ledger opened, its protocol chosen, its places opened.

What it listens on is told in a line of JSON, so that whoever started it need not guess.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.errors import ConfigError
from kiosk.hardware.terminal.simulated.faults import PCPOS, POSPC, ZVT
from kiosk.hardware.terminal.simulated.ledger import Ledger
from kiosk.hardware.terminal.simulated.memory import Memory
from kiosk.hardware.terminal.simulated.pcpos import talk_pcpos
from kiosk.hardware.terminal.simulated.plans import Plans
from kiosk.hardware.terminal.simulated.pospc import talk_pospc
from kiosk.hardware.terminal.simulated.station import Settings, Station, Talker
from kiosk.hardware.terminal.simulated.zvt_talk import talk_zvt

TALKERS: Mapping[str, Talker] = {ZVT: talk_zvt, POSPC: talk_pospc, PCPOS: talk_pcpos}
TERMINAL_ID, IRR = "29001234", 364
_PLACE = re.compile(
    r"(?:\[(?P<six>[0-9A-Fa-f:]+)\]|(?P<host>[^:]+)):(?P<port>[0-9]{1,5})", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be served. ``currency`` is an ISO 4217 number.

    ``receipt`` is the number of the last receipt, where the ledger is new. ``durable``: see
    ``Ledger``.
    """

    protocol: str
    ledger: Path
    plans: Plans
    settings: Settings = field(default_factory=Settings)
    terminal_id: str = TERMINAL_ID
    currency: int = IRR
    receipt: int = 0
    durable: bool = True


def make_station(order: Order) -> Station:
    """Put it together; it listens nowhere yet. Raises ``ConfigError``."""
    if not (order.terminal_id.isascii() and re.fullmatch(r"[0-9]{8}", order.terminal_id)):
        raise ConfigError(f"terminal id: expected 8 digits, got {order.terminal_id!r}")
    ledger = Ledger(order.ledger, durable=order.durable)
    is_new = not ledger.rows
    memory = Memory(ledger, order.terminal_id, order.currency)
    if is_new and order.receipt:
        memory.set_counter(order.receipt)
    return Station(memory, order.plans, order.settings, TALKERS[order.protocol])


def read_place(text: str) -> tuple[str, int]:
    """Part ``127.0.0.1:20007``; port 0 is any free one. Raises ``ConfigError``.

    >>> read_place("[::1]:0")
    ('::1', 0)
    """
    found = _PLACE.fullmatch(text)
    if found is None or int(found["port"]) > 65_535:
        raise ConfigError(f"listen: expected HOST:PORT, got {text!r}")
    return found["six"] or found["host"], int(found["port"])
