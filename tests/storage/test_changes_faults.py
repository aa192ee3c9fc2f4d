"""Power cuts, full disks and damage while a segment is applied: docs/feed.md, section 6.

Processes are really killed, and what SQLite has beside the file is really cut short.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.errors import DataError
from kiosk.storage import Catalogue, Editions, build, shelf
from kiosk.storage.changes_file import changes_beside, check_changes, open_to_write
from kiosk.storage.shelf import Changing
from retail.catalogue import Text
from retail.segment import Change, Gone
from retail.values import Money
from tests.storage.conftest import Snapshot
from tests.storage.segments import BASE_SEQUENCE, Record, heading
from tests.storage.shop import FULL, product

PRODUCTS = [FULL, *(product(i, f"شیر نمونه {i}") for i in range(10, 22))]
NEXT = BASE_SEQUENCE + 1


def priced(minor: int) -> list[Record]:
    return [Change(each.sku, price=Money(minor, "IRR")) for each in PRODUCTS]


MIXED: list[Record] = [
    Gone("product", "10"),
    Change("11", price=Money(5, "IRR")),
    replace(PRODUCTS[3], name=Text("پنیر")),
    product(99, "نان تازه"),
]


@pytest.fixture
def file(snapshot: Snapshot, tmp_path: Path) -> Path:
    build(snapshot(*PRODUCTS), tmp_path / "catalogue-000001.db")
    return tmp_path / "catalogue-000001.db"


def in_a_child(work: Callable[[], None]) -> int:
    """Do it in a process of its own; gives how that ended: its status, or minus the signal."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def shown(file: Path) -> tuple[int, list[str]]:
    with closing(Catalogue(file)) as catalogue:
        products, count = catalogue.products_in("", 50)
        assert count == len(products)
        return catalogue.sequence, sorted(f"{e.sku} {e.name.fa} {e.list_price}" for e in products)


def test_a_kill_at_any_statement_leaves_the_segment_before_or_the_whole_one(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(Changing(file)) as changing:
        changing.apply(heading(NEXT), priced(3))
    before = shown(file)
    copies = file.parent / "copy"
    ends, whole = set(), None
    for statement in range(200):
        shutil.rmtree(copies, ignore_errors=True)
        copies.mkdir()
        for each in (file, changes_beside(file)):
            shutil.copy(each, copies)

        def apply(copy: Path = copies / file.name, kill_at: int = statement) -> None:
            left = [kill_at]

            def traced(_: str) -> None:
                left[0] -= 1
                if left[0] < 0:
                    os.kill(os.getpid(), signal.SIGKILL)

            def opened(name: Path) -> sqlite3.Connection:
                connection = open_to_write(name)
                connection.set_trace_callback(traced)
                return connection

            monkeypatch.setattr(shelf, "open_to_write", opened)
            Changing(copy).apply(heading(NEXT + 1), MIXED)

        ended = in_a_child(apply)
        ends.add(ended)
        after = shown(copies / file.name)
        if ended == 0:
            assert after[0] == NEXT + 1
            assert statement > 15  # there was something to kill it at
            break
        assert ended == -signal.SIGKILL
        assert after == before or after[0] == NEXT + 1
        assert after == before or whole in (None, after)
        whole = None if after == before else after
        check_changes(changes_beside(copies / file.name), _seal(file))
    assert ends == {0, -signal.SIGKILL}


def _seal(file: Path) -> bytes:
    with closing(Catalogue(file)) as catalogue:
        return catalogue.seal


def test_whatever_the_disk_had_of_the_log_when_the_power_went_is_one_segment_or_the_other(
    file: Path,
) -> None:
    with closing(Changing(file)) as changing:
        changing.apply(heading(NEXT), priced(3))
    before = shown(file)
    changes = changes_beside(file)
    kept = changes.read_bytes()
    with closing(Changing(file)) as changing:
        changing.apply(heading(NEXT + 1), MIXED)
        after = shown(file)
        written = Path(f"{changes}-wal").read_bytes()
    assert written
    seen = []
    for length in range(0, len(written) + 1, 509):
        for name in ("-wal", "-shm"):
            Path(f"{changes}{name}").unlink(missing_ok=True)
        changes.write_bytes(kept)
        Path(f"{changes}-wal").write_bytes(written[:length])
        seen.append(shown(file))

    assert all(each in (before, after) for each in seen)
    assert seen[0] == before


def test_a_reader_sees_one_segment_or_the_next_while_another_process_applies(file: Path) -> None:
    last = NEXT + 40

    def apply() -> None:
        with closing(Changing(file)) as changing:
            for sequence in range(NEXT, last + 1):
                changing.apply(heading(sequence), priced(sequence))

    child = os.fork()
    if child == 0:
        apply()
        os._exit(0)
    seen = set()
    with closing(Catalogue(file)) as reader:
        while reader.sequence < last:
            products = reader.products_in("", 50)[0]
            prices = {each.list_price.minor for each in products}
            if reader.sequence > BASE_SEQUENCE:
                assert prices == {reader.sequence}
            seen.add(reader.sequence)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert seen >= {last} or len(seen) > 1


def test_a_full_disk_leaves_the_segment_before_and_the_next_try_goes_on(file: Path) -> None:
    with closing(Changing(file)) as changing:
        changing.apply(heading(NEXT), priced(3))
    before = shown(file)

    def apply() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        with closing(Changing(file)) as changing:
            resource.setrlimit(resource.RLIMIT_FSIZE, (8_192, resource.RLIM_INFINITY))
            with pytest.raises(DataError, match="expected to write changes"):
                changing.apply(
                    heading(NEXT + 1), [*MIXED, *(product(i, "نان") for i in range(200, 400))]
                )
            assert changing.state.sequence == NEXT
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
            assert shown(file) == before
            changing.apply(heading(NEXT + 1), MIXED)

    assert in_a_child(apply) == 0
    assert shown(file)[0] == NEXT + 1


# ---- damage


def damage(changes: Path, at: int, with_bytes: bytes) -> None:
    with changes.open("r+b") as opened:
        opened.seek(at)
        opened.write(with_bytes)


def spoil_a_price(changes: Path) -> None:
    text = changes.read_bytes()
    at = text.rindex(b'"price":3')
    damage(changes, at + 8, b"4")


SPOILT: dict[str, Callable[[Path], object]] = {
    "a garbled header": lambda file: damage(file, 0, b"\0" * 100),
    "a garbled page": lambda file: damage(file, 8_192, b"\x5a" * 4_096),
    "one digit of a price": spoil_a_price,
    "cut off": lambda file: file.write_bytes(file.read_bytes()[:9_000]),
    "empty": lambda file: file.write_bytes(b""),
    "another thing": lambda file: file.write_bytes(b"a shopping list"),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_damaged_changes_are_set_aside_at_the_start_and_the_base_is_shown(
    file: Path, spoil: Callable[[Path], object]
) -> None:
    base = shown(file)
    with closing(Changing(file)) as changing:
        changing.apply(heading(NEXT), priced(3))
    spoil(changes_beside(file))

    editions = Editions(file.parent)
    opened = editions.open()

    assert opened is not None
    assert [each.name for each in editions.set_aside] == ["changes-000001.db.corrupt-1"]
    assert editions.set_aside[0].exists()
    opened.close()
    assert shown(file) == base


def test_changes_of_another_base_are_set_aside(file: Path, snapshot: Snapshot) -> None:
    with closing(Changing(file)) as changing:
        changing.apply(heading(NEXT), priced(3))
    build(snapshot(FULL), file)

    editions = Editions(file.parent)
    opened = editions.open()

    assert opened is not None
    assert opened.sequence == BASE_SEQUENCE
    assert len(editions.set_aside) == 1


def test_damage_met_by_who_reads_leads_back_to_the_base(file: Path) -> None:
    with closing(Changing(file)) as changing:
        changing.apply(heading(NEXT), priced(3))
    editions = Editions(file.parent)
    current = editions.open()
    assert current is not None
    with closing(sqlite3.connect(changes_beside(file))) as connection:
        connection.execute("UPDATE state SET sequence = 99")
        connection.commit()

    with pytest.raises(DataError, match="expected its state as it was written"):
        current.by_sku("10")

    opened = editions.fall_back()
    assert opened is not None
    assert (opened.file, opened.sequence) == (file, BASE_SEQUENCE)
    assert [each.name for each in editions.set_aside] == ["changes-000001.db.corrupt-1"]
