"""A serial line that changes one byte in a thousand, both ways: nothing is believed wrongly.

The terminal at the other end keeps a ledger of its own, and undoes, or keeps, what is not
acknowledged. ``SPOILT_PAYMENTS=1000 SPOILT_SEED=7`` asks for more of it; the seed is printed.
"""

import os
import random
import threading
from collections import Counter
from dataclasses import dataclass, field

import pytest

from kiosk.hardware.terminal.face import Cancelled, Completed, Declined, InDoubt, NotSent
from kiosk.hardware.terminal.options import TerminalOptions
from kiosk.hardware.terminal.zvt.driver import ZvtTerminal, over_serial
from retail.tender import Asked, Doubt, NoneYet, Phase, Result, Silent, Unwilling, judge
from retail.values import Money
from tests.drivers.terminal.dialogue.lines import GoneError, PtyLine
from tests.drivers.terminal.dialogue.peers import SerialEnd
from tests.drivers.terminal.dialogue.witnesses import NotingWitness
from tests.drivers.terminal.dialogue.zvt_frames import ACK, TID, apdu, result

RATE = float(os.environ.get("SPOILT_RATE", "1e-3"))
COUNT = int(os.environ.get("SPOILT_PAYMENTS", "40"))
SEED = int(os.environ.get("SPOILT_SEED", random.SystemRandom().randrange(10**6)))
OPTIONS = TerminalOptions(answer_s=0.5, payment_s=0.6, link_s=1.0)
PROBES_MAX = 20


class Spoiler:
    """Changes bytes by chance, and counts them."""

    def __init__(self, seed: int) -> None:
        self._dice, self.changed = random.Random(seed), 0

    def __call__(self, data: bytes) -> bytes:
        spoilt = bytearray(data)
        for at in range(len(spoilt)):
            if self._dice.random() < RATE:
                spoilt[at] ^= self._dice.randrange(1, 256)
                self.changed += 1
        return bytes(spoilt)


@dataclass
class Till:
    """A terminal with a ledger: receipt → amount, and what it last told."""

    line: PtyLine
    undoes: bool
    booked: dict[int, int] = field(default_factory=dict)
    last: str = ""
    receipt: int = 0
    commands: int = 0

    def serve(self, stop: threading.Event) -> None:
        while not stop.is_set():
            end = SerialEnd(self.line)
            end.t1_s, end.t2_s = 0.02, 0.1
            try:
                while not stop.is_set():
                    self._command(end, end.hear(0.05).hex())
            except (GoneError, TimeoutError):
                continue

    def _command(self, end: SerialEnd, command: str) -> None:
        match command[:4]:
            case "0600":
                self._say(end, ACK, apdu("060f", f"190029{TID}490364"))
            case "0620" if self.last:
                self._say(end, ACK, self.last, "060f00")
            case "0620":
                self._say(end, ACK, "061e0164")
            case "0601":
                self._pay(end, int(command[8:20]))
            case _:
                pass  # an answer to what was given up

    def _say(self, end: SerialEnd, *frames: str) -> None:
        for frame in frames:
            end.say(bytes.fromhex(frame))
            if not frame.startswith("8"):
                end.hear(0.4)

    def _pay(self, end: SerialEnd, amount: int) -> None:
        self.commands += 1
        self._say(end, ACK, apdu("04ff", "0a"), apdu("04ff", "01"))
        self.receipt += 1
        told = result(amount=amount, receipt=f"{self.receipt:04d}", trace=f"{self.receipt:06d}")
        before, self.last = self.last, told
        self.booked[self.receipt] = amount
        try:
            self._say(end, told)
        except (GoneError, TimeoutError):
            if self.undoes:
                del self.booked[self.receipt]
                self.receipt, self.last = self.receipt - 1, before
            raise
        self._say(end, "060f00")


@pytest.mark.parametrize("undoes", [True, False], ids=["undoes", "books anyway"])
def test_no_payment_over_a_spoilt_line_is_believed_wrongly(undoes: bool) -> None:
    print(f"seed {SEED}, {COUNT} payments")
    spoiler = Spoiler(SEED)
    line = PtyLine(spoiler)
    till = Till(line, undoes)
    stop = threading.Event()
    thread = threading.Thread(target=till.serve, args=(stop,), daemon=True)
    thread.start()
    terminal = over_serial(
        f"{line.port}?t1_s=0.02&t2_s=0.1&errand_s=0.5&log_off=false&none_yet=[100]", OPTIONS
    )
    ends: Counter[str] = Counter()
    try:
        for number in range(1, COUNT + 1):
            before = till.receipt
            ends[_pay_once(terminal, till, number, undoes)] += 1
            assert till.receipt - before in (0, 1)
    finally:
        stop.set()
        thread.join(timeout=5)
        terminal.close()
        line.close()
    print(f"{dict(ends)}, {spoiler.changed} bytes changed")
    assert ends["approved"] > COUNT / 2
    assert till.commands <= COUNT


def _pay_once(terminal: ZvtTerminal, till: Till, number: int, undoes: bool) -> str:
    """Pay an amount that no other payment has, and hold what comes of it to the ledger."""
    asked = Asked(Money(1_000 + number, "IRR"), f"S{number}")
    baseline = _probe(terminal)
    if isinstance(baseline, Silent):
        return "not begun"
    witness = NotingWitness()
    outcome = terminal.authorise(asked, witness)
    charged = asked.amount.minor in till.booked.values()
    match outcome:
        case Completed(told):
            assert charged, (number, witness.steps)
            assert told.fits(asked)
            return "approved"
        case Declined() | Cancelled() | NotSent():
            assert not charged, (number, outcome, witness.steps)
            return "not charged"
        case InDoubt():
            return _settle(terminal, till, asked, baseline, witness, undoes)


def _probe(terminal: ZvtTerminal) -> Result | NoneYet | Unwilling | Silent:
    for _ in range(PROBES_MAX):
        probed = terminal.probe("")
        if not isinstance(probed, Silent):
            return probed
    return probed


def _settle(
    terminal: ZvtTerminal,
    till: Till,
    asked: Asked,
    baseline: Result | NoneYet | Unwilling,
    witness: NotingWitness,
    undoes: bool,
) -> str:
    told = witness.results[-1] if witness.results else None
    doubt = Doubt(asked, baseline, told, "acked" in witness.steps, reverses_unacknowledged=undoes)
    verdict = judge(doubt, _probe(terminal))
    charged = asked.amount.minor in till.booked.values()
    match verdict.phase:
        case Phase.APPROVED:
            assert charged, (verdict, witness.steps)
            return "approved"
        case Phase.NOT_CHARGED | Phase.REVERSED:
            assert not charged, (verdict, witness.steps)
            return "not charged"
        case _:
            return "for staff"
