"""What a terminal asks before it does anything, and what it says to everything else."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.hardware.terminal.simulated.plans import Decision, Person
from tests.drivers.terminal.simulated.rigs import ACK, ASK_LAST, FAST, PAY, Raw, dialled, running


def pay(raw: Raw) -> None:
    raw.say(PAY)
    raw.expect("800000", "040f")
    raw.say(ACK)
    raw.expect("060f")
    raw.say(ACK)


@pytest.mark.parametrize("command", [PAY, ASK_LAST, "063006000000870001", "065003000000"])
def test_registration_comes_first(tmp_path: Path, command: str) -> None:
    with running(tmp_path) as rig, dialled(rig) as raw:
        raw.say(command)
        raw.expect("800000", "061e016b")
        assert "charged" not in rig.kinds()


def test_registration_ends_with_log_off_and_with_the_link(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        with dialled(rig) as raw:
            raw.register()
            raw.say("060200")
            raw.expect("800000")
            raw.say(PAY)
            raw.expect("800000", "061e016b")
        with dialled(rig) as raw:
            raw.register()
        rig.idle()
        with dialled(rig) as raw:
            raw.say(PAY)
            raw.expect("800000", "061e016b")


def test_another_currency_is_refused(tmp_path: Path) -> None:
    with running(tmp_path) as rig, dialled(rig) as raw:
        raw.say("060006000000060978")
        raw.expect("800000", "061e016f")
        raw.say(ACK)
        raw.register()
        raw.say("06010a04000000012500490978")
        raw.expect("800000", "061e016f")
        assert rig.net() == [0]


def test_without_the_service_byte_the_last_receipt_is_printed_and_no_status_comes(
    tmp_path: Path,
) -> None:
    with running(tmp_path) as rig, dialled(rig) as raw:
        raw.register()
        pay(raw)
        rig.idle()
        raw.say("062003000000")
        raw.expect("800000", "06d3")
        raw.say(ACK)
        raw.expect("060f")


def test_a_terminal_without_a_last_transaction_says_so(tmp_path: Path) -> None:
    with running(tmp_path) as rig, dialled(rig) as raw:
        raw.register()
        raw.say(ASK_LAST)
        raw.expect("800000", "061e0183")


def test_what_it_is_at_is_told_only_where_the_registration_asks_for_it(tmp_path: Path) -> None:
    with running(tmp_path) as rig, dialled(rig) as raw:
        raw.register(config="0e")
        raw.say(PAY)
        raw.expect("800000")
        for code in ("0a", "01", "04"):
            raw.expect(f"04ff01{code}")
            raw.say(ACK)
        raw.expect("040f")


def test_the_receipts_lines_come_only_where_the_registration_asks_for_them(tmp_path: Path) -> None:
    with running(tmp_path) as rig, dialled(rig) as raw:
        raw.register(config="86")
        raw.say(PAY)
        raw.expect("800000", "040f")
        raw.say(ACK)
        for begins in ("06d1", "06d1", "06d3"):
            raw.expect(begins)
            raw.say(ACK)
        raw.expect("060f")


def test_it_is_busy_for_everybody_else_while_a_payment_is_going_on(tmp_path: Path) -> None:
    person = Person()
    with running(tmp_path, plans=person) as rig, dialled(rig) as first, dialled(rig) as second:
        first.register()
        second.register()
        rig.idle()
        first.say(PAY)
        first.expect("800000")
        for command in (PAY, ASK_LAST, "050103000000"):
            second.say(command)
            second.expect("849c00")
        approve(person)
        first.expect("040f")
        first.say(ACK)
        first.expect("060f")
        first.say(ACK)
        rig.idle()
        assert rig.net() == [1]


def approve(person: Person) -> None:
    done = threading.Event()
    while not person.decide(Decision.APPROVE):
        done.wait(0.01)


def test_an_abort_is_taken_until_the_bank_is_asked(tmp_path: Path) -> None:
    with running(tmp_path, plans=Person()) as rig, dialled(rig) as raw:
        raw.register()
        raw.say(PAY)
        raw.expect("800000")
        raw.say("06b000")
        raw.expect("800000", "061e016c")
        assert rig.settled("asked", "declined")


def test_an_abort_is_refused_when_all_is_charged(tmp_path: Path) -> None:
    with running(tmp_path) as rig, dialled(rig) as raw:
        raw.register()
        raw.say(PAY)
        raw.expect("800000", "040f")
        raw.say("06b000")
        raw.expect("848300")
        raw.say(ACK)
        raw.expect("060f")
        assert rig.net() == [1]


def test_an_abort_that_crosses_the_approval_is_taken_and_not_obeyed(tmp_path: Path) -> None:
    with running(tmp_path, "approve fault=abort-crosses") as rig, dialled(rig) as raw:
        raw.register()
        raw.say(PAY)
        raw.expect("800000", "040f")
        raw.say("06b000")
        raw.expect("800000")
        raw.say(ACK)
        raw.expect("060f")
        assert rig.net() == [1]


def test_nobody_at_the_terminal_is_a_cancel(tmp_path: Path) -> None:
    hasty = replace(FAST, patience_s=0.2)
    with running(tmp_path, plans=Person(), times=hasty) as rig, dialled(rig) as raw:
        raw.register()
        raw.say(PAY)
        raw.expect("800000", "061e016c")
        assert rig.rows[-1].why == "patience" or rig.kinds()[-1] == "declined"


def test_a_receipt_is_reversed_once_and_never_another(tmp_path: Path) -> None:
    with running(tmp_path) as rig, dialled(rig) as raw:
        raw.register()
        pay(raw)
        rig.idle()
        raw.say("063006000000870001")
        _ack, told = raw.expect("800000", "040f")
        assert "37000001" in told
        raw.say(ACK)
        raw.expect("060f")
        raw.say(ACK)
        rig.idle()
        raw.say("063006000000870001")
        raw.expect("800000", "061e01b4")
        raw.say(ACK)
        rig.idle()
        raw.say("063006000000870077")
        raw.expect("800000", "061e01b5")
        assert rig.net() == [0]


def test_a_refund_and_the_end_of_the_day_add_up(tmp_path: Path) -> None:
    with running(tmp_path) as rig, dialled(rig) as raw:
        raw.register()
        for _ in range(3):
            pay(raw)
            rig.idle()
        raw.say("06310d00000004000000000500490364")
        raw.expect("800000", "040f")
        raw.say(ACK)
        raw.expect("060f")
        raw.say(ACK)
        rig.idle()
        raw.say("065003000000")
        _ack, told = raw.expect("800000", "040f")
        assert "04000000037000" in told  # 3 x 125.00 less 5.00
        raw.say(ACK)
        raw.expect("060f")
        raw.say(ACK)
        rig.idle()
        raw.say("063006000000870001")
        raw.expect("800000", "061e01b5")  # what is settled is not reversed


def test_what_it_does_not_know_is_not_possible(tmp_path: Path) -> None:
    with running(tmp_path) as rig, dialled(rig) as raw:
        raw.say("069303999999")
        raw.expect("848300")
        raw.say("050103000000")
        raw.expect("800000", "060f0100")
