"""Cuts what comes over a connection into whole HTTP/1.1 requests and answers, as bytes.

It knows no more of HTTP than where a message ends: by Content-Length, by chunks, or by the end
of the connection. Source: RFC 9112, sections 6 and 7.
"""

from __future__ import annotations

import asyncio

HEAD_BYTES_MAX = 65_536
_NO_BODY = (b"204", b"304")


class NotHttpError(ValueError):
    """What came is no message that could be forwarded."""


async def read_request(source: asyncio.StreamReader) -> bytes | None:
    """Give the next request whole; none where the other end closed between two."""
    try:
        head = await source.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise NotHttpError("Expected a request's head, got a part of one") from None
        return None
    except asyncio.LimitOverrunError:
        raise NotHttpError(f"Expected a head of at most {HEAD_BYTES_MAX} bytes") from None
    if header(head, b"transfer-encoding"):
        return head + await _chunks(source)
    return head + await source.readexactly(int(header(head, b"content-length") or b"0"))


async def read_answer_head(source: asyncio.StreamReader) -> bytes:
    """Give an answer's head."""
    return await source.readuntil(b"\r\n\r\n")


def is_endless(head: bytes) -> bool:
    """Tell whether the answer is a stream of events, to be passed on as it comes."""
    return header(head, b"content-type").startswith(b"text/event-stream")


async def read_body(source: asyncio.StreamReader, head: bytes) -> bytes:
    """Give the answer's body, as it stands on the wire."""
    if head.split(b" ", 2)[1] in _NO_BODY:
        return b""
    if header(head, b"transfer-encoding"):
        return await _chunks(source)
    length = header(head, b"content-length")
    return await (source.readexactly(int(length)) if length else source.read())


def header(head: bytes, name: bytes) -> bytes:
    """Give a header's value in small letters, empty where it is not there."""
    for line in head.split(b"\r\n")[1:]:
        key, _, value = line.partition(b":")
        if key.strip().lower() == name:
            return value.strip().lower()
    return b""


async def _chunks(source: asyncio.StreamReader) -> bytes:
    body = b""
    while True:
        size_line = await source.readuntil(b"\r\n")
        size = int(size_line.split(b";")[0], 16)
        body += size_line + await source.readexactly(size + 2)
        if size == 0:
            return body
