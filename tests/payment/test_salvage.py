"""A damaged database at a start: what it has is carried over, and what nobody knows is said."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from kiosk import salvaged
from kiosk.bootstrap.salvage import salvage_damaged
from kiosk.hardware.terminal.face import Busy
from kiosk.outbox.store import OutboxStore, open_database
from kiosk.payment.attempts import Attempt
from kiosk.payment.paying import refund
from kiosk.payment_messages import PaymentRefused, Refund, Refusal
from retail.tender import Phase
from retail.values import Money
from tests.payment.rig import Rig

PAGE = 4096


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path)
    yield made
    made.close()


def begun(rig: Rig) -> Attempt:
    """Leave an attempt as a power cut leaves it: the terminal has charged, and nobody knows."""
    rig.ledger.pull(lose="booked")
    attempt = rig.begin()
    rig.ledger.pull(lose="")
    assert isinstance(attempt, Attempt)
    assert attempt.is_open
    return attempt


def set_aside(rig: Rig, spoil: bytes | None = None, at: int = 0, number: int = 1) -> Path:
    """Give the file the name of a damaged one, with other bytes at a place; starts anew."""
    rig.close()
    with closing(sqlite3.connect(rig.database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    aside = rig.database.with_name(f"kiosk.db.corrupt-{number}")
    rig.database.rename(aside)
    if spoil is not None:
        data = bytearray(aside.read_bytes())
        data[at : at + len(spoil)] = spoil
        aside.write_bytes(data)
    return aside


def start(rig: Rig) -> Rig:
    again = rig.restart()
    again.recorder.open()
    salvage_damaged(again.recorder, again.database, again.box)
    return again


def a_leaf_with(file: Path, *words: bytes) -> int:
    """Give where a page begins that has these words and is a leaf of a table (its type is 13)."""
    data = file.read_bytes()
    leaves = (at for at in range(PAGE, len(data), PAGE) if data[at] == 13)
    return next(at for at in leaves if all(w in data[at : at + PAGE] for w in words))


def test_a_sound_journal_is_carried_whole_and_what_was_open_is_settled(rig: Rig) -> None:
    paid, open_ = rig.pay(), begun(rig)
    set_aside(rig)
    again = start(rig)

    assert again.journal.unread() == ""
    assert again.journal.attempt(paid.attempt_id) == paid
    assert [each.attempt_id for each in again.journal.open_attempts()] == [open_.attempt_id]
    assert again.settled(open_).phase is Phase.SETTLED
    assert again.ledger.net() == 250_000
    assert set(again.sales()) == {paid.sale_id, open_.sale_id}
    (told,) = again.told("database_salvaged")
    assert (told["attempts"], told["fault"]) == (2, "")
    again.close()


def test_what_the_server_did_not_have_waits_again_with_its_ids_and_once(rig: Rig) -> None:
    rig.pay()
    with closing(OutboxStore(open_database(rig.database))) as store:
        before = [(row.event_id, row.kind) for row in store.waiting(100)]
    set_aside(rig)
    again = start(rig)
    salvage_damaged(again.recorder, again.database, again.box)  # a second look does nothing
    again = start(again)
    with closing(OutboxStore(open_database(again.database))) as store:
        after = [(row.event_id, row.kind) for row in store.waiting(100)]
    assert before
    assert [row for row in after if row[1] != "database_salvaged"] == before
    assert len(after) == len(before) + 1
    again.close()


def test_a_file_of_which_nothing_can_be_read_closes_paying_until_staff_have_compared(
    rig: Rig,
) -> None:
    begun(rig)
    set_aside(rig, b"\xff" * 100)
    again = start(rig)

    assert "kiosk.db.corrupt-1" in again.journal.unread()
    refused = again.begin()
    assert isinstance(refused, PaymentRefused)
    assert refused.why is Refusal.UNREAD
    assert again.ledger.net() == 125_000  # of before, and nothing more

    again.recorder.write(lambda writing: salvaged.compare(writing, "SARA"))
    assert again.told("payments_compared") == [{"by": "SARA"}]
    while isinstance(again.terminal.state(), Busy):
        pass  # it ends what it was at
    assert again.pay().phase is Phase.SETTLED
    again.close()


def test_a_journal_with_a_hole_closes_paying_and_saves_what_was_open(rig: Rig) -> None:
    for _ in range(60):
        rig.pay(basket={"total": 125_000, "currency": "IRR", "lines": [{"sku": "x" * 900}]})
    open_ = begun(rig)
    rig.close()
    with closing(sqlite3.connect(rig.database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    set_aside(rig, b"\0" * PAGE, a_leaf_with(rig.database, b"fake://here", b"x" * 300))
    again = start(rig)

    assert again.journal.unread() != ""
    assert [each.attempt_id for each in again.journal.open_attempts()] == [open_.attempt_id]
    assert again.settled(open_).phase is Phase.SETTLED
    assert isinstance(again.begin(), PaymentRefused)
    again.close()


def test_an_index_that_has_more_rows_than_its_table_is_a_journal_with_a_hole(rig: Rig) -> None:
    for _ in range(2):
        rig.pay()
    rig.close()
    with closing(sqlite3.connect(rig.database)) as connection:
        connection.execute("DROP TRIGGER payment_step_is_kept")
        connection.execute("DROP TRIGGER payment_attempt_is_kept")
        connection.execute("PRAGMA writable_schema = 1")
        indexes = (
            "DELETE FROM sqlite_master WHERE type = 'index' AND name = 'payment_attempt_by_sale'"
        )
        (made,) = connection.execute(
            "SELECT sql FROM sqlite_master WHERE name = 'payment_attempt_by_sale'"
        ).fetchone()
        root = "SELECT rootpage FROM sqlite_master WHERE name = 'payment_attempt_by_sale'"
        (page,) = connection.execute(root).fetchone()
        connection.execute(indexes)
        connection.commit()
    with closing(sqlite3.connect(rig.database)) as connection:  # which knows no such index
        (one,) = connection.execute("SELECT min(attempt_id) FROM payment_attempt").fetchone()
        connection.execute("DELETE FROM payment_step WHERE attempt_id = ?", (one,))
        connection.execute("DELETE FROM payment_attempt WHERE attempt_id = ?", (one,))
        connection.execute("PRAGMA writable_schema = 1")
        connection.execute(
            "INSERT INTO sqlite_master VALUES ('index', ?, 'payment_attempt', ?, ?)",
            ("payment_attempt_by_sale", page, made),
        )
        connection.commit()
    set_aside(rig)
    assert "payment_attempt_by_sale" in start(rig).journal.unread()


def test_a_page_of_events_that_is_gone_takes_no_other_with_it(rig: Rig) -> None:
    for _ in range(60):
        rig.pay(basket={"total": 125_000, "currency": "IRR", "lines": [{"sku": "x" * 900}]})
    rig.close()
    with closing(sqlite3.connect(rig.database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    set_aside(rig, b"\0" * PAGE, a_leaf_with(rig.database, b"sale_completed"))
    again = start(rig)

    (told,) = again.told("database_salvaged")
    assert 50 < told["events"] < 60
    assert (told["attempts"], told["fault"]) == (60, "")
    assert len(again.sales()) == 60
    again.close()


def test_a_file_in_which_nothing_was_ever_paid_closes_nothing(rig: Rig) -> None:
    rig.recorder.open()
    rig.recorder.record("action_done", {"id": "a", "outcome": "b"})
    set_aside(rig)
    again = start(rig)
    assert again.journal.unread() == ""
    assert again.told("action_done") == [{"id": "a", "outcome": "b"}]
    assert again.pay().phase is Phase.SETTLED
    again.close()


def test_no_damaged_file_means_no_row_and_no_event(rig: Rig) -> None:
    again = start(rig)
    assert again.told("database_salvaged") == []
    assert again.pay().phase is Phase.SETTLED
    again.close()


@pytest.mark.parametrize("spoilt", [None, b"\xff" * 100])
def test_what_was_open_in_an_older_damaged_file_is_not_open_again(
    rig: Rig, spoilt: bytes | None
) -> None:
    open_ = begun(rig)
    set_aside(rig)
    second = start(rig)
    assert second.settled(open_).phase is Phase.SETTLED
    set_aside(second, spoilt, number=2)
    third = start(second)

    assert third.journal.open_attempts() == ()
    assert (third.journal.unread() == "") == (spoilt is None)
    assert third.ledger.net() == 125_000
    assert third.recorder.write(lambda writing: salvaged.names(writing.connection)) == {
        "kiosk.db.corrupt-1", "kiosk.db.corrupt-2",
    }  # fmt: skip
    third.close()


def test_a_log_that_was_set_aside_without_its_file_closes_paying(rig: Rig) -> None:
    rig.database.with_name("kiosk.db.corrupt-1-wal").write_bytes(b"what was not written yet")
    again = start(rig)
    assert "kiosk.db.corrupt-1" in again.journal.unread()
    assert isinstance(again.begin(), PaymentRefused)
    again.close()


def test_a_full_disk_is_no_damage_and_the_next_start_carries_all(rig: Rig) -> None:
    for _ in range(20):
        rig.pay(basket={"total": 125_000, "currency": "IRR", "lines": [{"sku": "x" * 900}]})
    open_ = begun(rig)
    set_aside(rig)
    again = rig.restart()
    again.recorder.open()
    again.recorder.write(lambda w: w.connection.execute("PRAGMA max_page_count = 20").fetchone())
    salvage_damaged(again.recorder, again.database, again.box)
    again.recorder.write(lambda w: w.connection.execute("PRAGMA max_page_count = 9999").fetchone())
    assert again.told("database_salvaged") == []
    assert again.journal.open_attempts() == ()
    refused = again.begin()
    assert isinstance(refused, PaymentRefused)  # there is room again, but what was open is not read
    assert refused.text == "kiosk.db.corrupt-1: not read yet"

    later = start(again)
    assert later.journal.unread() == ""
    assert [each.attempt_id for each in later.journal.open_attempts()] == [open_.attempt_id]
    later.close()


def test_a_refund_in_doubt_comes_with_the_charge_that_it_gives_back(rig: Rig) -> None:
    for _ in range(60):
        rig.pay(basket={"total": 125_000, "currency": "IRR", "lines": [{"sku": "x" * 900}]})
    charge = rig.pay()
    rig.ledger.pull(lose="booked")
    refund_ = refund(rig.desk, Refund(charge.sale_id, Money(25_000, "IRR"), "SARA"))
    rig.ledger.pull(lose="")
    assert isinstance(refund_, Attempt)
    rig.close()
    with closing(sqlite3.connect(rig.database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    set_aside(rig, b"\0" * PAGE, a_leaf_with(rig.database, b"fake://here", b"x" * 300))
    again = start(rig)

    assert again.journal.unread() != ""
    assert [each.attempt_id for each in again.journal.open_attempts()] == [refund_.attempt_id]
    assert again.journal.attempt(charge.attempt_id) == charge
    assert again.settled(refund_).phase is Phase.SETTLED
    assert again.ledger.net() == 61 * 125_000 - 25_000
    again.close()


@pytest.mark.parametrize("seed", range(40))
def test_whatever_the_damage_a_start_goes_on(rig: Rig, seed: int) -> None:
    """Write chance over chance places: it starts, and pays only where the journal is whole."""
    chance = Random(seed)
    for _ in range(8):
        rig.pay(basket={"total": 125_000, "currency": "IRR", "lines": [{"sku": "x" * 500}]})
    rig.close()
    with closing(sqlite3.connect(rig.database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(rig.database.read_bytes())
    for _ in range(chance.choice([1, 3, 30, 300])):
        at = chance.randrange(len(data))
        data[at : at + 4] = chance.randbytes(4)
    rig.database.write_bytes(data[: chance.choice([len(data), len(data), len(data) // 2])])
    again = start(rig)

    assert again.journal.open_attempts() == ()
    whole = again.journal.unread() == ""
    assert not whole or len(again.sales()) == 8
    assert isinstance(again.begin(), PaymentRefused) != whole
    again.close()
