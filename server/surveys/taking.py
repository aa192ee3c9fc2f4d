"""Sets of answers put into rows: each once by its own id, whoever sent it and however often.

What cannot be read, or not be stored, becomes an ``UnreadResponse``: whole, with the reason, and
in nobody's way. To be called in the transaction that stores what came.

Source: docs/surveys.md, section 6.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import DatabaseError, OperationalError, models, transaction

from server.stores.models import ID_LENGTH_MAX
from server.surveys.forms import form_of
from server.surveys.models import Answer, FormVersion, Response, UnreadResponse
from server.surveys.quota import closed_when_full
from xforms.problems import FormRefusedError
from xforms.session.reading_back import flatten

REASON_MAX: Final = 500
ROWS_AT_ONCE: Final = 400  # SQLite takes at most so many values of ours in one statement

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sent:
    """A set of answers as it came, checked for its shape but not read; ``xml`` is what it says.

    ``told`` is kept in place of the rows where the answers cannot be read.
    """

    instance_id: UUID
    survey_id: str
    version: int
    source: str
    xml: str
    complete: bool
    began_at: datetime
    ended_at: datetime
    told: Mapping[str, Any]
    event_id: UUID | None = None
    kiosk_id: str = ""
    store_id: str = ""
    language: str = ""
    member: str = ""
    is_repeat: bool = False
    times: Sequence[Any] = ()
    last: str = ""
    files: Sequence[Any] = ()


@dataclass(frozen=True, slots=True)
class _Read:
    """A set of answers as rows."""

    sent: Sent
    response: Response
    answers: Sequence[Answer]


def take_in(sent: Iterable[Sent], at: datetime) -> int:
    """Keep what is not known yet; gives how many sets of answers are new and were read."""
    read: list[_Read] = []
    unread: list[UnreadResponse] = []
    for each in _fresh(sent):
        try:
            read.append(_read(each, at))
        except (ValueError, FormVersion.DoesNotExist) as error:
            unread.append(_unread(each, at, error))
    refused = _stored(read, at)
    unread += [_unread(each.sent, at, error) for each, error in refused]
    UnreadResponse.objects.bulk_create(unread, ROWS_AT_ONCE, ignore_conflicts=True)
    return len(read) - len(refused)


def _stored(read: Sequence[_Read], at: datetime) -> list[tuple[_Read, DatabaseError]]:
    """Store all at once, or, where that fails, each by itself; gives what could not be."""
    try:
        _store(read, at)
    except OperationalError:
        raise  # the database itself: none would fare better alone
    except DatabaseError as error:
        if len(read) == 1:
            return [(read[0], error)]
        return [wrong for each in read for wrong in _stored([each], at)]
    return []


def _store(read: Sequence[_Read], at: datetime) -> None:
    """Put rows into the tables: all, or none."""
    responses = [each.response for each in read]
    answers = [answer for each in read for answer in each.answers]
    with transaction.atomic():
        closed_when_full(responses, at)
        Response.objects.bulk_create(responses, ROWS_AT_ONCE, ignore_conflicts=True)
        Answer.objects.bulk_create(answers, ROWS_AT_ONCE, ignore_conflicts=True)


def _fresh(sent: Iterable[Sent]) -> list[Sent]:
    """Give the first of each id that has no rows yet, in the order of the ids."""
    by_id: dict[UUID, Sent] = {}
    for each in sent:
        by_id.setdefault(each.instance_id, each)
    known = set(Response.objects.filter(pk__in=by_id).values_list("pk", flat=True))
    return [by_id[key] for key in sorted(by_id.keys() - known)]


def _response(sent: Sent, at: datetime) -> Response:
    return Response(
        instance_id=sent.instance_id,
        event_id=sent.event_id,
        survey_id=sent.survey_id,
        version=sent.version,
        source=sent.source,
        kiosk_id=sent.kiosk_id,
        store_id=sent.store_id,
        began_at=sent.began_at,
        ended_at=sent.ended_at,
        received_at=at,
        complete=sent.complete,
        language=sent.language,
        member=sent.member,
        is_repeat=sent.is_repeat,
        times=list(sent.times),
        last=sent.last,
        xml=sent.xml,
        files=list(sent.files),
    )


def _read(sent: Sent, at: datetime) -> _Read:
    """Make rows; raises ``ValueError`` where the answers do not fit their form, or the tables."""
    response = _response(sent, at)
    answers = _answers(response)
    for row in (response, *answers):
        _check_fits(row)
    return _Read(sent, response, answers)


def _check_fits(row: models.Model) -> None:
    """Refuse a text that its column would not take, on whatever engine."""
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if field.max_length and isinstance(value, str) and len(value) > field.max_length:
            raise ValueError(
                f"{field.attname}: expected at most {field.max_length} characters,"
                f" got {len(value)}: {value:.40}…"
            )


def _answers(response: Response) -> list[Answer]:
    """Read the XML with the form of its version; raises ``ValueError`` where it does not fit."""
    form = form_of(response.survey_id, response.version)
    found = flatten(form, response.xml)
    return [
        Answer(
            response=response,
            path=each.path,
            positions=".".join(map(str, each.positions)),
            place=place,
            kind=each.kind,
            value=value,
            number=number_of(value),
        )
        for each in found
        for place, value in _values(each.kind, each.value)
    ]


def _values(kind: str, value: str) -> Iterator[tuple[int, str]]:
    """Give one value a row: several choices are several, ranks count by their place."""
    if kind in {"select_many", "rank"}:
        yield from enumerate(value.split())
    elif value:
        yield 0, value


def number_of(text: str) -> float | None:
    """Give the number that a value is, or none."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _unread(sent: Sent, at: datetime, error: Exception) -> UnreadResponse:
    logger.warning("answers-unread survey=%s version=%s", sent.survey_id, sent.version)
    return UnreadResponse(
        instance_id=str(sent.instance_id),
        survey_id=sent.survey_id[:ID_LENGTH_MAX],
        version=sent.version,
        source=sent.source,
        event_id=sent.event_id,
        kiosk_id=sent.kiosk_id,
        store_id=sent.store_id,
        received_at=at,
        reason=_reason(sent, error)[:REASON_MAX],
        told=dict(sent.told),
    )


def _reason(sent: Sent, error: Exception) -> str:
    match error:
        case FormVersion.DoesNotExist():
            return f"expected a version of this survey, got {sent.version}"
        case FormRefusedError():
            return f"the form of this version cannot be read: {error}"
        case DatabaseError():
            return f"the answers cannot be stored: {error}".replace("\0", "\ufffd")
        case _:
            return str(error)
