"""Which sets of answers a report is about.

Days and hours are those of the chain's clock, as people say them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from django.db.models import Q, QuerySet
from django.db.models.functions import ExtractHour
from django.utils import timezone

from server.surveys.models import Left, Response

Which = Literal["complete", "partial", "repeat", "beyond"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A survey, and what its answers are narrowed to; what is empty narrows nothing.

    ``until`` is the last day of the report. ``hours`` are whole hours of the day, 0 to 23.
    ``answers`` are pairs of a question's path and a value that people must have given.
    """

    survey_id: str
    which: Which = "complete"
    version: int | None = None
    stores: tuple[str, ...] = ()
    kiosks: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    hours: frozenset[int] = frozenset()
    languages: tuple[str, ...] = ()
    members: Literal["", "members", "anonymous"] = ""
    answers: tuple[tuple[str, str], ...] = field(default=())


def responses(asked: Asked) -> QuerySet[Response]:
    """Give the sets of answers that a report is about."""
    found = everything(asked)
    match asked.which:
        case "complete":
            return found.filter(complete=True, is_repeat=False, beyond_quota=False)
        case "partial":
            return found.filter(complete=False)
        case "repeat":
            return found.filter(is_repeat=True)
        case "beyond":
            return found.filter(beyond_quota=True)


def everything(asked: Asked) -> QuerySet[Response]:
    """Give them whatever state they are in."""
    found = Response.objects.filter(_where(asked), _when(asked, "ended_at"))
    if asked.version is not None:
        found = found.filter(version=asked.version)
    if asked.languages:
        found = found.filter(language__in=asked.languages)
    if asked.members:
        found = found.filter(Q(member="") if asked.members == "anonymous" else ~Q(member=""))
    if asked.hours:
        local = ExtractHour("ended_at", tzinfo=timezone.get_default_timezone())
        found = found.annotate(hour=local).filter(hour__in=asked.hours)
    for path, value in asked.answers:  # each in a join of its own: one person gave all of them
        found = found.filter(answers__path=path, answers__value=value)
    return found.distinct() if asked.answers else found


def thrown_away(asked: Asked) -> QuerySet[Left]:
    """Give where people left whose answers were thrown away; of them no more is known."""
    found = Left.objects.filter(_where(asked), _when(asked, "at"))
    return found if asked.version is None else found.filter(version=asked.version)


def _where(asked: Asked) -> Q:
    where = Q(survey_id=asked.survey_id)
    if asked.stores:
        where &= Q(store_id__in=asked.stores)
    if asked.kiosks:
        where &= Q(kiosk_id__in=asked.kiosks)
    return where


def _when(asked: Asked, column: str) -> Q:
    when = Q()
    if asked.since:
        when &= Q(**{f"{column}__gte": _midnight(asked.since)})
    if asked.until:
        when &= Q(**{f"{column}__lt": _midnight(asked.until + timedelta(days=1))})
    return when


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))
