"""The terminal's end of a wire: a TCP connection, or a pseudo-terminal; and what may befall it.

Nothing here raises for what the other side does: a link that is gone is ``lost``, and what is said
into it is heard by nobody, as at a real terminal.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import struct
import threading
import time
from random import Random
from typing import Protocol

READ_BYTES = 65_536
DRIP_S = 0.0005  # long enough for a segment of its own on loopback
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Port(Protocol):
    """A file that bytes go in and out of; each call raises ``OSError``."""

    def fileno(self) -> int:
        """Give its number, for polling."""
        ...

    def read(self) -> bytes:
        """Give what has come; nothing: the other side has closed."""
        ...

    def write(self, data: bytes) -> None:
        """Write all of it."""
        ...

    def close(self, *, reset: bool) -> None:
        """Let it go."""
        ...


class Socket:
    """A connection that was accepted."""

    def __init__(self, made: socket.socket) -> None:
        self._socket = made
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def fileno(self) -> int:
        """Give its number."""
        return self._socket.fileno()

    def read(self) -> bytes:
        """Give what has come."""
        return self._socket.recv(READ_BYTES)

    def write(self, data: bytes) -> None:
        """Write all of it."""
        self._socket.sendall(data)

    def close(self, *, reset: bool) -> None:
        """Close it with FIN, or with RST."""
        if reset:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        self._socket.close()


class PseudoTerminal:
    """The terminal's end of a pseudo-terminal, whose other end the kiosk opens as its port.

    It stays open when the kiosk goes away: nothing on a serial line tells of that.
    """

    def __init__(self, wire: int) -> None:
        self._wire = wire

    def fileno(self) -> int:
        """Give its number."""
        return self._wire

    def read(self) -> bytes:
        """Give what has come."""
        return os.read(self._wire, READ_BYTES)

    def write(self, data: bytes) -> None:
        """Write all of it."""
        while data:
            data = data[os.write(self._wire, data) :]

    def close(self, *, reset: bool) -> None:
        """Leave it open: it is the station's."""

    def forget(self) -> None:
        """Drop what came while nobody listened."""
        with contextlib.suppress(OSError):
            while self.read():
                pass


class Link:
    """Bytes there and back. One thread talks; ``mute``, ``drop`` and ``hush`` are for any."""

    def __init__(self, port: Port, corrupt: float = 0.0, seed: int = 0) -> None:
        """``corrupt`` is the chance of each byte, either way, to be changed."""
        self._port = port
        self.is_serial = isinstance(port, PseudoTerminal)
        self._corrupt, self._chance = corrupt, Random(seed)  # noqa: S311
        self._poll = select.poll()
        self._wake = os.eventfd(0, os.EFD_NONBLOCK)
        self._poll.register(port.fileno(), select.POLLIN)
        self._poll.register(self._wake, select.POLLIN)
        self._lock = threading.Lock()  # closing and waking alone
        self._ending: bool | None = None  # with a reset, or without
        self._held: bytes | None = None
        self.lost = self.muted = self.drips = False

    def send(self, data: bytes) -> None:
        """Say something."""
        if self._held is not None:
            self._held += data
            return
        self._obey()
        if self.lost or self.muted:
            return
        data = self._corrupted(data)
        try:
            for piece in [data[at : at + 1] for at in range(len(data))] if self.drips else [data]:
                self._port.write(piece)
                if self.drips:
                    time.sleep(DRIP_S)
        except OSError:
            self.end()

    def hold(self) -> None:
        """Keep what is said, to say it in one piece."""
        self._held = self._held or b""

    def release(self) -> None:
        """Say what was kept."""
        held, self._held = self._held, None
        if held:
            self.send(held)

    def receive(self, within_s: float) -> bytes:
        """Give what has come; nothing where nothing came in that time or the link is lost."""
        until = time.monotonic() + within_s
        while not self.lost:
            left_ms = max(until - time.monotonic(), 0.0) * 1_000
            ready = [fd for fd, _event in self._poll.poll(left_ms)]
            self._obey()
            if self._is_lost():
                break
            if self._port.fileno() in ready:
                received = self._read()
                if received and not self.muted:
                    return self._corrupted(received)
            if not ready or time.monotonic() >= until:
                break
        return b""

    def _is_lost(self) -> bool:
        return self.lost

    def _read(self) -> bytes:
        try:
            received = self._port.read()
        except BlockingIOError:
            return b""
        except OSError:
            received = b""
        if not received:
            self.end()
        return received

    def _corrupted(self, data: bytes) -> bytes:
        if not self._corrupt:
            return data
        chance = self._chance
        return bytes(
            byte ^ (1 << chance.randrange(8)) if chance.random() < self._corrupt else byte
            for byte in data
        )

    # ---- what befalls it

    def end(self, *, reset: bool = False) -> None:
        """Close it; for the thread that talks."""
        with self._lock:
            if not self.lost:
                self.lost = True
                with contextlib.suppress(OSError):
                    self._port.close(reset=reset)
                os.close(self._wake)

    def drop(self, *, reset: bool = True) -> None:
        """Have it closed by the thread that talks; for any other."""
        with self._lock:
            if not self.lost:
                self._ending = reset
                os.eventfd_write(self._wake, 1)

    def mute(self) -> None:
        """Let nothing be said or heard any more, and keep it open."""
        self.muted = True

    def _obey(self) -> None:
        if self._ending is not None and not self.lost:
            self.end(reset=self._ending)
