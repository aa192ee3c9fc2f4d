"""What staff have before them: the question for the PIN, or how the kiosk is; as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from kiosk.receipt_messages import PrinterState
from kiosk.rules_fault import RulesFault
from kiosk.staff.report import Report

PARKED_PAGE = 10  # parked events that are shown at first, and with each "show more"


@dataclass(frozen=True, slots=True)
class Asking:
    """The PIN is asked for; what was typed of it is in no ``repr``.

    ``left`` is how many wrong tries are left where the last one was wrong, else none;
    ``closed_s`` for how many seconds nothing can be tried.
    """

    typed: str = field(default="", repr=False)
    left: int | None = None
    closed_s: int = 0


class Answering(Enum):
    """What is known of a device."""

    YES = "yes"
    NO = "no"
    NOT_YET = "not yet"  # since the start


@dataclass(frozen=True, slots=True)
class DeviceState:
    """A configured device; ``is_camera``, or else a scanner."""

    name: str
    is_camera: bool
    answering: Answering
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """Whether the server answers, and since when: none where that is so since the start."""

    up: bool
    since: datetime | None = None
    reason: str = ""


UP = Line(up=True)  # as nothing else was heard since the start


@dataclass(frozen=True, slots=True)
class Refused:
    """What the feed refused last; ``name`` is of docs/feed.md, section 5, or empty.

    ``stands`` tells that nothing better has come since.
    """

    at: datetime
    reason: str
    name: str = ""
    sequence: int = 0
    stands: bool = True


@dataclass(frozen=True, slots=True)
class Known:
    """What the core knows itself at the instant ``now``; ``faults`` are codes of ``FAULTS``."""

    now: datetime
    line: Line
    made_at: datetime | None = None  # the prices in use
    refused: Refused | None = None
    rules_fault: RulesFault | None = None
    surveys_unread: tuple[str, ...] = ()  # each with the reason
    devices: tuple[DeviceState, ...] = ()
    selling_stopped: bool = False
    faults: tuple[str, ...] = ()
    printer: PrinterState | None = None
    sells: bool = False  # paying is set up here
    closed: str = ""  # why a damaged journal closes paying
    waiting: int = 0  # payments of which only a person can tell


@dataclass(frozen=True, slots=True)
class Retried:
    """So many parked events wait again."""

    events: int


@dataclass(frozen=True, slots=True)
class NotRetried:
    """Why no parked event could be made to wait again."""

    reason: str


@dataclass(frozen=True, slots=True)
class Inside:
    """How the kiosk is, and what came of the last "try again"; ``limit`` bounds what is listed."""

    report: Report
    known: Known
    limit: int = PARKED_PAGE
    outcome: Retried | NotRetried | None = None


State = Asking | Inside
