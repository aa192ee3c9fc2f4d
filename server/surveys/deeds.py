"""What is done with surveys: made, given a form, terms, published, paused, closed; and logged.

A version of a form that was published never changes: whoever changes a form adds a version.
Each deed is one transaction.

Source: docs/surveys.md, sections 1 and 5.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from retail.catalogue import CatalogueError, Text
from retail.fields import Record, RecordError
from retail.segment import LINE_BYTES_MAX
from retail.survey import Survey as Published
from retail.survey_lines import XFORM_MAX, read_survey_line, survey_line
from server.catalogue.pictures import PictureError, store_picture
from server.fleet.audit import note
from server.snapshots.writing import write_line
from server.stores.models import Store
from server.surveys.limits import unstorable
from server.surveys.models import FormMedium, FormVersion, State, Survey
from server.surveys.refusing import DeedError as DeedError
from server.surveys.refusing import FormRefused as FormRefused
from server.surveys.refusing import check_publishable
from xforms.reading import Reading, read, read_rows
from xforms.reading.sheets import Places, data_of, sheets_of

TERMS: Final = frozenset(
    {
        *("when", "shown_at", "asks", "groups", "kiosks", "once", "reward_points"),
        *("warn_s", "end_s", "at_idle", "gap_s", "thanks"),
    }
)
FILE_NAME_MAX: Final = 200
TABLES: Final = (".csv", ".xml")  # what choices are read from; all else is a picture
_NEXT: Final = {
    "pause": (State.PUBLISHED, State.PAUSED),
    "close": (State.PUBLISHED, State.CLOSED),
}


def create(survey_id: str, title: Text, who: str, at: datetime) -> Survey:
    """Make a survey without a form."""
    row = Survey(
        survey_id=survey_id, title_fa=title.fa, title_en=title.en, changed_at=at, changed_by=who
    )
    try:
        row.full_clean()
    except ValidationError as error:
        raise DeedError("; ".join(error.messages)) from None
    with transaction.atomic():
        row.save(force_insert=True)
        note(who, "create survey", "", at, survey=survey_id)
    return row


@dataclass(frozen=True, slots=True)
class Upload:
    """A form's file with the pictures and tables that it names."""

    name: str
    content: bytes
    files: Mapping[str, bytes] = field(default_factory=dict)


def upload(survey_id: str, sent: Upload, who: str, at: datetime) -> tuple[FormVersion, Reading]:
    """Add a version of the form, as a file; raises ``FormRefused`` with every problem.

    A picture that does not come along is taken from the version before.
    """
    name = sent.name[-FILE_NAME_MAX:]
    try:
        pictures = {
            name: store_picture(settings.CONFIGURATION, content)
            for name, content in sent.files.items()
            if not name.lower().endswith(TABLES)
        }
    except PictureError as error:
        raise DeedError(str(error)) from None
    before = FormMedium.objects.filter(form=_newest(survey_id)).select_related("picture")
    pictures = {each.name: each.picture for each in before} | pictures
    media = {**dict.fromkeys(pictures, b""), **sent.files}
    with transaction.atomic():
        row, reading = _add(
            survey_id, read(sent.name, sent.content, media), lambda: _places(sent), who, at,
            file_name=name, source=sent.content,
        )  # fmt: skip
        named = sorted(reading.form.pictures) if reading.form else ()
        FormMedium.objects.bulk_create(
            FormMedium(form=row, name=each, picture=pictures[each])
            for each in named
            if each in pictures
        )
    return row, reading


def build(
    survey_id: str, sheets: Mapping[str, Sequence[Mapping[str, str]]], who: str, at: datetime
) -> tuple[FormVersion, Reading]:
    """Add a version of the form, as rows that were typed; raises ``FormRefused``."""
    rows = {name: [dict(row) for row in found] for name, found in sheets.items()}
    reading = read_rows(sheets)
    return _add(survey_id, reading, lambda: Places(data_of(sheets)), who, at, rows=rows)


def _places(sent: Upload) -> Places | None:
    """Give where what stands in a file; an XForm has lines of its own."""
    if sent.name.lower().endswith(".xml"):
        return None
    return Places(sheets_of(sent.name, sent.content))


def _add(
    survey_id: str,
    reading: Reading,
    places: Callable[[], Places | None],
    who: str,
    at: datetime,
    **kept: Any,
) -> tuple[FormVersion, Reading]:
    if reading.form is None:
        raise FormRefused(reading.refused)
    if problems := unstorable(reading.form, places):
        raise FormRefused(problems)
    if len(reading.xform) > XFORM_MAX:
        raise DeedError(f"Expected a form of at most {XFORM_MAX} characters as an XForm")
    with transaction.atomic():
        survey = _row(survey_id)
        _check_size(survey_line(_line(survey, {}, 1, reading.xform)))
        newest = _newest(survey_id)
        row = FormVersion.objects.create(
            survey=survey,
            version=newest.version + 1 if newest else 1,
            xform=reading.xform,
            form_id=reading.form.form_id[:200],
            made_at=at,
            made_by=who,
            **kept,
        )
        note(who, "add form", "", at, survey=survey_id, version=row.version)
    return row, reading


@dataclass(frozen=True, slots=True)
class Terms:
    """Who is asked, where and when; ``asking`` has the fields of ``Survey.terms``."""

    asking: Record
    stores: Sequence[str] = ()
    quota: int | None = None


def set_terms(survey_id: str, terms: Terms, who: str, at: datetime) -> Survey:
    """Say who is asked, where and when; kiosks go on as they do until it is published again."""
    with transaction.atomic():
        survey = _row(survey_id)
        _line(survey, terms.asking, 1, "")  # refused here, not when it is published
        survey.terms, survey.quota = dict(terms.asking), terms.quota
        survey.changed_at, survey.changed_by = at, who
        try:
            survey.full_clean()
        except ValidationError as error:
            raise DeedError("; ".join(error.messages)) from None
        survey.save()
        survey.stores.set(_stores(terms.stores))
        told = {"terms": survey.terms, "stores": list(terms.stores)}
        note(who, "set terms", "", at, survey=survey_id, **told)
    return survey


def publish(survey_id: str, who: str, at: datetime, version: int | None = None) -> Survey:
    """Let kiosks ask a version, the newest where none is named, on the terms as they stand."""
    with transaction.atomic():
        survey = _row(survey_id)
        versions = survey.versions.order_by("-version")
        form = versions.first() if version is None else versions.filter(version=version).first()
        if form is None:
            raise DeedError("Expected a form to publish, got none")
        asked = _line(survey, survey.terms, form.version, form.xform)
        check_publishable(survey.pk, form.version, one_touch="attract" in asked.shown_at)
        line = survey_line(replace(asked, media=tuple(form.media.values_list("name", "picture"))))
        _check_size(line)
        stores = sorted(survey.stores.values_list("pk", flat=True))
        before = (survey.state, survey.published, survey.published_stores)
        if before == (State.PUBLISHED, line, stores):
            raise DeedError("Expected a change since the last publishing, got none")
        survey.published, survey.state = line, State.PUBLISHED
        survey.published_stores = stores
        survey.changed_at, survey.changed_by = at, who
        survey.save()
        if form.published_at is None:
            form.published_at = at
            form.save(update_fields=("published_at",))
        note(who, "publish survey", "", at, survey=survey_id, version=form.version)
    return survey


def pause(survey_id: str, who: str, at: datetime) -> Survey:
    """Let kiosks ask it no more until it is published again."""
    return _stop(survey_id, "pause", who, at)


def close(survey_id: str, who: str, at: datetime) -> Survey:
    """End it; answers that come late are still taken in."""
    return _stop(survey_id, "close", who, at)


def _stop(survey_id: str, deed: str, who: str, at: datetime) -> Survey:
    before, after = _NEXT[deed]
    with transaction.atomic():
        survey = _row(survey_id)
        if survey.state != before and not (deed == "close" and survey.state == State.PAUSED):
            raise DeedError(f"Expected a survey that is {before}, got one that is {survey.state}")
        survey.state, survey.published = after, None
        survey.changed_at, survey.changed_by = at, who
        survey.save()
        note(who, f"{deed} survey", "", at, survey=survey_id)
    return survey


def _line(survey: Survey, terms: Record, version: int, xform: str) -> Published:
    """Put the terms and a form together; raises ``DeedError`` that names the term."""
    if unknown := sorted(terms.keys() - TERMS):
        raise DeedError(f"Expected terms of {', '.join(sorted(TERMS))}, got {', '.join(unknown)}")
    told = {
        **terms,
        "kind": "survey",
        "id": survey.pk,
        "version": version,
        "title": {"fa": survey.title_fa, "en": survey.title_en},
        "shown_at": terms.get("shown_at") or ["menu"],
        "xform": xform,
    }
    try:
        return read_survey_line(told)
    except (RecordError, CatalogueError) as error:
        raise DeedError(str(error)) from None


def _stores(wanted: Sequence[str]) -> list[Store]:
    """Find them all: one that is left out could make a survey of a store one of the chain."""
    found = Store.objects.in_bulk(wanted)
    unknown = sorted(set(wanted) - found.keys())
    if unknown:
        raise DeedError(f"Expected ids of stores, got {', '.join(unknown):.200}")
    return list(found.values())


def _newest(survey_id: str) -> FormVersion | None:
    return FormVersion.objects.filter(survey=survey_id).order_by("-version").first()


def _check_size(line: Record) -> None:
    """Refuse a line that kiosks would refuse, and with it the whole segment."""
    size = len(write_line(line))
    if size > LINE_BYTES_MAX:
        raise DeedError(
            f"Expected a form that goes to kiosks in {LINE_BYTES_MAX} bytes, got {size}"
        )


def _row(survey_id: str) -> Survey:
    row = Survey.objects.select_for_update().filter(pk=survey_id).first()
    if row is None:
        raise DeedError(f"Expected a survey, got none by the id {survey_id!r:.80}")
    return row
