"""What the database counts for a report; no row of an answer leaves it but free texts.

People are counted, not rows: somebody who chose two things counts once for each, and whoever
answered a question in two repetitions alike counts once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db.models import Avg, Count, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from retail.survey_figures import TEXTS_READ_MAX
from server.surveys.models import Answer, Left, Response

Responses = QuerySet[Response]


def answers(of: Responses, path: str) -> QuerySet[Answer]:
    """Give the answers to a question."""
    return Answer.objects.filter(path=path, response__in=of.values("pk"))


def answered(of: Responses, path: str) -> int:
    """Count who answered a question."""
    return _people(answers(of, path))


def by_value(of: Responses, path: str) -> dict[str, int]:
    """Count people by what they answered."""
    rows = answers(of, path).values_list("value").order_by()
    return dict(rows.annotate(n=Count("response", distinct=True)))


def by_number(of: Responses, path: str) -> dict[float, int]:
    """Count answers that are numbers, by number."""
    rows = answers(of, path).filter(number__isnull=False).values_list("number").order_by()
    return {number: n for number, n in rows.annotate(n=Count("pk")) if number is not None}


def by_rank(of: Responses, path: str) -> dict[str, tuple[float, int]]:
    """Give each choice's mean place, from 1, and how often it was first."""
    rows = answers(of, path).values_list("value").order_by()
    means = rows.annotate(mean=Avg("place"))
    firsts = dict(rows.filter(place=0).annotate(n=Count("pk")))
    return {value: ((mean or 0.0) + 1, firsts.get(value, 0)) for value, mean in means}


def texts(of: Responses, path: str, most: int = TEXTS_READ_MAX) -> list[str]:
    """Give free texts, the newest first."""
    rows = answers(of, path).order_by("-response__ended_at", "response")
    return list(rows.values_list("value", flat=True)[:most])


def by_pair(of: Responses, row: str, column: str) -> dict[tuple[str, str], int]:
    """Count people by what they answered to two questions."""
    pairs = (
        answers(of, row)
        .filter(response__answers__path=column)
        .values_list("value", "response__answers__value")
        .order_by()
        .annotate(n=Count("response", distinct=True))
    )
    return {(value, other): n for value, other, n in pairs}


def answered_both(of: Responses, row: str, column: str) -> int:
    """Count who answered both questions."""
    return _people(answers(of, row).filter(response__answers__path=column))


def by_day(of: Responses) -> dict[date, int]:
    """Count sets of answers by the day on which they ended."""
    days = of.annotate(day=_day("ended_at")).values_list("day").order_by("day")
    return dict(days.annotate(n=Count("pk", distinct=True)))


def means_by_day(of: Responses, path: str) -> dict[date, tuple[float, int]]:
    """Give the mean of a question's numbers by day, and of how many."""
    rows = (
        answers(of, path)
        .filter(number__isnull=False)
        .annotate(day=_day("response__ended_at"))
        .values_list("day")
        .order_by("day")
        .annotate(mean=Avg("number"), n=Count("pk"))
    )
    return {day: (mean, n) for day, mean, n in rows}


def ended_at(partial: Responses, thrown: QuerySet[Left]) -> dict[str, int]:
    """Count by the page at which people ended, whether their answers were kept or not."""
    kept = dict(partial.values_list("last").order_by().annotate(n=Count("pk", distinct=True)))
    gone = dict(thrown.values_list("last").order_by().annotate(n=Count("pk")))
    return {path: kept.get(path, 0) + gone.get(path, 0) for path in kept.keys() | gone.keys()}


def by_column(of: Responses, column: str) -> Mapping[str, int]:
    """Count sets of answers by store, kiosk, language or version."""
    rows = of.values_list(column).order_by(column)
    return {str(value): n for value, n in rows.annotate(n=Count("pk", distinct=True))}


def _people(rows: QuerySet[Answer]) -> int:
    return rows.values("response").distinct().count()


def _day(column: str) -> TruncDate:
    return TruncDate(column, tzinfo=timezone.get_default_timezone())
