"""The times of ZVT as the documents have them, on a clock that the test moves."""

from collections import deque
from datetime import UTC, datetime

import pytest

from kiosk.clock import SetClock
from kiosk.hardware.terminal.face import Completed, InDoubt, NotSent, Outcome
from kiosk.hardware.terminal.options import TerminalOptions
from kiosk.hardware.terminal.transport.frames import FrameChannel
from kiosk.hardware.terminal.transport.wire import LinkLost
from kiosk.hardware.terminal.zvt.blocks import BlockChannel, BlockTimes
from kiosk.hardware.terminal.zvt.driver import ZvtTerminal
from kiosk.hardware.terminal.zvt.framing import find_frame
from kiosk.hardware.terminal.zvt.link import Link
from kiosk.hardware.terminal.zvt.serial_framing import pack_block
from kiosk.hardware.terminal.zvt.settings import ZvtSettings
from retail.tender import Asked
from retail.values import Money
from tests.drivers.terminal.dialogue.witnesses import NotingWitness
from tests.drivers.terminal.dialogue.zvt_frames import ACK, AMOUNT, TID, apdu, result

ASKED = Asked(Money(AMOUNT, "IRR"), "S1")
REGISTERED = ((0, ACK), (0, apdu("060f", f"29{TID}")))
TAKEN = (*REGISTERED, (0, ACK))
STATUS = apdu("04ff", "0a")

Said = tuple[float, str]  # how long after what was said before, and a frame


class TimedWire:
    """Says what is to come when its time is there; a wait moves the clock."""

    name = "wire"

    def __init__(self, clock: SetClock, *says: Said) -> None:
        self.clock, self.sent = clock, list[str]()
        self._coming = deque[tuple[float, str]]()
        at = clock.elapsed_s()
        for pause_s, frame in says:
            at += pause_s
            self._coming.append((at, frame))
        self.heard_before_saying = 0

    def open(self) -> None:
        pass

    def close(self) -> None:
        pass

    def send(self, data: bytes) -> None:
        self.sent.append(data.hex())

    def receive(self, within_s: float) -> bytes:
        now = self.clock.elapsed_s()
        if not self.sent or not self._coming or self._coming[0][0] > now + within_s:
            self.clock.move(within_s or 0.001)
            return b""
        at, frame = self._coming.popleft()
        self.clock.move(max(at - now, 0.0))
        return bytes.fromhex(frame)


def pay(*says: Said, settings: ZvtSettings | None = None) -> tuple[Outcome, float, NotingWitness]:
    clock = SetClock(datetime(2026, 11, 26, tzinfo=UTC))
    wire = TimedWire(clock, *says)
    channel = FrameChannel[bytes](wire, find_frame, clock)
    options, settings = TerminalOptions(), settings or ZvtSettings()
    witness = NotingWitness()
    sent_at: list[float] = []
    witness.at["sending"] = lambda: sent_at.append(clock.elapsed_s())
    link = Link(channel, options, settings, clock)
    outcome = ZvtTerminal(link, options, settings).authorise(ASKED, witness)
    return outcome, clock.elapsed_s() - (sent_at or [0.0])[0], witness


def test_t3_is_5_s() -> None:
    outcome, after_s, witness = pay(*REGISTERED)
    assert outcome == InDoubt("the command was not answered in time (T3)")
    assert witness.steps == ["sending"]
    assert after_s == pytest.approx(5, abs=0.2)


def test_t4_is_180_s() -> None:
    outcome, after_s, _ = pay(*TAKEN)
    assert outcome == InDoubt("the terminal has fallen silent in the payment (T4)")
    assert after_s == pytest.approx(180, abs=0.2)


@pytest.mark.parametrize("frame", [STATUS, result()], ids=["04 FF", "04 0F"])
def test_t4_begins_anew_with_each(frame: str) -> None:
    outcome, after_s, _ = pay(*TAKEN, (170, frame))
    assert isinstance(outcome, InDoubt)
    assert after_s == pytest.approx(350, abs=0.5)


def test_a_line_of_the_receipt_does_not_begin_t4_anew() -> None:
    _, after_s, _ = pay(*TAKEN, (170, apdu("06d1", "0041")))
    assert after_s == pytest.approx(180, abs=0.5)


def test_a_terminal_that_asks_for_ten_minutes_has_them() -> None:
    outcome, after_s, _ = pay(*TAKEN, (1, apdu("04ff", "0a10")), (590, result()), (1, "060f00"))
    assert isinstance(outcome, Completed)
    assert after_s == pytest.approx(592, abs=1)


def test_a_payment_comes_to_an_end_however_much_the_terminal_says() -> None:
    outcome, after_s, _ = pay(*TAKEN, *[(60.0, STATUS)] * 100)
    assert outcome == InDoubt("the terminal has fallen silent in the payment (T4)")
    assert after_s == pytest.approx(900, abs=1)


def test_a_terminal_that_never_stops_talking_comes_to_an_end() -> None:
    outcome, after_s, _ = pay(*TAKEN, *[(0.5, STATUS)] * 3_000)
    assert isinstance(outcome, InDoubt)
    assert after_s == pytest.approx(900, abs=1)


def test_a_registration_is_waited_for_half_a_minute() -> None:
    outcome, _, witness = pay((0, ACK))
    assert isinstance(outcome, NotSent)
    assert witness.steps == []


def blocks(*says: Said) -> tuple[BlockChannel, TimedWire, SetClock]:
    clock = SetClock(datetime(2026, 11, 26, tzinfo=UTC))
    wire = TimedWire(clock, *says)
    return BlockChannel(wire, clock, BlockTimes()), wire, clock


def block(frame: str) -> str:
    return pack_block(bytes.fromhex(frame)).hex()


def test_a_block_is_sent_three_times_and_5_s_apart_before_it_is_given_up() -> None:
    channel, wire, clock = blocks()
    with pytest.raises(LinkLost):
        channel.send(bytes.fromhex(ACK))
    assert wire.sent == [block(ACK)] * 3
    assert clock.elapsed_s() == pytest.approx(15)


def test_a_command_for_money_is_not_sent_again_after_silence() -> None:
    channel, wire, clock = blocks()
    with pytest.raises(LinkLost, match="not sent again"):
        channel.send(bytes.fromhex("060100"), once=True)
    assert wire.sent == [block("060100")]
    assert clock.elapsed_s() == pytest.approx(5)


def test_a_command_for_money_is_sent_again_when_the_terminal_says_it_was_broken() -> None:
    channel, wire, _ = blocks((0, "15"), (0, "06"))
    channel.send(bytes.fromhex("060100"), once=True)
    assert wire.sent == [block("060100")] * 2


def test_half_a_block_is_broken_after_200_ms() -> None:
    channel, wire, clock = blocks((0, block(STATUS)[:8]), (0.3, block(STATUS)))
    wire.sent.append("")  # it speaks first here
    assert channel.receive(5) == bytes.fromhex(STATUS)
    assert wire.sent[1:] == ["15", "06"]
    assert clock.elapsed_s() < 1


def test_the_same_block_again_is_known_by_it() -> None:
    channel, wire, _ = blocks((0, block(STATUS)), (0, block(STATUS)))
    wire.sent.append("")
    assert channel.receive(1) == bytes.fromhex(STATUS)
    assert channel.receive(1) is None
    assert wire.sent[1:] == ["06", "06"]


def test_the_same_line_of_a_receipt_after_our_answer_is_another_one() -> None:
    line = apdu("06d1", "00")
    channel, wire, _ = blocks((0, block(line)), (0, "06"), (0, block(line)))
    wire.sent.append("")
    assert channel.receive(1) == bytes.fromhex(line)
    channel.send(bytes.fromhex(ACK))
    assert channel.receive(1) == bytes.fromhex(line)


def test_what_stands_in_noise_is_no_ack() -> None:
    broken = "ff" + block(result())[2:]  # its inner bytes hold 06
    channel, wire, _ = blocks((0, broken), (1, block(result())))
    channel.send(bytes.fromhex("060100"), once=True)
    assert wire.sent == [block("060100"), "15", "06"]
    assert channel.receive(0) == bytes.fromhex(result())
