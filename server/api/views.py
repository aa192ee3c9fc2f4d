"""The answers of ``/api/v1/``.

Source: docs/server.md, "The API"; docs/snapshot.md; docs/events.md.
"""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import FileResponse, HttpRequest, HttpResponseBase, JsonResponse
from django.utils import timezone

from retail.snapshot import write_instant
from server.api.requests import RefusedError, answering, for_kiosks, read_json
from server.catalogue.models import Picture
from server.catalogue.pictures import picture_file
from server.configuration import Configuration
from server.events.store import store_events
from server.feed.jobs import want_snapshot
from server.fleet.models import Kiosk
from server.snapshots.models import Snapshot
from server.snapshots.publish import snapshot_file

EVENTS_MAX = 50  # in one batch
_SHA256 = re.compile(r"[0-9a-f]{64}")


@answering("GET")
def health(_request: HttpRequest) -> HttpResponseBase:
    """Tell that the server and its database work, and what time it is here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok", "at": write_instant(timezone.now())})


@for_kiosks("GET")
def manifest(request: HttpRequest, kiosk: Kiosk) -> HttpResponseBase:
    """Tell the newest snapshot of ``?store=``, which must be the kiosk's own."""
    store_id = request.GET.get("store", "")
    _check_store(kiosk, store_id)
    snapshot = Snapshot.objects.filter(store=kiosk.store).order_by("-sequence").first()
    want_snapshot(store_id, snapshot.sequence if snapshot else 0, timezone.now())
    if snapshot is None:
        raise RefusedError(404, f"Expected a published catalogue of store {store_id!r}, got none")
    return JsonResponse(snapshot.manifest)


@for_kiosks("GET")
def snapshot(_request: HttpRequest, kiosk: Kiosk, store_id: str, sequence: int) -> HttpResponseBase:
    """Give the bytes of a snapshot, as its manifest describes them."""
    _check_store(kiosk, store_id)
    file = snapshot_file(_configuration(), store_id, sequence)
    known = Snapshot.objects.filter(store=kiosk.store, sequence=sequence).exists()
    if not (known and file.is_file()):
        raise RefusedError(404, f"Expected a snapshot that is kept, got {sequence}")
    # no Content-Encoding: the gzip file itself is what was signed, and is to arrive as it is
    return FileResponse(file.open("rb"), content_type="application/gzip")


@for_kiosks("GET")
def picture(_request: HttpRequest, _kiosk: Kiosk, sha256: str) -> HttpResponseBase:
    """Give the bytes of a picture; they never change, their name is their hash."""
    row = Picture.objects.filter(sha256=sha256).first() if _SHA256.fullmatch(sha256) else None
    file = picture_file(_configuration(), sha256)
    if row is None or not file.is_file():
        raise RefusedError(404, f"Expected the SHA-256 of a picture, got {sha256[:64]!r}")
    response = FileResponse(file.open("rb"), content_type=row.media_type)
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


@for_kiosks("POST")
def events(request: HttpRequest, kiosk: Kiosk) -> HttpResponseBase:
    """Store a batch of the kiosk's own events and answer each of them."""
    batch = _read_batch(read_json(request), kiosk)
    answers = store_events(kiosk, batch, timezone.now())
    return JsonResponse({"results": [answer.record() for answer in answers]})


def not_found(request: HttpRequest, path: str) -> HttpResponseBase:
    """Refuse a path below ``/api/`` that there is not."""
    return JsonResponse({"error": f"Expected a path of /api/v1/, got {path[:80]!r}"}, status=404)


def _read_batch(body: Any, kiosk: Kiosk) -> list[object]:
    if not isinstance(body, dict) or not isinstance(body.get("events"), list):
        raise RefusedError(400, 'Expected {"kiosk": …, "events": […]}, got something else')
    if body.get("kiosk") != kiosk.kiosk_id:
        got = str(body.get("kiosk"))[:80]
        raise RefusedError(403, f"Expected kiosk {kiosk.kiosk_id!r} of this key, got {got!r}")
    batch: list[object] = body["events"]
    if len(batch) > EVENTS_MAX:
        raise RefusedError(413, f"Expected at most {EVENTS_MAX} events, got {len(batch)}")
    return batch


def _check_store(kiosk: Kiosk, store_id: str) -> None:
    own = kiosk.store_id
    if store_id != own:
        raise RefusedError(403, f"Expected store {own!r} of this kiosk, got {store_id[:80]!r}")


def _configuration() -> Configuration:
    configuration: Configuration = settings.CONFIGURATION
    return configuration
