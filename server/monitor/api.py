"""What a kiosk tells of itself besides events: ``/api/v2/status`` and ``/api/v2/logs/<id>``.

It is part of the API by ``api.add_router("", router)``.

Source: docs/fleet.md, sections 1 and 5; docs/line.md, sections 5 and 6.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from ninja import Router, Schema

from server.api.asking import refusal
from server.configuration import Configuration
from server.fleet.gate import Admitted
from server.monitor import logs
from server.monitor.newest import newest
from server.monitor.report import ReportError, read_sent, schema

REPORT_BYTES_MAX = 64 * 1024


def _body(media_type: str, described: dict[str, Any]) -> dict[str, Any]:
    """Describe a body that is read here and not by ninja."""
    return {"requestBody": {"required": True, "content": {media_type: {"schema": described}}}}


router = Router(tags=["fleet"])


class Refusal(Schema):
    """A refusal: ``code`` for programs, ``error`` for people."""

    code: str
    error: str


REFUSED: dict[int, type[Schema]] = dict.fromkeys((400, 401, 403, 413, 422, 503), Refusal)


@router.post(
    "/status",
    response={204: None, **REFUSED},
    openapi_extra=_body("application/json", schema()),
)
def report(request: HttpRequest) -> HttpResponseBase:
    """Take a kiosk's report; it takes the place of the one before."""
    if len(request.body) > REPORT_BYTES_MAX:
        return refusal(413, "size", f"Expected at most {REPORT_BYTES_MAX} bytes, got more")
    try:
        told = read_sent(request.body)
    except ReportError as error:
        return refusal(422, "body", f"Expected a report, got one with: {str(error)[:400]}")
    newest.keep(_kiosk_of(request), told, timezone.now())
    return HttpResponse(status=204)


@router.put(
    "/logs/{action_id}",
    response={204: None, 404: Refusal, **REFUSED},
    openapi_extra=_body("text/plain", {"type": "string"}),
)
def log(request: HttpRequest, action_id: UUID) -> HttpResponseBase:
    """Take the log that head office asked this kiosk for by an action."""
    if request.content_type != "text/plain":
        got = (request.content_type or "")[:80]
        return refusal(400, "body", f"Expected text/plain, got {got!r}")
    if len(request.body) > logs.BYTES_MAX:
        return refusal(413, "size", f"Expected at most {logs.BYTES_MAX} bytes, got more")
    asked = logs.take(_configuration(), _kiosk_of(request), action_id, request.body, timezone.now())
    if not asked:
        text = f"Expected an action that asks this kiosk for its log, got {action_id}"
        return refusal(404, "not_found", text)
    return HttpResponse(status=204)


def _kiosk_of(request: HttpRequest) -> str:
    admitted: Admitted = request.auth  # type: ignore[attr-defined]
    return admitted.kiosk_id


def _configuration() -> Configuration:
    configuration: Configuration = settings.CONFIGURATION
    return configuration
