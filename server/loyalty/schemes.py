"""Schemes that head office wrote: kept as versions, read by ``retail.loyalty.records``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from retail.loyalty.records import read_scheme, scheme_record
from retail.loyalty.scheme import Scheme
from server.loyalty.models import SchemeVersion


def put_scheme(body: Mapping[str, Any], who: str, at: datetime) -> SchemeVersion:
    """Keep a scheme as the next version, or give the newest one where nothing is new.

    Raises ``retail.fields.RecordError`` that names the field.
    """
    scheme = read_scheme(dict(body))
    record = scheme_record(scheme)
    with transaction.atomic():
        newest = newest_of(scheme.scheme_id)
        if newest is not None and newest.body == record:
            return newest
        return SchemeVersion.objects.create(
            scheme_id=scheme.scheme_id,
            number=newest.number + 1 if newest else 1,
            body=record,
            made_at=at,
            made_by=who,
        )


def newest_of(scheme_id: str) -> SchemeVersion | None:
    """Give the version that counts."""
    return SchemeVersion.objects.filter(scheme_id=scheme_id).order_by("-number").first()


def scheme_of(version: SchemeVersion) -> Scheme:
    """Read a version."""
    return read_scheme(version.body)
