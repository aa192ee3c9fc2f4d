"""What a finger says while somebody answers a survey.

A question is named by its path, as in ``xforms.page``. What is answered is left out of ``repr``,
so that it reaches no log.

Source: docs/surveys.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class OpenSurvey:
    """Begin a survey; with an empty id, the one that is offered, or the list of several."""

    survey_id: str = ""


@dataclass(frozen=True, slots=True)
class AnswerAtOnce:
    """Answer the one question on the poster by one touch."""

    survey_id: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class GiveAnswer:
    """The answer now; the one that is there already is taken away by it."""

    path: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ToggleChoice:
    """One of several choices is meant, or no longer."""

    path: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TypeAnswer:
    """The whole text in a question's field after a key."""

    path: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class StrikeFigure:
    """A key of the pad for the open question: one character, or empty to erase the last."""

    character: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PickStop:
    """The slider was let go at this stop, counted from 0."""

    path: str
    stop: int


@dataclass(frozen=True, slots=True)
class MoveChoice:
    """A choice that is ranked goes up (−1) or down (1); 0: the order is right as it stands."""

    path: str
    value: str
    by: int = 0


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """Show the keys, the pad or the calendar of a question; empty: put them away."""

    path: str = ""


@dataclass(frozen=True, slots=True)
class TurnCalendar:
    """Show another page of the open calendar, so many pages or years on."""

    pages: int = 0
    years: int = 0


@dataclass(frozen=True, slots=True)
class Sign:
    """The signature as it stands now, as PNG; empty: it was wiped away."""

    path: str
    png: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class AddAnother:
    """Answer the repeated questions once more, or go on without."""

    path: str
    more: bool


@dataclass(frozen=True, slots=True)
class NextPage:
    """Go on; from the last page to the end."""


@dataclass(frozen=True, slots=True)
class PreviousPage:
    """Go back to the page before."""


@dataclass(frozen=True, slots=True)
class LeaveSurvey:
    """Stop answering; ``surely``: it was asked whether that is meant."""

    surely: bool = False


@dataclass(frozen=True, slots=True)
class GoOnAnswering:
    """Stopping was not meant."""


SurveyTouch = (
    OpenSurvey
    | AnswerAtOnce
    | GiveAnswer
    | ToggleChoice
    | TypeAnswer
    | StrikeFigure
    | PickStop
    | MoveChoice
    | OpenQuestion
    | TurnCalendar
    | Sign
    | AddAnother
    | NextPage
    | PreviousPage
    | LeaveSurvey
    | GoOnAnswering
)
