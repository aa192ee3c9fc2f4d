"""A server in a thread of the test's own process, on a real socket."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from server.application import Application
from server.configuration import ListenSettings
from server.serving import Claim, Serving


@contextmanager
def running(application: Application) -> Iterator[str]:
    """Serve ``application``; gives the URL that it listens at."""
    claim = Claim(ListenSettings(port=0))
    serving, ready = Serving(application, claim), threading.Event()

    def serve() -> None:
        try:
            asyncio.run(serving.serve(ready.set))
        finally:
            claim.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        assert ready.wait(30), "expected the server to listen, got nothing"
        yield claim.url
    finally:
        serving.stop()
        thread.join(30)
        assert not thread.is_alive(), "expected the server to stop, got a standing one"
