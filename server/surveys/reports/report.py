"""A survey's report as data: what is drawn in the office, printed, and written to files.

Source: docs/surveys.md, section 9.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from retail.survey import Promoters, promoters
from retail.survey_figures import (
    Bin,
    Crossed,
    Numbers,
    Share,
    Step,
    bins,
    crossed,
    numbers,
    shares,
    steps,
    top_words,
)
from server.surveys.models import Survey
from server.surveys.quota import counted
from server.surveys.reports import counting
from server.surveys.reports.asked import Asked, Which, responses, thrown_away
from server.surveys.reports.counting import Responses
from server.surveys.reports.questions import AskedQuestion, pages_of

TEXTS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Ranked:
    """A choice that was ranked: its mean place from 1, and how often it came first."""

    value: str
    mean_place: float
    first: int


@dataclass(frozen=True, slots=True)
class QuestionReport:
    """What was answered to one question; what makes no sense of its kind is empty."""

    question: AskedQuestion
    answered: int
    shares: tuple[Share, ...] = ()
    numbers: Numbers | None = None
    bins: tuple[Bin, ...] = ()
    promoters: Promoters | None = None
    ranks: tuple[Ranked, ...] = ()
    words: tuple[tuple[str, int], ...] = ()
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Counts:
    """How many sets of answers there are of each sort, and how many were thrown away."""

    complete: int
    partial: int
    repeat: int
    beyond: int
    thrown_away: int


@dataclass(frozen=True, slots=True)
class Quota:
    """How far a survey is from being full."""

    wanted: int
    have: int


@dataclass(frozen=True, slots=True)
class Report:
    """The whole of it, for one ``Asked``."""

    asked: Asked
    counts: Counts
    quota: Quota | None
    by_day: Mapping[date, int]
    by_store: Mapping[str, int]
    by_language: Mapping[str, int]
    steps: tuple[Step, ...]
    questions: tuple[QuestionReport, ...]


def report(asked: Asked, questions: Sequence[AskedQuestion]) -> Report:
    """Work a report out; ``questions`` are those of the form, in its order."""
    of = responses(asked)
    counts = Counts(
        complete=of.count() if asked.which == "complete" else _count(asked, "complete"),
        partial=_count(asked, "partial"),
        repeat=_count(asked, "repeat"),
        beyond=_count(asked, "beyond"),
        thrown_away=thrown_away(asked).count(),
    )
    left = counting.ended_at(responses(replace(asked, which="partial")), thrown_away(asked))
    return Report(
        asked=asked,
        counts=counts,
        quota=_quota(asked.survey_id),
        by_day=counting.by_day(of),
        by_store=counting.by_column(of, "store_id"),
        by_language=counting.by_column(of, "language"),
        steps=steps(pages_of(questions), counts.complete, left),
        questions=tuple(_reported(of, each) for each in questions if each.sort != "none"),
    )


def cross(asked: Asked, row: AskedQuestion, column: AskedQuestion) -> Crossed:
    """Cross two questions, each with the choices of the form in its order."""
    of = responses(asked)
    return crossed(
        counting.by_pair(of, row.path, column.path),
        counting.answered_both(of, row.path, column.path),
        [value for value, _ in row.choices],
        [value for value, _ in column.choices],
    )


def _count(asked: Asked, which: Which) -> int:
    return responses(replace(asked, which=which)).count()


def _quota(survey_id: str) -> Quota | None:
    wanted = Survey.objects.filter(pk=survey_id).values_list("quota", flat=True).first()
    return Quota(wanted, counted(survey_id)) if wanted else None


def _reported(of: Responses, question: AskedQuestion) -> QuestionReport:
    told = QuestionReport(question, counting.answered(of, question.path))
    match question.sort:
        case "choices" | "days":
            return _of_choices(of, told)
        case "numbers":
            return _of_numbers(of, told)
        case "scores":
            return _of_scores(of, told)
        case "ranks":
            return _of_ranks(of, told)
        case _:
            return _of_texts(of, told)


def _of_choices(of: Responses, told: QuestionReport) -> QuestionReport:
    counts = counting.by_value(of, told.question.path)
    order = [value for value, _ in told.question.choices] or sorted(counts)
    return replace(told, shares=shares(counts, told.answered, order))


def _of_numbers(of: Responses, told: QuestionReport) -> QuestionReport:
    counts = counting.by_number(of, told.question.path)
    return replace(told, numbers=numbers(counts), bins=bins(counts))


def _of_scores(of: Responses, told: QuestionReport) -> QuestionReport:
    counts = counting.by_number(of, told.question.path)
    whole = {int(n): times for n, times in counts.items() if n.is_integer() and 0 <= n <= 10}
    each = [score for score, times in whole.items() for _ in range(times)]
    by_score = {str(score): times for score, times in whole.items()}
    return replace(
        told,
        promoters=promoters(each),
        numbers=numbers(counts),
        shares=shares(by_score, told.answered, [str(score) for score in range(11)]),
    )


def _of_ranks(of: Responses, told: QuestionReport) -> QuestionReport:
    found = counting.by_rank(of, told.question.path)
    ranked = [Ranked(value, mean, first) for value, (mean, first) in found.items()]
    return replace(told, ranks=tuple(sorted(ranked, key=lambda each: each.mean_place)))


def _of_texts(of: Responses, told: QuestionReport) -> QuestionReport:
    texts = counting.texts(of, told.question.path)
    return replace(told, words=top_words(texts), texts=tuple(texts[:TEXTS_SHOWN]))
