"""A report's figures as charts: plain data, which ``surveys.js`` hands to Chart.js.

Every chart stands beside the table of the same figures, so nobody needs the picture.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.utils.translation import gettext as _

from server.office.persian import in_digits, written_day
from server.office.surveys.sheets import page_label
from server.surveys.reports.report import QuestionReport, Report

LABEL_MAX: Final = 40  # characters of a label beside a bar
WORDS_MAX: Final = 12


def charts_of(report: Report) -> dict[str, Any]:
    """Give every chart of a report by the id of its place on the page."""
    found: dict[str, Any] = {
        "by-day": _chart(
            "line",
            ((written_day(day), count) for day, count in report.by_day.items()),
            _("answers given"),
        ),
        "steps": _chart(
            "bars",
            ((_short(page_label(report, step.path)), step.reached) for step in report.steps),
            _("people who came to it"),
        ),
    }
    for number, told in enumerate(report.questions):
        if chart := _of_question(told):
            found[f"question-{number}"] = chart
    return {name: chart for name, chart in found.items() if len(chart["labels"]) > 0}


def _of_question(told: QuestionReport) -> dict[str, Any] | None:
    question, people = told.question, _("people")
    if told.shares:
        kind = "columns" if question.sort in ("scores", "days") else "bars"
        pairs = [(_short(question.label_of(each.value)), each.count) for each in told.shares]
        if question.sort == "scores":
            pairs = [(in_digits(label), count) for label, count in pairs]
        return _chart(kind, pairs, people, tones=_tones(told))
    if told.bins:
        return _chart(
            "columns", ((in_digits(f"{each.start:g}"), each.count) for each in told.bins), people
        )
    if told.ranks:
        pairs_of_ranks = ((_short(question.label_of(r.value)), r.first) for r in told.ranks)
        return _chart("bars", pairs_of_ranks, _("times in the first place"))
    if told.words:
        return _chart("bars", told.words[:WORDS_MAX], _("answers with this word"))
    return None


def _tones(told: QuestionReport) -> list[str]:
    """Colour the parts of a promoter score: those against, those between, those for."""
    if told.question.sort != "scores":
        return []
    return ["against"] * 7 + ["between"] * 2 + ["for"] * 2


def _short(text: str) -> str:
    return text if len(text) <= LABEL_MAX else f"{text[: LABEL_MAX - 1]}…"


def _chart(
    kind: str, pairs: Iterable[tuple[str, float]], series: str, tones: list[str] | None = None
) -> dict[str, Any]:
    rows = list(pairs)
    return {
        "kind": kind,
        "labels": [label for label, _count in rows],
        "values": [value for _label, value in rows],
        "series": series,
        "tones": tones or [],
    }
