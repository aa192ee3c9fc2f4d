"""What a deed is refused for, and what a form must be before kiosks ask it.

Source: docs/surveys.md, section 5.
"""

from __future__ import annotations

from collections.abc import Sequence

from server.surveys.forms import form_of
from server.surveys.limits import asks_something, unstorable
from xforms.problems import FormRefusedError, Problem
from xforms.session.reading_back import kind_at


class DeedError(Exception):
    """The deed cannot be done; the text says what was expected."""


class FormRefused(DeedError):  # noqa: N818  (a deed's refusal, with what the file has wrong)
    """The form cannot be asked; ``problems`` has all that is wrong."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        told = f"Expected a form that can be asked, got {len(self.problems)} problems"
        super().__init__(f"{told}: {self.problems[0]}")


def check_publishable(survey_id: str, version: int, *, one_touch: bool) -> None:
    """Refuse what nobody could answer, and what was kept before the limits of today.

    With ``one_touch`` also what a touch cannot answer; kiosks would not show it there.
    """
    try:
        form = form_of(survey_id, version)
    except FormRefusedError as error:
        raise FormRefused(error.problems) from None
    if problems := unstorable(form, lambda: None):
        raise FormRefused(problems)
    if not asks_something(form):
        raise DeedError("Expected a form with a question that can be asked, got one without")
    if one_touch and [str(kind_at(form, path)) for path in form.controls] != ["smileys"]:
        raise DeedError("Expected one question of smileys for the start screen, got another form")
