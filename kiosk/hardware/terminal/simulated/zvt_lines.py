"""APDUs over TCP, and in blocks over a serial line: the terminal's side, with a line's faults.

Source: PA00P016 (transport protocol): T1 200 ms, T2 5 s, two repeats.
"""

from __future__ import annotations

import time
from collections import deque
from typing import Protocol

from kiosk.hardware.terminal.frames import Complete, Incomplete
from kiosk.hardware.terminal.simulated.links import Link
from kiosk.hardware.terminal.simulated.times import Times
from kiosk.hardware.terminal.zvt.framing import find_frame
from kiosk.hardware.terminal.zvt.serial_framing import Block, Signal, find_block, pack_block

ACK, NAK = Signal.ACK.value, Signal.NAK.value
SPLIT_S = 0.02
BLOCK_BYTES_MIN = 6


class ApduLine(Protocol):
    """Whole APDUs there and back."""

    link: Link

    def send(self, frame: bytes) -> None:
        """Say an APDU."""
        ...

    def send_half(self, frame: bytes) -> None:
        """Say half of it, and no more."""
        ...

    def receive(self, within_s: float) -> bytes | None:
        """Give the next APDU; none in that time, or where the link is lost."""
        ...


class TcpLine:
    """APDUs as they are."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self._rest = b""

    def send(self, frame: bytes) -> None:
        """Say an APDU."""
        self.link.send(frame)

    def send_half(self, frame: bytes) -> None:
        """Say half of it, then FIN."""
        self.link.send(frame[: len(frame) // 2])
        self.link.end()

    def receive(self, within_s: float) -> bytes | None:
        """Give the next APDU; a terminal breaks off where it hears what is none."""
        until = time.monotonic() + within_s
        while True:
            match find_frame(self._rest):
                case Complete(frame, rest):
                    self._rest = rest
                    return frame
                case Incomplete():
                    received = self.link.receive(max(until - time.monotonic(), 0.0))
                    self._rest += received
                    if not received and (self.link.lost or time.monotonic() >= until):
                        return None
                case _:
                    self.link.end(reset=True)
                    return None


class BlockLine:
    """APDUs in blocks. ``nak_next``, ``lose_ack``, ``break_next`` and ``split`` are its faults."""

    def __init__(self, link: Link, times: Times) -> None:
        self.link, self._times = link, times
        self._rest = b""
        self._inbox: deque[bytes] = deque()
        self._last = b""
        self._answered = True
        self.nak_next = self.lose_ack = self.break_next = self.split = False

    def send(self, frame: bytes) -> None:
        """Say an APDU until it is acknowledged; after three times it is given up."""
        block = pack_block(frame)
        for _ in range(1 + self._times.repeats):
            self._write(block)
            if self.link.muted or self._acknowledged():
                return

    def _write(self, block: bytes) -> None:
        if self.break_next:
            self.break_next = False
            block = block[:-1] + bytes((block[-1] ^ 0x55,))
        cut = block.find(b"\x10\x10") + 1 if self.split else 0
        cut = cut or (len(block) - 3 if self.split else 0)
        self.link.send(block[:cut] if cut else block)
        if cut:
            time.sleep(min(SPLIT_S, self._times.t1_s / 2))
            self.link.send(block[cut:])

    def send_half(self, frame: bytes) -> None:
        """Say half a block, and never the rest."""
        block = pack_block(frame)
        self.link.send(block[: len(block) // 2])
        self.link.mute()

    def _acknowledged(self) -> bool:
        until = time.monotonic() + self._times.t2_s
        while True:
            piece = self._next_piece(until)
            if piece is Signal.ACK:
                self._answered = True
                return True
            if piece is None or piece is Signal.NAK:
                return False
            if isinstance(piece, Block):
                if piece.apdu == self._last and not self._answered:
                    self.link.send(ACK)  # ours was lost; it has not heard the rest
                    return False
                self._answered = True
                self._take(piece.apdu)
                return True
            self.link.send(NAK)

    def receive(self, within_s: float) -> bytes | None:
        """Give the next APDU."""
        until = time.monotonic() + within_s
        while not self._inbox:
            piece = self._next_piece(until)
            if piece is None:
                return None
            if isinstance(piece, Block):
                if piece.apdu == self._last and not self._answered:
                    self.link.send(ACK)
                else:
                    self._take(piece.apdu)
            elif piece is _BROKEN:
                self.link.send(NAK)
        return self._inbox.popleft()

    def _take(self, apdu: bytes) -> None:
        if self.nak_next:
            self.nak_next = False
            self.link.send(NAK)
            return
        if self.lose_ack:
            self.lose_ack = False
        else:
            self.link.send(ACK)
        self._last, self._answered = apdu, False
        self._inbox.append(apdu)

    def _next_piece(self, until: float) -> Block | Signal | str | None:
        """Give a block, a signal, or that something came broken; none at ``until``."""
        while True:
            found = find_block(self._rest)
            if isinstance(found, Complete):
                self._rest = found.rest
                return found.frame
            if isinstance(found, Incomplete):
                wait_s = self._times.t1_s if self._rest else max(until - time.monotonic(), 0.0)
                received = self.link.receive(wait_s)
                if received:
                    self._rest += received
                    continue
                if not self._rest:
                    return None
            if self._let_fall_silent():
                return _BROKEN

    def _let_fall_silent(self) -> bool:
        """Read on until T1 is silent; tells whether it may have been a block."""
        count, self._rest = len(self._rest), b""
        while received := self.link.receive(self._times.t1_s):
            count += len(received)
        return count >= BLOCK_BYTES_MIN


_BROKEN = "broken"
