"""A question as the piece that it is drawn with: choices, texts, matrix, rank, signature.

A new ``Kind`` of ``xforms.page`` is a new row of ``MAKERS``; the tests name one that is missing.
Scales and faces are in ``kiosk.survey.scales``, dates and times in ``kiosk.survey.dates``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from kiosk.frame import Button
from kiosk.survey import dates, scales
from kiosk.survey.handler import LISTED_MAX, ranked
from kiosk.survey.making import Making, fault_text, head_of, plain
from kiosk.survey.pieces import (
    Cell,
    FiguresPiece,
    FindPiece,
    LikertPiece,
    LinePiece,
    ListPiece,
    MatrixPiece,
    MatrixRow,
    NotePiece,
    PicturesPiece,
    Piece,
    Ranked,
    RankPiece,
    SignaturePiece,
    YesNoPiece,
)
from kiosk.survey_messages import (
    AddAnother,
    GiveAnswer,
    MoveChoice,
    OpenQuestion,
    ToggleChoice,
)
from retail.folding import fold
from xforms.page import Choice, Kind, Question

FOUND_MAX: Final = 8  # hits that are shown
LIKERT_MAX: Final = 7
LONG_TEXT: Final = 22  # characters from which a choice wants a line of its own
TICKED: Final = "OK"  # what a tick is kept as, by the XForms of ODK


def piece_of(question: Question, making: Making) -> Piece:
    """Give what a question is drawn with."""
    piece = MAKERS[question.kind](question, making)
    if question.readonly and question.value and not isinstance(piece, NotePiece):
        return NotePiece(head_of(question, making), _value_text(question, making))
    return piece


def _value_text(question: Question, making: Making) -> str:
    chosen = [plain(choice.label) for choice in question.choices if choice.chosen]
    return making.words.say(", ").join(chosen) or making.words.digits(question.value)


def _note(question: Question, making: Making) -> Piece:
    return NotePiece(head_of(question, making), making.words.digits(question.value))


def _text(question: Question, making: Making) -> Piece:
    if question.style == "numbers":
        return _figures(question, making)
    return LinePiece(
        head_of(question, making),
        question.path,
        question.value,
        OpenQuestion(question.path),
        making.words.say("Write here" if making.opened(question) else "Touch to write"),
        open=making.opened(question) is not None,
        tall=question.style == "multiline",
        masked=question.style == "masked",
        length_max=question.length_max,
    )


def _figures(question: Question, making: Making) -> Piece:
    words, opened = making.words, making.opened(question)
    typed = opened.typed if opened else question.value
    icon, invitation = "", words.say("Type with the keys" if opened else "Touch to type")
    if question.kind == "barcode":
        icon = "barcode-scan"
        invitation = words.say("Hold the code in front of the scanner, or type it")
    if question.kind in ("phone", "barcode") or typed.startswith("-"):
        text = words.code(typed) if typed else ""
    else:
        text = words.digits(typed)
    return FiguresPiece(
        head_of(question, making),
        text,
        OpenQuestion(question.path),
        invitation,
        open=opened is not None,
        icon=icon,
    )


def _range(question: Question, making: Making) -> Piece:
    if scales.slides(question):
        return scales.slider(question, making)
    return _figures(question, making)


def _choices(question: Question, making: Making) -> Piece:
    several = question.kind == "select_many"
    if question.style == "search" or len(question.choices) > LISTED_MAX:
        return _find(question, making)
    head = head_of(question, making)
    cells = tuple(_cell(question, each, making, several=several) for each in question.choices)
    if question.style == "likert" and 2 <= len(cells) <= LIKERT_MAX:
        return LikertPiece(head, cells)
    if question.style == "pictures" or any(cell.picture for cell in cells):
        columns = question.columns or (2 if len(cells) <= 6 else 3)
        return PicturesPiece(head, cells, min(columns, 3), min(question.columns or 4, 5))
    short = all(len(cell.text) <= LONG_TEXT for cell in cells)
    if question.style == "grid":
        columns = question.columns or 2
        return ListPiece(head, cells, min(columns, 3 if short else 2), min(columns + 1, 4))
    many = len(cells) > 6 and short
    return ListPiece(head, cells, 2 if many else 1, 3 if many else 2 if short else 1)


def _cell(question: Question, choice: Choice, making: Making, *, several: bool) -> Cell:
    send = (ToggleChoice if several else GiveAnswer)(question.path, choice.value)
    return Cell(
        plain(choice.label),
        send,
        choice.chosen,
        making.picture(choice.picture),
        several,
    )


def _find(question: Question, making: Making) -> Piece:
    words, opened = making.words, making.opened(question)
    several = question.kind == "select_many"
    typed = opened.typed if opened else ""
    wanted = fold(typed)
    chosen = [each for each in question.choices if each.chosen]
    found = [
        each
        for each in question.choices
        if not each.chosen and wanted and wanted in fold(plain(each.label))
    ]
    first = sorted(found, key=lambda each: not fold(plain(each.label)).startswith(wanted))
    said = ""
    if wanted and not found:
        said = words.say("Nothing found for “{text}”", text=typed)
    elif len(found) > FOUND_MAX:
        said = words.say("{count} found; a letter more narrows them", count=len(found))
    return FindPiece(
        head_of(question, making),
        question.path,
        typed,
        OpenQuestion(question.path),
        words.say("Type the first letters"),
        tuple(
            _cell(question, each, making, several=several) for each in [*chosen, *first[:FOUND_MAX]]
        ),
        said,
        open=opened is not None,
    )


def _yes_no(question: Question, making: Making) -> Piece:
    cells = [_cell(question, each, making, several=False) for each in question.choices]
    icons = {"yes": "check", "no": "close"}
    return YesNoPiece(
        head_of(question, making),
        tuple(
            replace(cell, icon=icons.get(choice.value, ""))
            for cell, choice in zip(cells, question.choices, strict=True)
        ),
    )


def _acknowledge(question: Question, making: Making) -> Piece:
    cell = Cell(
        making.words.say("I have read this"),
        GiveAnswer(question.path, TICKED),
        bool(question.value),
        several=True,
    )
    return ListPiece(head_of(question, making), (cell,))


def _another(question: Question, making: Making) -> Piece:
    words = making.words
    head = head_of(question, making)
    return YesNoPiece(
        head if head.title else replace(head, title=words.say("Is there another one?")),
        (
            Cell(words.say("Yes, one more"), AddAnother(question.path, True), icon="plus"),
            Cell(words.say("No, go on"), AddAnother(question.path, False), icon="arrow-right"),
        ),
    )


def _rank(question: Question, making: Making) -> Piece:
    words, by_value = making.words, {each.value: each for each in question.choices}
    order = ranked(question)
    rows = tuple(
        Ranked(
            words.number(place + 1),
            plain(by_value[value].label),
            Button(words.say("Up"), MoveChoice(question.path, value, -1), "chevron-up"),
            Button(words.say("Down"), MoveChoice(question.path, value, 1), "chevron-down"),
            place == 0,
            place == len(order) - 1,
            making.picture(by_value[value].picture),
        )
        for place, value in enumerate(order)
    )
    accept = Button(words.say("This order is right"), MoveChoice(question.path, ""), "check")
    return RankPiece(head_of(question, making), rows, None if question.value else accept)


def _matrix(question: Question, making: Making) -> Piece:
    rows = tuple(
        MatrixRow(
            plain(row.label),
            tuple(
                Cell(plain(each.label), GiveAnswer(row.path, each.value), each.value == row.value)
                for each in question.choices
            ),
            fault_text(row.fault, making.words),
        )
        for row in question.rows
    )
    columns = tuple(plain(each.label) for each in question.choices)
    return MatrixPiece(head_of(question, making), columns, rows)


def _signature(question: Question, making: Making) -> Piece:
    words = making.words
    return SignaturePiece(
        head_of(question, making),
        question.path,
        making.state.signed.get(question.path, b""),
        words.say("Sign here with your finger"),
        words.say("Wipe away"),
    )


MAKERS: Final[Mapping[Kind, Callable[[Question, Making], Piece]]] = {
    "note": _note,
    "text": _text,
    "phone": _figures,
    "barcode": _figures,
    "integer": _figures,
    "decimal": _figures,
    "range": _range,
    "rating": scales.stars,
    "nps": scales.score,
    "smileys": scales.faces,
    "yes_no": _yes_no,
    "select_one": _choices,
    "select_many": _choices,
    "rank": _rank,
    "matrix": _matrix,
    "date": dates.moment,
    "time": dates.moment,
    "datetime": dates.moment,
    "signature": _signature,
    "acknowledge": _acknowledge,
    "another": _another,
}
