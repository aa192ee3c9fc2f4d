"""From an HTTP request to what it asks for, or to a refusal that says what was expected.

Every refusal of the API is JSON, ``{"error": "Expected …, got …"}``, also those of Django.
"""

from __future__ import annotations

import json
import logging
import zlib
from collections.abc import Callable
from functools import wraps
from typing import Any, NoReturn

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from server.fleet.keys import kiosk_of, mark_seen
from server.fleet.models import Kiosk

BODY_BYTES_MAX = 1_048_576  # of a request's body, as sent and unpacked
GZIP = 16 + zlib.MAX_WBITS  # zlib's word for the gzip format

View = Callable[..., HttpResponseBase]
logger = logging.getLogger(__name__)


class RefusedError(Exception):
    """The request is not answered; ``status`` and text go back to whoever asked."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status, self.text = status, text


def answering(method: str) -> Callable[[View], View]:
    """Let a view answer ``method`` alone, to holders of no key, and refuse in JSON."""

    def decorate(view: View) -> View:
        @csrf_exempt  # a bearer key is no cookie: no other site can make a browser send it
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                if request.method != method:
                    raise RefusedError(405, f"Expected {method}, got {request.method}")
                return view(request, *args, **kwargs)
            except RefusedError as refused:
                return refusal(refused, method)
            except DatabaseError:
                logger.exception("database-failed path=%s", request.path)
                return refusal(RefusedError(503, "Expected the database to answer, got a fault"))

        return answer

    return decorate


def for_kiosks(method: str) -> Callable[[View], View]:
    """As ``answering``, for holders of a kiosk's key; the kiosk comes second to the view."""

    def decorate(view: View) -> View:
        @answering(method)
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return view(request, authenticate(request), *args, **kwargs)

        return answer

    return decorate


def refusal(refused: RefusedError, method: str = "") -> JsonResponse:
    """Write a refusal."""
    response = JsonResponse({"error": refused.text}, status=refused.status)
    if refused.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    if refused.status == 405:
        response["Allow"] = method
    return response


def authenticate(request: HttpRequest) -> Kiosk:
    """Give the kiosk whose key the request carries."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    kiosk = kiosk_of(key) if scheme.lower() == "bearer" and key.isascii() else None
    if kiosk is None:
        raise RefusedError(401, "Expected the key of an enrolled kiosk, got none or a wrong one")
    mark_seen(kiosk, timezone.now())
    return kiosk


def read_json(request: HttpRequest) -> Any:
    """Read the body as JSON, packed with gzip or not; refuses what is too large."""
    if request.content_type != "application/json":
        raise RefusedError(415, f"Expected application/json, got {request.content_type!r}")
    if int(request.META.get("CONTENT_LENGTH") or 0) > BODY_BYTES_MAX:
        raise _too_large()
    body = _unpack(request.body, request.headers.get("Content-Encoding", "identity"))
    try:
        return json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise RefusedError(400, f"Expected JSON, got {error}") from None


def _unpack(body: bytes, encoding: str) -> bytes:
    if encoding == "identity":
        return body
    if encoding != "gzip":
        raise RefusedError(415, f"Expected gzip or no encoding, got {encoding!r}")
    unpacker = zlib.decompressobj(GZIP)
    try:
        plain = unpacker.decompress(body, BODY_BYTES_MAX + 1)
    except zlib.error as error:
        raise RefusedError(400, f"Expected a gzip body, got {error}") from None
    if len(plain) > BODY_BYTES_MAX:
        raise _too_large()
    if not unpacker.eof or unpacker.unused_data:
        raise RefusedError(400, "Expected one whole gzip member, got more or less")
    return plain


def _too_large() -> RefusedError:
    return RefusedError(413, f"Expected at most {BODY_BYTES_MAX} bytes, got more")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name}, which is no JSON")
