"""``GET /api/v2/feed/head`` in front of Django: after each publishing all kiosks ask at once.

The number is read anew for each round of requests; what is said of it is put together once and
kept for a second. The answer is that of ``server.feed.api``, which is Django's.

Source: docs/feed.md, section 4.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from concurrent.futures import Executor
from dataclasses import dataclass

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
TOGETHER_MAX = 100
_NO_STORE = (b"cache-control", b"no-store")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Question:
    """A request, and who waits for its answer."""

    scope: Scope
    answer: asyncio.Future[bytes | RefusedError]


class HeadView:
    """Answers admitted kiosks; those that ask at once are answered together, by one thread.

    A thread each would take the interpreter from the event loop and from one another, thousands
    of times a second; together they take half as long.
    """

    def __init__(self, admit: Admit, pool: Executor, configuration: Configuration) -> None:
        self._admit, self._pool, self._configuration = admit, pool, configuration
        self._kept: dict[tuple[str, int, int], tuple[float, bytes]] = {}
        self._waiting: list[_Question] = []
        self._answering: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer one request."""
        question = _Question(scope, asyncio.get_running_loop().create_future())
        self._waiting.append(question)
        if self._answering is None:
            self._answering = asyncio.create_task(self._answer_all())
        answer = await question.answer
        if isinstance(answer, RefusedError):
            await refuse(send, answer)
        else:
            await answer_bytes(send, 200, b"application/json", answer, _NO_STORE)

    async def _answer_all(self) -> None:
        """Answer what waits, and what comes meanwhile, until nothing does."""
        loop = asyncio.get_running_loop()
        try:
            while self._waiting:
                some, self._waiting = self._waiting[:TOGETHER_MAX], self._waiting[TOGETHER_MAX:]
                scopes = [question.scope for question in some]
                try:
                    answers = await loop.run_in_executor(self._pool, self._answer_some, scopes)
                except BaseException:  # the server stops
                    for question in some:
                        question.answer.cancel()
                    raise
                for question, answer in zip(some, answers, strict=True):
                    if not question.answer.done():  # its kiosk has not gone
                        question.answer.set_result(answer)
        finally:
            self._answering = None

    def _answer_some(self, scopes: list[Scope]) -> list[bytes | RefusedError]:
        """Work answers out, in a thread of the pool; numbers are read once for all of them."""
        numbers: dict[str, int] = {}
        return [self._answer(scope, numbers) for scope in scopes]

    def _answer(self, scope: Scope, numbers: dict[str, int]) -> bytes | RefusedError:
        try:
            if scope["method"] != "GET":
                text = f"Expected GET, got {scope['method'][:20]}"
                return RefusedError(405, "method", text, (b"allow", b"GET"))
            store_id = self._admit(asked_of(scope), now_ms()).store_id
            if store_id not in numbers:
                numbers[store_id] = sequence_of(store_id)
            after = _after(scope["query_string"].decode("latin-1"))
            return self._head(store_id, after, numbers[store_id])
        except RefusedError as refused:
            return refused
        except NotAdmittedError as error:
            return RefusedError(error.status, error.code, error.text)
        except DatabaseError:
            connection.close()
            text = "Expected the database to answer, got a fault"
            return RefusedError(503, "database", text, (b"retry-after", b"5"))
        except Exception:
            logger.exception("feed-head-failed")  # the others of this round are answered
            return RefusedError(500, "fault", "Expected an answer, got a fault of the server")

    def _head(self, store_id: str, after: int, sequence: int) -> bytes:
        if not sequence:
            raise RefusedError(
                404, "nothing_yet", f"Expected a published feed of {store_id}, got none"
            )
        key, now = (store_id, after, sequence), time.monotonic()
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
