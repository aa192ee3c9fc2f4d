"""What every terminal does, the fake and the drivers alike, each told by its own means."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from pathlib import Path
from typing import Protocol

import pytest

from kiosk.hardware.terminal import build_terminal
from kiosk.hardware.terminal.face import (
    Cancelled,
    Completed,
    Declined,
    InDoubt,
    Lost,
    NotSent,
    Ready,
    Terminal,
)
from kiosk.hardware.terminal.fake import FakeTerminal
from kiosk.hardware.terminal.options import TerminalOptions
from retail.tender import Asked, NoneYet, Result, Silent
from retail.values import Money
from tests.drivers.terminal.dialogue import iran_peers as iran
from tests.drivers.terminal.dialogue import zvt_frames as zvt
from tests.drivers.terminal.dialogue.peers import Peer, SerialPeer, TcpPeer
from tests.drivers.terminal.dialogue.witnesses import NotingWitness

ASKED = Asked(Money(125_000, "IRR"), "S1")
OPTIONS = TerminalOptions(answer_s=0.4, payment_s=0.6, link_s=0.5, baud=115_200)
CASES = ("approves", "declines", "cancels", "loses before", "loses after", "tells", "idle")


class Rig(Protocol):
    """A kind of terminal that can be brought to do each of ``CASES``, once."""

    can_probe: bool

    def terminal(self, case: str) -> Terminal: ...


class FakeRig:
    can_probe = True

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder

    def terminal(self, case: str) -> Terminal:
        fake = FakeTerminal(self._folder, OPTIONS)
        levers = {
            "declines": {"outcome": "decline"},
            "cancels": {"outcome": "cancel"},
            "loses before": {"gone": -1},
            "loses after": {"lose": "accepted"},
        }
        fake.ledger.pull(**levers.get(case, {}))
        if case == "tells":
            fake.authorise(ASKED, NotingWitness())
        return fake


class WireRig:
    """A driver, and a script at the other end of its wire."""

    can_probe = True

    def __init__(self, scheme: str, folder: Path, stack: ExitStack) -> None:
        self._protocol, self._way = scheme.split("+")
        self._stack = stack
        self.can_probe = self._protocol != "sadad"

    def terminal(self, case: str) -> Terminal:
        script = SCRIPTS[self._protocol][case]
        peer: Peer = TcpPeer([script]) if self._way == "tcp" else SerialPeer([script])
        if self._protocol != "zvt":
            peer.end_of = partial(iran.end_of, self._protocol)
        playing: AbstractContextManager[Peer] = peer  # type: ignore[assignment]
        self._stack.enter_context(playing)
        query = "?t1_s=0.03&t2_s=0.2&errand_s=0.5&log_off=false" if self._protocol == "zvt" else ""
        address = peer.address  # type: ignore[attr-defined]
        return build_terminal(f"{self._protocol}+{self._way}://{address}{query}", OPTIONS)


HAIL = f"> {iran.READY}\n< {iran.OK}\n"
INM = f"> {iran.INM}\n< {iran.ACK}\n"
SALE, REQUEST = f"{HAIL}> 3030\n", f"{INM}> 023036\n< {iran.ACK}\n"
SCRIPTS = {
    "zvt": {
        "approves": zvt.payment(zvt.told(zvt.result()), zvt.DONE),
        "declines": zvt.payment(zvt.told(zvt.result("05")), zvt.DONE),
        "cancels": zvt.payment(zvt.told("061e016c")),
        "loses before": "pause 0.1",
        "loses after": zvt.payment("pause 0.1"),
        "tells": f"{zvt.REGISTER}> 0620\n< {zvt.ACK}\n{zvt.told(zvt.result())}\n{zvt.DONE}",
        "idle": f"{zvt.REGISTER}> 0501\n< {zvt.ACK}\n{zvt.told('060f0100')}",
    },
    "behpardakht": {
        "approves": SALE + f"< {iran.response()}",
        "declines": SALE + f"< {iran.response('05')}",
        "cancels": SALE + f"< {iran.response('FU')}",
        "loses before": "pause 0.1",
        "loses after": SALE + "pause 0.1",
        "tells": SALE + f"< {iran.response(service=0x16)}",
        "idle": HAIL,
    },
    "sadad": {
        "approves": REQUEST + f"< {iran.answer()}\n> {iran.ACK}",
        "declines": REQUEST + f"< {iran.answer('05')}\n> {iran.ACK}",
        "loses before": "pause 0.1",
        "loses after": REQUEST + "pause 0.1",
        "idle": INM,
    },
}
WIRES = [f"{protocol}+{way}" for protocol in SCRIPTS for way in ("tcp", "serial")]


@pytest.fixture(params=["fake", *WIRES])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    with ExitStack() as stack:
        made = FakeRig if request.param == "fake" else partial(WireRig, request.param)
        yield made(tmp_path, stack)


def skip_if_unknown(rig: Rig, case: str) -> None:
    if isinstance(rig, WireRig) and case not in SCRIPTS[rig._protocol]:
        pytest.skip(f"{rig._protocol} has no message for {case!r}: nothing to hold it to")


def test_a_payment_is_told_step_by_step_and_ends_completed(rig: Rig) -> None:
    witness = NotingWitness()
    outcome = rig.terminal("approves").authorise(ASKED, witness)
    assert isinstance(outcome, Completed)
    assert outcome.result == witness.results[0]
    assert outcome.result.good
    assert outcome.result.fits(ASKED)
    steps = [step for step in witness.steps if step != "acked"]  # POS-PC acknowledges nothing
    assert steps == ["sending", "accepted", "result 00"]


def test_a_decline_tells_its_code_and_a_word(rig: Rig) -> None:
    witness = NotingWitness()
    outcome = rig.terminal("declines").authorise(ASKED, witness)
    assert outcome == Declined("05", "refused")
    assert witness.steps[:2] == ["sending", "accepted"]
    assert not any(told.good for told in witness.results)


def test_a_shopper_who_stops_at_the_terminal_has_cancelled(rig: Rig) -> None:
    skip_if_unknown(rig, "cancels")
    outcome = rig.terminal("cancels").authorise(ASKED, NotingWitness())
    assert isinstance(outcome, Cancelled)


def test_what_was_lost_before_the_first_byte_was_not_sent(rig: Rig) -> None:
    witness = NotingWitness()
    assert isinstance(rig.terminal("loses before").authorise(ASKED, witness), NotSent)
    assert witness.steps == []


def test_what_was_lost_after_it_is_in_doubt(rig: Rig) -> None:
    witness = NotingWitness()
    assert isinstance(rig.terminal("loses after").authorise(ASKED, witness), InDoubt)
    assert witness.steps[0] == "sending"
    assert witness.results == []


def test_a_lost_terminal_is_lost_and_silent(rig: Rig) -> None:
    terminal = rig.terminal("loses before")
    assert isinstance(terminal.state(), Lost)
    if rig.can_probe:
        assert isinstance(terminal.probe("S1"), Silent)


def test_an_idle_terminal_is_ready(rig: Rig) -> None:
    assert isinstance(rig.terminal("idle").state(), Ready)


def test_the_probe_tells_the_last_transaction(rig: Rig) -> None:
    if not rig.can_probe:
        pytest.skip("Sadad tells no last transaction: a doubt is for staff, tested elsewhere")
    probed = rig.terminal("tells").probe("S1")
    assert isinstance(probed, Result)
    assert probed.good
    assert probed.amount == ASKED.amount


@pytest.mark.parametrize("step", ["sending", "result"])
def test_what_cannot_be_noted_stops_it(rig: Rig, step: str) -> None:
    witness = NotingWitness()
    witness.fails_at = step
    with pytest.raises(OSError, match="no space"):
        rig.terminal("approves").authorise(ASKED, witness)


def test_it_may_be_closed_twice(rig: Rig) -> None:
    terminal = rig.terminal("idle")
    terminal.state()
    terminal.close()
    terminal.close()


def test_a_new_fake_has_no_last_transaction(tmp_path: Path) -> None:
    assert FakeTerminal(tmp_path, OPTIONS).probe("") == NoneYet()
