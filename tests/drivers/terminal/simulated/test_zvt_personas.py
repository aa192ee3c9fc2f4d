"""Each persona on a real socket, spoken to in bytes written by hand from the specification."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.hardware.terminal.simulated.cards import PAN
from tests.drivers.terminal.simulated.rigs import ACK, ASK_LAST, PAY, Raw, dialled, running

PERSONAS = ("P1", "P2", "P3", "P4", "P6")


def pay(raw: Raw) -> str:
    """Pay, acknowledging all; gives the result's APDU."""
    raw.say(PAY)
    raw.expect("800000")
    result = raw.apdu()
    raw.say(ACK)
    raw.expect("060f")
    raw.say(ACK)
    return result


def greet(raw: Raw, persona: str) -> None:
    if persona == "P6":
        assert raw.take(66)[:7] == b"\x00\x00\x00\x3eVER"
    raw.register()


@pytest.mark.parametrize("persona", PERSONAS)
def test_books_once_what_is_acknowledged(tmp_path: Path, persona: str) -> None:
    with running(tmp_path, persona=persona) as rig, dialled(rig) as raw:
        greet(raw, persona)
        result = pay(raw)
        assert result.startswith("040f")
        for field in ("2700", "04000000012500", "490364", "2929001234", "870001", "0b000001"):
            assert field in result
        assert rig.settled("asked", "charged")
        assert rig.net() == [1]


@pytest.mark.parametrize("persona", PERSONAS)
def test_shows_the_canary_card_in_the_fields_that_may_hold_one(
    tmp_path: Path, persona: str
) -> None:
    with running(tmp_path, persona=persona) as rig, dialled(rig) as raw:
        greet(raw, persona)
        result = pay(raw)
        assert f"22f0f8{PAN}" in result  # the number itself
        assert f"{PAN}d3012" in result  # track 2
        assert PAN.encode() not in (rig.folder / "ledger.jsonl").read_bytes()


def test_keeps_its_canary_out_of_its_own_books(tmp_path: Path) -> None:
    with running(tmp_path, "approve fault=card-data") as rig, dialled(rig) as raw:
        raw.register()
        result = pay(raw)
        assert PAN.encode().hex() in result  # in text, too
        assert f"5a08{PAN}" in result
        assert PAN.encode() not in (rig.folder / "ledger.jsonl").read_bytes()


@pytest.mark.parametrize(
    ("persona", "net", "booked"),
    [
        ("P1", 0, ("asked", "charged", "reversed")),
        ("P2", 1, ("asked", "charged")),
        ("P3", 1, ("asked", "charged")),
        ("P4", 0, ("asked", "charged", "reversed")),
        ("P6", 0, ("asked", "charged", "reversed")),
    ],
)
@pytest.mark.parametrize("how", ["silence", "link lost"])
def test_an_unacknowledged_result_is_undone_or_kept_as_the_persona_has_it(
    tmp_path: Path, persona: str, net: int, booked: tuple[str, ...], how: str
) -> None:
    with running(tmp_path, persona=persona) as rig:
        with dialled(rig) as raw:
            greet(raw, persona)
            raw.say(PAY)
            raw.expect("800000", "040f")
            if how == "silence":
                said_next = raw.apdu()
                assert said_next.startswith("061e" if net == 0 else "060f")
        assert rig.settled(*booked)
        assert rig.net() == [net]


@pytest.mark.parametrize("persona", PERSONAS)
def test_every_terminal_reverses_what_is_refused(tmp_path: Path, persona: str) -> None:
    with running(tmp_path, persona=persona) as rig, dialled(rig) as raw:
        greet(raw, persona)
        raw.say(PAY)
        raw.expect("800000", "040f")
        raw.say("846600")
        raw.expect("061e")
        assert rig.settled("asked", "charged", "reversed")


def test_please_wait_lengthens_the_time_for_the_acknowledgement(tmp_path: Path) -> None:
    with running(tmp_path, persona="P1") as rig, dialled(rig) as raw:
        raw.register()
        raw.say(PAY)
        raw.expect("800000", "040f")
        for _ in range(4):
            raw.say("849c00")
            assert raw.silent(0.1)
        raw.say(ACK)
        raw.expect("060f")
        assert rig.net() == [1]


def test_a_terminal_that_reverses_says_so_when_asked_later(tmp_path: Path) -> None:
    with running(tmp_path, persona="P1") as rig:
        with dialled(rig) as raw:
            raw.register()
            raw.say(PAY)
            raw.expect("800000", "040f")
        assert rig.settled("asked", "charged", "reversed")
        with dialled(rig) as raw:
            raw.register()
            raw.say(ASK_LAST)
            _ack, told = raw.expect("800000", "040f")
            raw.say(ACK)
            raw.expect("060f")
        assert "870002" in told  # a receipt of its own
        assert "37000001" in told  # and the trace of what it undoes


def test_a_terminal_that_books_tells_the_charge_when_asked_later(tmp_path: Path) -> None:
    with running(tmp_path, persona="P2") as rig:
        with dialled(rig) as raw:
            raw.register()
            raw.say(PAY)
            raw.expect("800000", "040f")
        rig.idle()
        with dialled(rig) as raw:
            raw.register()
            raw.say(ASK_LAST)
            _ack, told = raw.expect("800000", "040f")
        assert "2700" in told
        assert "870001" in told
        assert "37000001" not in told


def test_one_persona_undoes_late_and_answers_others_before(tmp_path: Path) -> None:
    with running(tmp_path, persona="P1L") as rig:
        with dialled(rig) as raw:
            raw.register()
            raw.say(PAY)
            raw.expect("800000", "040f")
        with dialled(rig) as raw:
            raw.register()
            raw.say(ASK_LAST)
            _ack, told = raw.expect("800000", "040f")
            raw.say(ACK)
            raw.expect("060f")
            raw.say(ACK)
            assert "37000001" not in told  # nothing is undone yet
            assert rig.settled("asked", "charged", "reversed")
            raw.say(ASK_LAST)
            _ack, told = raw.expect("800000", "040f")
            assert "37000001" in told


def test_one_persona_will_not_be_asked(tmp_path: Path) -> None:
    with running(tmp_path, persona="P3") as rig, dialled(rig) as raw:
        raw.register()
        pay(raw)
        rig.idle()
        raw.say(ASK_LAST)
        raw.expect("8483")


def test_one_persona_declines_by_a_result_and_a_completion(tmp_path: Path) -> None:
    with running(tmp_path, "decline funds", persona="P4") as rig, dialled(rig) as raw:
        raw.register()
        assert "2751" in pay(raw)
        assert rig.settled("asked", "declined")
        assert rig.net() == [0]


@pytest.mark.parametrize(
    ("line", "code"), [("decline funds", "51"), ("decline pin", "55"), ("cancel", "6c")]
)
def test_the_others_decline_by_an_abort(tmp_path: Path, line: str, code: str) -> None:
    with running(tmp_path, line) as rig, dialled(rig) as raw:
        raw.register()
        raw.say(PAY)
        raw.expect("800000", f"061e01{code}")
        assert rig.settled("asked", "declined")


@pytest.mark.parametrize(("persona", "remembers"), [("P5", True), ("P5F", False)])
def test_one_persona_restarts_in_mid_payment(tmp_path: Path, persona: str, remembers: bool) -> None:
    with running(tmp_path, persona=persona) as rig:
        while "charged" not in rig.kinds():
            with dialled(rig) as raw:
                raw.register()
                raw.say(PAY)
                raw.expect("800000")
                assert raw.ended() in ("RST", "FIN")
            rig.idle()
        with dialled(rig) as raw:
            raw.register()
            raw.say(ASK_LAST)
            raw.expect("800000", "040f" if remembers else "061e")
        assert sum(rig.net()) == 1


def test_a_makers_own_terminal_refuses_in_its_own_way_and_writes_fields_backwards(
    tmp_path: Path,
) -> None:
    with running(tmp_path, "approve fault=not-taken", persona="P6") as rig, dialled(rig) as raw:
        greet(raw, "P6")
        raw.say(PAY)
        raw.expect("841e017d")
        result = pay(raw)
        assert result.index("2929001234") < result.index("2700")
        assert "1f7303000001" in result
        assert rig.net() == [0, 1]
