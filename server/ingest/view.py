"""``POST /api/v2/events`` and ``/api/v2/events/again``: the one hot view, in front of Django.

The event loop reads and answers; who asks and what is worked out by a thread of the pool, and
stored by the committer. A request whose sender went away is stored all the same: it will come
again, and be known by its ids.

Source: docs/outbox.md, sections 3 and 5; docs/line.md, sections 3 to 5.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, OperationalError, connection

from server.fleet.gate import Admitted, Asked, NotAdmittedError
from server.ingest.batch import BatchError, read_again, read_batch
from server.ingest.bodies import LATER, Bounded, Bounds, refuse_unsigned
from server.ingest.committer import BusyError, Committer
from server.ingest.http import (
    DisconnectedError,
    Receive,
    RefusedError,
    Scope,
    Send,
    answer,
    header,
    now_ms,
    read_body,
    refuse,
    unpack,
)
from server.ingest.metrics import Metrics
from server.ingest.place import Missing
from server.ingest.store import Answer, Stored, Submitted

Admit = Callable[[Asked, int], Admitted]
Content = tuple[int, dict[str, Any]]  # status and what is answered in JSON

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Means:
    """What a view works with; ``pool`` are threads for what blocks."""

    admit: Admit
    committer: Committer
    pool: Executor
    metrics: Metrics
    bounds: Bounds


class EventsView:
    """Takes batches of admitted kiosks; ``again`` for rows that were parked and are tried again."""

    def __init__(self, means: Means, again: bool) -> None:
        self._means, self._metrics, self._again = means, means.metrics, again

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        with self._metrics.seconds.time():
            try:
                status, content = await self._answer(scope, receive)
            except DisconnectedError:
                return
            except RefusedError as refused:
                self._metrics.requests.labels(refused.status, refused.code).inc()
                await refuse(send, refused)
                return
            self._metrics.requests.labels(status, content.get("code", "")).inc()
            await answer(send, status, content)

    async def _answer(self, scope: Scope, receive: Receive) -> Content:
        if scope["method"] != "POST":
            text = f"Expected POST, got {scope['method'][:20]}"
            raise RefusedError(405, "method", text, (b"allow", b"POST"))
        refuse_unsigned(scope)
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        bounded = Bounded(scope, receive, self._means.bounds)
        try:
            body = await read_body(bounded)
            self._means.pool.submit(self._submit, scope, body, bounded, now_ms(), future)
        except BaseException:
            bounded.free()
            raise
        try:
            return _content(await future, self._again)
        except BusyError as error:
            raise RefusedError(503, "busy", str(error), LATER) from None
        except DatabaseError as error:
            raise _refusal_of(error) from None

    def _submit(
        self,
        scope: Scope,
        body: bytes,
        bounded: Bounded,
        arrived_ms: int,
        future: asyncio.Future[Answer],
    ) -> None:
        """Hand what was read to the committer, which wakes the loop once for many requests."""
        try:
            self._means.committer.put(self._read(scope, body, arrived_ms), future)
        except Exception as error:  # whatever it is, it belongs to whoever waits
            future.get_loop().call_soon_threadsafe(_fail, future, error)
        finally:
            bounded.free()  # what is admitted is counted by the committer

    def _read(self, scope: Scope, body: bytes, arrived_ms: int) -> Submitted:
        """Find out who asks and what; blocks."""
        try:
            who = self._means.admit(_asked(scope, body), arrived_ms)
        except NotAdmittedError as error:
            raise RefusedError(error.status, error.code, error.text) from None
        except DatabaseError as error:
            logger.exception("gate-failed")
            connection.close()
            raise _refusal_of(error) from None
        if header(scope, b"content-type").partition(";")[0].strip() != "application/json":
            got = header(scope, b"content-type")[:80]
            raise RefusedError(415, "media", f"Expected application/json, got {got!r}")
        plain = unpack(body, header(scope, b"content-encoding"))
        try:
            batch = read_again(plain) if self._again else read_batch(plain)
        except BatchError as error:
            raise RefusedError(400, "shape", str(error)) from None
        return Submitted(who.kiosk_id, who.store_id, batch, arrived_ms)


def _asked(scope: Scope, body: bytes) -> Asked:
    return Asked(
        method=scope["method"],
        path=scope["raw_path"].decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        signature_input=header(scope, b"signature-input"),
        signature=header(scope, b"signature"),
        content_digest=header(scope, b"content-digest"),
        body=body,
    )


def _refusal_of(error: DatabaseError) -> RefusedError:
    """Tell what the database could not hold from a database that does not work."""
    if isinstance(error, OperationalError):
        text = "Expected the database to answer, got a fault"
        return RefusedError(503, "database", text, LATER)
    # the kiosk sends it in halves, down to the row that it is
    return RefusedError(400, "unstorable", "Expected rows that the database can hold, got others")


def _fail(future: asyncio.Future[Answer], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)


def _content(stored: Answer, again: bool) -> Content:
    match stored:
        case Missing(acked_through):
            text = f"Expected rows from {acked_through + 1}, got later ones"
            return 409, {"code": "gap", "error": text, "acked_through": acked_through}
        case Stored():
            rejected = [{"id": str(each.id), "reason": each.reason} for each in stored.rejected]
            if again:
                accepted = [str(each) for each in stored.accepted]
                return 200, {"accepted": accepted, "rejected": rejected}
            return 200, {
                "acked_through": stored.acked_through,
                "rejected": rejected,
                "branch": stored.branch,
            }
        case _:
            raise AssertionError(stored)  # an error of the database was raised before
