"""From Django's request to what the gate wants to know, and what every answer has in common.

Source: docs/line.md, sections 3 to 5.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from ninja.security.base import AuthBase

from server.fleet.gate import TIME_HEADER, Admitted, Asked, admit

JSON_BYTES_MAX = 1_048_576  # of a body, as sent; Django bounds all others
View = Callable[..., HttpResponseBase]


def asked_of(request: HttpRequest) -> Asked:
    """Give a request as it was sent; raises Django's ``RequestDataTooBig``."""
    headers = request.headers
    return Asked(
        request.method or "",
        request.path,
        request.META.get("QUERY_STRING", ""),
        headers.get("Signature-Input", ""),
        headers.get("Signature", ""),
        headers.get("Content-Digest", ""),
        request.body,
    )


class KioskSignature(AuthBase):
    """Lets in who signed with a kiosk's key; the view has the ``Admitted`` as ``request.auth``."""

    openapi_type = "apiKey"
    openapi_in = "header"
    openapi_name = "Signature"
    openapi_description = "RFC 9421 with Ed25519, in the one form of docs/line.md, section 3"

    def __call__(self, request: HttpRequest) -> Admitted:
        """Ask the gate; raises ``NotAdmittedError``."""
        return admit(asked_of(request), now_ms())


def now_ms() -> int:
    """Give the server's clock, in milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000


def address_of(request: HttpRequest, *, behind_proxy: bool) -> str:
    """Give who calls; a proxy on this machine is believed about the last hop before it."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    hops = request.headers.get("X-Forwarded-For", "")
    if behind_proxy and hops and address in ("127.0.0.1", "::1", ""):
        return hops.rpartition(",")[2].strip()
    return address


def refusal(status: int, code: str, text: str, retry_after_s: int | None = None) -> HttpResponse:
    """Write a refusal in the one form that all of them have."""
    response = JsonResponse({"code": code, "error": text}, status=status)
    if status == 401:
        response["WWW-Authenticate"] = 'Signature tag="pishkhan"'
    if retry_after_s is not None:
        response["Retry-After"] = str(retry_after_s)
    return response


def telling_time(view: View) -> View:
    """Let a view tell the server's time with each answer.

    What Django or ninja would refuse in HTML, or not at all, is refused in JSON here.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        too_long = int(request.META.get("CONTENT_LENGTH") or 0) > JSON_BYTES_MAX
        if too_long and request.content_type == "application/json":
            response: HttpResponseBase = refusal(
                413, "size", f"Expected at most {JSON_BYTES_MAX} bytes of JSON, got more"
            )
        else:
            response = view(request, *args, **kwargs)
        if response.status_code == 405 and response.get("Content-Type") != "application/json":
            allowed = response.get("Allow", "")
            response = refusal(405, "method", f"Expected {allowed}, got {request.method}")
            response["Allow"] = allowed
        response[TIME_HEADER] = str(now_ms())  # last: the kiosk takes it for the time of sending
        return response

    answer.csrf_exempt = True  # type: ignore[attr-defined]  # nobody is let in by a cookie
    return answer
