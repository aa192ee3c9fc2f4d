"""What a file does to a question that is not as it was built, and only says so when it is read.

The seal finds every such file at the start of the kiosk; this is for one that is damaged later.
docs/catalogue.md, section 4.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.errors import DataError
from kiosk.storage import Catalogue, Filters, bitsets, build, check, products
from tests.storage.conftest import Snapshot
from tests.storage.shop import FULL, gtin, in_stock, product

Question = Callable[[Catalogue], object]
PRODUCTS = [FULL, *(product(i, f"شیر نمونه {i}", stock=in_stock()) for i in range(10, 20))]


@pytest.fixture
def file(snapshot: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(bitsets, "PRODUCTS_MIN", 5)
    build(snapshot(*PRODUCTS), tmp_path / "catalogue.db")
    return tmp_path / "catalogue.db"


def damaged(file: Path, *changes: str) -> Catalogue:
    """Open the catalogue after its rows were changed behind its back."""
    with closing(sqlite3.connect(file)) as connection:
        for change in changes:
            assert connection.execute(change).rowcount > 0, change
        connection.commit()
    return Catalogue(file)


def scanned(catalogue: Catalogue) -> object:
    return catalogue.by_gtin(FULL.packs[0].gtin)


def typed(catalogue: Catalogue) -> object:
    return catalogue.search("کاله")


def beside_it(catalogue: Catalogue) -> object:
    return catalogue.similar(PRODUCTS[1], 50)


def opened_at_its_category(catalogue: Catalogue) -> object:
    return catalogue.products_in("milk", 50)


ALL = (scanned, typed, beside_it, opened_at_its_category)
OF_FULL = "WHERE sku = '90001'"
ROWS = [
    "parts = ''",
    "parts = '['",
    "parts = 'null'",
    "parts = '7'",
    "parts = '[[]]'",
    "parts = parts || ']'",
    "parts = parts || ' '",
    "parts = replace(parts, '[[6', '[[\"a\",6')",
    "parts = replace(parts, ',24,', '.24,')",
    "parts = replace(parts, '[1,24', '[9,24')",
    "parts = replace(parts, '[1,24', '[\"1\",24')",
    "parts = '[[[1.5,1,null,null]],[],[],[]]'",
    "parts = '[[],[[1,1,99999999999999999]],[],[]]'",
    "parts = '[[],[],[77],[]]'",
    "parts = '[[],[],[null],[]]'",
    "parts = '[[],[],[],[77]]'",
    "parts = '[[],[],[],[[]]]'",
    "category = 77",
    "unit = 77",
    "brand = 77",
    "place = 77",
    "size_measure = 'mile'",
    "size_amount = -1",
]


@pytest.mark.parametrize("change", ROWS)
@pytest.mark.parametrize("question", [scanned, typed])
def test_a_row_that_is_not_as_it_was_written_is_damage(
    file: Path, change: str, question: Question
) -> None:
    opened = damaged(file, f"UPDATE product SET {change} {OF_FULL}")

    with closing(opened), pytest.raises(DataError, match=r"catalogue\.db: rank \d+: expected"):
        question(opened)


@pytest.mark.parametrize("question", ALL)
def test_every_way_to_a_damaged_row_tells_it(file: Path, question: Question) -> None:
    opened = damaged(file, f"UPDATE product SET parts = '[' {OF_FULL}")

    with closing(opened), pytest.raises(DataError, match="catalogue"):
        question(opened)


@pytest.mark.parametrize("question", ALL)
def test_other_products_are_still_found(file: Path, question: Question) -> None:
    opened = damaged(file, "UPDATE product SET parts = '[' WHERE sku = '19'")

    with closing(opened):
        assert opened.by_gtin(gtin(10)) == (PRODUCTS[1], PRODUCTS[1].packs[0])


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE wording SET fa = '' ",
        "UPDATE offer SET ends_at = starts_at",
        "UPDATE offer SET off_basis_points = 20000",
        "UPDATE place SET aisle = ''",
        "DELETE FROM place",
        "DELETE FROM wording",
    ],
)
def test_what_products_share_is_checked_where_it_is_read(file: Path, change: str) -> None:
    with (
        pytest.raises(DataError, match=r"catalogue\.db: .*expected"),
        closing(damaged(file, change)) as opened,
    ):
        scanned(opened)


def test_what_few_products_share_is_checked_too(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(products, "_SHARED_AT_ONCE", 0)
    opened = damaged(file, "UPDATE place SET aisle = ''")

    with closing(opened), pytest.raises(DataError, match="Expected an aisle"):
        scanned(opened)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE facet SET kind = 'moon'",
        "UPDATE category SET name_fa = ''",
        "UPDATE store SET name_fa = ''",
        "UPDATE info SET made_at = 99999999999999",
        "DELETE FROM info",
    ],
)
def test_a_catalogue_with_damage_in_what_is_read_first_is_not_opened(
    file: Path, change: str
) -> None:
    with pytest.raises(DataError, match="expected a"):
        damaged(file, change)


def test_an_index_that_leads_to_no_product_is_damage(file: Path) -> None:
    opened = damaged(file, f"DELETE FROM product {OF_FULL}")

    with closing(opened), pytest.raises(DataError, match="expected products of all ranks"):
        typed(opened)


@pytest.mark.parametrize("ranks", ["x'010000'", "x'FFFFFFFF'", "x'0100000000000080'"])
def test_a_list_of_no_ranks_is_damage(file: Path, ranks: str) -> None:
    opened = damaged(file, f"UPDATE listed SET ranks = {ranks}")

    with closing(opened), pytest.raises(DataError, match=r"listed .*: expected ranks"):
        opened.search("شیر کاله")


@pytest.mark.parametrize("bits", ["x''", "x'0F'", "zeroblob(1000)"])
def test_a_set_of_another_length_is_damage(file: Path, bits: str) -> None:
    opened = damaged(file, f"UPDATE common SET bits = {bits}")

    with closing(opened), pytest.raises(DataError, match=r"common .*: expected a bit"):
        opened.search("شیر نمونه", Filters(in_stock=True))


def test_the_seal_knows_all_of_it_beforehand(file: Path) -> None:
    damaged(file, f"UPDATE product SET price = price + 1 {OF_FULL}").close()

    with pytest.raises(DataError, match="expected the bytes that were built"):
        check(file)
