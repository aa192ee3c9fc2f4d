"""A terminal that says what a script says: on a real socket, or at the end of a pseudo-terminal.

It shares no code with the product and with no simulator: frames are put together here once more,
so that an error of a codec does not hide itself. A script is one act a line:

    > 0601            expect a frame that begins so, in this time
    < 800000          send a frame
    half 040f2a27     send bytes as they stand, without a frame around them
    slow 800000       send a frame byte by byte
    pause 0.2         say nothing
    fin, rst          close (TCP)
    nak, lost-ack, bad-crc HEX, split HEX   (serial ZVT) see SerialEnd
    quiet             expect nothing more for a while
"""

import socket
import threading
import time
from collections.abc import Callable, Sequence

from tests.drivers.terminal.dialogue.lines import (
    HEARS_S,
    GoneError,
    Line,
    PtyLine,
    SocketLine,
)

QUIET_S = 0.15


class ZvtEnd:
    """APDUs on a socket."""

    def __init__(self, line: Line) -> None:
        self.line = line

    def hear(self, within_s: float = HEARS_S) -> bytes:
        head = self.line.take(3, within_s)
        if head[2] < 0xFF:
            return head + self.line.take(head[2])
        long = self.line.take(2)
        return head + long + self.line.take(long[0] | long[1] << 8)

    def say(self, frame: bytes) -> None:
        self.line.put(frame)

    def wrap(self, frame: bytes) -> bytes:
        return frame


def kermit(covered: bytes) -> bytes:
    crc = 0
    for byte in covered:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x8408 if crc & 1 else 0)
    return bytes((crc & 0xFF, crc >> 8))


class SerialEnd(ZvtEnd):
    """APDUs in blocks, with the terminal's own ACK, NAK and repeats."""

    t1_s, t2_s, repeats = 0.03, 0.15, 3

    def __init__(self, line: Line) -> None:
        super().__init__(line)
        self.last_heard = b""
        self.inbox: list[bytes] = []
        self.nak_next = self.lose_ack = False
        self.blocks = 0  # that came whole, each repeat counted

    def wrap(self, frame: bytes) -> bytes:
        return (
            b"\x10\x02"
            + frame.replace(b"\x10", b"\x10\x10")
            + b"\x10\x03"
            + kermit(frame + b"\x03")
        )

    def hear(self, within_s: float = HEARS_S) -> bytes:
        until = time.monotonic() + within_s
        while not self.inbox:
            self._piece(max(until - time.monotonic(), 0))
        return self.inbox.pop(0)

    def say(self, frame: bytes) -> None:
        for _ in range(self.repeats):
            self.line.put(self.wrap(frame))
            if self.acknowledged():
                return
        raise GoneError

    def acknowledged(self) -> bool:
        until = time.monotonic() + self.t2_s
        waiting = len(self.inbox)
        while True:
            try:
                piece = self._piece(max(until - time.monotonic(), 0))
            except TimeoutError:
                return False
            if len(self.inbox) > waiting:
                return True
            if piece == b"\x06":
                self.last_heard = b""  # what comes now is new, even if it is the same
                return True
            if piece == b"\x15":
                return False

    def _piece(self, within_s: float) -> bytes:
        """Take ACK, NAK or a block; a block is acknowledged here. Noise gives nothing."""
        first = self.line.take(1, within_s)
        if first in (b"\x06", b"\x15"):
            return first
        received = first
        try:
            while not self._ended(received):
                received += self.line.take(1, self.t1_s)
        except TimeoutError:
            if len(received) > 4:
                self.line.put(b"\x15")
            return b""
        inner = received[2:-4].replace(b"\x10\x10", b"\x10")
        if received[:2] != b"\x10\x02" or received[-2:] != kermit(inner + b"\x03"):
            self._drain()
            self.line.put(b"\x15")
            return b""
        self.blocks += 1
        if self.nak_next:
            self.nak_next = False
            self.line.put(b"\x15")
            return b""
        if self.lose_ack:
            self.lose_ack = False
        else:
            self.line.put(b"\x06")
        if inner != self.last_heard:
            self.inbox.append(inner)
        self.last_heard = inner
        return inner

    def _ended(self, received: bytes) -> bool:
        at = 2
        while at < len(received):
            if received[at] == 0x10 and at + 1 < len(received):
                if received[at + 1] == 0x03:
                    return len(received) >= at + 4
                at += 1
            at += 1
        return False

    def _drain(self) -> None:
        while self.line.more(self.t1_s):
            pass
        self.line.heard = b""


class Peer:
    """Plays a script to each connection, the last one to all that follow; keeps what it heard."""

    def __init__(self, scripts: Sequence[str], end: Callable[[Line], ZvtEnd] = ZvtEnd) -> None:
        self.scripts, self.end_of = list(scripts), end
        self.heard: list[str] = []
        self.faults: list[str] = []
        self.connections = 0
        self._stop = threading.Event()

    def script(self) -> str:
        script = self.scripts[min(self.connections, len(self.scripts) - 1)]
        self.connections += 1
        return script

    def play(self, line: Line) -> None:
        end = self.end_of(line)
        script = self.script()
        for act in filter(None, (part.split("#")[0].strip() for part in script.splitlines())):
            try:
                self._act(end, *act.split())
            except GoneError:
                return
            except TimeoutError:
                if act != "quiet":
                    self.faults.append(f"not heard: {act}")
                    return

    def _act(self, end: ZvtEnd, verb: str, told: str = "") -> None:
        acts: dict[str, Callable[[], None]] = {
            ">": lambda: self._expect(end, told),
            "<": lambda: end.say(bytes.fromhex(told)),
            "half": lambda: end.line.put(bytes.fromhex(told)),
            "slow": lambda: _slowly(end, bytes.fromhex(told)),
            "pause": lambda: time.sleep(float(told)),
            "quiet": lambda: self.faults.append(f"heard in the quiet: {end.hear(QUIET_S).hex()}"),
            "fin": lambda: end.line.fin(),  # type: ignore[attr-defined]
            "rst": lambda: end.line.rst(),  # type: ignore[attr-defined]
            "nak": lambda: setattr(end, "nak_next", True),
            "lost-ack": lambda: setattr(end, "lose_ack", True),
            "bad-crc": lambda: self.heard.append(_broken(end, bytes.fromhex(told))),
            "split": lambda: _split(end, bytes.fromhex(told)),
        }
        acts[verb]()

    def _expect(self, end: ZvtEnd, told: str) -> None:
        frame = end.hear().hex()
        self.heard.append(frame)
        if not frame.startswith(told):
            self.faults.append(f"expected {told}, heard {frame}")


def _slowly(end: ZvtEnd, frame: bytes) -> None:
    for byte in end.wrap(frame):
        end.line.put(bytes((byte,)))
        time.sleep(0.002)


def _broken(end: ZvtEnd, frame: bytes) -> str:
    broken = bytearray(end.wrap(frame))
    broken[-1] ^= 0x55
    end.line.put(bytes(broken))
    return end.line.take(1).hex()


def _split(end: ZvtEnd, frame: bytes) -> None:
    block = end.wrap(frame)
    at = block.index(b"\x10", 2) + 1
    end.line.put(block[:at])
    time.sleep(0.01)
    end.line.put(block[at:])
    assert end.acknowledged()  # type: ignore[attr-defined]


class TcpPeer(Peer):
    """Listens on loopback."""

    def __enter__(self) -> "TcpPeer":
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.05)
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def _serve(self) -> None:
        while not self._stop.is_set():
            try:
                link, _ = self._listener.accept()
            except TimeoutError:
                continue
            with link:
                line = SocketLine(link)
                self.play(line)
                self._linger(line)

    def _linger(self, line: SocketLine) -> None:
        """Listen until the kiosk closes, as a terminal does."""
        if line.link.fileno() < 0:
            return
        try:
            while not self._stop.is_set():
                if line.more(0.02) and len(line.heard) > 2:
                    self.heard.append("after: " + line.heard.hex())
                    line.heard = b""
        except GoneError:
            pass

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(timeout=5)
        self._listener.close()
        assert not self._thread.is_alive()


class SerialPeer(Peer):
    """Sits at the other end of a pseudo-terminal: one line, so one script after the other."""

    def __init__(self, scripts: Sequence[str], spoil: Callable[[bytes], bytes] = bytes) -> None:
        super().__init__(scripts, SerialEnd)
        self.line = PtyLine(spoil)
        self.address = self.line.port

    def __enter__(self) -> "SerialPeer":
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def _serve(self) -> None:
        for _ in list(self.scripts):
            self.play(self.line)

    def __exit__(self, *_: object) -> None:
        self._thread.join(timeout=10)
        alive = self._thread.is_alive()
        self.line.close()
        assert not alive
