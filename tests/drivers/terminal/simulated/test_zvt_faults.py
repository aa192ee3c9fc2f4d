"""Each fault on a real socket: what is heard, how the link ends, and what is booked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.hardware.terminal.simulated.faults import FAULTS, SERIAL, TCP, ZVT, possible
from tests.drivers.terminal.simulated.rigs import (
    ACK,
    ASK_LAST,
    PAY,
    Raw,
    dialled,
    running,
)

CHARGED = ("asked", "charged")
UNDONE = ("asked", "charged", "reversed")
Heard = Callable[[Raw], None]


def begin(raw: Raw) -> None:
    raw.say(PAY)
    raw.expect("800000")


def ended_with(*ends: str) -> Heard:
    def check(raw: Raw) -> None:
        raw.say(PAY)
        while raw.more(0.5):
            pass
        assert raw.heard.endswith(b"<RST>") == ("RST" in ends)

    return check


def rst_at_command(raw: Raw) -> None:
    raw.say(PAY)
    assert raw.ended() == "RST"


def half(raw: Raw) -> None:
    begin(raw)
    while raw.more(0.5):
        pass
    assert raw.heard[:2] == b"\x04\x0f"
    assert len(raw.heard) < raw.heard[2]


def silent(raw: Raw) -> None:
    raw.say(PAY)
    assert raw.silent(0.3)


def silent_after_taking(raw: Raw) -> None:
    begin(raw)
    assert raw.silent(0.3)


def silent_after_result(raw: Raw) -> None:
    begin(raw)
    raw.expect("040f")
    raw.say(ACK)
    assert raw.silent(0.3)


def rst_when_acked(raw: Raw) -> None:
    begin(raw)
    raw.expect("040f")
    raw.say(ACK)
    assert raw.ended() == "RST"


def byte_by_byte(raw: Raw) -> None:
    raw.say(PAY)
    raw.more()
    assert raw.heard == b"\x80"
    raw.expect("800000", "040f")
    raw.say(ACK)
    raw.expect("060f")


def two_in_one(raw: Raw) -> None:
    raw.say(PAY)
    raw.more()
    assert raw.heard.hex().startswith("80000004ff010e")
    raw.expect("800000", "04ff")
    raw.say(ACK)
    raw.expect("040f", "04ff")  # before the acknowledgement
    raw.say(ACK + ACK)
    raw.expect("060f")


def twice(raw: Raw) -> None:
    begin(raw)
    first = raw.apdu()
    raw.say(ACK)
    assert raw.apdu() == first
    raw.say(ACK)
    raw.expect("060f")


def late(raw: Raw) -> None:
    begin(raw)
    assert raw.silent(0.2)
    raw.expect("040f")


def behind(raw: Raw) -> None:
    begin(raw)
    for begins in ("040f", "060f", "040f"):
        raw.expect(begins)
        raw.say(ACK)


def alone(raw: Raw) -> None:
    begin(raw)
    raw.expect("060f00")


def then_abort(raw: Raw) -> None:
    begin(raw)
    raw.expect("040f")
    raw.say(ACK)
    raw.expect("061e")


def told(field: str) -> Heard:
    def check(raw: Raw) -> None:
        begin(raw)
        assert field in raw.apdu()
        raw.say(ACK)
        raw.expect("060f")

    return check


def refused(code: str) -> Heard:
    def check(raw: Raw) -> None:
        raw.say(PAY)
        raw.expect(code)

    return check


CASES: list[tuple[str, str, Heard, tuple[str, ...]]] = [
    ("rst-at-command", "P1", rst_at_command, UNDONE),
    ("rst-at-command", "P2", rst_at_command, CHARGED),
    ("rst-at-card", "P2", ended_with("RST"), CHARGED),
    ("rst-when-charged", "P1", ended_with("RST"), UNDONE),
    ("rst-at-result", "P3", ended_with("RST"), CHARGED),
    ("rst-when-acked", "P1", rst_when_acked, CHARGED),
    ("fin-when-charged", "P2", ended_with("FIN"), CHARGED),
    ("fin-in-frame", "P1", half, UNDONE),
    ("silent-past-t3", "P2", silent, CHARGED),
    ("silent-past-t4", "P1", silent_after_taking, UNDONE),
    ("silent-when-charged", "P2", silent_after_taking, CHARGED),
    ("silent-at-completion", "P1", silent_after_result, CHARGED),
    ("byte-by-byte", "P1", byte_by_byte, CHARGED),
    ("two-in-one", "P1", two_in_one, CHARGED),
    ("result-twice", "P1", twice, CHARGED),
    ("result-late", "P2", late, CHARGED),
    ("result-behind", "P1", behind, CHARGED),
    ("completion-alone", "P1", alone, CHARGED),
    ("approved-then-abort", "P1", then_abort, UNDONE),
    ("approved-then-abort", "P2", then_abort, CHARGED),
    ("other-amount", "P1", told("04000000012507"), CHARGED),
    ("other-currency", "P1", told("490840"), CHARGED),
    ("other-terminal", "P1", told("2977777777"), CHARGED),
    ("unknown-field", "P1", told("fe07"), CHARGED),
    ("card-data", "P1", told("35343133333330303839363034313131"), CHARGED),
    ("not-taken", "P1", refused("84cc"), ("asked", "declined")),
    ("please-wait", "P1", refused("849c"), ("asked", "declined")),
    ("undone-unseen", "P2", silent_after_result, UNDONE),
    ("counter-reset", "P2", told("870001"), ("asked", "counter", "charged")),
    ("reboot-at-card", "P2", ended_with("RST", "FIN"), ("asked",)),
    ("reboot-when-charged", "P2", ended_with("RST", "FIN"), CHARGED),
    ("reboot-forgets", "P2", ended_with("RST", "FIN"), (*CHARGED, "forgot")),
]


@pytest.mark.parametrize(
    ("name", "persona", "heard", "booked"), CASES, ids=[f"{c[0]}-{c[1]}" for c in CASES]
)
def test_fault(
    tmp_path: Path, name: str, persona: str, heard: Heard, booked: tuple[str, ...]
) -> None:
    with running(tmp_path, f"approve fault={name}", persona=persona) as rig:
        with dialled(rig) as raw:
            raw.register()
            heard(raw)
        assert rig.settled(*booked), rig.kinds()


def test_refuses_connections_for_a_while_before_the_payment(tmp_path: Path) -> None:
    with running(tmp_path, "approve", "approve fault=refused") as rig:
        with dialled(rig) as raw:
            raw.register()
            begin(raw)
            raw.expect("040f")
            raw.say(ACK)
            raw.expect("060f")
            raw.say(ACK)
            assert raw.ended() in ("FIN", "RST")
        assert rig.station._listener is None
        with dialled(rig) as raw:  # tries until it is taken
            raw.register()


def test_receipt_numbers_pass_9999(tmp_path: Path) -> None:
    with running(tmp_path, receipt=9_998) as rig, dialled(rig) as raw:
        raw.register()
        for receipt in ("879999", "870001", "870002"):
            told(receipt)(raw)
            raw.say(ACK)
        assert rig.net() == [1, 1, 1]


def test_a_charge_that_was_undone_unseen_is_not_told_of_later(tmp_path: Path) -> None:
    with running(tmp_path, "approve", "approve fault=undone-unseen", persona="P1") as rig:
        with dialled(rig) as raw:
            raw.register()
            told("870001")(raw)
            raw.say(ACK)
            silent_after_result(raw)
        assert rig.settled("asked", "charged", *UNDONE)
        with dialled(rig) as raw:
            raw.register()
            raw.say(ASK_LAST)
            _ack, last = raw.expect("800000", "040f")
        assert "870001" in last
        assert "37" + "000001" not in last


@pytest.mark.parametrize(("name", "end"), [("ask-mute", "silent"), ("ask-rst", "RST")])
def test_the_first_question_afterwards_fails_and_the_second_is_answered(
    tmp_path: Path, name: str, end: str
) -> None:
    with running(tmp_path, f"approve fault={name}") as rig:
        with dialled(rig) as raw:
            raw.register()
            told("870001")(raw)
            raw.say(ACK)
            raw.say(ASK_LAST)
            assert raw.silent(0.2) if end == "silent" else raw.ended() == end
        rig.idle()
        with dialled(rig) as raw:
            raw.register()
            raw.say(ASK_LAST)
            raw.expect("800000", "040f")


def test_a_pulled_cable_is_silence_and_a_plugged_one_a_new_connection(tmp_path: Path) -> None:
    with running(tmp_path, persona="P1") as rig:
        with dialled(rig) as raw, dialled(rig) as another:
            raw.register()
            begin(raw)
            raw.expect("040f")
            rig.station.pull()
            raw.say(ACK)  # nobody hears it
            another.say("050103000000")
            assert raw.silent(0.3)
            assert another.silent(0.1)
            assert rig.settled(*UNDONE)
            rig.station.plug()
            assert raw.ended() == "RST"
        with dialled(rig) as raw:
            raw.register()
            raw.say(ASK_LAST)
            raw.expect("800000", "040f")


def test_every_fault_names_protocols_and_wires_that_there_are() -> None:
    for fault in FAULTS.values():
        assert set(fault.protocols) <= {"zvt", "behpardakht", "sadad"}
        assert set(fault.wires) <= {TCP, SERIAL}
    tried = {case[0] for case in CASES}
    here = {fault.name for fault in possible(ZVT, TCP)}
    assert here - tried == {"refused", "counter-wrap", "abort-crosses", "ask-mute", "ask-rst"}
