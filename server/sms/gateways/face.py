"""What a gateway is to the outbox. It keeps nothing and may be called from one thread alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message; ``local_id`` is ours, the same each time that this message is tried."""

    local_id: int
    mobile: str
    body: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """The gateway has it, under this number of its own."""

    gateway_id: str


@dataclass(frozen=True, slots=True)
class Refused:
    """It will not be sent; ``why`` is for the office. ``later``: it may be taken another time."""

    why: str
    later: bool = False


@dataclass(frozen=True, slots=True)
class Unsure:
    """Nobody can tell whether the gateway has it."""

    why: str


Outcome = Accepted | Refused | Unsure


class Fate(Enum):
    """What became of a message that was accepted."""

    UNDER_WAY = "under way"
    DELIVERED = "delivered"
    FAILED = "failed"


class Gateway(Protocol):
    """A gateway; nothing here raises for what a network may do.

    ``knows_doubles``: a second try of the same ``local_id`` is sent to nobody. ``shown_here``: what
    is sent is read in the office, so it stays there.
    """

    knows_doubles: bool
    shown_here: bool

    def send(self, message: Outgoing) -> Outcome:
        """Hand a message over."""
        ...

    def fate(self, gateway_id: str) -> Fate | None:
        """Tell what became of it; none where that could not be asked."""
        ...
