"""Where somebody is in a survey, as data: what is asked now, and which keys are open.

The answers themselves are not in it: they are the form engine's, held by ``kiosk.survey_desk``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from retail.survey import Survey
from xforms.page import Page, Question

THANKS_S: Final = 12.0
THANKS_AT_ONCE_S: Final = 2.0
INVITING_S: Final = 20.0
TYPED: Final = frozenset({"text", "phone", "barcode", "integer", "decimal", "time"})


@dataclass(frozen=True, slots=True)
class Opened:
    """The question whose keys, pad or calendar are open.

    ``typed`` is what stands in its field, which need not be an answer yet (``3.``); ``shown`` is
    any day of what the calendar shows.
    """

    path: str = ""
    typed: str = field(default="", repr=False)
    shown: date | None = None


@dataclass(frozen=True, slots=True)
class Answering:
    """A page that is being answered. ``sitting`` is the id of these answers.

    ``pictures`` are the form's pictures by their names, as files; ``signed`` the signatures by
    the paths of their questions, as PNG. ``today`` is the store's. ``unwritten`` tells that the
    end could not be written down, and may be tried again.
    """

    survey: Survey
    sitting: str
    page: Page = field(repr=False)
    today: date
    opened: Opened = Opened()
    pictures: Mapping[str, str] = field(default_factory=dict)
    signed: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    unwritten: bool = False
    member_code: bool = False  # a member's card was held where another code is asked for

    def question(self, path: str) -> Question | None:
        """Give a question of this page by its path, or the matrix whose row it is."""
        for each in self.page.questions:
            if each.path == path or any(row.path == path for row in each.rows):
                return each
        return None


@dataclass(frozen=True, slots=True)
class Choosing:
    """Several surveys are offered."""

    surveys: tuple[Survey, ...]


@dataclass(frozen=True, slots=True)
class Inviting:
    """A sale is done, and a survey is offered."""

    survey: Survey


@dataclass(frozen=True, slots=True)
class Leaving:
    """The shopper wants to stop, and is asked whether that is meant."""

    answering: Answering


@dataclass(frozen=True, slots=True)
class Thanking:
    """The answers are written down."""

    survey: Survey
    at_once: bool = False


State = Answering | Choosing | Inviting | Leaving | Thanking
Under = Answering | Leaving  # answers have begun and have not ended
