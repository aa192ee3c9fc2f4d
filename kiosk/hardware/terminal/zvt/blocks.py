"""The block layer of serial ZVT: ACK and NAK, time-outs and repeats, and blocks that come twice.

A block is answered with ACK, or NAK where it is broken; then the other side may speak. Nothing
else makes a serial line safe, so each of these has one answer:

- A byte of a block does not come within T1: what there is is broken. NAK.
- A broken block, and noise of a block's length: the line is let fall silent (T1), then NAK. A few
  stray bytes are passed over: they may be a broken ACK.
- No ACK within T2, or NAK: the same block again, at most ``repeats`` times; then the link is lost.
- A block that was to be sent *once*, a financial command: again only after NAK, which is the
  terminal's word that it has not got it. After silence nobody knows, so it is not sent again.
- A block instead of the ACK: it was the ACK that was lost, for the terminal has gone on.
- The last block again, and nothing of ours acknowledged since: our ACK was lost. ACK, and no more.

The ACK of a block is not the acknowledgement of a result: that is the APDU 80 00.
Source: PA00P016, "Serial": T1 200 ms, T2 5 s, two repeats. The rule for *once* is our own.
"""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from kiosk.clock import Clock
from kiosk.hardware.terminal.frames import Complete, Refused
from kiosk.hardware.terminal.transport.frames import UNASKED_BYTES_MAX
from kiosk.hardware.terminal.transport.wire import LinkLost, Wire
from kiosk.hardware.terminal.zvt.serial_framing import (
    START,
    Block,
    Piece,
    Signal,
    find_block,
    pack_block,
)

log = logging.getLogger(__name__)

REFUSAL = b"\x84"
BLOCK_BYTES_MIN = 6  # of nine one or two may be lost with the start


@dataclass(frozen=True, slots=True)
class BlockTimes:
    """How long a byte and an answer may take, and how often a block is sent again."""

    t1_s: Annotated[float, Field(gt=0, le=5)] = 0.2
    t2_s: Annotated[float, Field(gt=0, le=30)] = 5.0
    repeats: Annotated[int, Field(ge=0, le=2)] = 2


class _Broken:
    """A block has come and cannot be read."""


class BlockChannel:
    """APDUs in blocks; the face of ``transport.frames.Channel``."""

    def __init__(self, wire: Wire, clock: Clock, times: BlockTimes) -> None:
        self._wire, self._clock, self._times = wire, clock, times
        self._forget()

    def _forget(self) -> None:
        self._rest = b""
        self._inbox: deque[bytes] = deque()
        self._last = b""  # the last block that was taken
        self._answered = True  # whether something of ours was acknowledged since

    @property
    def name(self) -> str:
        """Where it leads."""
        return self._wire.name

    def open(self) -> None:
        """Open the line anew."""
        self._forget()
        self._wire.open()

    def close(self) -> None:
        """Let the line go."""
        self._forget()
        self._wire.close()

    def settle(self, within_s: float = 0.0) -> int:
        """Forget what has come unasked."""
        count = len(self._rest) + sum(map(len, self._inbox))
        self._rest = b""
        self._inbox.clear()
        while received := self._wire.receive(within_s):
            count += len(received)
            if count > UNASKED_BYTES_MAX:
                raise LinkLost(f"{self.name}: it never stops talking")
        return count

    def send(self, frame: bytes, once: bool = False) -> None:
        """Send an APDU until it is acknowledged; raises ``LinkLost``."""
        block = pack_block(frame)
        for repeat in range(self._times.repeats + 1):
            if repeat:
                log.info("terminal-block-repeated terminal=%s repeat=%d", self.name, repeat)
            self._wire.send(block)
            if self._acknowledged(may_repeat=not once):
                return
        self.close()
        raise LinkLost(f"{self.name}: block not acknowledged")

    def _acknowledged(self, may_repeat: bool) -> bool:
        """Wait for the ACK; false where the block is to be sent again."""
        until = self._clock.elapsed_s() + self._times.t2_s
        while True:
            match self._next_piece(until):
                case Signal.ACK:
                    self._answered = True
                    return True
                case Signal.NAK:
                    return False
                case Block(apdu) if apdu == self._last and not self._answered:
                    self._signal(Signal.ACK)  # it waits for our ACK and has not heard the rest
                    return False
                case Block(apdu):
                    self._answered = True
                    self._take(apdu)
                    return True
                case _Broken():
                    self._signal(Signal.NAK)
                case None:
                    if may_repeat:
                        return False
                    self.close()
                    raise LinkLost(f"{self.name}: block not acknowledged, and not sent again")

    def receive(self, within_s: float) -> bytes | None:
        """Give the next APDU, its block acknowledged."""
        until = self._clock.elapsed_s() + within_s
        while not self._inbox:
            match self._next_piece(until):
                case Block(apdu) if self._comes_again(apdu):
                    self._signal(Signal.ACK)
                case Block(apdu):
                    self._take(apdu)
                case _Broken():
                    self._signal(Signal.NAK)
                case Signal():
                    pass  # of a block that was taken for acknowledged
                case None:
                    return None
        return self._inbox.popleft()

    def _comes_again(self, apdu: bytes) -> bool:
        """Tell a repeat. A refusal is never one: 84 9C may come again and again, to gain time."""
        return apdu == self._last and not self._answered and apdu[:1] != REFUSAL

    def _take(self, apdu: bytes) -> None:
        self._signal(Signal.ACK)
        self._last, self._answered = apdu, False
        self._inbox.append(apdu)

    def _signal(self, signal: Signal) -> None:
        self._wire.send(signal.value)

    def _next_piece(self, until: float) -> Piece | _Broken | None:
        """Give what comes next; none at ``until``, unless a block has begun by then."""
        while True:
            match find_block(self._rest):
                case Complete(piece, rest):
                    self._rest = rest
                    return piece
                case Refused() if self._rest.startswith(START):
                    return self._break_off()
                case Refused():
                    if self._pass_over_noise():
                        return _Broken()
                    continue
            if self._read(until):
                continue
            if self._rest.startswith(START):
                self._rest = b""  # T1 is over, so the line is silent already
                return _Broken()
            self._rest = b""
            if self._clock.elapsed_s() >= until:
                return None

    def _read(self, until: float) -> bool:
        """Read once; within a block T1 counts, else what is left of the time."""
        left_s = max(until - self._clock.elapsed_s(), 0.0)
        received = self._wire.receive(self._times.t1_s if self._rest else left_s)
        self._rest += received
        return bool(received)

    def _break_off(self) -> _Broken:
        """Let the line fall silent, and forget what came."""
        count = len(self._rest)
        self._rest = b""
        while received := self._wire.receive(self._times.t1_s):
            count += len(received)
            if count > UNASKED_BYTES_MAX:
                raise LinkLost(f"{self.name}: it never stops talking")
        log.info("terminal-block-broken terminal=%s bytes=%d", self.name, count)
        return _Broken()

    def _pass_over_noise(self) -> bool:
        """Drop bytes up to the beginning of a block, or until the line is silent.

        Tells whether they may have been a block. What stands within noise is neither ACK nor
        NAK: they are bytes of something broken.
        """
        count = len(self._rest)
        while START not in self._rest:
            kept = self._rest[-1:] if self._rest.endswith(START[:1]) else b""
            received = self._wire.receive(self._times.t1_s)
            self._rest = kept + received
            count += len(received)
            if count > UNASKED_BYTES_MAX:
                raise LinkLost(f"{self.name}: it never stops talking")
            if not received:
                self._rest = b""
                log.info("terminal-noise terminal=%s bytes=%d", self.name, count)
                return count >= BLOCK_BYTES_MIN
        self._rest = self._rest[self._rest.find(START) :]
        return False
