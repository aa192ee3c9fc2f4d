"""What a touch does to the page on the screen: the answer given, the keys that open and close."""

from __future__ import annotations

from dataclasses import replace

from kiosk.language import Language
from kiosk.survey import handler
from kiosk.survey.calendars import calendar_in
from kiosk.survey.dates import parts_of
from kiosk.survey.running import Sitting
from kiosk.survey.scales import slides
from kiosk.survey.state import TYPED, Answering, Opened
from kiosk.survey_messages import (
    AddAnother,
    GiveAnswer,
    MoveChoice,
    OpenQuestion,
    PickStop,
    Sign,
    StrikeFigure,
    ToggleChoice,
    TurnCalendar,
    TypeAnswer,
)
from xforms.page import Question

DATED = frozenset({"date", "time", "datetime"})
CODE_MAX = 128  # characters of a scanned code


def opened_at_start(scene: Answering) -> Answering:
    """Open the keys where a page asks one thing, which is typed; nothing else on other pages."""
    questions = scene.page.questions
    if len(questions) != 1 or questions[0].kind == "barcode" or not _typed(questions[0]):
        return scene
    return replace(scene, opened=_opening(questions[0]))


def _typed(question: Question) -> bool:
    long = question.kind == "range" and not slides(question)
    listed = question.kind in ("select_one", "select_many")
    sought = listed and (question.style == "search" or len(question.choices) > handler.LISTED_MAX)
    typed = question.kind in TYPED and question.kind != "time"
    return not question.readonly and (typed or long or sought)


def _opening(question: Question) -> Opened:
    listed = question.kind in ("select_one", "select_many")
    return Opened(question.path, "" if listed else question.value)


def answered(scene: Answering, sitting: Sitting, touch: object, language: Language) -> Answering:
    """Give the page after a touch."""
    scene = replace(scene, unwritten=False, member_code=False)
    match touch:
        case OpenQuestion(path):
            return _open(scene, path)
        case TurnCalendar(pages, years):
            return _turn(scene, pages, years, language)
        case StrikeFigure(character):
            return _strike(scene, sitting, character)
        case TypeAnswer(path, text):
            return _type(scene, sitting, path, text)
        case Sign(path, png):
            question = scene.question(path)
            if question is not None and question.kind == "signature":
                sitting.sign(question, png)
            return _again(scene, sitting)
        case AddAnother(path, more):
            if scene.question(path) is None:
                return scene
            sitting.answers.another(path, more=more)
            return opened_at_start(replace(_again(scene, sitting), opened=Opened()))
        case GiveAnswer() | ToggleChoice() | MoveChoice() | PickStop():
            return _choose(scene, sitting, touch)
        case _:
            return scene


def _choose(
    scene: Answering, sitting: Sitting, touch: GiveAnswer | ToggleChoice | MoveChoice | PickStop
) -> Answering:
    question = scene.question(touch.path)
    if question is None:
        return scene
    match touch:
        case GiveAnswer(path, value):
            answer = handler.given(question, path, value)
        case ToggleChoice(_, value):
            answer = handler.toggled(question, value)
        case MoveChoice(_, value, by):
            answer = handler.moved(question, value, by)
        case PickStop(_, stop):
            answer = handler.picked(question, stop)
    if answer is None:
        return scene
    sitting.answer(touch.path, answer)
    after = _again(scene, sitting)
    if scene.opened.path == touch.path and question.kind not in DATED:
        return replace(after, opened=replace(scene.opened, typed=""))
    return after


def _again(scene: Answering, sitting: Sitting) -> Answering:
    """Look at the page anew: an answer may have changed what else stands on it."""
    return replace(scene, page=sitting.answers.page, signed=sitting.signed)


def _open(scene: Answering, path: str) -> Answering:
    question = scene.question(path) if path else None
    if question is None or question.readonly or scene.opened.path == path:
        return replace(scene, opened=Opened())
    return replace(scene, opened=_opening(question))


def _turn(scene: Answering, pages: int, years: int, language: Language) -> Answering:
    path = scene.opened.path or scene.page.questions[0].path
    question = scene.question(path)
    if question is None or question.kind not in DATED:
        return scene
    shown = scene.opened.shown or parts_of(question)[0] or scene.today
    turned = handler.turned(question, calendar_in(language), shown, pages, years)
    return replace(scene, opened=Opened(path, shown=turned))


def _strike(scene: Answering, sitting: Sitting, character: str) -> Answering:
    question = scene.question(scene.opened.path)
    if question is None or not _typed(question):
        return scene
    typed = handler.struck(question, scene.opened.typed, character)
    sitting.answer(question.path, handler.as_answer(question, typed))
    return replace(_again(scene, sitting), opened=replace(scene.opened, typed=typed))


def _type(scene: Answering, sitting: Sitting, path: str, text: str) -> Answering:
    question = scene.question(path)
    if question is None or question.readonly:
        return scene
    if question.choices:  # it narrows the list, and is no answer
        return replace(scene, opened=Opened(path, text[: handler.FIND_MAX]))
    if question.kind != "text":
        return scene
    sitting.answer(path, handler.written(question, text))
    return _again(scene, sitting)


def scanned(scene: Answering, sitting: Sitting, raw: bytes) -> Answering:
    """Give the page after a code was read: the open question that asks for one, or the first."""
    asked = [each for each in scene.page.questions if each.kind == "barcode" and not each.readonly]
    wanted = [each for each in asked if each.path == scene.opened.path]
    empty = [each for each in asked if not each.value]
    try:
        code = raw.decode("utf-8").strip()
    except UnicodeDecodeError:
        return scene
    if not asked or not code or len(code) > CODE_MAX or not code.isprintable():
        return scene
    question = (wanted or empty or asked)[0]
    sitting.answer(question.path, code)
    return replace(_again(scene, sitting), opened=Opened(), member_code=False)
