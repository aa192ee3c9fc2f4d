"""What kiosks and publishing told, and the kiosks themselves, as files that are only exported.

Of a kiosk's keys nothing is in a file, neither hash nor fingerprint.
"""

from __future__ import annotations

import json

from server.events.models import Event, UnknownCode
from server.fleet.models import AuditEntry, Kiosk
from server.office.exchange.columns import Column
from server.office.exchange.resource import TableResource
from server.snapshots.models import Snapshot


def _body(event: Event) -> str:
    return json.dumps(event.body, ensure_ascii=False)


class UnknownCodeResource(TableResource):
    """The codes that shoppers scanned and the catalogue does not know."""

    along = ("last_store",)
    code = Column("کد", "code", attribute="code")
    symbology = Column("نوع بارکد", "symbology", attribute="symbology")
    count = Column("دفعات اسکن", "times scanned", attribute="count")
    first_seen_at = Column("نخستین بار", "first seen at", attribute="first_seen_at")
    last_seen_at = Column("آخرین بار", "last seen at", attribute="last_seen_at")
    store = Column("آخرین فروشگاه", "last seen in", attribute="last_store_id")
    store_name = Column("نام فروشگاه", "store's name", attribute="last_store__name_fa")

    class Meta:
        model = UnknownCode


class EventResource(TableResource):
    """What happened at the kiosks."""

    event_id = Column("شناسهٔ رویداد", "event id", write=lambda event: str(event.event_id))
    kind = Column("نوع", "kind", attribute="kind")
    kiosk = Column("کیوسک", "kiosk", attribute="kiosk_id")
    at = Column("زمان رویداد", "happened at", attribute="at")
    received_at = Column("زمان دریافت", "received at", attribute="received_at")
    body = Column("محتوا", "body", write=_body)

    class Meta:
        model = Event


class KioskResource(TableResource):
    """The kiosks as the office keeps them."""

    along = ("store",)
    kiosk_id = Column("شناسهٔ کیوسک", "kiosk id", attribute="kiosk_id")
    name = Column("نام", "name", attribute="name")
    store = Column("فروشگاه", "store", attribute="store_id")
    store_name = Column("نام فروشگاه", "store's name", attribute="store__name_fa")
    active = Column("فعال", "active", attribute="active")
    enrolled_at = Column("زمان ثبت", "enrolled at", attribute="enrolled_at")
    last_seen_at = Column("آخرین بار", "last seen at", attribute="last_seen_at")

    class Meta:
        model = Kiosk


class SnapshotResource(TableResource):
    """What was published."""

    store = Column("فروشگاه", "store", attribute="store_id")
    sequence = Column("شماره", "sequence", attribute="sequence")
    made_at = Column("زمان ساخت", "made at", attribute="made_at")
    products = Column("کالاها", "products", attribute="products")

    class Meta:
        model = Snapshot


class AuditResource(TableResource):
    """Who did what; of the detail, which names keys by their fingerprints, two things alone."""

    at = Column("زمان", "at", attribute="at")
    who = Column("چه کسی", "who", attribute="who")
    deed = Column("کار", "deed", attribute="deed")
    kiosk_id = Column("شناسهٔ کیوسک", "kiosk id", attribute="kiosk_id")
    table = Column("جدول", "table", write=lambda entry: entry.detail.get("table"))
    rows = Column("تعداد ردیف", "rows", write=lambda entry: entry.detail.get("rows"))

    class Meta:
        model = AuditEntry
