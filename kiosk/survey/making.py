"""What every piece of a page is made from: the state, the words, and what stands above a piece."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kiosk.survey.pieces import Head
from kiosk.survey.state import Answering, Opened
from kiosk.words import Words
from xforms.page import Fault, Question
from xforms.page import Words as Label

_FAULTS: Final = {
    "required": "Please answer this question",
    "constraint": "This answer is not possible here",
    "type": "This cannot be read; please look again",
}
NOT_OPENED: Final = Opened()


@dataclass(frozen=True, slots=True)
class Making:
    """The page that is drawn, in which words; ``alone``: it has one question."""

    state: Answering
    words: Words
    alone: bool

    def opened(self, question: Question) -> Opened | None:
        """Give what is open of a question, if it is open."""
        opened = self.state.opened
        return opened if opened.path == question.path else None

    def picture(self, name: str) -> str:
        """Give the file of a picture of the form, or nothing."""
        return self.state.pictures.get(name, "")


def plain(label: Label) -> str:
    """Give a label's words: emphasis is not drawn."""
    return "".join(span.text for span in label)


def fault_text(fault: Fault | None, words: Words) -> str:
    """Say why an answer is not taken, in the form's words or ours."""
    if fault is None:
        return ""
    return fault.message or words.say(_FAULTS[fault.code])


def head_of(question: Question, making: Making) -> Head:
    """Make what stands above a piece."""
    return Head(
        key=f"{making.state.sitting}:{question.path}",
        title=plain(question.label),
        hint=plain(question.hint),
        must=making.words.say("Needs an answer") if question.required and not making.alone else "",
        fault=fault_text(question.fault, making.words),
        picture=making.picture(question.picture),
        large=making.alone,
    )
