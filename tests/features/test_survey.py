"""Asking, case by case: what a touch makes of an answer, and what a question is drawn with."""

from __future__ import annotations

import base64
import random
import zlib
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, get_args
from uuid import UUID

import pytest

from kiosk.errors import DataError
from kiosk.language import Language
from kiosk.messages import ChooseLanguage
from kiosk.survey import examples, handler, told
from kiosk.survey.asked import FOUND_MAX, MAKERS
from kiosk.survey.calendars import GREGORIAN, JALALI
from kiosk.survey.pieces import (
    DatePiece,
    FacesPiece,
    FiguresPiece,
    FindPiece,
    ListPiece,
    NotePiece,
    SliderPiece,
    StarsPiece,
)
from kiosk.survey.running import SIGNATURE_BYTES_MAX, SIGNATURES_MAX, Sitting
from kiosk.survey.state import Opened
from kiosk.survey.view import SurveyView, view_of
from kiosk.survey_messages import GiveAnswer, OpenQuestion, Sign, ToggleChoice, TypeAnswer
from kiosk.words import Words, read_texts
from server.events.survey_bodies import FILES_MAX
from tests.features.survey_forms import TEHRAN
from xforms.page import Choice, Fault, Kind, Page, Question, Row, Scale, Span

FA = Words(Language.FA, TEHRAN, texts=read_texts(Language.FA))
EN = Words(Language.EN, TEHRAN)
PATH = "/data/q"


def asked(kind: Kind = "text", **more: Any) -> Question:
    return Question(PATH, kind, (Span("?"),), **more)


def choices(*values: str) -> tuple[Choice, ...]:
    return tuple(Choice(each, (Span(each),)) for each in values)


def drawn(question: Question, words: Words = EN, opened: Opened | None = None) -> Any:
    view = view_of(examples.answering(question, opened=opened), words)
    assert isinstance(view, SurveyView)
    return view.pieces[0]


# ---------------------------------------------------------------- what a touch makes of an answer


@pytest.mark.parametrize(
    ("before", "required", "touched", "after"),
    [
        ("", False, "a", "a"),
        ("a", False, "b", "b"),
        ("a", False, "a", ""),
        ("a", True, "a", "a"),
        ("", False, "c", None),  # no choice of this question
    ],
)
def test_a_choice_is_taken_and_taken_back(
    before: str, required: bool, touched: str, after: str | None
) -> None:
    question = asked("select_one", value=before, required=required, choices=choices("a", "b"))
    assert handler.given(question, PATH, touched) == after


@pytest.mark.parametrize(
    ("before", "touched", "after"),
    [("", "b", "b"), ("b", "a", "a b"), ("a b", "a", "b"), ("b", "b", ""), ("", "z", None)],
)
def test_several_choices_stay_in_the_forms_order(
    before: str, touched: str, after: str | None
) -> None:
    question = asked("select_many", value=before, choices=choices("a", "b", "c"))
    assert handler.toggled(question, touched) == after


@pytest.mark.parametrize(
    ("before", "value", "by", "after"),
    [
        ("", "b", -1, "b a c"),
        ("", "", 0, "a b c"),
        ("c a b", "c", 1, "a c b"),
        ("c a b", "c", -1, "c a b"),
        ("", "z", 1, None),
    ],
)
def test_a_ranked_choice_goes_up_and_down(
    before: str, value: str, by: int, after: str | None
) -> None:
    question = asked("rank", value=before, choices=choices("a", "b", "c"))
    assert handler.moved(question, value, by) == after


@pytest.mark.parametrize(
    ("kind", "keys", "typed", "answer"),
    [
        ("integer", "12", "12", "12"),
        ("integer", "-3", "-3", "-3"),
        ("integer", "1.5", "15", "15"),
        ("integer", "3-", "-3", "-3"),
        ("decimal", "3.5-", "-3.5", "-3.5"),
        ("decimal", "-3-", "3", "3"),
        ("range", "2-", "-2", "-2"),
        ("integer", "-", "-", ""),
        ("decimal", "3.", "3.", "3"),
        ("decimal", "3.5.1", "3.51", "3.51"),
        ("decimal", ".5", ".5", ".5"),
        ("phone", "+98912", "+98912", "+98912"),
        ("phone", "0912-", "0912", "0912"),
    ],
)
def test_figures_are_typed_key_by_key(kind: Kind, keys: str, typed: str, answer: str) -> None:
    question, text = asked(kind), ""
    for key in keys:
        text = handler.struck(question, text, key)
    assert (text, handler.as_answer(question, text)) == (typed, answer)


def test_the_last_figure_is_erased_and_a_number_ends_somewhere() -> None:
    assert handler.struck(asked("integer"), "12", "") == "1"
    assert handler.struck(asked("integer", length_max=2), "12", "3") == "12"


@pytest.mark.parametrize(
    ("scale", "stops", "third"),
    [
        (Scale("0", "10", "1"), 11, "2"),
        (Scale("0", "1", "0.1"), 11, "0.2"),
        (Scale("10", "0", "-5"), 3, "0"),
        (Scale("100", "500", "100"), 5, "300"),
        (Scale("0", "10", "0"), 0, ""),
    ],
)
def test_a_scale_has_exact_stops(scale: Scale, stops: int, third: str) -> None:
    assert handler.stops_of(scale) == stops
    if stops:
        assert handler.stop(scale, 2) == third
        assert handler.stop_at(scale, third) == 2
        assert handler.picked(asked("range", scale=scale), 2) == third
    assert handler.picked(asked("range", scale=scale), stops) is None


def test_what_is_typed_is_kept_without_what_xml_lacks() -> None:
    assert handler.written(asked(), "a\x00b\x07\nc") == "ab\nc"
    assert handler.written(asked(length_max=3), "abcd") == "abc"
    assert len(handler.written(asked(), "x" * 9_999)) == handler.TEXT_MAX


def test_nothing_that_is_read_only_changes() -> None:
    one = asked("select_one", readonly=True, choices=choices("a"), scale=Scale("0", "9", "1"))
    assert handler.given(one, PATH, "a") is None
    assert handler.toggled(one, "a") is None
    assert handler.moved(one, "a", 1) is None
    assert handler.picked(one, 1) is None


def test_a_row_of_a_matrix_is_answered_by_its_own_path() -> None:
    rows = (Row("/data/a", (), "x"), Row("/data/b", (), "", required=True))
    matrix = asked("matrix", choices=choices("x", "y"), rows=rows)
    assert handler.given(matrix, "/data/a", "x") == ""
    assert handler.given(matrix, "/data/b", "y") == "y"


# ---------------------------------------------------------------- calendars


@pytest.mark.parametrize(
    ("calendar", "shown", "months", "first"),
    [
        (JALALI, date(2026, 11, 26), 0, date(2026, 11, 22)),  # 1 Azar 1405
        (JALALI, date(2026, 11, 26), 4, date(2027, 3, 21)),  # 1 Farvardin 1406
        (JALALI, date(2026, 11, 26), -9, date(2026, 2, 20)),  # 1 Esfand 1404
        (GREGORIAN, date(2026, 11, 26), 2, date(2027, 1, 1)),
        (GREGORIAN, date(2026, 11, 26), -12 * 500, date(1900, 11, 1)),
    ],
)
def test_a_calendar_turns_by_its_own_months(
    calendar: Any, shown: date, months: int, first: date
) -> None:
    assert calendar.moved(shown, months) == first


def test_a_months_days_stand_under_their_weekdays() -> None:
    azar = JALALI.weeks(date(2026, 11, 26))
    assert len(azar) % 7 == 0
    assert next(day for day in azar if day) == date(2026, 11, 22)
    assert len([day for day in azar if day]) == 30
    assert all(day.weekday() == 5 for day in azar[::7] if day)  # Saturdays
    november = GREGORIAN.weeks(date(2026, 11, 26))
    assert november[:7] == (None,) * 6 + (date(2026, 11, 1),)


def test_a_date_is_shown_by_the_languages_calendar_and_kept_as_iso() -> None:
    for words, title, text in (
        (FA, "آذر ۱۴۰۵", "۵ آذر ۱۴۰۵"),
        (EN, "November 2026", "26 November 2026"),
    ):
        piece = drawn(asked("date", value="2026-11-26"), words)
        assert isinstance(piece, DatePiece)
        assert piece.sheet is not None
        assert (piece.sheet.title, piece.text) == (title, text)
        chosen = [cell for cell in piece.sheet.cells if cell and cell.on]
        assert [cell.send for cell in chosen] == [GiveAnswer(PATH, "2026-11-26")]


def test_an_hour_is_kept_with_the_stores_offset_and_a_date_keeps_its_hour() -> None:
    piece = drawn(asked("time", value="09:30:00.000+03:30"))
    sends = [cell.send for cell in piece.time.hours if cell.text == "18"]
    assert sends == [GiveAnswer(PATH, "18:30:00.000+03:30")]
    both = drawn(asked("datetime", value="2026-11-26T09:30:00.000+03:30"))
    (cell,) = (each for each in both.sheet.cells if each and each.text == "2")
    assert cell.send == GiveAnswer(PATH, "2026-11-02T09:30:00.000+03:30")


# ---------------------------------------------------------------- what a question is drawn with


def test_every_kind_of_question_is_drawn() -> None:
    assert set(MAKERS) == set(get_args(Kind))
    shown = {
        question.kind
        for state in examples.EXAMPLES.values()
        if hasattr(state, "page")
        for question in state.page.questions
    }
    assert shown == set(get_args(Kind))


def test_faces_stand_from_the_worst_to_the_best_whatever_the_forms_order() -> None:
    for values in (("1", "2", "3"), ("3", "2", "1"), ("bad", "fair", "good")):
        piece = drawn(asked("smileys", choices=choices(*values)))
        assert isinstance(piece, FacesPiece)
        assert [face.mood for face in piece.faces] == [0, 0.5, 1]
        best = piece.faces[-1].send
        assert best == GiveAnswer(PATH, "3" if values[0] in "13" else "good")


def test_faces_of_a_number_have_words_of_ours() -> None:
    piece = drawn(asked("smileys", scale=Scale("1", "5", "1"), value="5"), FA)
    assert [face.text for face in piece.faces][-1] == "خیلی خوب"
    assert [face.on for face in piece.faces] == [False] * 4 + [True]


def test_stars_are_filled_up_to_the_answer_and_too_many_become_a_line() -> None:
    piece = drawn(asked("rating", scale=Scale("1", "5", "1"), value="3"))
    assert isinstance(piece, StarsPiece)
    assert [cell.on for cell in piece.cells] == [True, True, True, False, False]
    assert isinstance(drawn(asked("rating", scale=Scale("1", "50", "1"))), SliderPiece)


def test_a_scale_too_long_to_slide_along_is_typed() -> None:
    assert isinstance(drawn(asked("range", scale=Scale("0", "1000", "1"))), SliderPiece)
    assert isinstance(drawn(asked("range", scale=Scale("0", "100000", "1"))), FiguresPiece)


def test_a_long_list_is_found_by_typing_in_any_spelling() -> None:
    places = choices(*(f"شهر {number}" for number in range(60)), "كرج")
    question = asked("select_one", choices=places)
    piece = drawn(question, FA, Opened(PATH, "کرج"))
    assert isinstance(piece, FindPiece)
    assert [cell.text for cell in piece.cells] == ["كرج"]
    assert len(drawn(question, FA, Opened(PATH, "شهر")).cells) == FOUND_MAX
    assert drawn(question, FA, Opened(PATH, "")).cells == ()


def test_an_answer_that_is_not_taken_is_told_in_the_forms_words_or_ours() -> None:
    said = [
        drawn(asked(fault=fault), EN).head.fault
        for fault in (Fault("constraint", "Too many"), Fault("required"), None)
    ]
    assert said == ["Too many", "Please answer this question", ""]


def test_what_is_read_only_is_read() -> None:
    piece = drawn(asked("integer", value="12", readonly=True), FA)
    assert isinstance(piece, NotePiece)
    assert piece.value == "۱۲"


@pytest.mark.parametrize(
    ("question", "last", "text"),
    [
        (asked(), False, "Skip"),
        (asked(value="a"), False, "Go on"),
        (asked(required=True), False, "Go on"),
        (asked("note"), False, "Go on"),
        (asked(), True, "Send my answers"),
    ],
)
def test_the_way_on_says_what_it_does(question: Question, last: bool, text: str) -> None:
    view = view_of(examples.answering(question, last=last), EN)
    assert isinstance(view, SurveyView)
    assert view.next.text == text


def test_several_choices_are_marked_as_such() -> None:
    piece = drawn(asked("select_many", choices=choices("a", "b")))
    assert isinstance(piece, ListPiece)
    assert piece.cells[0].several
    assert piece.cells[0].send == ToggleChoice(PATH, "a")


# ---------------------------------------------------------------- what is told of answers


class Answered:
    """Answers that say what they are told to."""

    def __init__(self, xml: str) -> None:
        self.text, self.page = xml, Page("/data/q", (), (asked("signature"),), 0, True, True)
        self.last, self.language, self.given = "/data/q", "fa", {"/data/score": "5"}

    def xml(self) -> str:
        return self.text

    def values(self) -> dict[str, str]:
        return self.given

    def answer(self, path: str, value: str) -> None:
        self.given[path] = value

    def attach(self, path: str, name: str, content: bytes) -> None:
        self.given[path] = name


AT = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


def sitting(xml: str) -> Sitting:
    answers: Any = Answered(xml)
    return Sitting(examples.VISIT, answers, UUID(int=1), (AT, 0.0), Language.FA)


def test_a_short_instance_is_told_as_text() -> None:
    body = told.answered(sitting("<data>سلام</data>"), "complete", AT)
    assert body["xml"] == "<data>سلام</data>"
    assert "packed" not in body
    assert "member" not in body


def test_a_long_instance_is_packed_and_one_beyond_an_event_is_refused() -> None:
    long = "<data>" + "سلام " * 9_000 + "</data>"
    body = told.answered(sitting(long), "complete", AT)
    assert zlib.decompress(base64.b64decode(body["packed"])).decode() == long
    draw = random.Random(7)
    noise = "".join(chr(draw.randrange(0x600, 0x3000)) for _ in range(60_000))
    with pytest.raises(DataError, match="expected at most"):
        told.answered(sitting(noise), "complete", AT)


def test_time_is_counted_for_each_question_of_the_page() -> None:
    one = sitting("<data/>")
    one.pass_time(2.5)
    one.pass_time(4.0)
    assert one.times() == [(PATH, 4_000)]


def test_a_signature_is_kept_small_and_only_as_png() -> None:
    one, png = sitting("<data/>"), b"\x89PNG\r\n\x1a\n"
    question = asked("signature")
    assert not one.sign(question, png + b"x" * SIGNATURE_BYTES_MAX)
    assert not one.sign(question, b"GIF89a")
    assert one.sign(question, png + b"1")
    assert one.files() == [("signature-1.png", png + b"1")]
    assert one.sign(question, b"")
    assert one.files() == []


def test_a_signature_that_is_no_longer_the_answer_is_not_drawn() -> None:
    one, png = sitting("<data/>"), b"\x89PNG\r\n\x1a\n"
    assert one.sign(asked("signature"), png)
    assert one.signed == {PATH: png}
    one.answers.answer(PATH, "")
    assert (one.signed, one.files()) == ({}, [])


def test_there_are_no_more_signatures_than_an_event_has_files() -> None:
    one, png = sitting("<data/>"), b"\x89PNG\r\n\x1a\n"
    for number in range(SIGNATURES_MAX):
        assert one.sign(Question(f"/data/q{number}", "signature", ()), png)
    assert len({name for name, _png in one.files()}) == SIGNATURES_MAX == FILES_MAX
    assert not one.sign(asked("signature"), png)
    assert one.sign(Question("/data/q3", "signature", ()), png + b"again")


def test_no_answer_is_in_the_repr_of_a_message_or_a_state() -> None:
    secret = "0912345"
    for message in (GiveAnswer(PATH, secret), TypeAnswer(PATH, secret), Sign(PATH, b"0912345")):
        assert secret not in repr(message)
    state = examples.answering(asked(value=secret), opened=Opened(PATH, secret))
    assert secret not in repr(state)
    assert OpenQuestion() == OpenQuestion("")
    assert ChooseLanguage(Language.EN) != OpenQuestion()
    assert replace(state, unwritten=True) != state
