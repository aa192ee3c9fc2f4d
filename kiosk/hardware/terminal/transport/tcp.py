"""A wire over TCP.

It is closed in the ordinary manner (FIN), so that an acknowledgement that was just written still
arrives; where bytes wait unread, the system makes a reset of it.
"""

from __future__ import annotations

import contextlib
import socket

from kiosk.errors import ConfigError
from kiosk.hardware.terminal.transport.wire import LinkLost

READ_BYTES = 65_536
SEND_S = 5.0  # a full buffer that nobody empties
KEEP_ALIVE_S, KEEP_ALIVE_PROBES = 10, 3  # a pulled cable is noticed within 40 s of silence


class TcpWire:
    """A connection to ``host``, made within ``connect_s``."""

    def __init__(self, host: str, port: int, connect_s: float) -> None:
        self.name = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self._place, self._connect_s = (host, port), connect_s
        self._socket: socket.socket | None = None

    def open(self) -> None:
        """Connect; raises ``LinkLost``."""
        self.close()
        try:
            made = socket.create_connection(self._place, self._connect_s)
        except UnicodeError:  # of IDNA
            raise LinkLost(f"{self.name}: no name of a host") from None
        except OSError as error:
            raise LinkLost(f"{self.name}: {_reason(error)}") from None
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _keep_alive(made)
        self._socket = made

    def send(self, data: bytes) -> None:
        """Write all of it; raises ``LinkLost``."""
        link = self._open()
        try:
            link.settimeout(SEND_S)
            link.sendall(data)
        except OSError as error:
            self.close()
            raise LinkLost(f"{self.name}: {_reason(error)}") from None

    def receive(self, within_s: float) -> bytes:
        """Give what has come; raises ``LinkLost`` where the terminal has closed."""
        link = self._open()
        try:
            link.settimeout(max(within_s, 0.0))
            received = link.recv(READ_BYTES)
        except (TimeoutError, BlockingIOError):
            return b""
        except OSError as error:
            self.close()
            raise LinkLost(f"{self.name}: {_reason(error)}") from None
        if not received:
            self.close()
            raise LinkLost(f"{self.name}: closed by the terminal")
        return received

    def close(self) -> None:
        """Let it go."""
        link, self._socket = self._socket, None
        if link:
            with contextlib.suppress(OSError):
                link.close()

    def _open(self) -> socket.socket:
        if self._socket is None:
            raise LinkLost(f"{self.name}: not open")
        return self._socket


def _keep_alive(made: socket.socket) -> None:
    made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in (
        ("TCP_KEEPIDLE", KEEP_ALIVE_S),
        ("TCP_KEEPINTVL", KEEP_ALIVE_S),
        ("TCP_KEEPCNT", KEEP_ALIVE_PROBES),
    ):
        if hasattr(socket, option):
            made.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)


def _reason(error: OSError) -> str:
    if isinstance(error, TimeoutError):
        return "no connection in time"
    return error.strerror or type(error).__name__


def read_place(address: str, port: int | None = None) -> tuple[str, int]:
    """Part ``10.0.0.9:20007`` or ``[::1]:20007``; ``port`` stands in where none is named.

    Raises ``ConfigError``.

    >>> read_place("[::1]:20007")
    ('::1', 20007)
    """
    host, _colon, number = address.rstrip("/").rpartition(":")
    if not host and port is not None:
        host, number = number, str(port)
    host = host.removeprefix("[").removesuffix("]")
    if not host or not (number.isascii() and number.isdecimal() and 0 < int(number) < 65_536):
        raise ConfigError(f"expected HOST:PORT, got {address!r}")
    return host, int(number)
