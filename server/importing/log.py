"""An import's entry in the log: who, which table, from which file, and how many rows."""

from __future__ import annotations

from django.db.models import Model
from django.utils import timezone

from server.fleet.audit import note
from server.importing.report import Report

FILE_LENGTH_MAX = 100


def note_import(who: str, model: type[Model], file: str, report: Report) -> None:
    """Write it; within the transaction of the import, so that there is none without the other."""
    note(
        who,
        "import",
        "",
        timezone.now(),
        table=model._meta.label_lower,
        file=file[:FILE_LENGTH_MAX],
        rows=report.created + report.updated,
        created=report.created,
        updated=report.updated,
        unchanged=report.unchanged,
        refused=report.refused_rows,
    )
