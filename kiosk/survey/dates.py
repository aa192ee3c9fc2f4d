"""Dates and times as pieces: a sheet of the calendar, hours and minutes; what is kept is ISO."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Final

from persiantools.jdatetime import JalaliDate

from kiosk.frame import Button
from kiosk.survey.calendars import MONTHS, WEEK, Calendar, calendar_in
from kiosk.survey.making import Making, head_of
from kiosk.survey.pieces import Cell, DatePiece, Piece, Sheet, TimePart
from kiosk.survey_messages import GiveAnswer, OpenQuestion, TurnCalendar
from kiosk.words import Words
from xforms.page import Question

YEARS: Final = 12  # on one sheet
MINUTES: Final = 5  # apart
NOON: Final = "12:00"
_WEEKDAYS: Final = (
    *("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
)
_PERSIAN_DAYS: Final = ("د", "س", "چ", "پ", "ج", "ش", "ی")  # from Monday, as calendars print them


def moment(question: Question, making: Making) -> Piece:
    """Make a date, a time or both, by the question's kind."""
    opened = making.opened(question)
    words = making.words
    day, clock = parts_of(question)
    is_open = (opened is not None or making.alone) and not question.readonly
    has_date, has_time = question.kind != "time", question.kind != "date"
    sheet = timed = None
    if is_open and has_date:
        shown = (opened.shown if opened else None) or day or making.state.today
        sheet = _sheet(question, making, shown)
    if is_open and has_time:
        timed = _time(question, making, day or making.state.today)
    return DatePiece(
        head_of(question, making),
        text=" · ".join(
            each
            for each in (
                said(day, question, words) if day else "",
                words.digits(clock) if clock else "",
            )
            if each
        ),
        icon="calendar-month-outline" if has_date else "clock-outline",
        touch=OpenQuestion(question.path),
        invitation=words.say("Choose a date" if has_date else "Choose a time"),
        sheet=sheet,
        time=timed,
    )


def parts_of(question: Question) -> tuple[date | None, str]:
    """Take an answer apart: the day, and the time as ``09:30``; what is not there is empty."""
    text = question.value
    try:
        if question.kind == "time":
            return None, text[:5]
        return (date.fromisoformat(text[:10]) if text else None), text[11:16]
    except ValueError:
        return None, ""


def said(day: date, question: Question, words: Words) -> str:
    """Write a date as far as it is asked."""
    calendar = calendar_in(words.language)
    year, month = calendar.month_of(day)
    if question.unit == "year":
        return words.digits(str(year))
    if question.unit == "month":
        return f"{_month_name(calendar, month)} {words.digits(str(year))}"
    return words.day(day)


def _month_name(calendar: Calendar, month: int) -> str:
    if calendar.jalali:
        return str(JalaliDate(1404, month, 1).strftime("%B", locale="fa"))
    return f"{date(2026, month, 1):%B}"


def _value(question: Question, day: date, clock: str, words: Words) -> str:
    """Put an answer together, in the store's zone."""
    if question.kind == "date":
        return day.isoformat()
    at = datetime.combine(day, time.fromisoformat(clock), words.zone)
    offset = f"{at:%z}"
    behind = f"{clock}:00.000{offset[:3]}:{offset[3:5]}"
    return behind if question.kind == "time" else f"{day.isoformat()}T{behind}"


def _sheet(question: Question, making: Making, shown: date) -> Sheet:
    calendar = calendar_in(making.words.language)
    if question.unit == "year":
        return _years(question, making, calendar, shown)
    if question.unit == "month":
        return _months(question, making, calendar, shown)
    return _days(question, making, calendar, shown)


def _days(question: Question, making: Making, calendar: Calendar, shown: date) -> Sheet:
    words = making.words
    year, month = calendar.month_of(shown)
    chosen, clock = parts_of(question)
    heads = _PERSIAN_DAYS if calendar.jalali else [words.say(each)[:2] for each in _WEEKDAYS]
    first = calendar.first_weekday
    return Sheet(
        title=f"{_month_name(calendar, month)} {words.digits(str(year))}",
        earlier=Button("", TurnCalendar(-1), "chevron-left"),
        later=Button("", TurnCalendar(1), "chevron-right"),
        heads=tuple(heads[(first + each) % WEEK] for each in range(WEEK)),
        cells=tuple(
            None
            if day is None
            else Cell(
                words.number(calendar.number_of(day)),
                GiveAnswer(question.path, _value(question, day, clock or NOON, words)),
                day == chosen,
                icon="today" if day == making.state.today else "",
            )
            for day in calendar.weeks(shown)
        ),
        columns=WEEK,
    )


def _months(question: Question, making: Making, calendar: Calendar, shown: date) -> Sheet:
    words, (year, _) = making.words, calendar.month_of(shown)
    chosen, _ = parts_of(question)
    here = calendar.month_of(chosen) if chosen else None
    return Sheet(
        title=words.digits(str(year)),
        earlier=Button("", TurnCalendar(-1), "chevron-left"),
        later=Button("", TurnCalendar(1), "chevron-right"),
        heads=(),
        cells=tuple(
            Cell(
                _month_name(calendar, month),
                GiveAnswer(question.path, calendar.first_of(year, month).isoformat()),
                (year, month) == here,
            )
            for month in range(1, MONTHS + 1)
        ),
        columns=3,
    )


def _years(question: Question, making: Making, calendar: Calendar, shown: date) -> Sheet:
    words, (year, _) = making.words, calendar.month_of(shown)
    chosen, _ = parts_of(question)
    here = calendar.month_of(chosen)[0] if chosen else None
    first = year - year % YEARS
    years = range(first, first + YEARS)
    return Sheet(
        title=f"{words.digits(str(first))} – {words.digits(str(first + YEARS - 1))}",
        earlier=Button("", TurnCalendar(-1), "chevron-left"),
        later=Button("", TurnCalendar(1), "chevron-right"),
        heads=(),
        cells=tuple(
            Cell(
                words.digits(str(each)),
                GiveAnswer(question.path, calendar.first_of(each, 1).isoformat()),
                each == here,
            )
            for each in years
        ),
        columns=4,
    )


def _time(question: Question, making: Making, day: date) -> TimePart:
    words = making.words
    _, clock = parts_of(question)
    hour, minute = (clock or "  :  ").split(":")

    def cell(text: str, then: str, *, on: bool) -> Cell:
        value = _value(question, day, then, words)
        return Cell(words.digits(text), GiveAnswer(question.path, value), on)

    return TimePart(
        words.say("Hour"),
        tuple(
            cell(f"{each}", f"{each:02}:{minute.strip() or '00'}", on=f"{each:02}" == hour)
            for each in range(24)
        ),
        words.say("Minute"),
        tuple(
            cell(f"{each:02}", f"{hour.strip() or '12'}:{each:02}", on=f"{each:02}" == minute)
            for each in range(0, 60, MINUTES)
        ),
    )
