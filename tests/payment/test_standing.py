"""What the core asks the journal waits for nobody who writes, and writes nothing."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.errors import DataError
from kiosk.outbox.database import new_id
from kiosk.payment.standing import JournalStandings
from kiosk.payment_messages import PaymentApproved
from tests.payment.rig import Rig


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path)
    yield made
    made.close()


def test_a_sale_that_is_paid_is_told_beside_a_write_lock_that_is_held(rig: Rig) -> None:
    charge = rig.pay()
    standings = JournalStandings(rig.folder / "kiosk.db")
    holder = sqlite3.connect(rig.folder / "kiosk.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        began = time.perf_counter()
        standing = standings.of_sale(charge.sale_id)
        assert standings.open_charge() is None
        assert time.perf_counter() - began < 0.05
    finally:
        holder.execute("ROLLBACK")
        holder.close()
    assert standing is not None
    assert isinstance(standing.fact, PaymentApproved)


def test_a_journal_that_nobody_began_is_empty_and_a_broken_one_is_a_fault(tmp_path: Path) -> None:
    assert JournalStandings(tmp_path / "none.db").open_charge() is None
    assert not (tmp_path / "none.db").exists()
    broken = tmp_path / "kiosk.db"
    broken.write_bytes(b"no database" * 1_000)
    with pytest.raises(DataError, match="journal"):
        JournalStandings(broken).of_sale(new_id())
