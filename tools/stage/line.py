"""A line between kiosk and server that can be cut: a TCP forwarder on loopback.

While it is cut, connections that are open break, and new ones are refused, as when a cable is
out. It looks into nothing that it forwards.
"""

from __future__ import annotations

import asyncio
from threading import Event, Thread

CHUNK_BYTES = 65_536


class Line:
    """Forwards ``127.0.0.1:port`` to ``127.0.0.1:to_port`` until it is cut; any thread may."""

    def __init__(self, to_port: int) -> None:
        self._to_port = to_port
        self._loop = asyncio.new_event_loop()
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._listening = Event()
        self._thread = Thread(target=self._run, name="line", daemon=True)
        self.port = 0

    def start(self) -> Line:
        """Begin to forward; ``port`` is known afterwards."""
        self._thread.start()
        assert self._listening.wait(5), "the line did not come up within 5 s"
        return self

    def cut(self) -> None:
        """Break what is open and refuse what comes."""
        asyncio.run_coroutine_threadsafe(self._cut(), self._loop).result(5)

    def mend(self) -> None:
        """Forward again, on the same port."""
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(5)

    def stop(self) -> None:
        """Cut it for good and end its thread."""
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._listen())
        self._listening.set()
        self._loop.run_forever()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    async def _listen(self) -> None:
        if self._server is None:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    async def _cut(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()
        for writer in list(self._writers):
            writer.transport.abort()

    async def _serve(self, near_in: asyncio.StreamReader, near_out: asyncio.StreamWriter) -> None:
        try:
            far_in, far_out = await asyncio.open_connection("127.0.0.1", self._to_port)
        except OSError:
            near_out.transport.abort()
            return
        self._writers |= {near_out, far_out}
        await asyncio.gather(self._pump(near_in, far_out), self._pump(far_in, near_out))
        self._writers -= {near_out, far_out}

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while chunk := await source.read(CHUNK_BYTES):
                sink.write(chunk)
                await sink.drain()
        except OSError:
            pass  # the other end is gone, or the line was cut: both ends are closed below
        finally:
            sink.close()
