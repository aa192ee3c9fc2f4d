"""The web server around the application: granian, in this process or in several.

One process is the rule: whoever kills it has killed all of the server. Where the settings ask for
more (PostgreSQL alone), each listens for itself at the same port, and the kernel shares out.

Granian listens with ``SO_REUSEPORT``, so that a second server at the same port would not fail but
take every other request; and it cannot tell which port it got. ``Claim`` answers to both.

Source: ADR 13; granian 2.8, ``granian.server.embed``; ``man 7 socket``.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from server.configuration import ListenSettings

if TYPE_CHECKING:
    from server.application import Application

BACKLOG = 4_096  # connections that may wait: after a power cut all kiosks come at once
AT_ONCE = 50_000  # requests under way in a process; each kiosk that listens for news is one
START_S = 30.0
STOP_S = 4.0  # for what is under way when the server is told to stop


class Claim:
    """A port that is ours alone; raises ``OSError`` where it is another's.

    ``shared`` is for a worker, whose port the process above it holds already.
    """

    def __init__(self, listen: ListenSettings, shared: bool = False) -> None:
        family = socket.AF_INET6 if ":" in listen.host else socket.AF_INET
        self.host, self.port = listen.host, listen.port
        if not shared:
            with socket.socket(family) as alone:  # fails where anybody listens
                alone.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                alone.bind((listen.host, listen.port))
                alone.listen(1)
                self.host, self.port = alone.getsockname()[:2]
        # bound and not listening: it holds the port and is given no connection
        self._held = socket.socket(family)
        self._held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self._held.bind((self.host, self.port))

    @property
    def url(self) -> str:
        """Where the server is to be found."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    def close(self) -> None:
        """Give the port up."""
        self._held.close()


class Serving:
    """One process' server; ``serve`` returns when it has stopped."""

    def __init__(self, application: Application, claim: Claim) -> None:
        from granian.constants import HTTPModes, Interfaces
        from granian.server.embed import Server

        self._application, self._claim = application, claim
        self._server = Server(
            application,
            address=claim.host,
            port=claim.port,
            interface=Interfaces.ASGI,
            http=HTTPModes.http1,
            websockets=False,
            backlog=BACKLOG,
            backpressure=AT_ONCE,
            log_enabled=False,
        )
        self._loop: asyncio.AbstractEventLoop | None = None

    async def serve(self, ready: Callable[[], None]) -> None:
        """Serve until told to stop; ``ready`` is called when it listens."""
        self._loop = asyncio.get_running_loop()
        serving = asyncio.create_task(self._server.serve())
        await self._wait_until_it_listens(serving)
        ready()
        stopped = asyncio.create_task(self._application.parts.stopping.wait())
        await asyncio.wait([serving, stopped], return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        # granian waits for answers that are under way, however long: a stream that does not
        # end, or a sender that drips, is left behind
        await asyncio.wait([serving], timeout=STOP_S)
        if serving.done():
            serving.result()
        else:
            await asyncio.to_thread(self._application.stop)

    def stop(self) -> None:
        """Let ``serve`` return; from any thread."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            with suppress(RuntimeError):  # it was closed just now
                loop.call_soon_threadsafe(self._stop)

    def _stop(self) -> None:
        self._application.parts.stopping.set()
        self._server.stop()  # type: ignore[no-untyped-call]

    async def _wait_until_it_listens(self, serving: asyncio.Task[None]) -> None:
        end = asyncio.get_running_loop().time() + START_S
        while asyncio.get_running_loop().time() < end:
            if serving.done():
                serving.result()
                break
            try:
                _, writer = await asyncio.open_connection(self._claim.host, self._claim.port)
            except OSError:
                await asyncio.sleep(0.01)
            else:
                writer.close()
                return
        raise RuntimeError(f"Expected to listen at {self._claim.url} within {START_S:g} s")


def end_process(status: int) -> None:
    """End without waiting for threads that answer nobody any more; all is committed."""
    os._exit(status)
