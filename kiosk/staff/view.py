"""What staff see, worked out as data: no Kivy, no thread, no clock.

No digit of a PIN that was typed is in a view: it has as many dots as there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from kiosk.frame import Button, Tile, Tone
from kiosk.messages import (
    EnterPin,
    EraseDigit,
    GoBack,
    Leave,
    Message,
    RetryParked,
    ShowMore,
    TypeDigit,
)
from kiosk.receipt_messages import said_of
from kiosk.rules_fault import RulesFault
from kiosk.sales_messages import OpenSales
from kiosk.staff.faults import FAULTS
from kiosk.staff.report import Parked, Report, Who
from kiosk.staff.state import (
    Asking,
    Inside,
    Known,
    NotRetried,
    Refused,
    Retried,
    State,
)
from kiosk.staff.tiles import counted, tiles_of
from kiosk.staff.wording import KINDS, REFUSALS, STREAMS
from kiosk.words import Words

_FINGERPRINT_PART = 4


@dataclass(frozen=True, slots=True)
class PinView:
    """The question for the PIN; ``keys`` are 12, left to right, or none while it is closed."""

    icon: str
    title: str
    text: str
    dots: int
    said: str
    tone: Tone
    keys: tuple[Button, ...]
    back: Button


@dataclass(frozen=True, slots=True)
class Banner:
    """What came of what was touched, or that all is well."""

    icon: str
    text: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class FaultCard:
    """A code that stands, what it means, what to do, and what is known besides."""

    code: str
    meaning: str
    remedy: str
    detail: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class ReasonCard:
    """Something that was not taken, when, and why in the other side's words."""

    title: str
    sub: str
    reason: str
    again: Button | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """A thing and what it is."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class StaffView:
    """How the kiosk is; ``refused`` is the feed's last refusal, ``parked`` the newest first."""

    title: str
    sub: str
    leave: Button
    sales: Button | None
    banners: tuple[Banner, ...]
    faults: tuple[FaultCard, ...]
    tiles: tuple[Tile, ...]
    refused_title: str
    refused: ReasonCard | None
    parked_title: str
    parked_none: str
    again_all: Button | None
    parked: tuple[ReasonCard, ...]
    more: Button | None
    facts: tuple[Fact, ...]


Body = PinView | StaffView


def view_of(state: State, words: Words) -> Body:
    """Turn a state into what is drawn."""
    match state:
        case Asking():
            return _pin(state, words)
        case Inside():
            return _staff(state, words)
        case _:
            assert_never(state)


# ---- the question for the PIN


def _pin(state: Asking, words: Words) -> PinView:
    text = "Here our staff see how this kiosk is doing; nothing on this page is for shopping."
    return pin_view(state, words, words.say(text))


def pin_view(state: Asking, words: Words, text: str) -> PinView:
    """Ask for the PIN; ``text`` says what for."""
    return PinView(
        icon="lock-clock" if state.closed_s else "lock-outline",
        title=words.say("For our staff"),
        text=text,
        dots=len(state.typed),
        said=_pin_said(state, words),
        tone=Tone.BAD if state.closed_s or state.left is not None else Tone.PLAIN,
        keys=() if state.closed_s else number_keys(words, EnterPin()),
        back=Button(words.say("Back to where I was"), GoBack(), "arrow-left"),
    )


def _pin_said(state: Asking, words: Words) -> str:
    if state.closed_s:
        text = "Too many wrong tries. You may try again in {seconds} s."
        return words.say(text, seconds=state.closed_s)
    if state.left is None:
        return words.say("Please type the PIN")
    if state.left == 1:
        return words.say("That is not the PIN. One try is left.")
    return words.say("That is not the PIN. {count} tries are left.", count=state.left)


def number_keys(words: Words, enter: Message) -> tuple[Button, ...]:
    """Give the twelve keys of a pad, left to right; the last one sends ``enter``."""
    return (
        *(Button(words.digits(digit), TypeDigit(digit)) for digit in "123456789"),
        Button(words.say("Erase"), EraseDigit(), "backspace-outline"),
        Button(words.digits("0"), TypeDigit("0")),
        Button(words.say("Enter"), enter, "check"),
    )


# ---- how the kiosk is


def _staff(state: Inside, words: Words) -> StaffView:
    report, known = state.report, state.known
    rows = sorted(
        ((row, stream.stream) for stream in report.streams for row in stream.rows),
        key=lambda each: each[0].at,
        reverse=True,
    )
    shown = tuple(_parked(*each, known, words) for each in rows[: state.limit])
    count = sum(stream.parked for stream in report.streams)
    return StaffView(
        title=report.who.name or words.foreign(report.who.kiosk_id),
        sub=words.say("How this kiosk is, as of {time}", time=words.time(known.now)),
        leave=Button(words.say("Leave"), Leave(), "logout"),
        sales=Button(words.say("Payments"), OpenSales(), "receipt-text-outline")
        if known.sells
        else None,
        banners=tuple(_banners(state, words)),
        faults=tuple(_fault(code, state, words) for code in _codes(report, known)),
        tiles=tuple(tiles_of(report, known, words)),
        refused_title=words.say("What was refused last"),
        refused=_refused(known.refused, known, words) if known.refused else None,
        parked_title=words.say("Not taken by the server: {count}", count=counted(count, words))
        if count
        else "",
        parked_none=words.say("The server has taken all that was sent.") if not count else "",
        again_all=Button(words.say("Try all again"), RetryParked(), "restart") if count else None,
        parked=shown,
        more=Button(words.say("Show more"), ShowMore(), "chevron-down")
        if len(rows) > state.limit
        else None,
        facts=tuple(_facts(report.who, words)),
    )


def _banners(state: Inside, words: Words) -> Iterator[Banner]:
    match state.outcome:
        case Retried(0):
            yield Banner(
                "information-outline", words.say("Nothing waits to be tried again."), Tone.PLAIN
            )
        case Retried(1):
            yield Banner("check-circle-outline", words.say("One event is sent again."), Tone.GOOD)
        case Retried(events):
            said = words.say("{count} events are sent again.", count=events)
            yield Banner("check-circle-outline", said, Tone.GOOD)
        case NotRetried(reason):
            said = words.say("That could not be done: {reason}", reason=words.foreign(reason))
            yield Banner("alert-circle-outline", said, Tone.BAD)
        case None:
            pass
        case _:
            assert_never(state.outcome)
    if not _codes(state.report, state.known):
        yield Banner(
            "check-decagram-outline", words.say("No fault stands at this kiosk."), Tone.GOOD
        )


def _codes(report: Report, known: Known) -> tuple[str, ...]:
    more = {
        "K-302": bool(known.waiting),
        "K-304": bool(known.closed),
        "K-130": bool(report.key_refused),
    }
    return (*known.faults, *(code for code, stands in more.items() if stands))


def _fault(code: str, state: Inside, words: Words) -> FaultCard:
    fault, known = FAULTS[code], state.known
    told = {
        "K-120": known.line.reason,
        "K-122": known.refused.reason if known.refused else "",
        "K-123": _rule_text(known.rules_fault),
        "K-124": "; ".join(known.surveys_unread),
        "K-130": state.report.key_refused,
        "K-304": known.closed,
        "K-310": said_of(known.printer) if known.printer else "",
    }.get(code, "")
    return FaultCard(
        code,
        words.say(fault.meaning),
        words.say(fault.remedy),
        words.foreign(told),
        fault.tone,
    )


def _rule_text(fault: RulesFault | None) -> str:
    return f"{fault.rule_id}: {fault.reason}" if fault else ""


def _refused(refused: Refused, known: Known, words: Words) -> ReasonCard:
    known_name = refused.name in REFUSALS
    title = words.say(REFUSALS[refused.name] if known_name else "A catalogue was refused")
    parts = [
        words.ago(refused.at, known.now),
        words.say("Number {sequence}", sequence=refused.sequence) if refused.sequence else "",
        words.foreign(refused.name) if refused.name else "",
        words.say("still so") if refused.stands else words.say("over since"),
    ]
    return ReasonCard(title, _joined(parts), words.foreign(refused.reason))


def _parked(row: Parked, stream: str, known: Known, words: Words) -> ReasonCard:
    tries = words.say("sent {count} times", count=row.attempts) if row.attempts > 1 else ""
    parts = [
        words.moment(row.at, known.now),
        words.say(STREAMS[stream]) if stream in STREAMS else stream,
        tries,
    ]
    return ReasonCard(
        words.say(KINDS[row.kind]) if row.kind in KINDS else words.foreign(row.kind),
        _joined(parts),
        words.foreign(row.reason),
        Button(words.say("Try again"), RetryParked(row.event_id), "restart"),
    )


def _facts(who: Who, words: Words) -> Iterator[Fact]:
    yield Fact(words.say("Kiosk"), words.foreign(who.kiosk_id))
    yield Fact(words.say("Store"), words.foreign(who.store_id))
    yield Fact(words.say("Version"), words.foreign(who.version or "–"))
    key = who.fingerprint
    parts = [key[i : i + _FINGERPRINT_PART] for i in range(0, len(key), _FINGERPRINT_PART)]
    value = words.foreign(" ".join(parts)) if parts else words.say("none of its own")
    yield Fact(words.say("Fingerprint of its key"), value)


def _joined(parts: list[str]) -> str:
    return " · ".join(part for part in parts if part)
