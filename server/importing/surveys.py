"""Surveys from a folder: ``surveys.json`` names each with its form's file and its terms.

Source: config/sample/README.md.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from retail.catalogue import Text
from retail.fields import Record, RecordError, take, take_each
from retail.snapshot import take_text
from server.surveys import deeds
from server.surveys.deeds import DeedError, FormRefused, Terms, Upload
from server.surveys.models import State, Survey

WHO = "sample"


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry of the file."""

    survey_id: str
    title: Text
    form: str
    terms: Record = field(default_factory=dict)
    stores: Sequence[str] = ()
    media: Sequence[str] = ()


def load_surveys(folder: Path, at: datetime) -> int:
    """Publish what the folder's file names and is not here as it is there; gives how many were.

    Raises ``RecordError`` that names the survey. A folder without the file has none.
    """
    try:
        told = json.loads((folder / "surveys.json").read_text("utf-8"))
    except FileNotFoundError:
        return 0
    except (OSError, ValueError) as error:
        raise RecordError(f"surveys.json: expected surveys as JSON: {error}") from None
    listed = take_each({"surveys": told}, "surveys", _listed)
    return sum(_load(folder, each, at) for each in listed)


def _listed(record: Any) -> Listed:
    return Listed(
        take(record, "id", str),
        take_text(record, "title"),
        take(record, "form", str),
        take(record, "terms", dict, {}),
        take_each(record, "stores", str),
        take_each(record, "media", str),
    )


def _load(folder: Path, listed: Listed, at: datetime) -> bool:
    try:
        content = (folder / listed.form).read_bytes()
        files = {name: (folder / name).read_bytes() for name in listed.media}
        survey = Survey.objects.filter(pk=listed.survey_id).first()
        if survey is None:
            survey = deeds.create(listed.survey_id, listed.title, WHO, at)
        newest = survey.versions.order_by("-version").first()
        same_form = newest is not None and bytes(newest.source) == content
        if same_form and survey.state == State.PUBLISHED and survey.terms == listed.terms:
            return False
        if not same_form:
            deeds.upload(survey.pk, Upload(listed.form, content, files), WHO, at)
        deeds.set_terms(survey.pk, Terms(listed.terms, listed.stores), WHO, at)
        deeds.publish(survey.pk, WHO, at)
    except OSError as error:
        raise RecordError(f"{listed.survey_id}: expected a file: {error}") from None
    except FormRefused as error:
        first = error.problems[0]
        raise RecordError(f"{listed.form}, row {first.place.row}: {first.message}") from None
    except DeedError as error:
        raise RecordError(f"{listed.survey_id}: {error}") from None
    return True
