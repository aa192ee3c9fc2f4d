"""Quotas: complete answers are counted, and a survey that is full is closed by itself.

Kiosks without the line go on until they hear of it; what they bring is kept, and marked.

Source: docs/surveys.md, section 5.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from server.fleet.audit import note
from server.surveys.models import Response, State, Survey


def counted(survey_id: str) -> int:
    """Count what a quota counts: complete, no repeat, not beyond it."""
    return Response.objects.filter(
        survey_id=survey_id, complete=True, is_repeat=False, beyond_quota=False
    ).count()


def closed_when_full(new: Sequence[Response], at: datetime) -> None:
    """Mark what of ``new``, not yet in the tables, is beyond its quota; close what is full.

    The survey's row is locked, so two transactions cannot both take the last place.
    """
    ids = sorted({each.survey_id for each in new})
    limited = Survey.objects.filter(pk__in=ids, quota__isnull=False).order_by("pk")
    for survey in limited.select_for_update():
        left = (survey.quota or 0) - counted(survey.pk)
        for each in new:
            if each.survey_id == survey.pk and each.complete and not each.is_repeat:
                each.beyond_quota = left <= 0
                left -= 1
        if left <= 0 and survey.state in (State.PUBLISHED, State.PAUSED):
            _close(survey, at)


def _close(survey: Survey, at: datetime) -> None:
    survey.state, survey.published, survey.changed_at = State.CLOSED, None, at
    survey.save(update_fields=("state", "published", "changed_at"))
    note("quota", "close survey", "", at, survey=survey.pk, quota=survey.quota)
