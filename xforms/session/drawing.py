"""A page as it is drawn: its questions with words, choices, answers and faults."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from xforms.page import Choice, Fault, Page, Question, Row
from xforms.session.checking import fault_of
from xforms.session.choosing import Chooser
from xforms.session.kinds import columns_of, kind_of, scale_of, style_of
from xforms.session.model import Model
from xforms.session.paths import Asked, Stop
from xforms.session.words import Speaker


class Drawer:
    """Draws pages in one language; ``attempted`` are addresses whose emptiness is told."""

    def __init__(
        self, model: Model, chooser: Chooser, speaker: Speaker, attempted: Collection[str]
    ) -> None:
        self._model, self._chooser = model, chooser
        self._speaker, self._attempted = speaker, attempted

    def page(self, stops: list[Stop], at: int, another: str) -> Page:
        """Draw the page at a place among the pages; ``another`` is the answer to that question."""
        stop = stops[at]
        headings = (self._speaker.words(label, node) for label, node in stop.headings)
        return Page(
            key=stop.key,
            headings=tuple(words for words in headings if words),
            questions=self._questions(stop, another),
            progress=at / len(stops),
            first=at == 0,
            last=at == len(stops) - 1,
            repetition=stop.which,
        )

    def _questions(self, stop: Stop, another: str) -> tuple[Question, ...]:
        if stop.another is not None:
            assert stop.parent is not None
            label = self._speaker.words(stop.another.label, stop.parent)
            return (Question(stop.key, "another", label, value=another),)
        found: list[Question] = []
        asked = list(stop.asked)
        while asked:
            rows = _rows(asked)
            if rows:
                found.append(self._matrix(asked[0], rows))
                asked = asked[1 + len(rows) :]
            else:
                found.append(self._question(asked.pop(0)))
        return tuple(found)

    def _question(self, asked: Asked) -> Question:
        control, node = asked.control, asked.node
        readonly = self._model.readonly(node, control.path)
        choices: tuple[Choice, ...] = ()
        if control.items or control.itemset is not None:
            choices = self._chooser.choices(control, node, self._speaker)
        kind = kind_of(control, self._model.bind(control.path).type, readonly, choices)
        return Question(
            path=self._model.tree.address(node),
            kind=kind,
            label=self._speaker.words(control.label, node),
            hint=self._speaker.words(control.hint, node),
            value=self._model.text(node),
            required=self._model.required(node, control.path),
            readonly=readonly,
            choices=choices,
            scale=scale_of(control, kind),
            style=style_of(control, choices),
            columns=columns_of(control),
            picture=self._speaker.picture(control.label, node),
            fault=self._fault(asked),
            unit=_unit(control.appearance),
        )

    def _fault(self, asked: Asked) -> Fault | None:
        fault = fault_of(self._model, asked, self._speaker)
        if fault is None or fault.code != "required":
            return fault
        return fault if self._model.tree.address(asked.node) in self._attempted else None

    def _matrix(self, head: Asked, rows: list[Asked]) -> Question:
        return Question(
            path=self._model.tree.address(head.node),
            kind="matrix",
            label=self._speaker.words(head.control.label, head.node),
            hint=self._speaker.words(head.control.hint, head.node),
            choices=self._chooser.choices(head.control, head.node, self._speaker),
            rows=tuple(
                Row(
                    path=self._model.tree.address(row.node),
                    label=self._speaker.words(row.control.label, row.node),
                    value=self._model.text(row.node),
                    required=self._model.required(row.node, row.control.path),
                    fault=self._fault(row),
                )
                for row in rows
            ),
            many=any(row.control.tag == "select" for row in rows),
        )


def is_matrix_head(asked: Asked) -> bool:
    """Tell whether it only names the columns of a matrix."""
    return "label" in asked.control.appearance and asked.control.tag in ("select", "select1")


def _rows(asked: list[Asked]) -> list[Asked]:
    """Give the rows of a matrix where one begins here, else none."""
    if not is_matrix_head(asked[0]):
        return []
    rows = []
    for each in asked[1:]:
        if not {"list-nolabel", "list"} & each.control.appearance:
            break
        rows.append(each)
    return rows


def _unit(looks: frozenset[str]) -> Literal["", "month", "year"]:
    if "month-year" in looks:
        return "month"
    return "year" if "year" in looks else ""
