"""From a touch of somebody who works here to the next state.

It keeps nothing and reads no clock. How often the PIN was wrong is a ``Gate``, which the core
keeps over visits, so that going away and coming back gains nobody a try.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from math import ceil, inf
from typing import assert_never
from uuid import UUID

from kiosk.errors import DataError
from kiosk.messages import EnterPin, EraseDigit, RetryParked, TypeDigit
from kiosk.pin import DIGITS_MAX, PinHash
from kiosk.staff.report import StaffDesk
from kiosk.staff.state import PARKED_PAGE, Asking, Inside, Known, NotRetried, Retried, State

log = logging.getLogger(__name__)
TRIES = 5
CLOSED_S = 60.0


@dataclass(frozen=True, slots=True)
class WayIn:
    """What lets staff in, and whom the kiosk asks once they are; without it the way is closed."""

    pin: PinHash
    desk: StaffDesk


@dataclass(frozen=True, slots=True)
class Gate:
    """How often the PIN was wrong in a row, and until when nothing can be tried.

    ``opens_at_s`` is on the clock's scale of elapsed seconds.
    """

    wrong: int = 0
    opens_at_s: float = -inf

    def closed_s(self, elapsed_s: float) -> int:
        """Give for how many seconds it is still closed."""
        return ceil(max(0.0, self.opens_at_s - elapsed_s))

    def after_wrong(self, elapsed_s: float) -> Gate:
        """Count a wrong try; the last one closes it, and then the count begins anew."""
        if self.wrong + 1 < TRIES:
            return replace(self, wrong=self.wrong + 1)
        return Gate(opens_at_s=elapsed_s + CLOSED_S)


@dataclass(frozen=True, slots=True)
class Moment:
    """What a touch meets: the way in, what the core knows, and the elapsed seconds."""

    way: WayIn
    known: Known
    elapsed_s: float


def ask(gate: Gate, elapsed_s: float) -> Asking:
    """Ask for the PIN."""
    return Asking(closed_s=gate.closed_s(elapsed_s))


def let_in(moment: Moment) -> Inside:
    """Show how the kiosk is."""
    return Inside(moment.way.desk.report(), moment.known)


def touched(
    state: State,
    touch: TypeDigit | EraseDigit | EnterPin | RetryParked,
    gate: Gate,
    moment: Moment,
) -> tuple[State, Gate]:
    """Say what a touch leads to; one for a screen that has just been replaced leads nowhere."""
    match state:
        case Asking():
            return _typed(state, touch, gate, moment)
        case Inside():
            if isinstance(touch, RetryParked):
                return _retry(state, touch.event_id, moment), gate
            return state, gate
        case _:
            assert_never(state)


def ticked(state: State, gate: Gate, moment: Moment) -> State:
    """Look again, a second later."""
    match state:
        case Asking():
            return replace(state, closed_s=gate.closed_s(moment.elapsed_s))
        case Inside():
            return replace(state, report=moment.way.desk.report(), known=moment.known)
        case _:
            assert_never(state)


def show_more(state: Inside) -> Inside:
    """List more of the parked events."""
    return replace(state, limit=state.limit + PARKED_PAGE)


def _typed(
    state: Asking,
    touch: TypeDigit | EraseDigit | EnterPin | RetryParked,
    gate: Gate,
    moment: Moment,
) -> tuple[State, Gate]:
    if gate.closed_s(moment.elapsed_s):
        return ask(gate, moment.elapsed_s), gate
    match touch:
        case TypeDigit(digit):
            return Asking((state.typed + digit)[:DIGITS_MAX]), gate
        case EraseDigit():
            return Asking(state.typed[:-1]), gate
        case EnterPin():
            return _tried(state, gate, moment) if state.typed else (state, gate)
        case RetryParked():
            return state, gate
        case _:
            assert_never(touch)


def _tried(state: Asking, gate: Gate, moment: Moment) -> tuple[State, Gate]:
    if moment.way.pin.fits(state.typed):
        log.info("staff-let-in")
        return let_in(moment), Gate()
    gate = gate.after_wrong(moment.elapsed_s)
    closed_s = gate.closed_s(moment.elapsed_s)
    log.warning(
        "staff-pin-wrong left=%d closed_s=%d", 0 if closed_s else TRIES - gate.wrong, closed_s
    )
    return Asking(left=None if closed_s else TRIES - gate.wrong, closed_s=closed_s), gate


def _retry(state: Inside, event_id: UUID | None, moment: Moment) -> Inside:
    outcome: Retried | NotRetried
    try:
        outcome = Retried(moment.way.desk.retry(event_id))
        log.info("staff-retry events=%d", outcome.events)
    except DataError as error:
        log.error("staff-retry-failed reason=%s", error)
        outcome = NotRetried(str(error))
    report = moment.way.desk.report()
    return replace(state, report=report, known=moment.known, outcome=outcome)
