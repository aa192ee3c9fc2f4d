"""Who listens in this process, and what each has still to hear: the newest number, no queue.

All of it lives in one event loop. One thread (``server.feed.watch``) hears of new numbers and
wakes whom they concern; a listener that is slow finds the newest number when it is done, and
misses those between.

Source: docs/feed.md, section 7.
"""

from __future__ import annotations

import asyncio
import threading
from collections import defaultdict, deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from server.feed.watch import News, Tell, watch

STREAMS_A_KIOSK = 2  # the newer one of a kiosk whose old line hangs, and that one
Watch = Callable[[Tell, threading.Event], None]


@dataclass(slots=True, eq=False)
class Listener:
    """One open stream; ``waiter`` is done when there is something to look at."""

    kiosk_id: str
    store_id: str
    ended: bool = False
    waiter: asyncio.Future[bool] | None = field(default=None)

    def wake(self) -> None:
        """Let it look; from the loop's thread."""
        self._answer(True)

    def end(self) -> None:
        """Let it look and find that it is over."""
        self.ended = True
        self.wake()

    async def wait(self, timeout_s: float) -> bool:
        """Wait until woken; False after ``timeout_s`` without."""
        loop = asyncio.get_running_loop()
        self.waiter = loop.create_future()
        timer = loop.call_later(timeout_s, self._answer, False)
        try:
            return await self.waiter
        finally:
            timer.cancel()
            self.waiter = None

    def _answer(self, woken: bool) -> None:
        if self.waiter is not None and not self.waiter.done():
            self.waiter.set_result(woken)


class Hub:
    """The listeners of a process, by store and by kiosk."""

    def __init__(self, stopping: asyncio.Event, watching: Watch = watch) -> None:
        self._stopping, self._watching = stopping, watching
        self._listeners: dict[str, set[Listener]] = defaultdict(set)
        self._of_kiosk: dict[str, deque[Listener]] = defaultdict(deque)
        self._stop = threading.Event()
        self._life: asyncio.Task[None] | None = None
        self.news = News({}, 0)

    def __len__(self) -> int:
        return sum(map(len, self._listeners.values()))

    def join(self, kiosk_id: str, store_id: str) -> Listener:
        """Add a stream; of a kiosk that has too many, all but the newest are ended."""
        if self._life is None:
            self._life = asyncio.create_task(self._live())
        listener = Listener(kiosk_id, store_id, ended=self._stopping.is_set())
        self._listeners[store_id].add(listener)
        streams = self._of_kiosk[kiosk_id]
        streams.append(listener)
        while len(streams) > STREAMS_A_KIOSK:
            streams.popleft().end()  # out at once: it leaves when its line lets it
        return listener

    def leave(self, listener: Listener) -> None:
        """Take a stream out that has ended."""
        listeners, streams = (
            self._listeners[listener.store_id],
            self._of_kiosk[listener.kiosk_id],
        )
        listeners.discard(listener)
        if listener in streams:  # else newer ones took its place
            streams.remove(listener)
        if not listeners:
            del self._listeners[listener.store_id]
        if not streams:
            del self._of_kiosk[listener.kiosk_id]

    async def _live(self) -> None:
        """Hear of numbers until the server stops, then end every stream."""
        loop = asyncio.get_running_loop()

        def tell(news: News) -> None:
            with suppress(RuntimeError):  # the loop was closed just now
                loop.call_soon_threadsafe(self._hear, news)

        arguments = (tell, self._stop)
        threading.Thread(target=self._watching, args=arguments, name="feed", daemon=True).start()
        await self._stopping.wait()
        self._stop.set()
        for listeners in self._listeners.values():
            for listener in listeners:
                listener.end()

    def _hear(self, news: News) -> None:
        before, self.news = self.news.numbers, news
        for store_id, number in news.numbers.items():
            if number != before.get(store_id):
                for listener in self._listeners.get(store_id, ()):
                    listener.wake()
