"""What surveys reach the world by: what is published here, the form engine, and whose they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from retail.survey import Survey
from xforms.page import Page


class PublishedSurveys(Protocol):
    """The surveys that head office has published to this kiosk's store, as they stand now."""

    def all(self) -> tuple[Survey, ...]:
        """Give them; asked once a second, and nearly always the same tuple. Or ``DataError``."""
        ...

    def picture(self, sha256: str) -> str:
        """Give the file of a form's picture, or ``""`` while it is not here."""
        ...


class Answers(Protocol):
    """One person's answers to one form: ``xforms.session.Session`` behind ``kiosk.survey.forms``.

    An answer is a text as docs/surveys.md, section 4 has it; empty takes it away. Whatever is
    said of a path that is not there, or is read-only, changes nothing.
    """

    @property
    def page(self) -> Page:
        """What is asked now, in the language that is spoken."""
        ...

    @property
    def last(self) -> str:
        """The path of the page that stands, without places."""
        ...

    @property
    def language(self) -> str:
        """The language's name as the event has it."""
        ...

    def answer(self, path: str, value: str) -> None: ...

    def attach(self, path: str, name: str, content: bytes) -> None:
        """Answer with a file, a signature's PNG."""
        ...

    def forward(self) -> bool:
        """Go on; false where an answer of the page is missing or refused, which it then says."""
        ...

    def back(self) -> bool: ...

    def finish(self) -> bool:
        """End; false where something is missing or refused, and its page is shown then."""
        ...

    def end(self) -> None:
        """Note that it ends here, where it is not finished."""
        ...

    def speak(self, language: str) -> None:
        """Say everything in a kiosk's language (``fa``, ``en``) from now on, if the form has it."""
        ...

    def another(self, path: str, *, more: bool) -> None:
        """Answer whether there is one more repetition, and go on."""
        ...

    def xml(self) -> str:
        """Give what is sent."""
        ...

    def values(self) -> Mapping[str, str]:
        """Give what would be sent, by path."""
        ...


@dataclass(frozen=True, slots=True)
class Start:
    """The circumstances of one person's answers: aware instant, and the sitting's id."""

    at: datetime
    language: str
    sitting: UUID
    kiosk: str


class Forms(Protocol):
    """The form engine."""

    def begin(self, survey: Survey, start: Start) -> Answers:
        """Begin to answer; ``DataError`` where the form cannot be read."""
        ...


@dataclass(frozen=True, slots=True)
class Answerer:
    """Who would answer: a member's pseudonym with groups and surveys answered, or nobody known."""

    member: str = ""
    groups: frozenset[str] = frozenset()
    answered: frozenset[str] = frozenset()
    answered_today: frozenset[str] = frozenset()


def nobody() -> Answerer:
    """Say that nobody is signed in: as long as kiosks know no members."""
    return Answerer()


@dataclass(frozen=True, slots=True)
class Surveys:
    """What asking needs; without it nothing is asked."""

    published: PublishedSurveys
    forms: Forms
    kiosk: str
    new_id: Callable[[], UUID]
    answerer: Callable[[], Answerer] = field(default=nobody)
