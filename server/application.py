"""What the server answers with: a few hot views, and Django behind them.

A hot view is an ASGI application of its own that knows one path; it is here because Django's way
to a view costs more than what it does. Everything else is Django's.

Source: ASGI 3.0, https://asgi.readthedocs.io/en/latest/specs/; docs/server.md, "Code map".
"""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Callable, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from server.configuration import Configuration
from server.feed.hot import HeadView
from server.feed.hub import Hub
from server.feed.push import PushView
from server.ingest.bodies import Bounded, Bounds, Budget, refuse_unsigned
from server.ingest.committer import Committer
from server.ingest.http import (
    BODY_BYTES_MAX,
    AsgiApp,
    Receive,
    RefusedError,
    Scope,
    Send,
    header,
    refuse,
)
from server.ingest.metrics import Metrics
from server.ingest.numbers import NumbersView
from server.ingest.view import Admit, EventsView, Means

MEBIBYTE = 1_048_576
API_BYTES_MAX = 2 * MEBIBYTE  # a kiosk's log; each view has its own bound below that
API_S_MAX = 30.0  # for a body to arrive
API_BUDGET = 64 * MEBIBYTE  # of all bodies at once, before it is known who sends them
OFFICE = "/office/"
OFFICE_BYTES_MAX = 32 * MEBIBYTE  # an XLSX file
OFFICE_S_MAX = 120.0
OFFICE_BUDGET = 128 * MEBIBYTE  # of its own, so that files of the office keep no kiosk out
GARBAGE_AFTER = 50_000  # objects more than were freed; about a group's
COMMITTERS = {"sqlite": 1, "postgresql": 2}  # two: one prepares while the other's disk is written

logger = logging.getLogger(__name__)


class Parts:
    """What the hot views share: a pool of threads, the committer, numbers, the coming end."""

    def __init__(self, configuration: Configuration, admit: Admit) -> None:
        self.configuration, self.admit = configuration, admit
        self.metrics = Metrics()
        self.committer = Committer(COMMITTERS[configuration.database.engine], self.metrics)
        self.pool = ThreadPoolExecutor(configuration.listen.threads, "gate")
        self.api = Bounds(API_BYTES_MAX, API_S_MAX, Budget(API_BUDGET))
        self.events = replace(self.api, bytes_max=BODY_BYTES_MAX)
        self.office = Bounds(OFFICE_BYTES_MAX, OFFICE_S_MAX, Budget(OFFICE_BUDGET))
        self.stopping = asyncio.Event()  # set when the server is told to stop: streams end then


def hot_views(parts: Parts) -> dict[str, AsgiApp]:
    """Name the views that stand in front of Django, by path."""
    means = Means(parts.admit, parts.committer, parts.pool, parts.metrics, parts.events)
    return {
        "/api/v2/events": EventsView(means, again=False),
        "/api/v2/events/again": EventsView(means, again=True),
        "/api/v2/feed/head": HeadView(parts.admit, parts.pool, parts.configuration),
        "/api/v2/feed/push": PushView(parts.admit, parts.pool, Hub(parts.stopping)),
        "/metrics": NumbersView(parts.metrics, parts.configuration.metrics.token_file),
    }


def _tidy_up_rarely() -> None:
    """Let Python look for rings of objects seldom, and never among what the start has made.

    A batch is thousands of objects without a ring; looking at them all was a fifth of storing them.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_AFTER)


class Application:
    """The whole server as one ASGI application."""

    def __init__(
        self,
        configuration: Configuration,
        django: AsgiApp,
        admit: Admit,
        views: Callable[[Parts], Mapping[str, AsgiApp]] = hot_views,
    ) -> None:
        self.parts = Parts(configuration, admit)
        self._django, self._hot = django, views(self.parts)
        self._https = configuration.site.https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or follow the server's start and stop."""
        match scope["type"]:
            case "lifespan":
                await self._live(receive, send)
            case "http":
                await self._answer(_by_proxy(scope, self._https), receive, send)
            case other:
                raise ValueError(f"Expected HTTP, got {other}")

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                _tidy_up_rarely()
                self.parts.committer.start()
            else:
                self.stop()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return

    def stop(self) -> None:
        """Commit what was taken, and end the threads; a second time it does nothing."""
        self.parts.stopping.set()
        self.parts.committer.stop()
        self.parts.pool.shutdown(wait=False, cancel_futures=True)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        hot = self._hot.get(scope["path"])
        if hot is None:
            await self._ask_django(scope, receive, send)
            return
        try:
            await hot(scope, receive, send)
        except Exception:
            logger.exception("view-failed path=%s", scope["path"])
            await refuse(send, RefusedError(500, "fault", "Expected an answer, got a fault"))

    async def _ask_django(self, scope: Scope, receive: Receive, send: Send) -> None:
        bounds = self.parts.office if scope["path"].startswith(OFFICE) else self.parts.api
        try:
            refuse_unsigned(scope)
            body = _ForDjango(Bounded(scope, receive, bounds))
        except RefusedError as refused:
            await refuse(send, refused)
            return
        try:
            await self._django(scope, body, send)
        finally:
            body.bounded.free()
        if body.refused:
            await refuse(send, body.refused)


class _ForDjango:
    """Receives a body; to Django, whoever is refused has gone, so that it answers nothing."""

    def __init__(self, bounded: Bounded) -> None:
        self.bounded = bounded
        self.refused: RefusedError | None = None

    async def __call__(self) -> MutableMapping[str, Any]:
        try:
            return await self.bounded()
        except RefusedError as refused:
            self.refused = refused
            return {"type": "http.disconnect"}


def _by_proxy(scope: Scope, https: bool) -> Scope:
    """Believe a proxy on this machine that the request came by HTTPS, and nobody else."""
    client = (scope.get("client") or ("",))[0]
    if https and client in ("127.0.0.1", "::1"):
        scheme = header(scope, b"x-forwarded-proto") or scope["scheme"]
        return {**scope, "scheme": "https" if scheme == "https" else "http"}
    return scope
