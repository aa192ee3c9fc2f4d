"""``GET /api/v2/feed/push``: kiosks listen, and hear the number of their store's feed.

An ASGI application of its own: a stream costs a coroutine and no thread, so that one process
holds thousands. It says a number and nothing else; what is missed is asked for.

Source: docs/feed.md, section 7; HTML Living Standard, "Server-sent events".
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, MutableMapping
from concurrent.futures import Executor
from typing import Any

from server.feed.hub import Hub, Listener
from server.feed.watch import News, message
from server.fleet.gate import TIME_HEADER, Admitted, Asked, NotAdmittedError
from server.ingest.http import Receive, RefusedError, Scope, Send, header, now_ms, refuse

BEAT_S = 15.0  # silence after which a comment is sent, so that both sides notice a dead line
SEND_S_MAX = 30.0  # for a line that takes nothing any more
LIFE_S = 3_600.0  # after about so long a kiosk has to ask anew, and is looked at by the gate

Admit = Callable[[Asked, int], Admitted]


class PushView:
    """Streams numbers to admitted kiosks; ``hub`` belongs to the same loop."""

    def __init__(self, admit: Admit, pool: Executor, hub: Hub) -> None:
        self._admit, self._pool, self._hub = admit, pool, hub

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, for as long as its kiosk stays."""
        try:
            admitted = await self._admitted(scope)
        except RefusedError as refused:
            await refuse(send, refused)
            return
        listener = self._hub.join(admitted.kiosk_id, admitted.store_id)
        gone = asyncio.create_task(_until_gone(receive, listener))
        try:
            await self._stream(listener, send)
        except (OSError, TimeoutError):
            pass  # the line was cut; the kiosk comes again
        finally:
            gone.cancel()
            self._hub.leave(listener)

    async def _admitted(self, scope: Scope) -> Admitted:
        if scope["method"] != "GET":
            text = f"Expected GET, got {scope['method'][:20]}"
            raise RefusedError(405, "method", text, (b"allow", b"GET"))
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._pool, self._admit, asked_of(scope), now_ms())
        except NotAdmittedError as error:
            raise RefusedError(error.status, error.code, error.text) from None

    async def _stream(self, listener: Listener, send: Send) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + LIFE_S * random.uniform(0.75, 1.25)  # noqa: S311  (spreads, hides nothing)
        await _sent(send, {"type": "http.response.start", "status": 200, "headers": _headers()})
        told, text = None, b": listening\n\n"
        while True:
            await _sent(send, {"type": "http.response.body", "body": text, "more_body": True})
            number = self._hub.news.numbers.get(listener.store_id)
            woken = True
            while number == told and woken and not listener.ended:
                woken = await listener.wait(BEAT_S)
                number = self._hub.news.numbers.get(listener.store_id)
            if listener.ended or loop.time() > end:
                break
            text = b":\n\n" if number in (told, None) else _event(number, self._hub.news)
            told = number
        await _sent(send, {"type": "http.response.body", "body": b"", "more_body": False})


def asked_of(scope: Scope) -> Asked:
    """Give a request without a body as it was sent."""
    return Asked(
        scope["method"],
        scope["path"],
        scope["query_string"].decode("latin-1"),
        header(scope, b"signature-input"),
        header(scope, b"signature"),
        header(scope, b"content-digest"),
        b"",
    )


def _event(number: int | None, news: News) -> bytes:
    return f"id: {number}\ndata: {message(number, news.kiosks)}\n\n".encode()


def _headers() -> list[tuple[bytes, bytes]]:
    return [
        (b"content-type", b"text/event-stream"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),  # a proxy is not to wait for more of it
        (TIME_HEADER.lower().encode(), str(now_ms()).encode()),
    ]


async def _sent(send: Send, told: MutableMapping[str, Any]) -> None:
    async with asyncio.timeout(SEND_S_MAX):
        await send(told)


async def _until_gone(receive: Receive, listener: Listener) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass  # a GET has no body worth reading
    listener.end()
