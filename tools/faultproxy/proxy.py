"""Forwards HTTP from a free port on loopback to a server there, with a fault for each request.

It looks at where messages end and at nothing inside them. ``FaultProxy`` runs in a thread of
its own, so that a test may start it, change its plan, move the server to another port, and
count what it did.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from threading import Event, Lock, Thread

from tools.faultproxy.faults import CALM, Fault, plan
from tools.faultproxy.messages import (
    HEAD_BYTES_MAX,
    NotHttpError,
    is_endless,
    read_answer_head,
    read_body,
    read_request,
)

HOST = "127.0.0.1"
DELAY_S = 0.3
DRIPS, DRIP_S = 20, 0.02  # so many single bytes, one each so many seconds; then the rest
_LOST = (OSError, asyncio.IncompleteReadError, NotHttpError)


class FaultProxy:
    """``port`` is where to send to, once it is started; ``counts`` tells which faults befell."""

    def __init__(self, to_port: int, weights: Mapping[Fault, int] = CALM, seed: int = 1) -> None:
        self.to_port, self.port = to_port, 0
        self.counts: Counter[Fault] = Counter()
        self._plan: Iterator[Fault] = plan(weights, seed)
        self._planning = Lock()  # the plan is replaced by another thread than draws from it
        self._loop = asyncio.new_event_loop()
        self._listening, self._stopped = Event(), asyncio.Event()
        self._thread = Thread(target=self._run, name="faultproxy", daemon=True)

    def start(self) -> FaultProxy:
        """Begin to listen."""
        self._thread.start()
        assert self._listening.wait(5), "the proxy did not come up within 5 s"
        return self

    def follow(self, weights: Mapping[Fault, int], seed: int = 1) -> None:
        """Use another plan from the next request on."""
        with self._planning:
            self._plan = plan(weights, seed)

    def stop(self) -> None:
        """End it; open connections break."""
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(5)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._talk, HOST, 0, limit=HEAD_BYTES_MAX)
        self.port = server.sockets[0].getsockname()[1]
        self._listening.set()
        async with server:
            await self._stopped.wait()
        # what is still open ends with the loop: the runner cancels it

    async def _talk(self, near_in: asyncio.StreamReader, near_out: asyncio.StreamWriter) -> None:
        try:
            while (request := await read_request(near_in)) is not None:
                if not await self._carry(request, near_out):
                    break
        except _LOST:
            pass  # one of the ends is gone, as lines go
        finally:
            near_out.transport.abort()

    def _draw(self) -> Fault:
        with self._planning:
            fault = next(self._plan)
        self.counts[fault] += 1
        return fault

    async def _carry(self, request: bytes, near_out: asyncio.StreamWriter) -> bool:
        """Carry one request to the server and its answer back; tells whether the line holds."""
        fault = self._draw()
        if fault is Fault.REFUSE:
            return False
        if fault is Fault.HALF_REQUEST:
            await self._throw(request[: len(request) // 2])
            return False
        far_in, far_out = await asyncio.open_connection(HOST, self.to_port, limit=HEAD_BYTES_MAX)
        try:
            far_out.write(request)
            await far_out.drain()
            head = await read_answer_head(far_in)
            if is_endless(head):
                await _pass_on(head, far_in, near_out)
                return False
            answer = head + await read_body(far_in, head)
        finally:
            far_out.transport.abort()
        if fault is Fault.DOUBLE:
            await self._ask_again(request)
        return await _give(answer, fault, near_out)

    async def _throw(self, part: bytes) -> None:
        with suppress(*_LOST):
            _, far_out = await asyncio.open_connection(HOST, self.to_port)
            far_out.write(part)
            await far_out.drain()
            far_out.close()

    async def _ask_again(self, request: bytes) -> None:
        with suppress(*_LOST):
            far_in, far_out = await asyncio.open_connection(HOST, self.to_port)
            far_out.write(request)
            head = await read_answer_head(far_in)
            await read_body(far_in, head)
            far_out.close()


async def _give(answer: bytes, fault: Fault, near_out: asyncio.StreamWriter) -> bool:
    """Give the answer as the fault has it; tells whether the line holds."""
    if fault is Fault.LOSE_ANSWER:
        return False
    if fault is Fault.HALF_ANSWER:
        near_out.write(answer[: len(answer) // 2])
        await near_out.drain()
        near_out.close()
        await near_out.wait_closed()
        return False
    if fault is Fault.DELAY:
        await asyncio.sleep(DELAY_S)
    if fault is Fault.DRIP:
        for at in range(min(DRIPS, len(answer))):
            near_out.write(answer[at : at + 1])
            await near_out.drain()
            await asyncio.sleep(DRIP_S)
        answer = answer[DRIPS:]
    near_out.write(answer)
    await near_out.drain()
    return True


async def _pass_on(
    head: bytes, far_in: asyncio.StreamReader, near_out: asyncio.StreamWriter
) -> None:
    near_out.write(head)
    while chunk := await far_in.read(HEAD_BYTES_MAX):
        near_out.write(chunk)
        await near_out.drain()
