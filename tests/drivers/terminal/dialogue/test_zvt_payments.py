"""What the wire does, line by line, and what becomes of the payment: on TCP and in blocks."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from kiosk.hardware.terminal.face import (
    Cancelled,
    Completed,
    Declined,
    InDoubt,
    NotSent,
    Outcome,
)
from kiosk.hardware.terminal.options import TerminalOptions
from kiosk.hardware.terminal.zvt import driver
from retail.tender import Asked
from retail.values import Money
from tests.drivers.terminal.dialogue.peers import Peer, SerialPeer, TcpPeer
from tests.drivers.terminal.dialogue.witnesses import NotingWitness
from tests.drivers.terminal.dialogue.zvt_frames import (
    ACK,
    AMOUNT,
    DONE,
    PAY,
    REGISTER,
    apdu,
    payment,
    result,
    told,
)

ASKED = Asked(Money(AMOUNT, "IRR"), "S1")
OPTIONS = TerminalOptions(answer_s=0.4, payment_s=0.5, link_s=1.0)
SHORT = "?t1_s=0.03&t2_s=0.2&errand_s=0.6"
CANARY = "4111111111111111"

SENT, TAKEN = ["sending"], ["sending", "accepted"]
GOOD = [*TAKEN, "result 00", "acked"]
OK = result()
STATUS_PIN = apdu("04ff", "01")
LINE = apdu("06d1", "00" + b"Danke 4111 1111 1111 1111".hex())
BLOCK = apdu("06d3", "0613" + "1f0702" + "1102" + "0000" + "25" + "08" + "0706" + b"BELEG.".hex())
PAN = apdu("040f", f"270004{AMOUNT:012d}49036429290012348700420b000471" + "22f0f8" + CANARY)
TRACK = (
    OK[:4] + f"{len(OK) // 2 - 3 + 22:02x}" + OK[6:] + "23f1f9" + CANARY + "d2512201000000000000f0"
)

Row = tuple[str, type[Outcome] | Outcome, list[str]]  # type: ignore[valid-type]
BOTH: dict[str, Row] = {
    "approved": (payment(told(OK), DONE), Completed, GOOD),
    "approved, with all that a terminal says meanwhile": (
        payment(
            told(STATUS_PIN), told(apdu("04ff", "0a01")), told(LINE), told(OK), told(LINE), DONE
        ),
        Completed,
        GOOD,
    ),
    "declined by abort": (
        payment(told("061e0164")),
        Declined("64", "card"),
        TAKEN,
    ),
    "declined as a status and a completion": (
        payment(told(result("05")), DONE),
        Declined("05", "refused"),
        [*TAKEN, "result 05", "acked"],
    ),
    "declined as a status and an abort": (
        payment(told(result("05")), told("061e0105")),
        Declined("05", "refused"),
        [*TAKEN, "result 05", "acked"],
    ),
    "stopped at the terminal": (payment(told("061e016c")), Cancelled("6c"), TAKEN),
    "stopped at the terminal, as a status": (
        payment(told(result("6c")), DONE),
        Cancelled("6c"),
        [*TAKEN, "result 6c", "acked"],
    ),
    "refused: 84 CC": (f"{REGISTER}> {PAY}\n< 84cc00", Declined("84cc", "technical"), SENT),
    "refused in a maker's own way": (
        f"{REGISTER}> {PAY}\n< 841e017d",
        Declined("841e", "technical"),
        SENT,
    ),
    "taken with 84 00": (f"{REGISTER}> {PAY}\n< 840000\n{told(OK)}\n{DONE}", Completed, GOOD),
    "asked to wait, then taken": (
        f"{REGISTER}> {PAY}\n< 849c00\npause 0.3\n< 849c00\npause 0.3\n< {ACK}\n{told(OK)}\n{DONE}",
        Completed,
        GOOD,
    ),
    "completed without a result": (payment("< 060f00", "quiet"), InDoubt, TAKEN),
    "approved, then aborted": (payment(told(OK), "< 061e016c", "quiet"), InDoubt, GOOD),
    "aborted with the code of success": (payment("< 061e0100", "quiet"), InDoubt, TAKEN),
    "the result comes twice": (payment(told(OK), told(OK), DONE), Completed, GOOD),
    "the result comes twice, and differs": (
        payment(told(OK), f"< {result(receipt='0043')}", "quiet"),
        InDoubt,
        GOOD,
    ),
    "declined, then approved": (
        payment(told(result("05")), f"< {OK}", "quiet"),
        InDoubt,
        [*TAKEN, "result 05", "acked"],
    ),
    "a result before the command was taken": (
        f"{REGISTER}> {PAY}\n< {OK}\nquiet",
        InDoubt,
        SENT,
    ),
    "an abort before the command was taken": (
        f"{REGISTER}> {PAY}\n< 061e016c\nquiet",
        InDoubt,
        SENT,
    ),
    "a status without a result": (
        payment(f"< {apdu('040f', f'04{AMOUNT:012d}')}", "quiet"),
        InDoubt,
        TAKEN,
    ),
    "an unknown field in the result": (
        payment(f"< {result(more='cf01')}", "quiet"),
        InDoubt,
        TAKEN,
    ),
    "an unknown field in what decides nothing": (
        payment(told(apdu("04ff", "0a02cf01")), told(OK), DONE),
        Completed,
        GOOD,
    ),
    "unknown TLV in the result": (
        payment(told(result(more="0605df7702abcd")), DONE),
        Completed,
        GOOD,
    ),
    "another command in between": (
        payment("< 06e000", "> 848300", told(OK), DONE),
        Completed,
        GOOD,
    ),
    "a stray refusal in between": (payment("< 84cc00", told(OK), DONE), Completed, GOOD),
    "another amount": (payment(told(result(amount=125_001)), DONE), Completed, GOOD),
    "another currency": (payment(told(result(currency="0978")), DONE), Completed, GOOD),
    "another terminal": (payment(told(result(tid="29009999")), DONE), Completed, GOOD),
    "a card number in clear": (payment(told(PAN), DONE), Completed, GOOD),
    "a track": (payment(told(TRACK), DONE), Completed, GOOD),
    "byte by byte": (
        payment(f"slow {STATUS_PIN}\n> {ACK}") + f"\n{told(OK)}\n{DONE}",
        Completed,
        GOOD,
    ),
    "silence after the command (T3)": (f"{REGISTER}> {PAY}\npause 0.8", InDoubt, SENT),
    "silence in the payment (T4)": (payment("pause 1"), InDoubt, TAKEN),
    "silence after the result": (payment(told(OK), "pause 1"), InDoubt, GOOD),
    "a sign of life begins T4 anew": (
        payment(*["pause 0.3", told(STATUS_PIN)] * 3, told(OK), "pause 0.3", DONE),
        Completed,
        GOOD,
    ),
    "no answer to the registration": ("> 0600\npause 1", NotSent, []),
    "registration refused": (f"> 0600\n< {ACK}\n{told('061e016b')}", NotSent, []),
    "registration refused at once": ("> 0600\n< 846b00", NotSent, []),
    "registered for another currency": (
        f"> 0600\n< {ACK}\n{told(apdu('060f', '1900490978'))}",
        NotSent,
        [],
    ),
}
ON_TCP: dict[str, Row] = {
    "closed in the middle (RST)": (payment(told(STATUS_PIN), "rst"), InDoubt, TAKEN),
    "closed within a frame (FIN)": (payment(f"half {OK[:20]}", "fin"), InDoubt, TAKEN),
    "closed after the result": (payment(told(OK), "fin"), InDoubt, GOOD),
    "closed after the last word": (payment(told(OK), "< 060f00", "fin"), Completed, GOOD),
    "closed at once": ("rst", NotSent, []),
    "two frames in one segment": (
        payment(f"half {STATUS_PIN}{OK}", f"> {ACK}", f"> {ACK}", DONE),
        Completed,
        GOOD,
    ),
    "more behind the last word": (
        payment(told(OK), f"half 060f00{STATUS_PIN}", f"> {ACK}", "quiet"),
        Completed,
        GOOD,
    ),
    "all of it byte by byte": (
        payment(f"slow {OK}", f"> {ACK}", "slow 060f00", f"> {ACK}"),
        Completed,
        GOOD,
    ),
    "a banner first": (
        f"half 0000003e{b'VER|APP 19.46'.hex()}\n{payment(told(OK), DONE)}",
        Completed,
        GOOD,
    ),
    "a banner in the middle": (payment(f"half {b'VER|APP'.hex()}", "quiet"), InDoubt, TAKEN),
}
IN_BLOCKS: dict[str, Row] = {
    "the command is not understood once": (
        f"{REGISTER}nak\n> {PAY}\n< {ACK}\n{told(OK)}\n{DONE}",
        Completed,
        GOOD,
    ),
    "the ACK of the command is lost": (
        f"{REGISTER}lost-ack\n> {PAY}\n< {ACK}\n{told(OK)}\n{DONE}",
        Completed,
        GOOD,
    ),
    "the ACK of our acknowledgement is lost": (
        payment(f"lost-ack\n< {OK}\n> {ACK}", DONE),
        Completed,
        GOOD,
    ),
    "a result with a broken checksum": (payment(f"bad-crc {OK}", told(OK), DONE), Completed, GOOD),
    "a doubled DLE is split": (
        payment(f"split {result(trace='100010')}\n> {ACK}", DONE),
        Completed,
        GOOD,
    ),
    "noise before a block": (payment("half ffee", told(OK), DONE), Completed, GOOD),
}

Drive = Callable[[Peer], driver.ZvtTerminal]


def over_tcp(peer: TcpPeer) -> driver.ZvtTerminal:
    return driver.over_tcp(peer.address + SHORT, OPTIONS)


def over_serial(peer: SerialPeer) -> driver.ZvtTerminal:
    return driver.over_serial(peer.address + SHORT, OPTIONS)


def check(
    peer_of: AbstractContextManager[Peer], drive: Callable[..., driver.ZvtTerminal], row: Row
) -> None:
    _script, expected, steps = row
    witness = NotingWitness()
    with peer_of as peer:
        terminal = drive(peer)
        outcome = terminal.authorise(ASKED, witness)
        terminal._link.drop()
    assert outcome == expected or (isinstance(expected, type) and isinstance(outcome, expected)), (
        outcome,
        peer.heard,
        peer.faults,
    )
    assert witness.steps == steps
    assert [frame[:4] for frame in peer.heard].count(PAY) <= 1
    assert not peer.faults
    if isinstance(outcome, Completed):
        assert outcome.result == witness.results[0]


@pytest.mark.parametrize("name", [*BOTH, *ON_TCP])
def test_a_payment_over_tcp(name: str) -> None:
    row = {**BOTH, **ON_TCP}[name]
    check(TcpPeer([row[0]]), over_tcp, row)


@pytest.mark.parametrize("name", [*BOTH, *IN_BLOCKS])
def test_a_payment_in_blocks(name: str) -> None:
    row = {**BOTH, **IN_BLOCKS}[name]
    check(SerialPeer([row[0]]), over_serial, row)
