"""How it is told what to do: by a script, by chance, by a person."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from kiosk.errors import ConfigError
from kiosk.hardware.terminal.simulated.console import Console
from kiosk.hardware.terminal.simulated.faults import FAULTS, TCP, ZVT, possible
from kiosk.hardware.terminal.simulated.personas import PERSONAS
from kiosk.hardware.terminal.simulated.plans import Chance, Decision, Person, Plan, Script
from tests.drivers.terminal.simulated.rigs import ACK, PAY, dialled, running


@pytest.mark.parametrize(
    "line", ["approve", "P3 decline expired", "cancel fault=byte-by-byte", "P5F approve"]
)
def test_a_line_of_a_script_is_read_and_written_alike(line: str) -> None:
    assert str(Plan.read(line)) == line


@pytest.mark.parametrize("line", ["", "P9 approve", "approve funds", "decline fault=nothing", "P1"])
def test_a_line_that_says_nothing_is_refused(line: str) -> None:
    with pytest.raises(ConfigError, match="script"):
        Plan.read(line)


def test_behind_the_last_line_all_is_approved(tmp_path: Path) -> None:
    (tmp_path / "script").write_text("cancel  # first\n\n# nothing\nP1 approve\n")
    script = Script.from_file(tmp_path / "script")
    assert [str(script.take()) for _ in range(3)] == ["cancel", "P1 approve", "approve"]


def test_a_seed_draws_the_same_plans_and_all_faults() -> None:
    faults = possible(ZVT, TCP)
    one, same, other = (Chance(seed, faults, PERSONAS) for seed in (1, 1, 2))
    drawn = [one.take() for _ in range(3_000)]
    assert drawn == [same.take() for _ in range(3_000)]
    assert drawn != [other.take() for _ in range(3_000)]
    assert {plan.fault for plan in drawn if plan.fault} == set(faults)
    assert {plan.decision for plan in drawn} == set(Decision)
    assert {plan.persona for plan in drawn} == set(PERSONAS)


@pytest.mark.parametrize(
    ("words", "heard"), [("approve", "040f"), ("decline pin", "061e0155"), ("cancel", "061e016c")]
)
def test_a_person_decides_while_the_payment_waits(tmp_path: Path, words: str, heard: str) -> None:
    person = Person()
    with running(tmp_path, plans=person) as rig, dialled(rig) as raw:
        console = Console(rig.station, person, lambda _text: None)
        assert console.do("approve") == "no payment waits"
        raw.register()
        raw.say(PAY)
        raw.expect("800000")
        assert raw.silent(0.1)
        word, _, more = words.partition(" ")
        assert console.do(word, more) == words
        raw.expect(heard)


def test_a_person_pulls_plugs_reboots_and_makes_it_forget(tmp_path: Path) -> None:
    person, said = Person(), list[str]()
    with running(tmp_path, plans=person) as rig:
        console = Console(rig.station, person, said.append)
        with dialled(rig) as raw:
            raw.register()
            console.run(["pull\n", "\n"])
            raw.say(PAY)
            assert raw.silent(0.1)
            console.run(["plug"])
            assert raw.ended() == "RST"
        for word in ("reboot", "forget"):
            with dialled(rig) as raw:
                raw.register()
                console.run([word])
                assert raw.ended() == "RST"
        assert said == [
            "the cable is out", "the cable is in", "it restarts",
            "it restarts, and has forgotten",
        ]  # fmt: skip
        assert rig.kinds() == ["forgot"]


def test_a_person_names_the_next_fault(tmp_path: Path) -> None:
    person = Person()
    with running(tmp_path, plans=person) as rig, dialled(rig) as raw:
        console = Console(rig.station, person, lambda _text: None)
        assert len(console.do("fault").splitlines()) == len(FAULTS)
        assert "84 CC" in console.do("fault", "not-taken")
        raw.register()
        raw.say(PAY)
        raw.expect("84cc")
        raw.say(PAY)  # the next is an ordinary one
        raw.expect("800000")
        approve_soon(console)
        raw.expect("040f")
        raw.say(ACK)


def test_paper_out_is_a_payment_that_is_not_taken(tmp_path: Path) -> None:
    person = Person()
    with running(tmp_path, plans=person) as rig, dialled(rig) as raw:
        console = Console(rig.station, person, lambda _text: None)
        assert console.do("paper", "out") == "the paper is out"
        raw.register()
        raw.say(PAY)
        raw.expect("800000", "061e01cc")
        raw.say(ACK)
        assert console.do("paper", "in") == "there is paper"
        raw.say(PAY)
        raw.expect("800000")
        assert rig.net() == [0, 0]


def approve_soon(console: Console) -> None:
    def work() -> None:
        while console.do("approve") != "approve":
            time.sleep(0.005)

    threading.Thread(target=work, daemon=True).start()


def test_a_word_that_is_none_is_told_and_does_nothing(tmp_path: Path) -> None:
    person = Person()
    with running(tmp_path, plans=person) as rig:
        console = Console(rig.station, person, lambda _text: None)
        assert "try help" in console.do("explode")
        assert "decline" in console.do("help")
        assert "funds" in console.do("decline", "nothing")
