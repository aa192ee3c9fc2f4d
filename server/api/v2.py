"""The answers of ``/api/v2/``: the typed API, its refusals, and its description (OpenAPI).

An app adds its part by a router: ``api.add_router("/feed", router)`` below. Every operation
asks the gate unless it says ``auth=None``; ``request.auth`` is then the ``Admitted``.

Source: docs/line.md.
"""

from __future__ import annotations

import logging
from typing import Annotated, Any

from django.conf import settings
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, re_path
from django.utils import timezone
from ninja import NinjaAPI, Schema, Status
from ninja.errors import HttpError, ValidationError
from pydantic import Field

from server.api.asking import (
    KioskSignature,
    address_of,
    asked_of,
    now_ms,
    refusal,
    telling_time,
)
from server.catalogue.api import router as pictures
from server.configuration import Configuration
from server.feed.api import router as feed
from server.fleet import gate
from server.fleet.enrolment import Box, TooManyAttemptsError, attempt, use_code
from server.fleet.gate import NotAdmittedError
from server.fleet.models import Kiosk
from server.fleet.signatures import fingerprint
from server.fleet.told import told_to
from server.keys import SecretMissingError
from server.monitor.api import router as monitor

BUSY_S = 5  # a database that failed is not asked again at once

logger = logging.getLogger(__name__)
api = NinjaAPI(
    title="Pishkhan, the line between kiosks and server",
    version="2",
    description="Signatures, time and refusals are described in docs/line.md.",
    auth=KioskSignature(),
    docs_url=None,
    openapi_url="openapi.json",
    docs_decorator=staff_member_required,
)


class Refusal(Schema):
    """A refusal: ``code`` for programs, ``error`` for people."""

    code: str
    error: str


REFUSED: dict[int, type[Schema]] = dict.fromkeys((400, 401, 403, 413, 422, 503), Refusal)
Words = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]*$")]


class EnrolmentIn(Schema):
    """What a box says at its enrolment; ``public_key`` are its 32 raw bytes in hex."""

    code: Annotated[str, Field(min_length=1, max_length=32)]
    public_key: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    version: Annotated[Words, Field(max_length=64)] = ""
    hardware: Annotated[Words, Field(max_length=200)] = ""


class EnrolmentOut(Schema):
    """How far the enrolment has come."""

    kiosk: str
    store: str
    fingerprint: str
    state: str


class MeOut(Schema):
    """Who the kiosk is, which key signs what comes down, and how it is told of news."""

    kiosk: str
    name: str
    store: str
    chain: str
    server_key: str
    push: dict[str, Any]
    versions: list[int]


@api.post(
    "/enrolments", auth=None, response={202: EnrolmentOut, 409: Refusal, 429: Refusal, **REFUSED}
)
def enrol(request: HttpRequest, box: EnrolmentIn) -> Status[dict[str, str]]:
    """Use a code up: the key that signed this request is now the one that waits for approval."""
    at, public_key = timezone.now(), bytes.fromhex(box.public_key)
    signed = gate.read(asked_of(request))
    if signed.key_id != fingerprint(public_key):
        raise NotAdmittedError(
            401, "signature", "Expected the keyid of public_key, got that of another key"
        )
    gate.check_signature(signed, public_key)
    address = address_of(request, behind_proxy=_configuration().site.https)
    with attempt(address, at):
        gate.check_fresh(signed, now_ms())
        offered = Box(public_key, box.version, box.hardware, address)
        key = use_code(box.code, offered, at)
    kiosk = key.kiosk
    answer = {"kiosk": kiosk.kiosk_id, "store": kiosk.store_id, "fingerprint": key.key_id}
    return Status(202, {**answer, "state": key.state})


@api.get("/me", response={200: MeOut, **REFUSED})
def me(request: HttpRequest) -> dict[str, Any]:
    """Tell the kiosk who it is."""
    admitted: gate.Admitted = request.auth  # type: ignore[attr-defined]
    kiosk = Kiosk.objects.get(pk=admitted.kiosk_id)
    return told_to(kiosk, _configuration())


@api.exception_handler(NotAdmittedError)
def _not_admitted(_request: HttpRequest, error: NotAdmittedError) -> HttpResponse:
    wait_s = error.retry_after_s if isinstance(error, TooManyAttemptsError) else None
    return refusal(error.status, error.code, error.text, wait_s)


@api.exception_handler(ValidationError)
def _wrong_body(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    faults = [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors]
    return refusal(422, "body", f"Expected a body as described, got {'; '.join(faults)[:400]}")


@api.exception_handler(HttpError)
def _wrong_request(_request: HttpRequest, error: HttpError) -> HttpResponse:
    return refusal(error.status_code, "body", f"Expected JSON, got: {error}")


@api.exception_handler(RequestDataTooBig)
def _too_big(_request: HttpRequest, _error: RequestDataTooBig) -> HttpResponse:
    return refusal(413, "size", "Expected a smaller body, got one too large")


@api.exception_handler(Http404)
def _not_there(request: HttpRequest, _error: Http404) -> HttpResponse:
    return refusal(404, "not_found", f"Expected what there is, got {request.path[:200]!r}")


@api.exception_handler(DatabaseError)
def _database(request: HttpRequest, _error: DatabaseError) -> HttpResponse:
    logger.exception("database-failed path=%s", request.path)
    return refusal(503, "database", "Expected the database to answer, got a fault", BUSY_S)


@api.exception_handler(SecretMissingError)
def _no_secret(request: HttpRequest, error: SecretMissingError) -> HttpResponse:
    logger.error("secret-missing path=%s error=%s", request.path, error)
    return refusal(503, "setup", "Expected a server that is set up, got one without keys", BUSY_S)


@api.exception_handler(Exception)
def _fault(request: HttpRequest, _error: Exception) -> HttpResponse:
    logger.exception("request-failed path=%s", request.path)
    return refusal(500, "fault", "Expected an answer, got a fault of the server")


def _nothing_here(request: HttpRequest, **_kwargs: str) -> HttpResponse:
    return refusal(404, "not_found", f"Expected a path of this API, got {request.path[:200]!r}")


def _configuration() -> Configuration:
    configuration: Configuration = settings.CONFIGURATION
    return configuration


def _patterns() -> list[URLPattern]:
    """Give the paths of the API, each of which tells the time, and after them all others."""
    patterns = [each for each in api.urls[0] if isinstance(each, URLPattern)]
    patterns.append(re_path(r"^.*$", _nothing_here))
    for each in patterns:
        root = each.name == "api-root"  # it is there to be named, and answers 404 in HTML
        each.callback = telling_time(_nothing_here if root else each.callback)
    return patterns


api.add_router("/feed", feed)
api.add_router("", monitor)
api.add_router("", pictures)
urlpatterns = _patterns()
