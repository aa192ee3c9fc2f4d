"""The ZVT driver asks what moves no money: probe, status, end of day."""

import pytest

from kiosk.hardware.terminal.face import (
    Busy,
    Lost,
    Ready,
    State,
    Totals,
)
from kiosk.hardware.terminal.options import TerminalOptions
from kiosk.hardware.terminal.zvt.driver import ZvtTerminal, over_tcp
from retail.tender import Asked, NoneYet, Probed, Result, Silent, Unwilling
from retail.values import Money
from tests.drivers.terminal.dialogue.peers import TcpPeer
from tests.drivers.terminal.dialogue.zvt_frames import (
    ACK,
    AMOUNT,
    DONE,
    REGISTER,
    REPEAT,
    STATUS,
    TID,
    apdu,
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


LAST = Result(True, "00", Money(AMOUNT, "IRR"), TID, 42, 471, told_at="1126 153000")
PROBES: dict[str, tuple[str, Probed | type[Silent] | type[Unwilling]]] = {
    "the last receipt": (taken(REPEAT, told(result()), DONE), LAST),
    "the same one twice": (taken(REPEAT, told(result()), told(result()), DONE), LAST),
    "two that differ": (
        taken(REPEAT, told(result()), told(result(receipt="0043")), DONE),
        Unwilling,
    ),
    "no result with it": (taken(REPEAT, DONE), Unwilling),
    "refused: 84 83": (errand(REPEAT, "< 848300"), Unwilling),
    "aborted": (taken(REPEAT, told("061e01b5")), Unwilling),
    "aborted with the code for none": (taken(REPEAT, told("061e0164")), NoneYet()),
    "a result without its end": (taken(REPEAT, told(result()), "pause 0.8"), Silent),
    "a result, then an abort": (taken(REPEAT, told(result()), told("061e0164")), Unwilling),
    "a late result in place of the answer": (errand(REPEAT, f"< {result()}", "quiet"), Silent),
    "silence": (errand(REPEAT, "pause 0.5"), Silent),
    "asked to wait for ever": (errand(REPEAT, *["< 849c00\npause 0.2"] * 2, "pause 0.5"), Silent),
    "cut": (taken(REPEAT, "rst"), Silent),
}


@pytest.mark.parametrize("name", PROBES)
def test_the_probe(name: str) -> None:
    script, expected = PROBES[name]
    with TcpPeer([script]) as peer:
        terminal = at(peer, "&none_yet=[100]")
        probed = terminal.probe("S1")
    assert probed == expected or (isinstance(expected, type) and isinstance(probed, expected))
    assert not peer.faults


def test_an_abort_without_a_code_is_not_none_yet() -> None:
    with TcpPeer([taken(REPEAT, told("061e00"))]) as peer:
        assert isinstance(at(peer, "&none_yet=[100]").probe(""), Unwilling)


def test_the_probe_asks_for_the_status_alone() -> None:
    with TcpPeer([taken(REPEAT, told(result()), DONE)]) as peer:
        at(peer).probe("S1")
    assert peer.heard[2] == f"062005{PASSWORD}0303"


STATES: dict[str, tuple[str, State | type[State]]] = {  # type: ignore[valid-type]
    "idle": (taken(STATUS, told("060f0100")), Ready(TID)),
    "idle, and tells no status": (taken(STATUS, told("060f00")), Ready(TID)),
    "idle, with its version": (taken(STATUS, told("060f07f0f0f3626c6100")), Ready(TID)),
    "a card is in it": (taken(STATUS, told("060f01dc")), Busy("status dc")),
    "refused": (errand(STATUS, "< 848300"), Busy),
    "silent": (errand(STATUS, "pause 0.5"), Lost),
    "a late result": (taken(STATUS, f"< {result()}", "quiet"), Lost),
}


@pytest.mark.parametrize("name", STATES)
def test_the_status(name: str) -> None:
    script, expected = STATES[name]
    with TcpPeer([script]) as peer:
        state = at(peer).state()
    assert state == expected or (isinstance(expected, type) and isinstance(state, expected))


def test_the_end_of_the_day_counts_what_was_settled() -> None:
    totals = (  # Z012 of the recorded frames
        "040f4d2700040000000009580b0009820d04060c08170660f0f5f3023302340000000000000000000000000000"
        "0200000000095800000000000000000000000000000000000000000000000000000000"
    )
    line = apdu("06d1", "00" + b"SUMME OK".hex())
    with TcpPeer([taken("0650", told(line), told(totals), DONE)]) as peer:
        told_ = at(peer).end_of_day()
    assert told_ == Totals(2, Money(958, "IRR"), ("SUMME OK",))
