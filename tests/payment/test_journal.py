"""The journal is only added to, and lets one attempt be open, also against another process."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.errors import DataError
from kiosk.hardware.terminal.face import Says
from kiosk.outbox.boot import SetBox
from kiosk.outbox.database import new_id
from kiosk.outbox.recorder import Recorder
from kiosk.payment.attempts import Attempt, New, new_reference
from kiosk.payment.journal import (
    CONTENT_BYTES_MAX,
    AttemptOpenError,
    Journal,
    JournalError,
    Overtaken,
)
from kiosk.payment.records import (
    baseline_record,
    read_baseline,
    read_result,
    result_record,
    words,
)
from kiosk.payment.witness import JournalWitness, StopReadingError
from retail.tender import Asked, Kind, NoneYet, Phase, Result, Unwilling
from retail.values import Money
from tests.payment.rig import NOON, NoBallast, Rig, phases

P = Phase
RIALS = Money(125_000, "IRR")
GOOD = Result(True, "00", RIALS, "T1", 42, 8, "603799", "1234", "12:00")


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path)
    yield made
    made.close()


def new(**other: object) -> New:
    asked = Asked(RIALS, new_reference(1))
    made = New(new_id(), Kind.AUTHORISATION, "fake://here", asked, NoneYet(), {"tenders": []})
    return replace(made, **other)  # type: ignore[arg-type]


# ---- what is written is read back


@pytest.mark.parametrize(
    "result",
    [
        GOOD,
        Result(False, "05"),
        replace(GOOD, undone=True),
        replace(GOOD, amount=None, receipt=None),
    ],
)
def test_a_result_is_read_back(result: Result) -> None:
    assert read_result(json.loads(json.dumps(result_record(result)))) == result


@pytest.mark.parametrize("baseline", [GOOD, NoneYet(), Unwilling("it does not tell")])
def test_a_baseline_is_read_back(baseline: Result | NoneYet | Unwilling) -> None:
    assert read_baseline(json.loads(json.dumps(baseline_record(baseline)))) == baseline


def test_nothing_of_a_card_is_written_but_bin_and_last_four() -> None:
    number = "6037991234567890"
    told = json.dumps(result_record(replace(GOOD, card_bin=number, card_last4=number, code=number)))

    assert number not in told
    assert json.loads(told)["card_bin"] == "603799"
    assert json.loads(told)["card_last4"] == "7890"
    assert number not in words(f"declined: {number}")


def test_references_are_20_digits_and_never_the_same() -> None:
    made = {new_reference(1_795_662_740_338) for _ in range(1_000)}

    assert len(made) > 990  # 7 digits of chance in one millisecond; the journal refuses a double
    assert all(len(each) == 20 and each.isdecimal() for each in made)


def test_an_attempt_is_read_back_with_its_steps(rig: Rig) -> None:
    wanted = new(baseline=GOOD)
    begun = rig.journal.begin(wanted)
    rig.box.move(1.5)
    after = rig.journal.step(begun, P.SENT, {"why": "x"})

    assert rig.journal.attempt(begun.attempt_id) == after
    assert (after.asked, after.baseline, after.content) == (wanted.asked, GOOD, wanted.content)
    assert phases(after) == [P.INTENT, P.SENT]
    assert after.steps[1].mono_ms - after.steps[0].mono_ms == 1_500
    assert after.steps[1].boot_id == rig.box.boot_id


def test_a_step_that_may_not_follow_is_a_fault_of_the_program(rig: Rig) -> None:
    begun = rig.journal.begin(new())

    with pytest.raises(ValueError, match="after intent, got completed"):
        rig.journal.step(begun, P.COMPLETED)


def test_what_goes_with_a_step_is_there_with_it_or_neither(rig: Rig) -> None:
    begun = rig.journal.begin(new())

    def fails(_: object) -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        rig.journal.step(begun, P.SENT, {}, fails)
    assert rig.journal.attempt(begun.attempt_id) == begun


def test_a_sale_too_long_to_be_told_is_not_begun(rig: Rig) -> None:
    with pytest.raises(JournalError, match="Expected a sale of at most"):
        rig.journal.begin(new(content={"x": "y" * CONTENT_BYTES_MAX}))


# ---- only added to


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payment_attempt SET amount = 1",
        "DELETE FROM payment_attempt",
        "UPDATE payment_step SET phase = 'settled'",
        "DELETE FROM payment_step",
        "UPDATE sale SET total = 1",
        "DELETE FROM sale",
        "INSERT INTO payment_step SELECT attempt_id, 99, phase, 0, boot_id, 0, '{}' FROM payment_step",
    ],
)
def test_the_database_itself_refuses_to_change_what_happened(rig: Rig, statement: str) -> None:
    rig.pay()

    with (
        closing(sqlite3.connect(rig.database)) as connection,
        pytest.raises(sqlite3.IntegrityError),
    ):
        connection.execute(statement)


def test_it_is_durable_and_in_the_kiosks_own_database(rig: Rig) -> None:
    rig.pay()
    connection = rig.recorder._files["ledger"].connection

    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


# ---- one open attempt


def test_one_is_open_at_a_terminal_and_of_a_sale(rig: Rig) -> None:
    first = rig.journal.begin(new())

    with pytest.raises(AttemptOpenError, match="an attempt is open"):
        rig.journal.begin(new())
    with pytest.raises(AttemptOpenError):
        rig.journal.begin(new(terminal="other://", sale_id=first.sale_id))
    rig.journal.begin(new(terminal="other://"))


def test_a_reference_is_used_once_for_ever(rig: Rig) -> None:
    first = rig.journal.begin(new())
    rig.journal.step(first, P.NOT_CHARGED)

    with pytest.raises(AttemptOpenError, match="reference"):
        rig.journal.begin(new(asked=first.asked))


ENDS = {
    P.SETTLED: (P.SENT, P.RESULT, P.ACKED, P.COMPLETED, P.SETTLED),
    P.ATTENDANT: (P.SENT, P.IN_DOUBT, P.ATTENDANT),
    P.DECLINED: (P.SENT, P.DECLINED),
    P.CANCELLED: (P.SENT, P.CANCELLED),
    P.NOT_CHARGED: (P.NOT_CHARGED,),
    P.REVERSED: (P.SENT, P.IN_DOUBT, P.REVERSED),
}


def ended(rig: Rig, wanted: New, end: Phase) -> Attempt:
    details = {P.RESULT: {"result": result_record(GOOD)}}
    attempt = rig.journal.begin(wanted)
    for phase in ENDS[end]:
        attempt = rig.journal.step(attempt, phase, details.get(phase))
    return attempt


@pytest.mark.parametrize("end", ENDS)
def test_a_sale_is_charged_again_only_where_it_surely_was_not(rig: Rig, end: Phase) -> None:
    first = ended(rig, new(), end)
    again = new(sale_id=first.sale_id)

    if end in (P.SETTLED, P.ATTENDANT):
        with pytest.raises(AttemptOpenError, match="may be paid already"):
            rig.journal.begin(again)
    else:
        rig.journal.begin(again)


@pytest.mark.parametrize("end", ENDS)
def test_a_charge_is_reversed_again_only_where_it_surely_was_not(rig: Rig, end: Phase) -> None:
    charge = ended(rig, new(), P.SETTLED)
    undo = {"sale_id": charge.sale_id, "kind": Kind.REVERSAL, "undoes": charge.attempt_id}
    ended(rig, new(**undo), end)

    if end in (P.DECLINED, P.CANCELLED, P.NOT_CHARGED):
        rig.journal.begin(new(**undo))
    else:
        with pytest.raises(AttemptOpenError, match=r"may be reversed already|given back already"):
            rig.journal.begin(new(**undo))


def test_only_what_gives_back_an_open_charge_may_begin_beside_it(rig: Rig) -> None:
    charge = rig.journal.begin(new())
    undo = new(sale_id=charge.sale_id, kind=Kind.REVERSAL, undoes=charge.attempt_id)
    rig.journal.begin(undo)

    with pytest.raises(AttemptOpenError):
        rig.journal.begin(replace(undo, asked=Asked(RIALS, "2")))
    opened = rig.journal.open_attempts()
    assert [each.kind for each in opened] == [Kind.REVERSAL, Kind.AUTHORISATION]


# ---- two processes on one state folder


def test_a_second_writer_of_an_attempt_is_overtaken(tmp_path: Path) -> None:
    one, two = Rig(tmp_path), Rig(tmp_path)
    begun = one.journal.begin(new())
    seen = two.journal.attempt(begun.attempt_id)
    assert seen is not None
    one.journal.step(begun, P.SENT)

    with pytest.raises(Overtaken):
        two.journal.step(seen, P.NOT_CHARGED)
    assert phases(two.journal.attempt(begun.attempt_id) or begun) == [P.INTENT, P.SENT]
    one.close()
    two.close()


def test_of_many_that_begin_at_once_one_does(tmp_path: Path) -> None:
    Rig(tmp_path).close()
    begun: list[object] = []
    ready = threading.Barrier(8)

    def begin() -> None:
        rig = Rig(tmp_path)
        rig.journal.open_attempts()
        ready.wait()
        try:
            begun.append(rig.journal.begin(new()))
        except AttemptOpenError as error:
            begun.append(error)
        rig.close()

    threads = [threading.Thread(target=begin) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(begun) == 8
    assert sum(isinstance(each, Attempt) for each in begun) == 1


def test_two_commands_do_not_share_a_state_folder(tmp_path: Path) -> None:
    from kiosk.bootstrap.claim import make_folder, sole_use

    state = tmp_path / "state"
    make_folder(state)
    command = [sys.executable, "-m", "kiosk", "recover", "--state", str(state), "--json"]
    command += ["--terminal", f"fake://{tmp_path / 'terminal'}"]
    with sole_use(state):
        refused = subprocess.run(command, capture_output=True, text=True, check=False)
    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1
    assert "got a kiosk that runs" in refused.stderr
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


# ---- the witness


def witness_of(rig: Rig) -> JournalWitness:
    return JournalWitness(rig.journal, rig.journal.begin(new()), lambda _: None, lambda: False)


def test_what_is_told_twice_is_noted_once(rig: Rig) -> None:
    witness = witness_of(rig)
    witness.sending()
    for _ in range(2):
        witness.accepted()
    for _ in range(2):
        witness.resulted(GOOD)
    for _ in range(2):
        witness.acked()
    witness.resulted(GOOD)

    assert phases(witness.attempt) == [P.INTENT, P.SENT, P.ACCEPTED, P.RESULT, P.ACKED]


def test_a_command_is_not_sent_twice(rig: Rig) -> None:
    witness = witness_of(rig)
    witness.sending()

    with pytest.raises(StopReadingError):
        witness.sending()
    with pytest.raises(StopReadingError):
        witness.accepted()  # after one fault there is no other step


def test_two_results_that_differ_stop_the_driver(rig: Rig) -> None:
    witness = witness_of(rig)
    witness.sending()
    witness.resulted(GOOD)

    with pytest.raises(StopReadingError, match="two that differ"):
        witness.resulted(replace(GOOD, good=False, code="05"))


def test_what_the_terminal_says_holds_no_card_number(rig: Rig) -> None:
    said: list[Says] = []
    witness = JournalWitness(rig.journal, rig.journal.begin(new()), said.append, lambda: True)
    witness.says(Says("card", "6037991234567890"))
    witness.printed("CARD 6037991234567890")

    assert witness.wants_cancel()
    assert "6037991234567890" not in f"{said}{witness.lines}"


# ---- a database that is not to be had


def test_a_database_that_does_not_open_is_told(tmp_path: Path) -> None:
    (tmp_path / "kiosk.db").mkdir()
    box = SetBox(NOON)
    recorder = Recorder(tmp_path / "kiosk.db", box, lambda: None, NoBallast())

    with pytest.raises(JournalError) as refused:
        Journal(recorder, box).open_attempts()
    assert isinstance(refused.value, DataError)
