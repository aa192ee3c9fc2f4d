"""What a segment does to the catalogue in use, and what is refused: docs/feed.md, sections 3 to 6."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.errors import DataError
from kiosk.storage import Catalogue, ChangingCatalogue, InUse, build, changed_terms
from kiosk.storage.changes_file import changes_beside
from kiosk.storage.in_use import Edition
from kiosk.storage.shelf import Changing
from retail.catalogue import Category, Pack, Stock, Store, Text
from retail.segment import Change, Gone
from retail.values import Money, Place
from tests.storage.conftest import Snapshot
from tests.storage.segments import BASE_SEQUENCE, Record, heading, made_at
from tests.storage.shop import AUTUMN, BARE, CATEGORIES, FULL, NOON, gtin, in_stock, product

MILK = product(10, "شیر کاله", packs=(Pack(gtin(10)),), picture="aa")
CHEESE = product(11, "پنیر میهن", category_id="cheese", stock=in_stock())
NEXT = BASE_SEQUENCE + 1


@pytest.fixture
def file(snapshot: Snapshot, tmp_path: Path) -> Path:
    build(snapshot(FULL, MILK, CHEESE, BARE), tmp_path / "catalogue-000001.db")
    return tmp_path / "catalogue-000001.db"


@pytest.fixture
def reader(file: Path) -> Iterator[Catalogue]:
    with closing(Catalogue(file)) as opened:
        yield opened


@pytest.fixture
def shelf(file: Path) -> Iterator[ChangingCatalogue]:
    in_use = InUse()
    in_use.answer = Edition(file)
    with closing(ChangingCatalogue(in_use)) as opened:
        yield opened


def rial(minor: int) -> Money:
    return Money(minor, "IRR")


def test_a_change_is_seen_by_a_reader_that_was_open_before(
    reader: Catalogue, shelf: ChangingCatalogue
) -> None:
    assert reader.by_sku("10") == MILK
    place = Place("B1", "2", "3")
    change = Change("10", rial(7), in_stock(2), (AUTUMN.on("10"),), place)

    shelf.apply(heading(NEXT), [change])

    assert reader.by_gtin(gtin(10)) == (change.of(MILK), MILK.packs[0])
    assert (reader.sequence, reader.made_at) == (NEXT, made_at(NEXT))
    assert (shelf.sequence, shelf.made_at) == (NEXT, made_at(NEXT))
    assert shelf.base_sequence == BASE_SEQUENCE


def test_parts_that_are_none_now_are_none_and_the_others_stay(
    reader: Catalogue, shelf: ChangingCatalogue
) -> None:
    shelf.apply(heading(NEXT), [Change("90001", stock=(), offers=(), place=None)])

    assert reader.by_sku("90001") == replace(FULL, stock=(), offers=(), place=None)


def test_changes_of_one_product_add_up_over_segments(
    reader: Catalogue, shelf: ChangingCatalogue
) -> None:
    shelf.apply(heading(NEXT), [Change("10", price=rial(7))])
    shelf.apply(heading(NEXT + 1), [Change("10", stock=in_stock(2))])
    shelf.apply(heading(NEXT + 2), [Change("10", price=rial(9))])

    assert reader.by_sku("10") == replace(MILK, list_price=rial(9), stock=in_stock(2))


def test_what_is_gone_is_found_by_nothing_until_it_comes_back(
    reader: Catalogue, shelf: ChangingCatalogue
) -> None:
    shelf.apply(heading(NEXT), [Gone("product", "10"), Gone("product", "never there")])

    assert reader.by_gtin(gtin(10)) is reader.by_sku("10") is None
    assert reader.search("شیر کاله").products == (FULL,)
    assert reader.products_in("", 9)[1] == 3

    shelf.apply(heading(NEXT + 1), [MILK])
    assert reader.search("شیر کاله").products == (MILK, FULL)
    assert reader.by_sku("10") == MILK


def test_a_new_product_is_found_at_its_place_by_popularity(
    reader: Catalogue, shelf: ChangingCatalogue
) -> None:
    popular = product(20, "شیر تازه", popularity=MILK.popularity + 1)
    rare = product(21, "شیر مانده", popularity=1)

    shelf.apply(heading(NEXT), [popular, rare])

    assert [each.sku for each in reader.search("شیر").products] == ["20", "10", "90001", "21"]
    assert reader.search("ماندە").products[0] == rare  # a word that the base does not have
    assert reader.search("مانده").products == reader.search("مامده").products == (rare,)


def test_a_gtin_may_move_from_one_product_to_another(
    reader: Catalogue, shelf: ChangingCatalogue
) -> None:
    other = replace(CHEESE, sku="05", packs=(Pack(gtin(10)),), popularity=3)
    shelf.apply(heading(NEXT), [other, replace(MILK, packs=(Pack(gtin(30)),))])

    assert reader.by_gtin(gtin(10)) == (other, other.packs[0])
    assert reader.search("0626000000030").products[0].sku == "10"


def test_a_category_with_another_name_is_found_by_it(
    reader: Catalogue, shelf: ChangingCatalogue
) -> None:
    renamed = [
        replace(c, name=Text("نوشیدنی")) if c.category_id == "milk" else c for c in CATEGORIES
    ]
    shelf.apply(heading(NEXT), renamed)

    assert {each.sku for each in reader.search("نوشیدنی").products} == {"10", "90001"}
    assert reader.path_to("milk")[-1].name == Text("نوشیدنی")


def test_stores_come_and_go(reader: Catalogue, shelf: ChangingCatalogue) -> None:
    new = Store("karaj", Text("کرج"))
    shelf.apply(heading(NEXT), [new, Gone("store", "punak")])
    shelf.apply(heading(NEXT + 1), [Change("10", stock=(Stock("karaj", 3, NOON),))])

    assert set(reader.stores()) == {"vanak", "karaj"}
    with pytest.raises(DataError, match="expected a known store, got 'punak'"):
        shelf.apply(heading(NEXT + 2), [Change("10", stock=(Stock("punak", 3, NOON),))])


REFUSED: dict[str, tuple[list[Record], str]] = {
    "a change of nothing": ([Change("none", price=rial(1))], "'none': expected a product to change"),
    "a change of what is gone": (
        [Gone("product", "10"), Change("10", price=rial(1))],
        "got one that is gone",
    ),
    "other capitals": ([replace(MILK, sku="Ab"), product(1, "نان", sku="aB")], "got 'Ab' again"),
    "an unknown category": ([replace(MILK, category_id="moon")], "a known one, got 'moon'"),
    "a category lost": ([c for c in CATEGORIES if c.category_id != "toys"], "got 'toys'"),
    "an orphan": ([Category("x", Text("x"), parent="none")], "came before, got 'none'"),
    "a category late": ([MILK, CATEGORIES[0]], "categories, stores and rules before products"),
    "an unknown store": ([Change("10", stock=(Stock("moon", 1, NOON),))], "got 'moon'"),
    "a store twice": ([Change("10", stock=in_stock() * 2)], "each store once"),
    "another currency": ([Change("10", price=Money(1, "EUR"))], "expected IRR, got EUR"),
    "a huge number": ([Change("10", price=rial(1 << 63))], "numbers below"),
    "a GTIN of another": ([product(20, "نان", packs=(Pack(gtin(11)),))], "gtin: expected one"),
    "a GTIN twice": ([product(20, "نان", packs=(Pack(gtin(20)),) * 2)], "gtin: expected one"),
    "a GTIN of two new": (
        [product(i, "نان", packs=(Pack(gtin(20)),)) for i in (20, 21)],
        "gtin: expected one",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("records", "what"), REFUSED.values(), ids=REFUSED)
def test_what_does_not_fit_is_named_and_leaves_all_as_it_was(
    reader: Catalogue, shelf: ChangingCatalogue, records: list[Record], what: str
) -> None:
    good = Change("11", price=rial(1))

    with pytest.raises(DataError, match=what):
        shelf.apply(heading(NEXT), [*records, good] if records[0] != CATEGORIES[0] else records)

    assert shelf.sequence == reader.sequence == BASE_SEQUENCE
    assert reader.by_sku("11") == CHEESE
    shelf.apply(heading(NEXT), [good])
    assert reader.by_sku("11") == good.of(CHEESE)


@pytest.mark.parametrize(
    ("other", "what"),
    [
        ({"sequence": BASE_SEQUENCE}, "expected segment 8, got 7"),
        ({"sequence": NEXT + 1}, "expected segment 8, got 9"),
        ({"store": "punak"}, "one of 'punak'"),
        ({"currency": "EUR"}, "in EUR"),
    ],
)
def test_a_segment_that_is_not_the_next_is_refused(
    shelf: ChangingCatalogue, other: dict[str, object], what: str
) -> None:
    with pytest.raises(DataError, match=what):
        shelf.apply(heading(NEXT, **other) if "sequence" not in other else heading(**other), [])


def test_the_same_segment_is_not_applied_twice(shelf: ChangingCatalogue) -> None:
    shelf.apply(heading(NEXT), [])

    with pytest.raises(DataError, match="expected segment 9, got 8"):
        shelf.apply(heading(NEXT), [])


def test_what_the_records_raise_at_their_end_leaves_all_as_it_was(
    reader: Catalogue, shelf: ChangingCatalogue
) -> None:
    def cut_short() -> Iterator[Record]:
        yield Change("10", price=rial(1))
        raise RuntimeError("the file ends here")

    with pytest.raises(RuntimeError, match="ends here"):
        shelf.apply(heading(NEXT), cut_short())

    assert reader.by_sku("10") == MILK
    assert shelf.sequence == BASE_SEQUENCE


def test_no_catalogue_is_no_catalogue() -> None:
    shelf = ChangingCatalogue(InUse())

    assert (shelf.sequence, shelf.base_sequence, shelf.made_at) == (0, 0, None)
    assert (shelf.store_id, shelf.wants_base, list(shelf.named_pictures())) == ("", False, [])
    with pytest.raises(DataError, match="expected a catalogue"):
        shelf.apply(heading(1), [])


def test_a_base_is_wanted_when_a_tenth_has_changed(snapshot: Snapshot, tmp_path: Path) -> None:
    file = tmp_path / "catalogue-000001.db"
    build(snapshot(*(product(i, f"نان {i}") for i in range(100, 130))), file)
    with closing(Changing(file)) as changing:
        changing.apply(heading(NEXT), [Change(str(i), price=rial(1)) for i in range(100, 103)])
        assert changing.share == 0.1
        changing.apply(heading(NEXT + 1), [Change("104", price=rial(1))])
        assert changing.share > 0.1


def test_pictures_that_are_named_are_those_of_now(shelf: ChangingCatalogue) -> None:
    shelf.apply(heading(NEXT), [replace(MILK, picture="bb"), Gone("product", "90001")])

    assert sorted(shelf.named_pictures()) == ["bb"]


def test_a_thousand_versions_leave_one_row_and_little_in_memory(
    reader: Catalogue, shelf: ChangingCatalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changed_terms, "_DEAD_MIN", 4)
    for number in range(30):
        shelf.apply(heading(NEXT + number), [replace(MILK, name=Text(f"دوغ {number}"))])
        assert reader.search(f"دوغ {number}").products[0].sku == "10"

    assert reader.search("شیر کاله").products == (FULL,)
    assert shelf.changes_share == 0.25
    assert len(reader._index.changed.terms._places) < 8


def test_nothing_is_written_beside_a_catalogue_without_changes(reader: Catalogue) -> None:
    reader.search("شیر")

    assert not changes_beside(reader.file).exists()
