"""A conversation in messages: the codec over a channel, and the one way to refuse a frame.

A frame that cannot be read ends the link, and is not answered: what it would have told decides,
and a terminal that hears nothing keeps or undoes its payment by its own rule, which the probe then
finds. Only what never decides (a status meanwhile, a line of the receipt) is passed over.
"""

from __future__ import annotations

from kiosk.clock import Clock
from kiosk.hardware.terminal.protocol_error import ProtocolError
from kiosk.hardware.terminal.transport.frames import Channel
from kiosk.hardware.terminal.transport.wire import LinkLost
from kiosk.hardware.terminal.zvt.codec import decode, encode
from kiosk.hardware.terminal.zvt.messages import Ack, IntermediateStatus, Message, Nak

PLEASE_WAIT = 0x0E
NOT_POSSIBLE = 0x83  # "function not possible", for commands that we do not know
DECIDES_NOTHING = (b"\x04\xff", b"\x06\xd1", b"\x06\xd3")


class Talk:
    """Messages to the terminal and back; each call raises ``LinkLost``."""

    def __init__(self, channel: Channel[bytes], clock: Clock) -> None:
        self._channel, self._clock = channel, clock

    @property
    def name(self) -> str:
        """Where it leads."""
        return self._channel.name

    def now(self) -> float:
        """Give the seconds that deadlines are counted in."""
        return self._clock.elapsed_s()

    def send(self, message: Message, once: bool = False) -> None:
        """Send a message."""
        self._channel.send(encode(message), once)

    def acknowledge(self) -> None:
        """Say 80 00."""
        self.send(Ack())

    def decline(self) -> None:
        """Say that a command is none of ours."""
        self.send(Nak(NOT_POSSIBLE))

    def receive(self, until: float, slice_s: float | None = None) -> Message | None:
        """Give the next message; none at ``until``, or after ``slice_s`` where that is sooner."""
        left_s = max(until - self.now(), 0.0)
        frame = self._channel.receive(left_s if slice_s is None else min(left_s, slice_s))
        if frame is None:
            return None
        try:
            return decode(frame)
        except ProtocolError as error:
            if frame[:2] in DECIDES_NOTHING:
                return IntermediateStatus(PLEASE_WAIT)
            self._channel.close()
            raise LinkLost(f"{self.name}: a frame was refused: {error.reason}") from None
