"""What the server answers with: a few hot views, and Django behind them.

A hot view is an ASGI application of its own that knows one path; it is here because Django's way
to a view costs more than what it does. Everything else is Django's.

Source: ASGI 3.0, https://asgi.readthedocs.io/en/latest/specs/; docs/server.md, "Code map".
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from server.configuration import Configuration
from server.feed.hot import HeadView
from server.feed.hub import Hub
from server.feed.push import PushView
from server.ingest.committer import Committer
from server.ingest.http import (
    AsgiApp,
    Receive,
    RefusedError,
    Scope,
    Send,
    header,
    refuse,
    too_large,
)
from server.ingest.metrics import Metrics
from server.ingest.numbers import NumbersView
from server.ingest.view import Admit, EventsView

BODY_BYTES_MAX = 32 * 1_048_576  # an XLSX file of the office; hot views have their own, lower bound
COMMITTERS = {"sqlite": 1, "postgresql": 2}  # two: one prepares while the other's disk is written

logger = logging.getLogger(__name__)


class Parts:
    """What the hot views share: a pool of threads, the committer, numbers, the coming end."""

    def __init__(self, configuration: Configuration, admit: Admit) -> None:
        self.configuration, self.admit = configuration, admit
        self.metrics = Metrics()
        self.committer = Committer(COMMITTERS[configuration.database.engine], self.metrics)
        self.pool = ThreadPoolExecutor(configuration.listen.threads, "gate")
        self.stopping = asyncio.Event()  # set when the server is told to stop: streams end then


def hot_views(parts: Parts) -> dict[str, AsgiApp]:
    """Name the views that stand in front of Django, by path."""
    shared = parts.admit, parts.committer, parts.pool, parts.metrics
    return {
        "/api/v2/events": EventsView(*shared, again=False),
        "/api/v2/events/again": EventsView(*shared, again=True),
        "/api/v2/feed/head": HeadView(parts.admit, parts.pool, parts.configuration),
        "/api/v2/feed/push": PushView(parts.admit, parts.pool, Hub(parts.stopping)),
        "/metrics": NumbersView(parts.metrics, parts.configuration.metrics.token_file),
    }


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
        told = header(scope, b"content-length")
        if told.isdecimal() and int(told) > BODY_BYTES_MAX:
            await refuse(send, too_large(BODY_BYTES_MAX))
            return
        await self._django(scope, _Bounded(receive), send)


class _Bounded:
    """Receives as ``receive`` does; whoever sends more than the bound is taken to have gone."""

    def __init__(self, receive: Receive) -> None:
        self._receive, self._left = receive, BODY_BYTES_MAX

    async def __call__(self) -> MutableMapping[str, Any]:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        return message if self._left >= 0 else {"type": "http.disconnect"}


def _by_proxy(scope: Scope, https: bool) -> Scope:
    """Believe a proxy on this machine that the request came by HTTPS, and nobody else."""
    client = (scope.get("client") or ("",))[0]
    if https and client in ("127.0.0.1", "::1"):
        scheme = header(scope, b"x-forwarded-proto") or scope["scheme"]
        return {**scope, "scheme": "https" if scheme == "https" else "http"}
    return scope
