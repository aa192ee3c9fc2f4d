"""A link whose stream another thread may end, whatever it waits for at that moment.

A stream is silent for seconds at a time, and a stop must not wait so long. A socket that is
shut down wakes whoever reads from it; so the link keeps hold of its sockets.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util import Retry

from kiosk.line.server import ServerLink
from kiosk.line.signing import Signer

Note = Callable[[socket.socket], None]


class PushLink(ServerLink):
    """Made for ``lines``; ``hang_up`` is for any thread, and for good."""

    def __init__(self, url: str, proof: str | Signer, timeout_s: float = 5.0) -> None:
        super().__init__(url, proof, timeout_s)
        self._socket: socket.socket | None = None
        self._hung_up = False
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, _NotingAdapter(self._note))

    def hang_up(self) -> None:
        """End the stream that runs, and each that would begin."""
        self._hung_up = True
        if self._socket is not None:
            _shut_down(self._socket)

    def _note(self, opened: socket.socket) -> None:
        self._socket = opened
        if self._hung_up:  # while it was being connected
            _shut_down(opened)


class _NotingAdapter(HTTPAdapter):
    """Tells of each socket when it is connected."""

    def __init__(self, note: Note) -> None:
        self._note_socket = note
        super().__init__(max_retries=Retry(0, read=False))

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pools(self._note_socket)


def _pools(note: Note) -> dict[str, Any]:
    """Make pools whose connections tell of their sockets."""

    class Plain(HTTPConnection):
        def connect(self) -> None:
            super().connect()
            note(self.sock)

    class Secure(HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            note(self.sock)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def _shut_down(opened: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it is closed already
        # past TLS, which would want to talk to the other side first
        socket.socket.shutdown(opened, socket.SHUT_RDWR)
