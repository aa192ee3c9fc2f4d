"""The tiles of the staff's view: one fact each, with how long it has been so.

Source: docs/outbox.md, section 10; docs/operations.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import assert_never

from kiosk.frame import Tile, Tone
from kiosk.receipt_messages import (
    CoverOpen,
    NoPaper,
    NotThere,
    Offline,
    PaperLow,
    PrinterState,
    Ready,
)
from kiosk.staff.report import COUNTED_MAX, Outgoing, Report, Timing
from kiosk.staff.state import Answering, DeviceState, Known, Line
from kiosk.staff.wording import STREAMS
from kiosk.words import Words

LATE = timedelta(hours=1)  # what waits for longer is worth a look
OLD = timedelta(hours=36)  # as K-121, which stands only while the line is there
WALL_OFF_MS = 2_000  # a box's own clock that is off by less is right


def tiles_of(report: Report, known: Known, words: Words) -> Iterator[Tile]:
    """Give what is usual to look at: line, prices, what is to be sent, time, disk, devices."""
    yield _line(known.line, known, words)
    yield _prices(report.sequence, known, words)
    for stream in report.streams:
        yield _stream(stream, known, words)
    yield _time(report.timing, words)
    yield _disk(report.free_bytes, known, words)
    for device in known.devices:
        yield _device(device, words)
    if known.printer is not None:
        yield _printer(known.printer, words)


def _line(line: Line, known: Known, words: Words) -> Tile:
    icon, tone = ("cloud-check-outline", Tone.GOOD) if line.up else ("cloud-off-outline", Tone.LOW)
    value = words.say("The server answers") if line.up else words.say("The server is silent")
    return Tile(icon, words.say("Line to the server"), value, _since(line, known, words), tone)


def _since(line: Line, known: Known, words: Words) -> str:
    if line.since is None:
        return words.say("since the start")
    return words.say(
        "for {span}, since {moment}",
        span=words.span(known.now - line.since),
        moment=words.moment(line.since, known.now),
    )


def _prices(sequence: int, known: Known, words: Words) -> Tile:
    head = words.say("Prices in use")
    if known.made_at is None:
        return Tile("tag-off-outline", head, words.say("There are none"), "", Tone.BAD)
    old = known.now - known.made_at > OLD
    return Tile(
        "tag-text-outline",
        head,
        words.say("Number {sequence}", sequence=sequence) if sequence else words.say("In use"),
        words.say(
            "published {ago}, {moment}",
            ago=words.ago(known.made_at, known.now),
            moment=words.moment(known.made_at, known.now),
        ),
        Tone.LOW if old else Tone.GOOD,
    )


def _stream(stream: Outgoing, known: Known, words: Words) -> Tile:
    name = words.say(STREAMS[stream.stream]) if stream.stream in STREAMS else stream.stream
    if stream.fault:
        value, reason = words.say("Cannot be read"), words.foreign(stream.fault)
        return Tile("database-alert-outline", name, value, reason, Tone.BAD)
    if stream.oldest_at is None or not stream.waiting:
        said = words.say("all of it is at the server")
        return Tile("tray", name, words.say("Nothing waits"), said, Tone.GOOD)
    return Tile(
        "tray-full",
        name,
        words.say("{count} wait", count=counted(stream.waiting, words)),
        words.say(
            "the oldest for {span}, since {moment}",
            span=words.span(known.now - stream.oldest_at),
            moment=words.moment(stream.oldest_at, known.now),
        ),
        Tone.LOW if known.now - stream.oldest_at > LATE else Tone.PLAIN,
    )


def _time(timing: Timing, words: Words) -> Tile:
    head = words.say("Time")
    if timing.error_ms is None:
        said = words.say("the server has not told it since the box was started")
        return Tile(
            "clock-alert-outline", head, words.say("By the box's own clock"), said, Tone.LOW
        )
    value = words.say("As at the server")
    off_ms = timing.wall_off_ms or 0
    if abs(off_ms) < WALL_OFF_MS:
        said = words.say("to within {span}", span=words.seconds(timing.error_ms))
        return Tile("clock-check-outline", head, value, said, Tone.GOOD)
    span = words.span(timedelta(milliseconds=off_ms))
    said = (
        words.say("the box's own clock is {span} fast", span=span)
        if off_ms > 0
        else words.say("the box's own clock is {span} slow", span=span)
    )
    return Tile("clock-alert-outline", head, value, said, Tone.LOW)


def _disk(free_bytes: int | None, known: Known, words: Words) -> Tile:
    value = (
        words.say("Not known")
        if free_bytes is None
        else words.say("{size} free", size=words.size(free_bytes))
    )
    if known.selling_stopped:
        foot, tone = words.say("paying is closed"), Tone.BAD
    else:
        foot = words.say("paying is open")
        tone = Tone.LOW if "K-202" in known.faults else Tone.GOOD
    return Tile("harddisk", words.say("Room on the disk"), value, foot, tone)


def _device(device: DeviceState, words: Words) -> Tile:
    kind = words.say("Camera") if device.is_camera else words.say("Scanner")
    head = f"{kind} · {words.foreign(device.name)}"
    icon = "camera" if device.is_camera else "barcode-scan"
    match device.answering:
        case Answering.YES:
            return Tile(icon, head, words.say("Answers"), "", Tone.GOOD)
        case Answering.NOT_YET:
            return Tile(icon, head, words.say("Not heard yet"), "", Tone.PLAIN)
        case Answering.NO:
            off = "camera-off" if device.is_camera else "barcode-off"
            reason = words.foreign(device.reason)
            return Tile(off, head, words.say("Does not answer"), reason, Tone.LOW)
        case _:
            assert_never(device.answering)


def _printer(state: PrinterState, words: Words) -> Tile:
    head = words.say("Receipt printer")
    match state:
        case Ready():
            return Tile("printer-pos", head, words.say("Answers"), "", Tone.GOOD)
        case PaperLow():
            value = words.say("Its paper is low")
            return Tile("printer-pos", head, value, words.say("it prints on"), Tone.LOW)
        case NotThere():
            foot = words.say("receipts are shown on the screen")
            return Tile("printer-off-outline", head, words.say("There is none"), foot, Tone.PLAIN)
        case NoPaper():
            return Tile("printer-off-outline", head, words.say("It has no paper"), "", Tone.LOW)
        case CoverOpen():
            return Tile("printer-off-outline", head, words.say("Its cover is open"), "", Tone.LOW)
        case Offline(why):
            value = words.say("Does not answer")
            return Tile("printer-off-outline", head, value, words.foreign(why), Tone.LOW)
        case _:
            assert_never(state)


def counted(count: int, words: Words) -> str:
    """Write how many rows there are, as far as they were counted."""
    if count > COUNTED_MAX:
        return words.say("more than {count}", count=COUNTED_MAX)
    return words.number(count)
