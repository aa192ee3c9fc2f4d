"""What is drawn of a survey, worked out as data: no Kivy, no thread, no clock.

A new state is a new case in ``view_of``; mypy names the one that is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, assert_never

from kiosk.frame import Button, Tone
from kiosk.messages import Leave
from kiosk.search.view import KeyWords
from kiosk.survey import handler
from kiosk.survey.asked import piece_of
from kiosk.survey.making import Making, plain
from kiosk.survey.pieces import Cell, FigurePad, FindPiece, LinePiece, Piece
from kiosk.survey.state import Answering, Choosing, Inviting, Leaving, State, Thanking
from kiosk.survey_messages import (
    GoOnAnswering,
    LeaveSurvey,
    NextPage,
    OpenQuestion,
    OpenSurvey,
    PreviousPage,
    StrikeFigure,
)
from kiosk.words import Words
from xforms.page import Page

_PAD: Final = ("1", "2", "3", "4", "5", "6", "7", "8", "9")
_CORNER: Final = {"integer": "-", "decimal": ".", "range": ".", "phone": "+", "text": "-"}


@dataclass(frozen=True, slots=True)
class Keys:
    """The keyboard for the piece at ``path``; ``done`` puts it away."""

    path: str
    words: KeyWords
    done: OpenQuestion


@dataclass(frozen=True, slots=True)
class SurveyView:
    """A page: where in the form, what is asked, and the ways on.

    ``alone``: it asks one thing. ``key`` is of this page in these answers alone; ``progress`` is
    0 to 1. ``keys`` or ``pad`` are there while something is typed.
    """

    key: str
    title: str
    progress: float
    progress_text: str
    headings: tuple[str, ...]
    pieces: tuple[Piece, ...]
    alone: bool
    said: str
    back: Button | None
    next: Button
    keys: Keys | None = None
    pad: FigurePad | None = None


@dataclass(frozen=True, slots=True)
class WordView:
    """Something to say around a survey, and what to touch then."""

    icon: str
    tone: Tone
    title: str
    text: str
    actions: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class SurveyListView:
    """Several surveys to choose from."""

    title: str
    cells: tuple[Cell, ...]
    back: Button


Body = SurveyView | WordView | SurveyListView


def view_of(state: State, words: Words) -> Body:
    """Turn a state into what is drawn."""
    match state:
        case Answering():
            return _page(state, words)
        case Choosing(surveys):
            return SurveyListView(
                words.say("What would you like to tell us about?"),
                tuple(Cell(words.of(each.title), OpenSurvey(each.survey_id)) for each in surveys),
                Button(words.say("Back"), LeaveSurvey(surely=True), "arrow-left"),
            )
        case Inviting(survey):
            return WordView(
                "comment-question-outline",
                Tone.PLAIN,
                words.of(survey.title),
                words.say("A few questions, a minute of your time. Nobody is named."),
                (
                    Button(words.say("Answer now"), OpenSurvey(survey.survey_id), "pencil-outline"),
                    Button(words.say("No, thank you"), Leave(), "close"),
                ),
            )
        case Leaving():
            return _leaving(state, words)
        case Thanking():
            return _thanks(state, words)
        case _:
            assert_never(state)


def _page(state: Answering, words: Words) -> SurveyView:
    page = state.page
    alone = len(page.questions) == 1
    making = Making(state, words, alone)
    pieces = tuple(piece_of(question, making) for question in page.questions)
    opened = next((each for each in pieces if getattr(each, "open", False)), None)
    return SurveyView(
        key=f"{state.sitting}:{page.key}",
        title=words.of(state.survey.title),
        progress=page.progress,
        progress_text=_progress_text(page, words),
        headings=_headings(page, words),
        pieces=pieces,
        alone=alone,
        said=_said(state, words),
        back=None if page.first else Button(words.say("Back"), PreviousPage(), "arrow-left"),
        next=_next(page, words),
        keys=_keys(opened, words) if isinstance(opened, LinePiece | FindPiece) else None,
        pad=None
        if opened is None or isinstance(opened, LinePiece | FindPiece)
        else _pad(state, words),
    )


def _progress_text(page: Page, words: Words) -> str:
    return words.percent(round(page.progress * 100) * 100)


def _headings(page: Page, words: Words) -> tuple[str, ...]:
    headings = tuple(text for each in page.headings if (text := plain(each)))
    if page.repetition is None:
        return headings
    number, count = page.repetition
    return (*headings, words.say("{number} of {count}", number=number, count=count))


def _said(state: Answering, words: Words) -> str:
    if state.unwritten:
        return words.say("Your answers could not be written down. Please try once more.")
    if state.member_code:
        return words.say("This is a member's card. It is not asked for here.")
    return ""


def _next(page: Page, words: Words) -> Button:
    asked = [each for each in page.questions if each.kind != "note" and not each.readonly]
    empty = not any(each.value or any(row.value for row in each.rows) for each in asked)
    if page.last:
        return Button(words.say("Send my answers"), NextPage(), "check")
    if asked and empty and not any(each.required for each in asked):
        return Button(words.say("Skip"), NextPage(), "arrow-right")
    return Button(words.say("Go on"), NextPage(), "arrow-right")


def _keys(opened: LinePiece | FindPiece, words: Words) -> Keys:
    return Keys(
        opened.path,
        KeyWords(
            space=words.say("space"),
            zwnj=words.say("half-space"),
            digits=words.digits("123"),
            letters=words.say("letters"),
            clear=words.say("Clear"),
            search=words.say("Done"),
        ),
        OpenQuestion(),
    )


def _pad(state: Answering, words: Words) -> FigurePad:
    question = state.question(state.opened.path)
    corner = _CORNER.get(question.kind, "") if question else ""
    keys = [Button(words.digits(each), StrikeFigure(each)) for each in _PAD]
    left = Button(words.digits(corner), StrikeFigure(corner)) if corner else None
    erase = Button("", StrikeFigure(""), "backspace-outline")
    zero = Button(words.digits("0"), StrikeFigure("0"))
    several = len(state.page.questions) > 1
    done = Button(words.say("Done"), OpenQuestion(), "check") if several else None
    below_zero = question is not None and corner != "-" and handler.may_be_below_zero(question)
    minus = Button(words.say("Above or below zero"), StrikeFigure("-"), "plus-minus-variant")
    keys += [left or Button("", OpenQuestion(), "check"), zero, erase]
    return FigurePad(tuple(keys), done, minus if below_zero else None)


def _leaving(state: Leaving, words: Words) -> WordView:
    kept = state.answering.survey.at_idle == "partial"
    return WordView(
        "comment-remove-outline",
        Tone.LOW,
        words.say("Stop here?"),
        words.say(
            "What you answered so far is sent."
            if kept
            else "What you answered so far is thrown away."
        ),
        (
            Button(words.say("Go on answering"), GoOnAnswering(), "arrow-right"),
            Button(words.say("Stop"), LeaveSurvey(surely=True), "close"),
        ),
    )


def _thanks(state: Thanking, words: Words) -> WordView:
    said = words.of(state.survey.thanks) if state.survey.thanks else ""
    text = said or words.say("Your answers help us to do better.")
    done = Button(words.say("Back to the start"), Leave(), "home")
    return WordView(
        "heart-outline",
        Tone.GOOD,
        words.say("Thank you!"),
        text,
        () if state.at_once else (done,),
    )
