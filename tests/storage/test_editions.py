"""One catalogue after the other, and back where one is damaged: docs/catalogue.md, section 4."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.errors import DataError
from kiosk.storage import (
    Catalogue,
    ChangingCatalogue,
    Editions,
    InUse,
    build,
    check,
    next_edition,
)
from kiosk.storage.file import SCHEMA_VERSION
from retail.catalogue import Product
from retail.segment import Change
from retail.values import Money
from tests.storage.conftest import Snapshot
from tests.storage.segments import heading
from tests.storage.shop import BARE, FULL, product

Publish = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "catalogues"


@pytest.fixture
def publish(folder: Path, snapshot: Snapshot) -> Publish:
    """Build the next edition of a folder, as the line to the server does."""

    def built(*products: Product, **changes: object) -> Path:
        folder.mkdir(exist_ok=True)
        file = next_edition(folder)
        build(snapshot(*products, **changes), file)
        return file

    return built


def overwrite(file: Path, at: int, with_bytes: bytes) -> None:
    with file.open("r+b") as opened:
        opened.seek(at)
        opened.write(with_bytes)


def skus(catalogue: Catalogue | None) -> list[str]:
    assert catalogue is not None
    return [each.sku for each in catalogue.products_in("", 100)[0]]


def test_a_new_kiosk_has_no_catalogue(folder: Path) -> None:
    editions = Editions(folder)

    assert editions.open() is None
    assert editions.current is None
    assert editions.set_aside == []


def test_the_newest_edition_is_used_at_the_start(folder: Path, publish: Publish) -> None:
    publish(product(1, "شیر"))
    publish(product(2, "نان"))

    assert skus(Editions(folder).open()) == ["2"]


def test_newest_is_what_came_last_even_with_a_smaller_sequence(
    folder: Path, publish: Publish
) -> None:
    publish(product(1, "شیر"), heading={"sequence": 90})
    publish(product(2, "نان"), heading={"sequence": 1})

    assert skus(Editions(folder).open()) == ["2"]


def test_a_newly_built_one_is_used_from_the_switch_on(folder: Path, publish: Publish) -> None:
    publish(product(1, "شیر"))
    editions = Editions(folder)
    editions.open()

    newer = publish(product(2, "نان"))
    assert skus(editions.current) == ["1"]

    editions.switch(newer)
    assert skus(editions.current) == ["2"]


def test_the_edition_before_is_kept_and_older_ones_go(folder: Path, publish: Publish) -> None:
    editions = Editions(folder)
    files = []
    for number in range(1, 5):
        files.append(publish(product(number, "شیر")))
        editions.switch(files[-1])

    assert sorted(folder.iterdir()) == files[-2:]


def test_what_is_no_catalogue_is_not_switched_to(folder: Path, publish: Publish) -> None:
    publish(product(1, "شیر"))
    editions = Editions(folder)
    editions.open()
    junk = folder / "catalogue-000009.db"
    junk.write_bytes(b"junk" * 5_000)

    with pytest.raises(DataError, match="expected a sound catalogue"):
        editions.switch(junk)

    assert skus(editions.current) == ["1"]


SPOILT: dict[str, Callable[[Path], object]] = {
    "a flipped bit": lambda file: overwrite(file, file.stat().st_size // 2, b"\xa5"),
    "a garbled page": lambda file: overwrite(file, 8_192, b"\x5a" * 4_096),
    "a garbled end": lambda file: overwrite(file, file.stat().st_size - 9, b"123456789"),
    "a garbled header": lambda file: overwrite(file, 0, b"\0" * 100),
    "another seal": lambda file: overwrite(file, file.read_bytes().index(seal_of(file)), b"\0\1\2"),
    "cut off": lambda file: file.write_bytes(file.read_bytes()[:-5_000]),
    "grown": lambda file: file.write_bytes(file.read_bytes() + b"\0" * 4_096),
    "empty": lambda file: file.write_bytes(b""),
    "another thing": lambda file: file.write_bytes(b"a shopping list"),
}  # fmt: skip


def seal_of(file: Path) -> bytes:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(file)) as connection:
        seal: bytes = connection.execute("SELECT seal FROM info").fetchone()[0]
    return seal


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_a_damaged_edition_is_set_aside_and_the_one_before_used(
    folder: Path, publish: Publish, spoil: Callable[[Path], object]
) -> None:
    publish(product(1, "شیر"))
    damaged = publish(product(2, "نان"))
    spoil(damaged)
    content = damaged.read_bytes()

    editions = Editions(folder)

    assert skus(editions.open()) == ["1"]
    assert [file.name for file in editions.set_aside] == ["catalogue-000002.db.corrupt-1"]
    assert editions.set_aside[0].read_bytes() == content
    assert not damaged.exists()


def test_every_single_byte_of_a_catalogue_counts(publish: Publish) -> None:
    file = publish(FULL)
    whole = file.read_bytes()
    for at in range(0, len(whole), 997):
        overwrite(file, at, bytes([whole[at] ^ 1]))
        with pytest.raises(DataError):
            check(file)
        overwrite(file, at, whole[at : at + 1])

    assert check(file).products == 1


def test_all_damaged_is_like_new_but_nothing_is_thrown_away(folder: Path, publish: Publish) -> None:
    for number in (1, 2):
        SPOILT["a flipped bit"](publish(product(number, "شیر")))

    editions = Editions(folder)

    assert editions.open() is None
    assert len(editions.set_aside) == 2
    assert next_edition(folder).name == "catalogue-000003.db"


def test_files_set_aside_under_the_same_name_are_counted(folder: Path, publish: Publish) -> None:
    for _ in range(2):
        file = publish(BARE)
        file = file.rename(folder / "catalogue-000001.db")
        file.write_bytes(b"")
        Editions(folder).open()

    assert {file.name for file in folder.iterdir()} == {
        "catalogue-000001.db.corrupt-1",
        "catalogue-000001.db.corrupt-2",
    }


def test_damage_met_while_running_leads_back_to_the_edition_before(
    folder: Path, publish: Publish
) -> None:
    publish(product(1, "شیر"))
    newest = publish(*(product(i, f"نان {i}") for i in range(2, 400)))
    editions = Editions(folder)
    current = editions.open()
    assert current is not None
    size = newest.stat().st_size
    overwrite(newest, 4_096, b"\xff" * (size - 4_096))

    with pytest.raises(DataError, match="expected a sound catalogue"):
        list(map(current.by_sku, map(str, range(2, 400))))

    assert skus(editions.fall_back()) == ["1"]
    assert len(editions.set_aside) == 1


def test_a_mistake_of_ours_is_not_taken_for_damage(folder: Path, publish: Publish) -> None:
    import sqlite3

    publish(FULL)
    current = Editions(folder).open()
    assert current is not None
    current.close()

    with pytest.raises(sqlite3.ProgrammingError):
        current.by_sku("1")


def test_what_a_power_cut_left_of_a_build_is_cleared_away(folder: Path, publish: Publish) -> None:
    good = publish(FULL)
    for name in ("catalogue-000002.db.part", "catalogue-000002.db.waiting"):
        (folder / name).write_bytes(b"half")

    Editions(folder).open()

    assert list(folder.iterdir()) == [good]


def test_a_catalogue_of_an_older_kind_is_not_read(publish: Publish) -> None:
    file = publish(FULL)
    overwrite(file, 60, (99).to_bytes(4))

    with pytest.raises(DataError, match=f"expected schema {SCHEMA_VERSION}, got 99"):
        Catalogue(file)


def test_another_sqlite_file_is_no_catalogue(tmp_path: Path) -> None:
    import sqlite3

    file = tmp_path / "other.db"
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE t (x)")
    connection.close()

    with pytest.raises(DataError, match="expected a catalogue, got another SQLite file"):
        Catalogue(file)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="none"):
        Catalogue(tmp_path / "none.db")
    with pytest.raises(DataError, match="none"):
        check(tmp_path / "none.db")


def test_a_disk_that_has_turned_read_only_still_serves_what_is_sound(
    folder: Path, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(product(1, "شیر"))
    damaged = publish(product(2, "پنیر"))
    overwrite(damaged, 0, b"no database")
    (folder / "catalogue-000003.db.part").write_text("a build that was cut short")
    last = publish(product(3, "ماست"))

    def refuse(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "rename", refuse)
    monkeypatch.setattr(Path, "unlink", refuse)
    editions = Editions(folder)

    assert skus(editions.open()) == skus(Catalogue(last))
    assert len(skus(editions.fall_back())) == 1  # past the damaged one, to the first
    assert editions.fall_back() is None  # and it does not come round to the last again
    assert editions.set_aside == []


# ---- with changes beside them: docs/feed.md, section 6


def priced(sku: str, minor: int) -> Change:
    return Change(sku, price=Money(minor, "IRR"))


@pytest.fixture
def both(folder: Path, publish: Publish) -> Iterator[tuple[Editions, ChangingCatalogue, InUse]]:
    """Give an edition in use as the core has it, and as the feed does."""
    publish(product(1, "شیر"), product(2, "نان"))
    in_use = InUse()
    editions = Editions(folder, in_use)
    editions.open()
    with closing(ChangingCatalogue(in_use)) as shelf:
        yield editions, shelf, in_use


def shown(editions: Editions) -> tuple[int, list[int]]:
    catalogue = editions.take_brought()
    assert catalogue is not None
    products = catalogue.products_in("", 9)[0]
    return catalogue.sequence, sorted(each.list_price.minor for each in products)


def test_a_base_that_the_feed_brought_is_used_with_what_was_applied_since(
    folder: Path, publish: Publish, both: tuple[Editions, ChangingCatalogue, InUse]
) -> None:
    editions, shelf, _ = both
    shelf.apply(heading(8), [priced("1", 80)])
    shelf.apply(heading(9), [priced("2", 90)])
    newer = publish(
        product(1, "شیر", list_price=Money(80, "IRR")), product(2, "نان"), heading={"sequence": 8}
    )

    assert shown(editions) == (9, [80, 90])
    shelf.take_base(newer)
    assert (shelf.sequence, shelf.base_sequence) == (9, 8)
    assert shown(editions) == (9, [80, 90])
    assert editions.current is not None
    assert editions.current.file == newer
    shelf.apply(heading(10), [priced("1", 100)])
    assert shown(editions) == (10, [90, 100])

    last = publish(product(1, "شیر"), heading={"sequence": 11})
    shelf.take_base(last)
    assert shown(editions) == (11, [500_000])
    assert sorted(each.name for each in folder.glob("*.db")) == [
        "catalogue-000002.db",
        "catalogue-000003.db",
        "changes-000002.db",
    ]


def test_a_base_older_than_the_one_in_use_is_refused_and_all_is_as_before(
    publish: Publish, both: tuple[Editions, ChangingCatalogue, InUse]
) -> None:
    editions, shelf, _ = both
    shelf.apply(heading(8), [priced("1", 80)])
    older = publish(product(1, "شیر"), heading={"sequence": 6})

    with pytest.raises(DataError, match="expected a base that leads to 8, got one of 6"):
        shelf.take_base(older)

    assert shelf.sequence == 8
    assert shown(editions) == (8, [80, 500_000])


def test_a_base_of_another_store_begins_anew(
    publish: Publish, both: tuple[Editions, ChangingCatalogue, InUse]
) -> None:
    editions, shelf, _ = both
    shelf.apply(heading(8), [priced("1", 80)])
    shelf.take_base(publish(product(5, "شیر"), heading={"sequence": 3, "store": "punak"}))

    assert (shelf.sequence, shelf.store_id) == (3, "punak")
    assert shown(editions) == (3, [500_000])


def test_what_the_power_cut_short_of_taking_a_base_is_done_at_the_start(
    folder: Path, publish: Publish, both: tuple[Editions, ChangingCatalogue, InUse]
) -> None:
    _, shelf, _ = both
    shelf.apply(heading(8), [priced("1", 80)])
    shelf.close()
    publish(product(1, "شیر"), product(2, "نان"), heading={"sequence": 7})

    editions = Editions(folder)
    editions.open()

    assert shown(editions) == (8, [80, 500_000])


def test_the_edition_before_is_gone_back_to_with_its_changes_and_the_feed_follows(
    publish: Publish, both: tuple[Editions, ChangingCatalogue, InUse]
) -> None:
    editions, shelf, _ = both
    shelf.apply(heading(8), [priced("1", 80)])
    shelf.take_base(publish(product(3, "شیر"), heading={"sequence": 12}))
    assert shown(editions) == (12, [500_000])

    editions.fall_back()

    assert shown(editions) == (8, [80, 500_000])
    assert shelf.sequence == 8
    shelf.apply(heading(9), [priced("2", 90)])
    assert shown(editions) == (9, [80, 90])


def test_changes_that_the_reader_set_aside_are_begun_anew_by_the_writer(
    both: tuple[Editions, ChangingCatalogue, InUse],
) -> None:
    editions, shelf, _ = both
    shelf.apply(heading(8), [priced("1", 80)])
    assert editions.current is not None
    editions.current.changes_are_damaged = True
    editions.fall_back()

    assert shown(editions) == (7, [500_000, 500_000])
    assert shelf.sequence == 7
    shelf.apply(heading(8), [priced("1", 81)])
    assert shown(editions) == (8, [81, 500_000])


def test_damage_met_by_the_writer_is_set_aside_for_the_reader_too(
    folder: Path, both: tuple[Editions, ChangingCatalogue, InUse]
) -> None:
    editions, shelf, _ = both
    shelf.apply(heading(8), [priced("1", 80)])
    with closing(sqlite3.connect(folder / "changes-000001.db")) as connection:
        connection.execute("UPDATE changed SET price = 81")
        connection.commit()

    with pytest.raises(DataError, match="as it was written"):
        shelf.apply(heading(9), [priced("1", 90)])

    assert shelf.sequence == 7
    assert shown(editions) == (7, [500_000, 500_000])
    assert (folder / "changes-000001.db.corrupt-1").exists()
