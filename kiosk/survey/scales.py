"""Questions on a scale as pieces: stars, scores, faces, sliders. Least first, in reading order."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Final

from kiosk.frame import Button, Face
from kiosk.lobby.view import FacesCard
from kiosk.survey.handler import STOPS_MAX, stop, stop_at, stops_of
from kiosk.survey.making import Making, head_of, plain
from kiosk.survey.pieces import Cell, FacesPiece, Piece, ScorePiece, SliderPiece, StarsPiece
from kiosk.survey_messages import AnswerAtOnce, GiveAnswer, PickStop
from kiosk.words import Words
from xforms.page import Choice, Page, Question, Scale, Span

STARS_MAX: Final = 10
TEN: Final = Scale("0", "10", "1")


def slides(question: Question) -> bool:
    """Tell whether a scale has so few stops that one can slide along it."""
    return question.scale is not None and 2 <= stops_of(question.scale) <= STOPS_MAX


def number(value: str, words: Words) -> str:
    """Write a number that is kept as text, in the language's digits, a minus before it."""
    if value.startswith("-"):
        return words.code(value)
    return words.digits(value)


def stars(question: Question, making: Making) -> Piece:
    """Make a row of stars, or a slider where there would be too many."""
    scale = question.scale
    if scale is None or not 2 <= stops_of(scale) <= STARS_MAX:
        return slider(question, making)
    chosen = stop_at(scale, question.value)
    cells = tuple(
        Cell(number(value, making.words), GiveAnswer(question.path, value), on=_up_to(each, chosen))
        for each, value in enumerate(_values(scale))
    )
    said = number(question.value, making.words) if question.value else ""
    return StarsPiece(head_of(question, making), cells, said)


def _up_to(place: int, chosen: int | None) -> bool:
    return chosen is not None and place <= chosen


def score(question: Question, making: Making) -> Piece:
    """Make the numbers from 0 to 10."""
    words = making.words
    cells = tuple(
        Cell(number(each, words), GiveAnswer(question.path, each), each == question.value)
        for each in _values(question.scale or TEN)
    )
    head = head_of(question, making)
    return ScorePiece(head, cells, words.say("Not at all likely"), words.say("Very likely"))


def faces(question: Question, making: Making) -> Piece:
    """Make faces; of choices the last is the best, unless they are numbers: then the greatest."""
    drawn = tuple(
        Face(mood, text, GiveAnswer(question.path, value), value == question.value)
        for mood, text, value in _moods_of(question, making.words)
    )
    return FacesPiece(head_of(question, making), drawn)


def faces_card(survey_id: str, page: Page, words: Words) -> FacesCard:
    """Make the faces of a page's one question, to be touched on the poster."""
    (question,) = page.questions
    drawn = (
        Face(mood, text, AnswerAtOnce(survey_id, value))
        for mood, text, value in _moods_of(question, words)
    )
    return FacesCard(plain(question.label), tuple(drawn))


def _moods_of(question: Question, words: Words) -> list[tuple[float, str, str]]:
    """Give mood, words and value of each face, the worst first."""
    choices = question.choices or _as_choices(question.scale or Scale("1", "5", "1"), words)
    moods = _moods([choice.value for choice in choices])
    found = [
        (mood, plain(choice.label), choice.value)
        for mood, choice in zip(moods, choices, strict=True)
    ]
    return sorted(found, key=lambda each: each[0])


def _as_choices(scale: Scale, words: Words) -> tuple[Choice, ...]:
    said = {
        3: ("Bad", "So-so", "Good"),
        4: ("Very bad", "Bad", "Good", "Very good"),
        5: ("Very bad", "Bad", "So-so", "Good", "Very good"),
    }.get(stops_of(scale), ())
    values = _values(scale)
    return tuple(
        Choice(value, _words(words.say(said[each]) if said else number(value, words)))
        for each, value in enumerate(values)
    )


def _words(text: str) -> tuple[Span, ...]:
    return (Span(text),)


def _moods(values: list[str]) -> list[float]:
    """Give how good each is, 0 to 1, even steps apart."""
    last = max(1, len(values) - 1)
    try:
        numbers = [Decimal(each) for each in values]
    except InvalidOperation:
        return [each / last for each in range(len(values))]
    order = sorted(numbers)
    return [order.index(each) / last for each in numbers]


def slider(question: Question, making: Making) -> Piece:
    """Make a scale to slide along."""
    words, scale = making.words, question.scale or TEN
    values = _values(scale)
    at = stop_at(scale, question.value)
    here = at if at is not None else len(values) // 2
    return SliderPiece(
        head_of(question, making),
        question.path,
        tuple(number(each, words) for each in values),
        at,
        less=Button("", PickStop(question.path, max(0, here - 1)), "minus"),
        more=Button("", PickStop(question.path, min(len(values) - 1, here + 1)), "plus"),
        said="" if at is not None else words.say("Slide, or touch the line"),
    )


def _values(scale: Scale) -> list[str]:
    return [stop(scale, each) for each in range(min(stops_of(scale), STOPS_MAX))]
