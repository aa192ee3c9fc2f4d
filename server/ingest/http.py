"""The little of HTTP that a view outside of Django needs: a body, unpacked; an answer.

Source: docs/line.md, section 5; ASGI 3.0, https://asgi.readthedocs.io/en/latest/specs/www.html.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import msgspec

from server.fleet.gate import TIME_HEADER

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

BODY_BYTES_MAX = 1_048_576  # as sent, and as unpacked
_SIGN = (b"www-authenticate", b'Signature tag="pishkhan"')
_GZIP = 16 + zlib.MAX_WBITS  # zlib's word for the gzip format


class RefusedError(Exception):
    """The request is refused: ``code`` for programs, the text for people."""

    def __init__(self, status: int, code: str, text: str, *more: tuple[bytes, bytes]) -> None:
        super().__init__(text)
        self.status, self.code, self.text = status, code, text
        self.more = more  # headers


class DisconnectedError(Exception):
    """Whoever asked has gone; nobody is to be answered."""


def now_ms() -> int:
    """Give the server's time in milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000


def header(scope: Scope, name: bytes) -> str:
    """Give a header, or an empty text; one that comes twice is joined, as HTTP has it."""
    return ", ".join(value.decode("latin-1") for key, value in scope["headers"] if key == name)


async def read_body(receive: Receive) -> bytes:
    """Read the body as it was sent; its bounds are those of ``receive``."""
    parts = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise DisconnectedError
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def unpack(body: bytes, encoding: str) -> bytes:
    """Unpack a body that is packed with gzip or not at all; raises ``RefusedError``."""
    if encoding in ("", "identity"):
        return body
    if encoding != "gzip":
        raise RefusedError(415, "media", f"Expected gzip or no encoding, got {encoding[:40]!r}")
    unpacker = zlib.decompressobj(_GZIP)
    try:
        plain = unpacker.decompress(body, BODY_BYTES_MAX + 1)
    except zlib.error as error:
        raise RefusedError(400, "shape", f"Expected a gzip body, got {error}") from None
    if len(plain) > BODY_BYTES_MAX:
        raise too_large(BODY_BYTES_MAX)
    if not unpacker.eof or unpacker.unused_data:
        raise RefusedError(400, "shape", "Expected one whole gzip member, got more or less")
    return plain


def too_large(bytes_max: int) -> RefusedError:
    """Refuse a body of more than ``bytes_max``."""
    return RefusedError(413, "too_large", f"Expected at most {bytes_max} bytes, got more")


async def answer(send: Send, status: int, content: object, *more: tuple[bytes, bytes]) -> None:
    """Answer in JSON, with the server's time."""
    await answer_bytes(send, status, b"application/json", msgspec.json.encode(content), *more)


async def answer_bytes(
    send: Send, status: int, media_type: bytes, body: bytes, *more: tuple[bytes, bytes]
) -> None:
    """Answer with these bytes, and the server's time."""
    headers = [
        (b"content-type", media_type),
        (b"content-length", str(len(body)).encode()),
        (TIME_HEADER.lower().encode(), str(now_ms()).encode()),
        *more,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def refuse(send: Send, refused: RefusedError) -> None:
    """Answer with a refusal."""
    content = {"code": refused.code, "error": refused.text}
    asked = (_SIGN,) if refused.status == 401 else ()
    await answer(send, refused.status, content, *asked, *refused.more)
