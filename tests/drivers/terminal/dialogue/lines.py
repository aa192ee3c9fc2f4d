"""The other end of a wire, in bytes: a real socket, or the master of a pseudo-terminal."""

import os
import select
import socket
import struct
import time
import tty
from collections.abc import Callable

HEARS_S = 3.0


class GoneError(Exception):
    """The kiosk has closed."""


class Line:
    """Bytes there and back; ``heard`` is what came and was not used yet."""

    def __init__(self) -> None:
        self.heard = b""

    def more(self, within_s: float) -> bool:
        raise NotImplementedError

    def put(self, data: bytes) -> None:
        raise NotImplementedError

    def take(self, count: int, within_s: float = HEARS_S) -> bytes:
        until = time.monotonic() + within_s
        while len(self.heard) < count:
            if not self.more(max(until - time.monotonic(), 0)) and time.monotonic() >= until:
                raise TimeoutError
        taken, self.heard = self.heard[:count], self.heard[count:]
        return taken


class SocketLine(Line):
    def __init__(self, link: socket.socket) -> None:
        super().__init__()
        self.link = link

    def more(self, within_s: float) -> bool:
        if not select.select([self.link], [], [], within_s)[0]:
            return False
        try:
            received = self.link.recv(4096)
        except OSError:
            raise GoneError from None
        if not received:
            raise GoneError
        self.heard += received
        return True

    def put(self, data: bytes) -> None:
        try:
            self.link.sendall(data)
        except OSError:
            raise GoneError from None

    def fin(self) -> None:
        self.link.shutdown(socket.SHUT_WR)

    def rst(self) -> None:
        self.link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.link.close()


class PtyLine(Line):
    """The master of a pseudo-terminal; ``spoil`` changes bytes on their way, both ways."""

    def __init__(self, spoil: Callable[[bytes], bytes] = bytes) -> None:
        super().__init__()
        self.master, self.slave = os.openpty()
        tty.setraw(self.slave)
        self.port = os.ttyname(self.slave)
        self.spoil = spoil

    def more(self, within_s: float) -> bool:
        if not select.select([self.master], [], [], within_s)[0]:
            return False
        self.heard += self.spoil(os.read(self.master, 4096))
        return True

    def put(self, data: bytes) -> None:
        os.write(self.master, self.spoil(data))

    def close(self) -> None:
        os.close(self.master)
        os.close(self.slave)
