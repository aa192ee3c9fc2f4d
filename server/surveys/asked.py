"""The questions of a survey as its report names them, from the form that is newest.

A question that an older version had and the newest has not is behind the others, as it was.
"""

from __future__ import annotations

from collections.abc import Iterator

from server.surveys.forms import form_of
from server.surveys.models import Survey
from server.surveys.reports.questions import AskedQuestion
from xforms.loading import Form
from xforms.loading.form import Body, Control, Group, Label, Repeat, Wording
from xforms.problems import FormRefusedError
from xforms.session.reading_back import kind_at, labelled_choices
from xforms.session.words import plain_of, spans_of

VERSIONS_READ = 10
_TOGETHER = frozenset({"field-list", "table-list"})


def questions_of_survey(survey: Survey, language: str) -> tuple[AskedQuestion, ...]:
    """Give the questions of all versions that were published, the newest first."""
    versions = survey.versions.filter(published_at__isnull=False).order_by("-version")
    found: dict[str, AskedQuestion] = {}
    for version in versions.values_list("version", flat=True)[:VERSIONS_READ]:
        try:
            form = form_of(survey.pk, version)
        except FormRefusedError:
            continue
        for question in questions_of(form, language):
            found.setdefault(question.path, question)
    return tuple(found.values())


def questions_of(form: Form, language: str) -> tuple[AskedQuestion, ...]:
    """Give a form's questions in its order, with words in a language, or in its own first."""
    name = language_named(form, language)
    return tuple(
        AskedQuestion(
            path=control.path,
            kind=str(kind_at(form, control.path)),
            label=words_of(form, control.label, name) or control.path.rpartition("/")[2],
            choices=labelled_choices(form, control, name),
            page=page,
        )
        for control, page in _controls(form.body, "")
    )


def language_named(form: Form, language: str) -> str:
    """Find a form's language by its code."""
    ending = f"({language})"
    return next((each for each in form.languages if each == language or each.endswith(ending)), "")


def words_of(form: Form, label: Label | None, language: str) -> str:
    """Give a label's words; what depends on answers stands as an ellipsis."""
    if label is None:
        return ""
    wording = label.own
    if wording is None:
        for each in (language, *form.languages):
            wording = form.itext.get(each, {}).get(label.itext)
            if wording is not None and wording.parts:
                break
    return plain_of(spans_of(_plain(wording or Wording())))


def _plain(wording: Wording) -> str:
    return "".join(part if isinstance(part, str) else "…" for part in wording.parts)


def _controls(body: tuple[Body, ...], page: str) -> Iterator[tuple[Control, str]]:
    for each in body:
        match each:
            case Control():
                if "label" not in each.appearance:
                    yield each, page or each.path
            case Group() | Repeat():
                together = page or (each.path if each.appearance & _TOGETHER else "")
                yield from _controls(each.children, together)
