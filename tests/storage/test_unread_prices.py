"""Fixed prices that a kiosk cannot read: the product keeps the last good ones, and all else goes on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from kiosk.storage import Catalogue, ChangingCatalogue, Editions, InUse, build, unread
from kiosk.storage.changes_file import changes_beside, open_to_write
from kiosk.storage.in_use import Edition
from retail.catalogue import Product
from retail.pricing.rules import FixedPrice
from retail.segment import Change, Gone
from retail.snapshot import category_record, fixed_price_record, product_record, store_record
from retail.unread_prices import Unread, read_change_told, read_product_told
from retail.used_lines import ToldUsed, Use
from retail.values import Money
from tests.storage.conftest import Snapshot
from tests.storage.segments import BASE_SEQUENCE, heading
from tests.storage.shop import CATEGORIES, FULL, STORES, product

NEXT = BASE_SEQUENCE + 1
OLD, NEW = FixedPrice("old", "10", 700), FixedPrice("new", "10", 600)
LATER: dict[str, Any] = {"id": "later", "price": 5, "only_on": "full moon"}


def milk(**more: Any) -> Product:
    return product(10, "شیر کاله", **more)


def told(*prices: Any, **more: Any) -> Any:
    """Read a whole product as it comes over the wire."""
    return read_product_told({**product_record(milk(**more)), "prices": list(prices)}, "IRR")


def changed(*prices: Any, **more: Any) -> Any:
    record = {"kind": "change", "sku": "10", "prices": list(prices), **more}
    return read_change_told(record, "IRR")


@pytest.fixture
def base(snapshot: Snapshot, tmp_path: Path) -> Callable[..., Path]:
    def make(number: int, sequence: int, *prices: Any) -> Path:
        record = {**product_record(milk()), "prices": list(prices)}
        lines = [
            *map(category_record, CATEGORIES),
            *map(store_record, STORES),
            *(record, product_record(FULL)),
        ]
        file = tmp_path / f"catalogue-{number:06}.db"
        build(snapshot(heading={"sequence": sequence}, records=lines), file)
        return file

    return make


@pytest.fixture
def file(base: Callable[..., Path]) -> Path:
    return base(1, BASE_SEQUENCE, fixed_price_record(OLD))


def changing(file: Path) -> ChangingCatalogue:
    in_use = InUse()
    in_use.answer = Edition(file)
    return ChangingCatalogue(in_use)


@pytest.fixture
def shelf(file: Path) -> Iterator[ChangingCatalogue]:
    with closing(changing(file)) as opened:
        yield opened


def seen(catalogue: Catalogue) -> tuple[list[str], int, tuple[int, str] | None]:
    """Give the fixed prices and the list price of milk, and what is told as a fault."""
    found = catalogue.by_sku("10")
    assert found is not None
    fault = catalogue.rules.fault
    ids = [rule.rule_id for rule in found.fixed_prices]
    return ids, found.list_price.minor, (fault.sequence, fault.rule_id) if fault else None


def opened(file: Path) -> tuple[list[str], int, tuple[int, str] | None]:
    """Give it as it is after a restart, and as a reader that is open saw it."""
    with closing(Catalogue(file)) as catalogue:
        return seen(catalogue)


PRICE = milk().list_price.minor


def test_only_what_stands_in_prices_is_forgiven() -> None:
    unread_ = told(LATER)
    assert isinstance(unread_, Unread)
    assert (unread_.sku, unread_.rule_id, unread_.prices) == ("10", "later", [LATER])
    assert unread_.record == milk()
    assert "only_on" in unread_.reason
    assert told(fixed_price_record(OLD)) == milk(fixed_prices=(OLD,))
    with pytest.raises(ValueError, match="price"):
        read_product_told({**product_record(milk()), "prices": [LATER], "price": -1}, "IRR")
    with pytest.raises(ValueError, match="price"):
        read_change_told({"kind": "change", "sku": "10", "prices": [LATER], "price": -1}, "IRR")
    with pytest.raises(ValueError, match="price"):
        read_change_told({"kind": "change", "sku": "10", "price": -1}, "IRR")


@pytest.mark.parametrize("prices", [7, "much", [None], [LATER, {"id": 5}], {"id": "x"}])
def test_whatever_comes_instead_of_prices_is_kept_as_it_came(prices: Any) -> None:
    found = read_change_told({"kind": "change", "sku": "10", "prices": prices, "price": 3}, "IRR")
    assert isinstance(found, Unread)
    assert (found.prices, found.record) == (prices, Change("10", Money(3, "IRR")))


@pytest.mark.parametrize("whole", [False, True])
def test_the_last_good_ones_stay_and_all_else_is_taken(
    file: Path, shelf: ChangingCatalogue, whole: bool
) -> None:
    with closing(Catalogue(file)) as reader:
        news = told(LATER, list_price=Money(90, "IRR")) if whole else changed(LATER, price=90)
        shelf.apply(heading(NEXT), [Change(FULL.sku, Money(3, "IRR")), news])
        assert seen(reader) == (["old"], 90, (NEXT, "later"))
        other = reader.by_sku(FULL.sku)
        assert other is not None
        assert other.list_price.minor == 3
    assert opened(file) == (["old"], 90, (NEXT, "later"))
    shelf.apply(heading(NEXT + 1), [Change("10", Money(95, "IRR"))])
    assert opened(file) == (["old"], 95, (NEXT, "later"))


@pytest.mark.parametrize(
    ("healing", "left"),
    [(changed(), []), (changed(fixed_price_record(NEW)), ["new"]), (told(), [])],
)
def test_others_that_can_be_read_heal_it(
    file: Path, shelf: ChangingCatalogue, healing: Change | Product, left: list[str]
) -> None:
    shelf.apply(heading(NEXT), [changed(fixed_price_record(NEW))])
    shelf.apply(heading(NEXT + 1), [changed(LATER)])
    assert opened(file) == (["new"], PRICE, (NEXT + 1, "later"))
    shelf.apply(heading(NEXT + 2), [healing])
    assert opened(file) == (left, PRICE, None)


def test_a_product_that_goes_takes_its_fault_along(file: Path, shelf: ChangingCatalogue) -> None:
    shelf.apply(heading(NEXT), [changed(LATER)])
    shelf.apply(heading(NEXT + 1), [Gone("product", "10")])
    with closing(Catalogue(file)) as catalogue:
        assert catalogue.rules.fault is None
    shelf.apply(heading(NEXT + 2), [told(LATER)])
    assert opened(file) == ([], PRICE, (NEXT + 2, "later"))


def test_a_new_product_is_sold_at_its_list_price(file: Path, shelf: ChangingCatalogue) -> None:
    record = {**product_record(product(77, "دوغ")), "prices": [LATER]}
    shelf.apply(heading(NEXT), [read_product_told(record, "IRR")])
    with closing(Catalogue(file)) as catalogue:
        found = catalogue.by_sku("77")
        assert found is not None
        assert found.fixed_prices == ()


def test_a_snapshot_with_such_prices_is_taken_and_healed_by_a_segment(
    base: Callable[..., Path],
) -> None:
    file = base(1, BASE_SEQUENCE, fixed_price_record(OLD), LATER)
    assert opened(file) == ([], PRICE, (BASE_SEQUENCE, "later"))
    with closing(changing(file)) as shelf:
        shelf.apply(heading(NEXT), [Change(FULL.sku, Money(3, "IRR"))])
        assert opened(file) == ([], PRICE, (BASE_SEQUENCE, "later"))
        shelf.apply(heading(NEXT + 1), [changed(fixed_price_record(NEW))])
    assert opened(file) == (["new"], PRICE, None)


@pytest.mark.parametrize("further", [0, 5], ids=["as new", "newer"])
def test_a_newer_base_with_such_prices_takes_the_last_good_ones_over(
    base: Callable[..., Path], shelf: ChangingCatalogue, further: int
) -> None:
    shelf.apply(heading(NEXT), [changed(fixed_price_record(NEW))])
    newer = base(2, NEXT + further, LATER)
    shelf.take_base(newer)
    assert opened(newer) == (["new"], PRICE, (NEXT + further, "later"))
    newest = base(3, NEXT + further + 1, LATER)
    shelf.take_base(newest)
    assert opened(newest) == (["new"], PRICE, (NEXT + further + 1, "later"))


def test_what_was_unread_after_a_newer_base_is_unread_beside_it(
    base: Callable[..., Path], shelf: ChangingCatalogue
) -> None:
    shelf.apply(heading(NEXT), [Change(FULL.sku, Money(3, "IRR"))])
    shelf.apply(heading(NEXT + 1), [changed(LATER)])
    newer = base(2, NEXT, fixed_price_record(OLD))
    shelf.take_base(newer)
    assert opened(newer) == (["old"], PRICE, (NEXT + 1, "later"))


def test_a_later_version_of_the_kiosk_reads_what_was_kept(
    file: Path, shelf: ChangingCatalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.apply(heading(NEXT), [changed(LATER)])
    monkeypatch.setattr(unread, "read_fixed_prices", lambda _record, _sku: (NEW,))
    shelf.apply(heading(NEXT + 1), [Change(FULL.sku, Money(3, "IRR"))])
    assert opened(file) == (["new"], PRICE, None)


def test_a_segment_that_is_undone_leaves_no_fault(file: Path, shelf: ChangingCatalogue) -> None:
    def records() -> Iterator[Any]:
        yield changed(LATER)
        raise ValueError("the last line is wrong")

    with pytest.raises(ValueError, match="the last line"):
        shelf.apply(heading(NEXT), records())
    shelf.apply(heading(NEXT), [Change(FULL.sku, Money(3, "IRR"))])
    assert opened(file) == (["old"], PRICE, None)


# ---- counts, which lie beside


USED = ToldUsed("half", Use(3, 500))


def test_counts_come_change_and_go(file: Path, shelf: ChangingCatalogue) -> None:
    with closing(Catalogue(file)) as reader:
        assert reader.used == {}
        shelf.apply(heading(NEXT), [USED, ToldUsed("other", Use(1, 1))])
        reader.refresh()
        assert reader.used["half"] == USED
        shelf.apply(heading(NEXT + 1), [Gone("used", "other"), ToldUsed("half", Use(4, 600))])
        reader.refresh()
        assert {key: each.whole for key, each in reader.used.items()} == {"half": Use(4, 600)}
    with closing(Catalogue(file)) as again:
        assert [*again.used] == ["half"]


@pytest.mark.parametrize(
    "damage",
    ["UPDATE used SET times = times + 1", "UPDATE unread_price SET prices = '[]'"],
)
def test_a_flipped_bit_beside_is_damage_of_the_changes(
    file: Path, shelf: ChangingCatalogue, damage: str
) -> None:
    shelf.apply(heading(NEXT), [USED, changed(LATER)])
    with closing(open_to_write(changes_beside(file))) as connection:
        connection.execute(damage)
    editions = Editions(file.parent)
    catalogue = editions.open()
    assert catalogue is not None
    with closing(catalogue):
        assert seen(catalogue) == (["old"], PRICE, None)
    assert [aside.name for aside in editions.set_aside] == ["changes-000001.db.corrupt-1"]


def test_a_file_of_changes_of_before_is_read_and_goes_on(
    file: Path, shelf: ChangingCatalogue
) -> None:
    shelf.apply(heading(NEXT), [Change("10", Money(90, "IRR"))])
    with closing(open_to_write(changes_beside(file))) as connection:
        connection.execute("DROP TABLE used")
        connection.execute("DROP TABLE unread_price")
    assert opened(file) == (["old"], 90, None)
    with closing(changing(file)) as anew:
        anew.apply(heading(NEXT + 1), [USED, changed(LATER)])
    assert opened(file) == (["old"], 90, (NEXT + 1, "later"))


def test_prices_are_kept_as_they_came(file: Path, shelf: ChangingCatalogue) -> None:
    shelf.apply(heading(NEXT), [changed({**LATER, "name": "ماه کامل"})])
    with closing(open_to_write(changes_beside(file))) as connection:
        (text,) = connection.execute("SELECT prices FROM unread_price").fetchone()
    assert json.loads(text) == [{**LATER, "name": "ماه کامل"}]
