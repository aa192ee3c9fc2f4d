"""The ZVT driver around a payment: order, cancelling, the link, and what it keeps to itself."""

import contextlib
import logging
import time
from pathlib import Path

import pytest

from kiosk.errors import ConfigError
from kiosk.hardware.terminal import build_terminal
from kiosk.hardware.terminal.face import (
    Cancelled,
    Completed,
    InDoubt,
    Lost,
    NotSent,
    Ready,
)
from kiosk.hardware.terminal.options import TerminalOptions
from kiosk.hardware.terminal.zvt.driver import ZvtTerminal, over_tcp
from retail.tender import Asked, Silent
from retail.values import Money
from tests.drivers.terminal.dialogue.peers import Peer, TcpPeer
from tests.drivers.terminal.dialogue.witnesses import NotingWitness
from tests.drivers.terminal.dialogue.zvt_frames import (
    ACK,
    AMOUNT,
    CLOSE,
    DONE,
    PAY,
    REFUND,
    REGISTER,
    REPEAT,
    REVERSE,
    STATUS,
    TID,
    apdu,
    payment,
    result,
    told,
)

PASSWORD = "739154"
ASKED = Asked(Money(AMOUNT, "IRR"), "S1")
OPTIONS = TerminalOptions(answer_s=0.3, payment_s=0.5, link_s=1.0, password=PASSWORD)
CANARY = "4111111111111111"


def at(peer: TcpPeer, query: str = "") -> ZvtTerminal:
    return over_tcp(f"{peer.address}?errand_s=0.4&log_off=false{query}", OPTIONS)


def errand(command: str, *acts: str) -> str:
    return "\n".join((REGISTER, f"> {command}", *acts))


def taken(command: str, *acts: str) -> str:
    return errand(command, f"< {ACK}", *acts)


@pytest.fixture(autouse=True)
def _no_secret_is_told(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)


def test_the_journal_is_told_before_the_wire() -> None:
    heard_at: dict[str, int] = {}
    witness = NotingWitness()
    with TcpPeer([payment(told(result()), DONE)]) as peer:

        def note(step: str) -> None:
            peer_is_slow()
            heard_at[step] = len(peer.heard)

        for step in ("sending", "accepted", "result 00", "acked"):
            witness.at[step] = lambda step=step: note(step)  # type: ignore[misc]
        at(peer).authorise(ASKED, witness)
    frames = [frame[:4] for frame in peer.heard]
    assert frames == ["0600", "8000", "0601", "8000", "8000"]
    assert heard_at == {"sending": 2, "accepted": 3, "result 00": 3, "acked": 4}


def peer_is_slow() -> None:
    time.sleep(0.1)


@pytest.mark.parametrize(("step", "frames"), [("sending", 2), ("accepted", 3), ("result", 3)])
def test_what_cannot_be_written_stops_the_driver_and_is_not_acknowledged(
    step: str, frames: int
) -> None:
    witness = NotingWitness()
    witness.fails_at = step
    with TcpPeer([payment(f"< {result()}", "quiet")]) as peer:
        terminal = at(peer)
        with pytest.raises(OSError, match="no space"):
            terminal.authorise(ASKED, witness)
    assert len(peer.heard) == frames


CANCELS = {
    "and the terminal stops": (["> 06b0", f"< {ACK}", told("061e016c")], Cancelled("6c")),
    "and it says no code": (["> 06b0", f"< {ACK}", told("061e00")], Cancelled()),
    "and the terminal refuses to": (
        ["> 06b0", "< 848300", told(result()), DONE],
        Completed,
    ),
    "and an approval crosses it": (
        [f"> 06b0\nhalf {result()}{ACK}\n> {ACK}", DONE],
        Completed,
    ),
    "and nobody answers": (["> 06b0", "pause 1"], InDoubt),
}


@pytest.mark.parametrize("name", CANCELS)
def test_the_shopper_wants_to_stop(name: str) -> None:
    acts, expected = CANCELS[name]
    witness = NotingWitness(cancels_after=1)
    with TcpPeer([payment(*acts)]) as peer:
        outcome = at(peer).authorise(ASKED, witness)
    assert outcome == expected or (isinstance(expected, type) and isinstance(outcome, expected))
    assert [frame[:4] for frame in peer.heard].count("06b0") == 1
    assert not peer.faults


def test_nobody_is_stopped_once_a_result_came() -> None:
    witness = NotingWitness()
    witness.at["acked"] = lambda: setattr(witness, "_cancels_after", 0)
    with TcpPeer([payment(told(result()), "quiet", DONE)]) as peer:
        assert isinstance(at(peer).authorise(ASKED, witness), Completed)
    assert not peer.faults


def test_reversal_and_refund_are_payments_with_a_password() -> None:
    undone = result(more="37000471")
    script = taken(REVERSE, told(undone), DONE) + f"\n> {REFUND}\n< {ACK}\n{told(result())}\n{DONE}"
    with TcpPeer([script]) as peer:
        terminal = at(peer)
        reversed_ = terminal.reverse(ASKED, 42, NotingWitness())
        refunded = terminal.refund(ASKED, NotingWitness())
    assert isinstance(reversed_, Completed)
    assert reversed_.result.undone
    assert isinstance(refunded, Completed)
    assert peer.heard[2] == f"063010{PASSWORD}87004204{AMOUNT:012d}490364"
    assert peer.heard[5] == f"06310d{PASSWORD}04{AMOUNT:012d}490364"
    assert not peer.faults


def test_a_link_is_registered_once_and_logged_off_at_its_end() -> None:
    script = taken(STATUS, told("060f0100"))
    script += f"\n> {STATUS}\n< {ACK}\n{told('060f0100')}\n> {CLOSE}\n< {ACK}"
    with TcpPeer([script]) as peer:
        terminal = over_tcp(f"{peer.address}?receipt=lines", OPTIONS)
        assert [terminal.state(), terminal.state()] == [Ready(TID), Ready(TID)]
        terminal.close()
    assert [frame[:4] for frame in peer.heard][2:] == [STATUS, "8000", STATUS, "8000", CLOSE]
    permitted = "0a02040f0a0204ff0a02060f0a02061e0a0206d10a0206d3"
    assert peer.heard[0] == f"060022{PASSWORD}be0364061a2618{permitted}"


def test_unasked_bytes_before_a_command_end_the_link_and_lend_it_nothing() -> None:
    first = taken(STATUS, told("060f0100"), f"half {result()}", "pause 0.3")
    with TcpPeer([first, payment(told(result(receipt="0077")), DONE)]) as peer:
        terminal = at(peer)
        terminal.state()
        peer_is_slow()
        outcome = terminal.authorise(ASKED, NotingWitness())
    assert isinstance(outcome, Completed)
    assert outcome.result.receipt == 77
    assert peer.connections == 2


def test_a_link_that_was_closed_after_the_last_word_is_opened_anew() -> None:
    first = taken(STATUS, told("060f0100"), "fin")
    with TcpPeer([first, payment(told(result()), DONE)]) as peer:
        terminal = at(peer)
        terminal.state()
        peer_is_slow()
        assert isinstance(terminal.authorise(ASKED, NotingWitness()), Completed)


def test_another_terminal_than_expected_is_not_asked_for_money() -> None:
    with TcpPeer([REGISTER + "quiet"]) as peer:
        outcome = at(peer).authorise(Asked(ASKED.amount, "S1", "11111111"), NotingWitness())
    assert outcome == NotSent(f"expected terminal 11111111, got {TID}")
    assert PAY not in [frame[:4] for frame in peer.heard]


def test_another_currency_than_registered_is_not_asked_for() -> None:
    with TcpPeer(["quiet"]) as peer:
        outcome = at(peer).authorise(Asked(Money(5, "EUR"), "S1"), NotingWitness())
    assert outcome == NotSent("expected an amount in IRR, got EUR")
    assert peer.connections == 0


def test_each_loss_is_told_once_and_each_return_once(caplog: pytest.LogCaptureFixture) -> None:
    ready = taken(STATUS, told("060f0100"))
    with TcpPeer(["rst", "rst", ready, "rst", ready]) as peer:
        terminal = at(peer)
        for _ in range(2):
            assert isinstance(terminal.state(), Lost)
        assert isinstance(terminal.state(), Ready)
        terminal._link.drop()
        assert isinstance(terminal.state(), Lost)
    events = [line.split()[0] for line in caplog.messages]
    assert [each for each in events if each in ("terminal-lost", "terminal-back")] == [
        "terminal-lost",
        "terminal-back",
        "terminal-lost",
    ]
    assert f"terminal={peer.address}" in caplog.text


def test_what_no_frame_can_hold_is_not_sent() -> None:
    with TcpPeer(["quiet"]) as peer:
        terminal = at(peer)
        outcome = terminal.authorise(Asked(Money(10**12, "IRR"), "S1"), NotingWitness())
        assert isinstance(outcome, NotSent)
        assert isinstance(terminal.reverse(ASKED, 10_000, NotingWitness()), NotSent)
    assert peer.connections == 0


def test_a_terminal_that_knows_no_status_enquiry_is_ready_when_registered() -> None:
    with TcpPeer([REGISTER + "quiet"]) as peer:
        assert at(peer, "&enquire=false").state() == Ready(TID)
    assert not peer.faults


def test_nobody_listens() -> None:
    with TcpPeer([""]) as peer:
        address = peer.address
    terminal = over_tcp(address, OPTIONS)
    outcome = terminal.authorise(ASKED, NotingWitness())
    assert outcome == NotSent(f"{address}: Connection refused")
    assert isinstance(terminal.probe(""), Silent)


def test_no_secret_reaches_a_log_an_error_or_a_repr(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    pan = apdu("040f", f"270004{AMOUNT:012d}49036429290012348700420b00047122f0f8{CANARY}")
    printed = apdu("06d1", "00" + f"Karte {CANARY}".encode().hex())
    broken = apdu("040f", f"270022f0f8{CANARY}cf")
    shown = ""
    for acts in (
        (told(printed), told(pan), DONE),
        (f"< {broken}",),
        (f"half {broken[:30]}", "fin"),
    ):
        witness = NotingWitness()
        with TcpPeer([payment(*acts)]) as peer, contextlib.suppress(OSError):
            terminal = at(peer)
            outcome = terminal.authorise(ASKED, witness)
            shown += (
                f"{outcome!r} {witness.lines} {witness.results} {terminal!r} {vars(terminal)!r}"
            )
            shown += f"{vars(terminal._link)!r}"
    shown += caplog.text + capsys.readouterr().out
    assert "terminal-authorise-sent" in shown
    assert "411111" in shown  # the BIN is there, so the card was looked at
    assert CANARY not in shown
    assert CANARY[6:12] not in shown.replace("411111", "")
    assert PASSWORD not in shown


@pytest.mark.parametrize(
    ("url", "options", "told_"),
    [
        ("zvt+tcp://10.0.0.9:0", OPTIONS, "terminal.address: expected HOST:PORT"),
        ("zvt+tcp://10.0.0.9?receipt=paper", OPTIONS, "terminal.address: receipt: expected"),
        ("zvt+tcp://10.0.0.9?colour=red", OPTIONS, "terminal.address: colour: expected one of"),
        ("zvt+tcp://10.0.0.9?password=123456", OPTIONS, "expected the password in the settings"),
        ("zvt+serial://ttyUSB0", OPTIONS, "terminal.address: expected the path"),
        ("zvt+tcp://10.0.0.9", TerminalOptions(currency="XYZ"), "expected a currency of"),
        ("zvt+tcp://10.0.0.9", TerminalOptions(password="12345"), "expected 6 digits, got 5"),
    ],
)
def test_wrong_settings_give_one_line_that_names_the_key(
    url: str, options: TerminalOptions, told_: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        build_terminal(url, options)
    line = str(caught.value)
    assert told_ in line
    assert "\n" not in line
    assert PASSWORD not in line


def test_a_port_that_is_not_there_is_lost(tmp_path: Path) -> None:
    terminal = build_terminal(f"zvt+serial://{tmp_path}/none", OPTIONS)
    state = terminal.state()
    assert isinstance(state, Lost)
    assert f"{tmp_path}/none" in state.why


def test_the_peer_of_these_tests_notices_what_it_did_not_expect() -> None:
    with TcpPeer([f"{REGISTER}> {REPEAT}"]) as peer:
        at(peer).state()
    assert any("expected 0620" in fault for fault in peer.faults)
    assert isinstance(peer, Peer)
