"""``GET /api/v2/feed/head`` in front of Django: after each publishing all kiosks ask at once.

The number is read anew for each request; what is said of it is put together once and kept for a
second. The answer is that of ``server.feed.api``, which is Django's.

Source: docs/feed.md, section 4.
"""

from __future__ import annotations

import asyncio
import re
import time
from concurrent.futures import Executor
from threading import Lock

import msgspec
from django.db import DatabaseError, connection

from server.configuration import Configuration
from server.feed.heads import head, sequence_of
from server.feed.push import Admit, asked_of
from server.fleet.gate import NotAdmittedError
from server.ingest.http import Receive, RefusedError, Scope, Send, answer_bytes, now_ms, refuse

KEPT_S = 1.0  # for which a new snapshot may go untold
KEPT_MAX = 1_000
SEQUENCE_MAX = 2**63 - 1
_QUERY = re.compile(r"(?:after=([0-9]{1,19}))?")
_NO_STORE = (b"cache-control", b"no-store")


class HeadView:
    """Answers admitted kiosks; what many ask at once is put together once."""

    def __init__(self, admit: Admit, pool: Executor, configuration: Configuration) -> None:
        self._admit, self._pool, self._configuration = admit, pool, configuration
        self._kept: dict[tuple[str, int, int], tuple[float, bytes]] = {}
        self._lock = Lock()

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer one request."""
        loop = asyncio.get_running_loop()
        try:
            body = await loop.run_in_executor(self._pool, self._answer, scope)
        except RefusedError as refused:
            await refuse(send, refused)
        else:
            await answer_bytes(send, 200, b"application/json", body, _NO_STORE)

    def _answer(self, scope: Scope) -> bytes:
        """Work the answer out, in a thread of the pool."""
        if scope["method"] != "GET":
            text = f"Expected GET, got {scope['method'][:20]}"
            raise RefusedError(405, "method", text, (b"allow", b"GET"))
        try:
            store_id = self._admit(asked_of(scope), now_ms()).store_id
            return self._head(store_id, _after(scope["query_string"].decode("latin-1")))
        except NotAdmittedError as error:
            raise RefusedError(error.status, error.code, error.text) from None
        except DatabaseError:
            connection.close()
            text = "Expected the database to answer, got a fault"
            raise RefusedError(503, "database", text, (b"retry-after", b"5")) from None

    def _head(self, store_id: str, after: int) -> bytes:
        sequence = sequence_of(store_id)
        if not sequence:
            raise RefusedError(
                404, "nothing_yet", f"Expected a published feed of {store_id}, got none"
            )
        key, now = (store_id, after, sequence), time.monotonic()
        with self._lock:  # the first one works it out, the others wait for it
            made, body = self._kept.get(key, (0.0, b""))
            if not body or now - made > KEPT_S:
                body = msgspec.json.encode(head(store_id, after, sequence, self._configuration))
                if len(self._kept) >= KEPT_MAX:
                    self._kept.clear()
                self._kept[key] = (now, body)
        return body


def _after(query: str) -> int:
    """Read what the kiosk has; raises ``RefusedError``."""
    found = _QUERY.fullmatch(query)
    after = int(found[1] or 0) if found else -1
    if not 0 <= after <= SEQUENCE_MAX:
        raise RefusedError(422, "body", f"Expected after=NUMBER, got {query[:80]!r}")
    return after
