"""The store's rules beside the catalogue: read, changed, kept when they cannot be read, healed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kiosk.errors import DataError
from kiosk.rules_fault import RulesFault
from kiosk.shelf_price import price_of
from kiosk.storage import Catalogue, ChangingCatalogue, Editions, InUse, build, rules
from kiosk.storage.changes_file import DamagedChangesError, changes_beside, open_to_write
from kiosk.storage.in_use import Edition
from retail.catalogue import Category, Product, Store
from retail.goods import Goods, Item
from retail.pricing.off import Amount, Percent
from retail.pricing.records import rule_record
from retail.pricing.rules import (
    Adjustment,
    By,
    EachOff,
    Offer,
    Part,
    Scope,
    SetOff,
    Step,
    TogetherOff,
)
from retail.pricing.tag import Tag
from retail.rule_lines import StoreRule, ToldRule, rule_line
from retail.segment import Change, Gone
from retail.snapshot import category_record, product_record, store_record
from retail.values import Money
from tests.storage.conftest import Snapshot
from tests.storage.segments import BASE_SEQUENCE, heading
from tests.storage.shop import CATEGORIES, FULL, NOON, STORES, product

MILK = product(10, "شیر کاله")
DAIRY = Goods(categories=frozenset({"dairy"}))
SPRING, AUTUMN = Adjustment("spring", Percent(1_000), DAIRY), Adjustment("autumn", Percent(500))
TWO = Offer("two", EachOff(DAIRY, (Step(2, Percent(1_000)),)))
BASKET = Offer("basket", TogetherOff(Goods(), (Step(0, Amount(5)),)))
LATER: dict[str, Any] = {"rule": "lottery", "id": "later", "chance": 3}
NEXT = BASE_SEQUENCE + 1
Record = Category | Store | ToldRule | Product | Change | Gone


def told(rule: StoreRule) -> ToldRule:
    return ToldRule(rule.rule_id, rule_record(rule))


UNREADABLE = ToldRule("later", LATER)
WITHOUT_IT = Gone("rule", "later")


@pytest.fixture
def base(snapshot: Snapshot, tmp_path: Path) -> Callable[..., Path]:
    """Build an edition of a sequence that has these rules."""

    def make(number: int, sequence: int, *rules: StoreRule | dict[str, Any]) -> Path:
        lines = [
            *map(category_record, CATEGORIES),
            *map(store_record, STORES),
            *(
                {"kind": "rule", "rule": each} if isinstance(each, dict) else rule_line(each)
                for each in rules
            ),
            *map(product_record, (MILK, FULL)),
        ]
        file = tmp_path / f"catalogue-{number:06}.db"
        build(snapshot(heading={"sequence": sequence}, records=lines), file)
        return file

    return make


@pytest.fixture
def file(base: Callable[..., Path]) -> Path:
    return base(1, BASE_SEQUENCE, SPRING, TWO)


def changing(file: Path) -> ChangingCatalogue:
    in_use = InUse()
    in_use.answer = Edition(file)
    return ChangingCatalogue(in_use)


@pytest.fixture
def shelf(file: Path) -> Iterator[ChangingCatalogue]:
    with closing(changing(file)) as opened:
        yield opened


@pytest.fixture
def reader(file: Path) -> Iterator[Catalogue]:
    with closing(Catalogue(file)) as opened:
        yield opened


def rules_in(catalogue: Catalogue) -> list[str]:
    """Give the ids of the rules that meet milk."""
    catalogue.refresh()
    milk = Item("10", catalogue.categories_above("milk"))
    book = catalogue.rules.book
    found: list[StoreRule] = [*book.adjustments(milk), *book.offers_near(milk)]
    return sorted({rule.rule_id for rule in found})


def fault_in(catalogue: Catalogue) -> tuple[int, str] | None:
    catalogue.refresh()
    fault = catalogue.rules.fault
    return (fault.sequence, fault.rule_id) if fault else None


def opened_anew(file: Path) -> tuple[list[str], tuple[int, str] | None]:
    """Give rules and fault as they are after a restart."""
    with closing(Catalogue(file)) as catalogue:
        return rules_in(catalogue), fault_in(catalogue)


def test_the_rules_of_a_snapshot_are_those_of_the_store(reader: Catalogue) -> None:
    assert rules_in(reader) == ["spring", "two"]
    shop = reader.rules.book.shop
    assert (shop.store_id, shop.zone, shop.currency) == ("vanak", ZoneInfo("Asia/Tehran"), "IRR")
    assert shop.vat_included


def test_prices_without_vat_are_said_in_the_heading(snapshot: Snapshot, tmp_path: Path) -> None:
    file = tmp_path / "catalogue-000001.db"
    build(snapshot(MILK, heading={"vat_included": False}), file)
    with closing(Catalogue(file)) as catalogue:
        assert not catalogue.rules.book.shop.vat_included


@pytest.mark.parametrize(
    ("heading", "what"),
    [
        ({"vat_included": "no"}, "vat_included: expected bool, got 'no'"),
        ({"rules": 12}, "rules: expected a snapshot with all of its rules, got one without 12"),
    ],
)
def test_a_heading_that_is_wrong_or_leaves_rules_out_is_refused(
    snapshot: Snapshot, tmp_path: Path, heading: dict[str, Any], what: str
) -> None:
    with pytest.raises(DataError, match=what):
        build(snapshot(MILK, heading=heading), tmp_path / "catalogue-000001.db")


@pytest.mark.parametrize(
    ("rules", "what"),
    [
        ([SPRING, SPRING], "id: expected one that is new, got 'spring' again"),
        ([{"rule": "offer"}], "rule: Expected a field 'id'"),
    ],
)
def test_a_rule_line_that_is_none_is_refused_when_a_catalogue_is_built(
    base: Callable[..., Path], rules: list[Any], what: str
) -> None:
    with pytest.raises(DataError, match=what):
        base(1, BASE_SEQUENCE, *rules)


def test_rules_of_other_stores_are_left_out(base: Callable[..., Path]) -> None:
    there = Adjustment("there", Percent(500), scope=Scope(frozenset({"punak"})))
    assert opened_anew(base(1, BASE_SEQUENCE, there, AUTUMN)) == (["autumn"], None)


def test_one_piece_meets_no_offer_on_a_basket(base: Callable[..., Path]) -> None:
    with closing(Catalogue(base(1, BASE_SEQUENCE, BASKET, SPRING, TWO))) as catalogue:
        milk, found = Item("10", frozenset({"dairy"})), catalogue.rules
        assert found.book.offers_near(milk) == [BASKET, TWO]
        assert found.shelf_book.offers_near(milk) == [TWO]
        assert found.shelf_book.adjustments(milk) == [SPRING]


def test_a_list_is_priced_by_what_a_single_piece_earns(base: Callable[..., Path]) -> None:
    of_one = [
        Offer("one", EachOff(DAIRY, (Step(1, Amount(5)), Step(3, Amount(9))))),
        Offer("dear", EachOff(DAIRY, (Step(100_000, Amount(5)),), By.MONEY)),
        Offer("set", SetOff((Part(DAIRY, 1),), Amount(5))),
    ]
    pair = Offer("pair", SetOff((Part(DAIRY, 2),), Amount(5)))
    with closing(Catalogue(base(1, BASE_SEQUENCE, *of_one, SPRING, TWO, BASKET, pair))) as opened:
        milk, found = Item("10", frozenset({"dairy"})), opened.rules
        assert {rule.rule_id for rule in found.list_book.offers_near(milk)} == {
            "one",
            "dear",
            "set",
        }
        assert found.list_book.adjustments(milk) == [SPRING]
        tag = Tag(milk, 500_000)
        prices = {price_of(tag, book, NOON).price for book in (found.shelf_book, found.list_book)}
        assert len(prices) == 1


def test_a_segment_adds_replaces_and_takes_away_rules(
    file: Path, shelf: ChangingCatalogue, reader: Catalogue
) -> None:
    shelf.apply(heading(NEXT), [told(AUTUMN), Gone("rule", "two"), Gone("rule", "unheard of")])
    assert rules_in(reader) == ["autumn", "spring"]
    dearer = Adjustment("spring", Percent(2_000), DAIRY)
    shelf.apply(heading(NEXT + 1), [told(dearer)])
    assert rules_in(reader) == ["autumn", "spring"]
    assert dearer in reader.rules.book.adjustments(Item("10", frozenset({"dairy"})))
    assert opened_anew(file) == (["autumn", "spring"], None)


def test_a_segment_without_rules_leaves_the_book_as_it_is(
    shelf: ChangingCatalogue, reader: Catalogue
) -> None:
    before = reader.rules.book
    shelf.apply(heading(NEXT), [Change("10", Money(7, "IRR"))])
    reader.refresh()
    assert reader.rules.book is before


def test_with_a_rule_that_cannot_be_read_the_last_good_ones_stay_and_all_else_is_taken(
    file: Path, shelf: ChangingCatalogue, reader: Catalogue
) -> None:
    news: list[Record] = [told(AUTUMN), UNREADABLE, Change("10", Money(7, "IRR"))]
    shelf.apply(heading(NEXT), news)
    assert (rules_in(reader), fault_in(reader)) == (["spring", "two"], (NEXT, "later"))
    assert reader.rules.fault == RulesFault(
        NEXT, "later", "rule: Expected one of fixed_price, adjustment, offer, got 'lottery'"
    )
    found = reader.by_sku("10")
    assert found is not None
    assert found.list_price == Money(7, "IRR")
    assert opened_anew(file) == (["spring", "two"], (NEXT, "later"))


@pytest.mark.parametrize("healing", [WITHOUT_IT, ToldRule("later", rule_record(AUTUMN))])
def test_a_later_good_set_heals_it_with_all_that_came_meanwhile(
    file: Path, shelf: ChangingCatalogue, reader: Catalogue, healing: ToldRule | Gone
) -> None:
    if isinstance(healing, ToldRule):
        healing = ToldRule("later", {**healing.record, "id": "later"})
    shelf.apply(heading(NEXT), [UNREADABLE, Gone("rule", "two")])
    shelf.apply(heading(NEXT + 1), [told(AUTUMN)])
    assert (rules_in(reader), fault_in(reader)) == (["spring", "two"], (NEXT + 1, "later"))
    shelf.apply(heading(NEXT + 2), [healing])
    more = ["later"] if isinstance(healing, ToldRule) else []
    assert (rules_in(reader), fault_in(reader)) == (["autumn", *more, "spring"], None)
    assert opened_anew(file)[1] is None


def test_a_kiosk_that_can_read_more_heals_it_by_itself(
    file: Path, shelf: ChangingCatalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.apply(heading(NEXT), [UNREADABLE])
    read = rules._read
    monkeypatch.setattr(
        rules, "_read", lambda key, text: AUTUMN if key == "later" else read(key, text)
    )
    assert opened_anew(file) == (["autumn", "spring", "two"], None)


def test_an_older_kiosk_that_cannot_read_the_kept_ones_uses_none(
    file: Path, shelf: ChangingCatalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.apply(heading(NEXT), [UNREADABLE])

    def older(_rule_id: str, _text: bytes) -> StoreRule:
        raise ValueError("Expected something simpler")

    monkeypatch.setattr(rules, "_read", older)
    assert opened_anew(file)[0] == []


def test_a_first_snapshot_with_a_rule_that_cannot_be_read_sells_without_rules(
    base: Callable[..., Path],
) -> None:
    file = base(1, BASE_SEQUENCE, SPRING, LATER)
    assert opened_anew(file) == ([], (BASE_SEQUENCE, "later"))
    with closing(changing(file)) as shelf:
        shelf.apply(heading(NEXT), [told(AUTUMN)])
        assert opened_anew(file) == ([], (NEXT, "later"))
        shelf.apply(heading(NEXT + 1), [WITHOUT_IT])
    assert opened_anew(file) == (["autumn", "spring"], None)


# ---- a newer base


def test_rules_that_are_newer_than_a_newer_base_are_laid_beside_it(
    base: Callable[..., Path], shelf: ChangingCatalogue
) -> None:
    shelf.apply(heading(NEXT), [told(AUTUMN)])
    shelf.apply(heading(NEXT + 1), [Gone("rule", "two")])
    newer = base(2, NEXT, SPRING, TWO, AUTUMN)
    shelf.take_base(newer)
    assert opened_anew(newer) == (["autumn", "spring"], None)


def test_rules_of_a_newer_base_take_the_place_of_older_ones(
    base: Callable[..., Path], shelf: ChangingCatalogue
) -> None:
    shelf.apply(heading(NEXT), [told(AUTUMN)])
    shelf.apply(heading(NEXT + 1), [Change("10", Money(7, "IRR"))])
    newer = base(2, NEXT, TWO)
    shelf.take_base(newer)
    assert opened_anew(newer) == (["two"], None)


@pytest.mark.parametrize("further", [0, 5], ids=["as new", "newer"])
def test_a_newer_base_that_cannot_be_read_keeps_the_last_good_rules(
    base: Callable[..., Path], shelf: ChangingCatalogue, further: int
) -> None:
    shelf.apply(heading(NEXT), [told(AUTUMN)])
    newer = base(2, NEXT + further, SPRING, LATER)
    shelf.take_base(newer)
    assert opened_anew(newer) == (["autumn", "spring", "two"], (NEXT + further, "later"))
    shelf.apply(heading(NEXT + further + 1), [WITHOUT_IT])
    assert opened_anew(newer) == (["spring"], None)


def test_the_last_good_rules_outlive_two_newer_bases(
    base: Callable[..., Path], shelf: ChangingCatalogue
) -> None:
    for number, sequence in ((2, NEXT), (3, NEXT + 1)):
        shelf.take_base(base(number, sequence, LATER))
    newest = base(4, NEXT + 2, LATER)
    shelf.take_base(newest)
    assert opened_anew(newest) == (["spring", "two"], (NEXT + 2, "later"))


# ---- damage


def test_a_flipped_bit_in_kept_rules_is_damage_of_the_changes(
    file: Path, shelf: ChangingCatalogue
) -> None:
    shelf.apply(heading(NEXT), [told(AUTUMN)])
    with closing(open_to_write(changes_beside(file))) as connection:
        connection.execute("UPDATE rules SET told = replace(told, '500', '501')")
    with pytest.raises(DamagedChangesError, match="expected its rules as they were written"):
        Catalogue(file)
    editions = Editions(file.parent)
    catalogue = editions.open()
    assert catalogue is not None
    with closing(catalogue):
        assert rules_in(catalogue) == ["spring", "two"]  # the base's, until it is fetched again
    assert [aside.name for aside in editions.set_aside] == ["changes-000001.db.corrupt-1"]


@pytest.mark.parametrize(
    "change", ["UPDATE rule SET record = '['", "UPDATE info SET zone = 'Nowhere/At all'"]
)
def test_rules_of_a_damaged_base_are_damage_and_no_crash(file: Path, change: str) -> None:
    with closing(open_to_write(file)) as connection:
        connection.execute(change)
    with pytest.raises(DataError, match="expected a sound catalogue"):
        Catalogue(file)
