"""Behpardakht and Sadad: what the wire does, and what becomes of the payment, on TCP and serial."""

import logging
from dataclasses import replace
from functools import partial

import pytest

from kiosk.hardware.terminal import build_terminal
from kiosk.hardware.terminal.face import (
    Busy,
    Cancelled,
    Completed,
    Declined,
    InDoubt,
    Lost,
    NotSent,
    Outcome,
    Ready,
)
from kiosk.hardware.terminal.options import TerminalOptions
from retail.tender import Asked, NoneYet, Probed, Result, Silent, Unwilling
from retail.values import Money
from tests.drivers.terminal.dialogue import iran_peers as iran
from tests.drivers.terminal.dialogue.peers import SerialPeer, TcpPeer
from tests.drivers.terminal.dialogue.witnesses import NotingWitness

ASKED = Asked(Money(125_000, "IRR"), "S1")
OPTIONS = TerminalOptions(answer_s=0.6, payment_s=1.0, link_s=1.0, baud=115_200)
QUERY = {"behpardakht": "?inquiry_s=0.4", "sadad": "?linger_s=0.3"}

Row = tuple[str, type[Outcome] | Outcome, list[str]]  # type: ignore[valid-type]
HAIL = f"> {iran.READY}\n< {iran.OK}\n"
SALE = f"{HAIL}> {b'00'.hex()}\n"
SENT, REFUSED = ["sending"], ["sending", "accepted", "result 51"]
POSPC: dict[str, Row] = {
    "approved": (SALE + f"< {iran.response()}", Completed, ["sending", "accepted", "result 00"]),
    "no funds": (SALE + f"< {iran.response('51')}", Declined("51", "funds"), REFUSED),
    "a refusal need not name our reference": (
        SALE + f"< {iran.response('51', amount=None, reference='')}",
        Declined("51", "funds"),
        REFUSED,
    ),
    "stopped at the terminal": (
        SALE + f"< {iran.response('FU')}",
        Cancelled("FU"),
        ["sending", "accepted", "result FU"],
    ),
    "the host did not answer": (SALE + f"< {iran.response('FF')}", InDoubt, SENT),
    "a code that nobody knows": (SALE + f"< {iran.response('ZZ')}", InDoubt, SENT),
    "good, for another reference": (SALE + f"< {iran.response(reference='S0')}", InDoubt, SENT),
    "good, and names no reference": (SALE + f"< {iran.response(reference='')}", InDoubt, SENT),
    "an answer to an inquiry": (SALE + f"< {iran.response(service=0x16)}", InDoubt, SENT),
    "another amount": (
        SALE + f"< {iran.response(amount=1)}",
        Completed,
        ["sending", "accepted", "result 00"],
    ),
    "byte by byte": (
        SALE + f"slow {iran.response()}",
        Completed,
        ["sending", "accepted", "result 00"],
    ),
    "OK comes twice": (
        SALE + f"half {iran.OK}\n< {iran.response()}",
        Completed,
        ["sending", "accepted", "result 00"],
    ),
    "silence": (SALE + "pause 1.3", InDoubt, SENT),
    "a broken checksum": (SALE + f"half {iran.broken(iran.response())}\npause 1.3", InDoubt, SENT),
    "does not say that it is ready": ("pause 0.8", NotSent, []),
    "a late response in place of OK": (f"> {iran.READY}\n< {iran.response()}", NotSent, []),
}
BEGUN = f"> {iran.INM}\n< {iran.ACK}\n> 023036\n"
TAKEN = f"{BEGUN}< {iran.ACK}\n"
HEARD = f"\n> {iran.ACK}"
GOOD = ["sending", "accepted", "result 00", "acked"]
PCPOS: dict[str, Row] = {
    "approved": (TAKEN + f"< {iran.answer()}{HEARD}", Completed, GOOD),
    "no funds": (TAKEN + f"< {iran.answer('51')}{HEARD}", Declined("51", "funds"), REFUSED),
    "a code that nobody knows": (TAKEN + f"< {iran.answer('ZZ')}", InDoubt, GOOD[:2]),
    "the request is not understood": (
        f"{BEGUN}< {iran.NACK}",
        Declined("NACK", "technical"),
        SENT,
    ),
    "the ACK of the request is lost": (BEGUN + f"< {iran.answer()}{HEARD}", Completed, GOOD),
    "another amount": (TAKEN + f"< {iran.answer(amount='1')}{HEARD}", Completed, GOOD),
    "another terminal": (TAKEN + f"< {iran.answer(tid='C9999999')}{HEARD}", Completed, GOOD),
    "byte by byte": (TAKEN + f"slow {iran.answer()}{HEARD}", Completed, GOOD),
    "ended without a response": (TAKEN + f"< {iran.EOT}", InDoubt, GOOD[:2]),
    "silence after the request": (BEGUN + "pause 0.8", InDoubt, SENT),
    "silence after the ACK": (TAKEN + "pause 1.3", InDoubt, GOOD[:2]),
    "no answer to INM": ("pause 0.8", NotSent, []),
    "EOT in place of an ACK": (f"> {iran.INM}\n< {iran.EOT}", NotSent, []),
}
ON_TCP: dict[str, dict[str, Row]] = {
    "behpardakht": {
        "two messages in one segment": (
            SALE + f"half {iran.OK}{iran.response()}",
            Completed,
            ["sending", "accepted", "result 00"],
        ),
        "cut": (SALE + "rst", InDoubt, SENT),
        "closed within a frame": (SALE + f"half {iran.response()[:40]}\nfin", InDoubt, SENT),
    },
    "sadad": {
        "two messages in one segment": (
            BEGUN + f"half {iran.ACK}{iran.answer()}{HEARD}",
            Completed,
            GOOD,
        ),
        "cut": (TAKEN + "rst", InDoubt, GOOD[:2]),
        "a broken checksum": (TAKEN + f"half {iran.broken(iran.answer())}", InDoubt, GOOD[:2]),
    },
}
ON_SERIAL: dict[str, dict[str, Row]] = {
    "behpardakht": {
        "noise before the response": (
            SALE + f"half ff\npause 0.05\n< {iran.response()}",
            Completed,
            ["sending", "accepted", "result 00"],
        ),
    },
    "sadad": {
        "our ACK is lost, and the response comes again": (
            TAKEN + f"< {iran.answer()}{HEARD}\n< {iran.answer()}{HEARD}",
            Completed,
            GOOD,
        ),
        "a broken response is asked for again": (
            TAKEN + f"half {iran.broken(iran.answer())}\n> {iran.NACK}\n< {iran.answer()}{HEARD}",
            Completed,
            GOOD,
        ),
        "a broken ACK": (
            BEGUN + f"half {iran.broken(iran.ACK)}\npause 0.7\n< {iran.answer()}{HEARD}",
            Completed,
            [step for step in GOOD if step != "accepted"],
        ),
    },
}
TABLES = {"behpardakht": POSPC, "sadad": PCPOS}
ROWS = [
    (protocol, way, name, row)
    for protocol, table in TABLES.items()
    for way, special in (("tcp", ON_TCP), ("serial", ON_SERIAL))
    for name, row in {**table, **special[protocol]}.items()
]


def peer_of(protocol: str, way: str, script: str) -> TcpPeer | SerialPeer:
    peer = TcpPeer([script]) if way == "tcp" else SerialPeer([script])
    peer.end_of = partial(iran.end_of, protocol)
    return peer


@pytest.mark.parametrize(
    ("protocol", "way", "row"),
    [pytest.param(p, w, row, id=f"{p}-{w}-{name}") for p, w, name, row in ROWS],
)
def test_a_payment(protocol: str, way: str, row: Row, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    script, expected, steps = row
    witness = NotingWitness()
    with peer_of(protocol, way, script) as peer:
        terminal = build_terminal(f"{protocol}+{way}://{peer.address}{QUERY[protocol]}", OPTIONS)
        outcome = terminal.authorise(ASKED, witness)
        terminal.close()
    assert outcome == expected or (isinstance(expected, type) and isinstance(outcome, expected)), (
        outcome,
        peer.heard,
        peer.faults,
    )
    assert witness.steps == steps
    assert not peer.faults
    assert iran.CARD not in f"{caplog.text}{outcome!r}{witness.results!r}"


LAST = Result(
    True,
    "00",
    Money(125_000, "IRR"),
    "21009543",
    6,
    127957072802,
    "603769",
    "0770",
    "1404/09/05 12:16",
)
ASK = f"{HAIL}> {b'00'.hex()}\n"
PROBES: dict[str, tuple[str, Probed | type[Silent] | type[Unwilling]]] = {
    "found": (ASK + f"< {iran.response(service=0x16)}", LAST),
    "not found": (ASK + f"< {iran.response('EA', None, '', 0x16)}", NoneYet()),
    "found, and the bank said no": (
        ASK + f"< {iran.response('51', None, 'S1', 0x16, '')}",
        Result(False, "51", None, "", 6, 127957072802, "603769", "0770", "1404/09/05 12:16"),
    ),
    "nobody knows yet": (ASK + f"< {iran.response('FF', None, 'S1', 0x16)}", Silent),
    "no host for the inquiry": (ASK + f"< {iran.response('FA', None, 'S1', 0x16)}", Silent),
    "another reference": (ASK + f"< {iran.response('00', 1, 'S0', 0x16)}", Silent),
    "good, and names none": (ASK + f"< {iran.response('00', 1, '', 0x16)}", Unwilling),
    "a late response to a sale": (ASK + f"< {iran.response()}", Silent),
    "silence": (ASK + "pause 0.6", Silent),
    "busy": ("pause 0.8", Silent),
}


@pytest.mark.parametrize("name", PROBES)
def test_behpardakht_finds_a_sale_by_our_reference(name: str) -> None:
    script, expected = PROBES[name]
    with peer_of("behpardakht", "tcp", script) as peer:
        terminal = build_terminal(f"behpardakht+tcp://{peer.address}?inquiry_s=0.4", OPTIONS)
        assert terminal.by_reference
        probed = terminal.probe("S1")
    assert probed == expected or (isinstance(expected, type) and isinstance(probed, expected))
    if len(peer.heard) > 1:
        assert peer.heard[1][8:].startswith("a20116ba025331")


OF_THE_LAST: dict[str, tuple[str, Probed | type[Silent] | type[Unwilling]]] = {
    "good": (iran.response("00", 125_000, "S0", 0x17), LAST),
    "its bank never answered": (
        iran.response("FF", 125_000, "S0", 0x17),
        replace(LAST, good=False, code="FF"),
    ),
    "no host was there for it": (
        iran.response("FA", 125_000, "", 0x17),
        replace(LAST, good=False, code="FA"),
    ),
    "a code and no more": (iran.bare("FF", 0x17), Unwilling("code FF and no more")),
    "none": (iran.bare("EA", 0x17), NoneYet()),
}


@pytest.mark.parametrize("name", OF_THE_LAST)
def test_however_the_last_one_ended_the_next_one_is_not_refused_for_it(name: str) -> None:
    told, expected = OF_THE_LAST[name]
    with peer_of("behpardakht", "tcp", ASK + f"< {told}") as peer:
        terminal = build_terminal(f"behpardakht+tcp://{peer.address}?inquiry_s=0.4", OPTIONS)
        assert terminal.probe("") == expected
    assert peer.heard[1][8:].startswith("a20117")


def test_sadad_cannot_be_asked() -> None:
    with peer_of("sadad", "tcp", f"> {iran.INM}\n< {iran.ACK}") as peer:
        terminal = build_terminal(f"sadad+tcp://{peer.address}", OPTIONS)
        assert isinstance(terminal.probe("S1"), Unwilling)
        assert not terminal.by_reference
        assert terminal.state() == Ready()


@pytest.mark.parametrize("protocol", TABLES)
def test_what_neither_protocol_can_is_said_and_not_tried(protocol: str) -> None:
    with peer_of(protocol, "tcp", "quiet") as peer:
        terminal = build_terminal(f"{protocol}+tcp://{peer.address}", OPTIONS)
        assert isinstance(terminal.reverse(ASKED, 6, NotingWitness()), NotSent)
        assert isinstance(terminal.refund(ASKED, NotingWitness()), NotSent)
        assert isinstance(terminal.end_of_day(), Busy)
        euros = terminal.authorise(Asked(Money(5, "EUR"), "S1"), NotingWitness())
        assert euros == NotSent("expected an amount in IRR, got EUR")
    assert peer.connections == 0


@pytest.mark.parametrize("protocol", TABLES)
def test_nobody_there_is_lost(protocol: str) -> None:
    with peer_of(protocol, "tcp", "rst") as peer:
        terminal = build_terminal(f"{protocol}+tcp://{peer.address}", OPTIONS)
        assert isinstance(terminal.state(), Lost)


STOPS = {
    "behpardakht": (SALE + f"> {iran.CANCEL}\n< {iran.response('FU')}", Cancelled("FU")),
    "sadad": (
        TAKEN + f"> {iran.EOT}\n< {iran.EOT}",
        InDoubt("ended by the terminal without a response"),
    ),
}


@pytest.mark.parametrize("protocol", TABLES)
def test_the_wish_to_stop_is_sent_once_and_the_terminal_decides(protocol: str) -> None:
    script, expected = STOPS[protocol]
    with peer_of(protocol, "tcp", script) as peer:
        terminal = build_terminal(f"{protocol}+tcp://{peer.address}", OPTIONS)
        assert terminal.authorise(ASKED, NotingWitness(cancels_after=0)) == expected
    assert not peer.faults


@pytest.mark.parametrize("protocol", TABLES)
def test_a_result_that_cannot_be_written_is_not_acknowledged(protocol: str) -> None:
    witness = NotingWitness()
    witness.fails_at = "result"
    script = (
        SALE + f"< {iran.response()}" if protocol == "behpardakht" else TAKEN + f"< {iran.answer()}"
    )
    with peer_of(protocol, "tcp", f"{script}\nquiet") as peer:
        terminal = build_terminal(f"{protocol}+tcp://{peer.address}", OPTIONS)
        with pytest.raises(OSError, match="no space"):
            terminal.authorise(ASKED, witness)
    assert not peer.faults
