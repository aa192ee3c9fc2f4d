"""A form as a kiosk asks it, page by page, in each of its languages; nothing of it is kept.

The browser holds the steps so far, and each answer replays them: with the engine that kiosks
run, so what is asked next, refused or left out is what it will be there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from server.office.surveys.around import SEE, around, check, newest, survey_or_404
from server.surveys.forms import form_of
from xforms.page import Question
from xforms.problems import FormRefusedError
from xforms.replay import Script, ScriptError, do, read_script
from xforms.session import Circumstances, Session, UnknownPathError

STEPS_BYTES_MAX: Final = 200_000
PREVIEW_STEPS_MAX: Final = 2_000
SCALE_MAX: Final = 21  # more values than these are a slider
_ONE: Final = frozenset({"yes_no", "select_one", "smileys", "nps", "rating", "acknowledge"})
_SMILEYS: Final = ("😡", "🙁", "😐", "🙂", "😄")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the page draws it: how, and what may be chosen."""

    of: Question
    how: str  # one, many, rank, matrix, words, long, number, slider, another, note, elsewhere
    options: tuple[tuple[str, str, bool], ...] = ()


def preview_page(request: HttpRequest, survey_id: str) -> HttpResponse:
    """Show the page that the steps so far lead to."""
    check(request, SEE)
    survey = survey_or_404(survey_id)
    row = newest(survey)
    context = around(request, survey, "preview", str(survey))
    if row is None:
        return render(request, "office/surveys/preview.html", context)
    try:
        form = form_of(survey.pk, row.version)
        script = _script(request)
        session = Session(form, Circumstances(lambda: script.now or timezone.now(), script.seed))
        steps = _replayed(session, script, request)
    except (FormRefusedError, ScriptError, UnknownPathError, ValueError) as error:
        context["refused"] = str(error)
        return render(request, "office/surveys/preview.html", context, status=422)
    context |= {
        "version": row.version,
        "page": session.page,
        "asked": [_asked(each) for each in session.page.questions],
        "percent": round(session.page.progress * 100),
        "complete": session.complete,
        "data": json.dumps(session.data(), ensure_ascii=False, indent=1),
        "languages": session.languages,
        "spoken": session.language,
        "rtl": _is_rtl(session.language),
        "script": json.dumps(
            {"steps": steps, "now": _written(script.now), "seed": script.seed},
            ensure_ascii=False,
        ),
    }
    return render(request, "office/surveys/preview.html", context)


def _script(request: HttpRequest) -> Script:
    told = request.POST.get("script", "")
    if len(told) > STEPS_BYTES_MAX:
        raise ScriptError(_("Expected fewer steps; begin again."))
    if not told or request.POST.get("do") == "again":
        return Script((), timezone.localtime().replace(microsecond=0))
    try:
        steps = json.loads(told)
        json.dumps(steps, ensure_ascii=False).encode()  # halves of surrogate pairs are no text
        script = read_script(steps)
    except (json.JSONDecodeError, UnicodeEncodeError, RecursionError) as error:
        raise ScriptError(f"Expected steps as JSON: {error}") from None
    if len(script.steps) > PREVIEW_STEPS_MAX:
        raise ScriptError(_("Expected fewer steps; begin again."))
    return script


def _written(now: datetime | None) -> str | None:
    return now.isoformat() if now else None


def _replayed(session: Session, script: Script, request: HttpRequest) -> list[dict[str, Any]]:
    """Do the steps so far and those that were asked for now; give them all."""
    steps: list[dict[str, Any]] = [dict(each) for each in script.steps]
    for step in script.steps:
        do(session, step)
    for step in _new_steps(session, request):
        do(session, step)
        steps.append(step)
    return steps


def _new_steps(session: Session, request: HttpRequest) -> Iterator[dict[str, Any]]:
    wanted = request.POST.get("do", "")
    if wanted in ("", "again"):
        return
    deed, _colon, of = wanted.partition(":")
    if session.complete and deed != "language":
        return
    if not session.complete:
        for question in session.page.questions:
            yield from _answers(question, request)
    if deed == "language" and of in session.languages:
        yield {"language": of}
    elif deed in ("add", "remove") and of:
        yield {deed: of}
    elif deed == "next":
        yield {"complete": True} if session.page.last else {"next": True}
    elif deed == "back":
        yield {"back": True}


def _answers(question: Question, request: HttpRequest) -> Iterator[dict[str, Any]]:
    """Give what was answered otherwise than it stands."""
    asked = _asked(question)
    if question.readonly or asked.how in ("note", "another", "elsewhere"):
        return
    pairs = [(question.path, question.value)]
    if asked.how == "matrix":
        pairs = [(row.path, row.value) for row in question.rows]
    for path, before in pairs:
        typed = request.POST.getlist(f"a:{path}")
        value = " ".join(typed) if question.many or asked.how in ("many", "rank") else typed[-1:]
        told = value if isinstance(value, str) else "".join(value)
        if told != before:
            yield {"set": path, "to": told}


def _asked(question: Question) -> Asked:
    if question.kind in ("note", "another", "matrix", "rank"):
        how = {"select_many": "many"}.get(question.kind, question.kind)
        return Asked(question, how, _options(question))
    if question.kind == "select_many":
        return Asked(question, "many", _options(question))
    if question.kind in ("signature", "datetime"):
        return Asked(question, "elsewhere")
    if question.kind in _ONE or (question.kind == "range" and _options(question)):
        options = _options(question)
        return Asked(question, "one" if options else "number", options)
    kinds = {"integer": "number", "decimal": "number", "range": "slider"}
    how = "long" if question.style == "multiline" else kinds.get(question.kind, "words")
    return Asked(question, how)


def _options(question: Question) -> tuple[tuple[str, str, bool], ...]:
    if question.kind == "acknowledge":
        return (("OK", _("I agree"), question.value == "OK"),)
    if question.choices:
        return tuple(
            (c.value, "".join(span.text for span in c.label) or c.picture, c.chosen)
            for c in question.choices
        )
    if question.scale is None:
        return ()
    values = _values(question.scale.start, question.scale.end, question.scale.step)
    shown = values
    if question.kind == "smileys" and len(values) == len(_SMILEYS):
        shown = [*_SMILEYS]
    return tuple(
        (value, text, value == question.value) for value, text in zip(values, shown, strict=True)
    )


def _values(start: str, end: str, step: str) -> list[str]:
    """Give the values of a scale of whole numbers; none where there are many, or parts."""
    try:
        low, high, by = int(start), int(end), int(step)
    except ValueError:
        return []
    values = [str(value) for value in range(low, high + 1, by)] if by > 0 else []
    return values if len(values) <= SCALE_MAX else []


def _is_rtl(language: str) -> bool:
    return language.lower().startswith(("fa", "ar", "persian", "farsi", "فارسی"))
