"""Puts one segment into the file of changes, inside a transaction that its caller holds.

What each record says is worked out against the base and what changed before: the parts to put into
the base's product, or a whole one; and where its words or filters are not those of the base any
more, what it is found by now. Records come by the thousand, so products are looked up many at a
time. Whatever does not fit is a ``DataError`` that names the record.

Source: docs/feed.md, sections 3 and 6.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from typing import assert_never

from kiosk.errors import DataError
from kiosk.storage.base import Base, OfBase
from kiosk.storage.bodies import (
    Parts,
    gtins_in,
    parts_of,
    read_parts,
    read_whole,
    with_parts,
    write_parts,
    write_whole,
)
from kiosk.storage.changes_file import INSERT_ENTRY, Entry, State, entries
from kiosk.storage.codes_order import sku_key
from kiosk.storage.found_by import Filtered, FoundBy, filtered_by, found_by
from kiosk.storage.surveys import write_surveys
from kiosk.storage.terms import price_step
from kiosk.storage.tree import Shared
from kiosk.storage.unread import Faults, UnreadPrices, write_unread
from kiosk.storage.used import write_used
from retail.catalogue import Category, Product, Stock, Store
from retail.pricing.rules import FixedPrice
from retail.rule_lines import ToldRule
from retail.segment import SAME, Change, Gone
from retail.survey_lines import ToldSurvey
from retail.unread_prices import Unread
from retail.used_lines import ToldUsed

Record = Category | Store | ToldRule | ToldUsed | ToldSurvey | Product | Change | Unread | Gone
OfProduct = Product | Change | Unread | Gone
AT_ONCE = 500  # products that are looked up together
NUMBER_END = 1 << 63  # SQLite's integers have 64 bits


class Applying:
    """One segment on its way into ``connection``; ``state`` is what that stood for before.

    ``faults`` are the products whose fixed prices came before and could not be read.
    """

    def __init__(
        self,
        base: Base,
        connection: sqlite3.Connection,
        state: State,
        sequence: int,
        faults: Faults,
    ) -> None:
        self._base, self._connection, self._state = base, connection, state
        self._file, self._sequence = base.file, sequence
        self._shared = Shared(base, state)
        query = "SELECT ifnull(max(number), 0), ifnull(max(rank), 0) FROM changed"
        self._number: int
        self._rank: int
        self._number, self._rank = connection.execute(query).fetchone()
        self._rank = max(self._rank, base.info.products)
        self._gtins: dict[int, str] = {}  # of the whole products in the segment
        self._faults = {sku_key(sku): each for sku, each in faults.items()}

    @property
    def rule_news(self) -> list[ToldRule | Gone]:
        """What the segment told of rules, once it is applied."""
        return self._shared.rule_news

    @property
    def faults(self) -> Faults:
        """The products whose fixed prices cannot be read, once the segment is applied."""
        return {each.sku: each for each in sorted(self._faults.values(), key=lambda f: f.sku)}

    def apply(self, records: Iterable[Record]) -> State:
        """Write all of it; gives what the file stands for then, apart from sequence and time."""
        of_products = self._shared.taking(records)
        first = list(islice(of_products, AT_ONCE))  # before it, categories and stores have come
        self._settle()
        before = self.faults
        self._heal()
        batch = first
        while batch:
            self._take(batch)
            batch = list(islice(of_products, AT_ONCE))
        for category_id in self._shared.lost_categories():
            self._check_left(category_id)
        self._check_gtins()
        write_used(self._connection, self._shared.used_news)
        write_surveys(self._connection, self._shared.survey_news)
        write_unread(self._connection, before, self._faults.values())
        return self._shared.state_after(self._sequence)

    # ---- categories

    def _settle(self) -> None:
        """Settle categories and stores, and find anew what is found otherwise because of them."""
        self._shared.settle()
        for category_id in self._shared.moved():
            for some in self._base.in_category(category_id):
                known = self._known(each.rank for each in some)
                found = ((each, known.get(each.rank)) for each in some)
                self._write(
                    self._in_parts(each, entry, {})
                    for each, entry in found
                    if entry is None or entry.kind == "parts"
                )
            where = "category = ? AND kind = 'whole'"
            whole = list(entries(self._connection, self._file, where, (category_id,)))
            of_base = self._base.by_sku(each.sku for each in whole)
            currency = self._base.info.currency
            self._write(
                self._whole(read_whole(each.body, currency), of_base.get(sku_key(each.sku)), each)
                for each in whole
            )

    def _check_left(self, category_id: str) -> None:
        """Refuse to lose a category that products are in."""
        where = "category = ? AND kind = 'whole' LIMIT 1"
        for entry in entries(self._connection, self._file, where, (category_id,)):
            raise _refused(entry.sku, f"category: expected a known one, got {category_id!r}")
        for some in self._base.in_category(category_id):
            known = self._known(each.rank for each in some)
            for each in some:
                left = known.get(each.rank)
                if left is None or left.kind == "parts":
                    what = f"category: expected a known one, got {category_id!r}"
                    raise _refused(each.sku, what)

    # ---- products

    def _take(self, batch: list[OfProduct]) -> None:
        """Take products that differ from one another, or one after the other where they do not."""
        skus = [record.key if isinstance(record, Gone) else record.sku for record in batch]
        keys = list(map(sku_key, skus))
        if len(set(keys)) < len(keys):
            middle = len(batch) // 2
            self._take(batch[:middle])
            self._take(batch[middle:])
            return
        of_base, known = self._base.by_sku(skus), self._known_by_sku(skus)
        made = (
            self._made(record, of_base.get(key), known.get(key))
            for record, key in zip(batch, keys, strict=True)
        )
        self._write(entry for entry in made if entry is not None)
        for record, key in zip(batch, keys, strict=True):
            if isinstance(record, Unread):
                self._faults[key] = UnreadPrices.of(record, self._sequence)
            elif self._faults and not (isinstance(record, Change) and record.fixed_prices is SAME):
                self._faults.pop(key, None)

    def _heal(self) -> None:
        """Put in what an earlier version of this program could not read."""
        healed = (each.healed() for each in self._faults.values())
        if changes := [change for change in healed if change is not None]:
            self._take([*changes])

    def _made(self, record: OfProduct, of_base: OfBase | None, known: Entry | None) -> Entry | None:
        match record:
            case Change():
                return self._changed(record, of_base, known)
            case Product():
                return self._put(record, of_base, known)
            case Unread():
                return self._unpriced(record.record, of_base, known)
            case Gone():
                there = of_base is not None if known is None else known.kind != "gone"
                return self._gone(record, of_base, known) if there else None
            case _:
                assert_never(record)

    def _unpriced(
        self, record: Product | Change, of_base: OfBase | None, known: Entry | None
    ) -> Entry:
        """Put in what came with fixed prices that cannot be read: the last good ones stay."""
        if isinstance(record, Change):
            return self._changed(record, of_base, known)
        prices = last_prices(of_base, known, self._base.info.currency)
        return self._put(replace(record, fixed_prices=prices), of_base, known)

    def _changed(self, change: Change, of_base: OfBase | None, known: Entry | None) -> Entry:
        """Put the parts of a change into what there is."""
        if known is not None and known.kind == "gone":
            raise _refused(change.sku, "expected a product to change, got one that is gone")
        exact = known.sku if known else of_base.sku if of_base else None
        if exact != change.sku:
            raise _refused(change.sku, f"expected a product to change, got {exact!r}")
        self._check_change(change)
        if known is not None and known.kind == "whole":
            whole = read_whole(known.body, self._base.info.currency)
            return self._whole(change.of(whole), of_base, known)
        assert of_base is not None
        return self._in_parts(of_base, known, parts_of(change))

    def _in_parts(self, of_base: OfBase, known: Entry | None, more: Parts) -> Entry:
        """Give a product of the base, with parts in it that differ."""
        parts = read_parts(known.body) | more if known else more
        price = parts.get("price", of_base.price)
        now, was = self._found_in_parts(of_base, parts, price)
        return Entry(
            self._next_number(),
            of_base.rank,
            of_base.sku,
            self._sequence,
            "parts",
            write_parts(parts),
            of_base.category_id,
            price,
            of_base.rank,
            0,
            of_base.popularity,
            now,
            was,
        )

    def _found_in_parts(self, of_base: OfBase, parts: Parts, price: int) -> tuple[str, str]:
        """Give what a product of the base is found by with these parts in it, and what it was."""
        shared, category_id = self._shared, of_base.category_id
        aisle, was_in_stock = _aisle_in(parts, of_base.aisle), of_base.in_stock
        in_stock = self._is_in_stock(parts, was_in_stock)
        renamed = shared.is_renamed(category_id)
        as_before = not renamed and shared.is_as_in_base(category_id)
        if (
            as_before
            and in_stock == was_in_stock
            and aisle == of_base.aisle
            and (price == of_base.price or price_step(price) == price_step(of_base.price))
        ):
            return "", ""
        filtered = Filtered(shared.path_of(category_id), aisle, in_stock, price_step(price))
        if not as_before:
            return self._found_anew(of_base, filtered)
        before = of_base.filtered
        return FoundBy("", filtered.write()).write(), FoundBy("", before.write()).write()

    def _is_in_stock(self, parts: Parts, before: bool) -> bool:
        if "stock" not in parts:
            return before
        own = self._base.info.store_id
        return any(store == own and on_hand > 0 for store, on_hand, _ in parts["stock"])

    def _found_anew(self, of_base: OfBase, filtered: Filtered) -> tuple[str, str]:
        """Give what a product is found by whose category has changed, and what it was."""
        name = self._shared.categories[of_base.category_id].name
        now, was = found_by(of_base.product, name, filtered), of_base.found_by
        return _if_different(now, was, same_path=filtered.path == of_base.filtered.path)

    def _put(self, product: Product, of_base: OfBase | None, known: Entry | None) -> Entry:
        """Put a whole product in the place of what there is, or as a new one."""
        exact = known.sku if known else of_base.sku if of_base else product.sku
        if exact != product.sku and (known is None or known.kind != "gone"):
            raise _refused(product.sku, f"sku: expected one that is new, got {exact!r} again")
        self._check_whole(product)
        return self._whole(product, of_base, known)

    def _whole(self, product: Product, of_base: OfBase | None, known: Entry | None) -> Entry:
        category = self._shared.categories[product.category_id]
        path = self._shared.path_of(product.category_id)
        filtered = filtered_by(product, path, self._base.info.store_id)
        found = found_by(product, category.name, filtered)
        rank = known.rank if known else of_base.rank if of_base else self._next_rank()
        moved = int(of_base is None or of_base.popularity != product.popularity)
        behind = self._base.behind(product.popularity) if moved else rank
        if of_base is not None and not moved:
            same_path = filtered.path == of_base.filtered.path
            now, was = _if_different(found, of_base.found_by, same_path=same_path)
        else:
            now, was = found.write(), of_base.found_by.write() if of_base else ""
        for pack in product.packs:
            self._gtins[int(pack.gtin.digits)] = product.sku
        return Entry(
            self._next_number(),
            rank,
            product.sku,
            self._sequence,
            "whole",
            write_whole(product),
            product.category_id,
            product.list_price.minor,
            behind,
            moved,
            product.popularity,
            now,
            was,
        )

    def _gone(self, gone: Gone, of_base: OfBase | None, known: Entry | None) -> Entry:
        rank = known.rank if known else of_base.rank if of_base else 0
        sku = known.sku if known else gone.key
        was = of_base.found_by.write() if of_base else ""
        return Entry(
            self._next_number(), rank, sku, self._sequence, "gone", "", "", 0, rank, 0, 0, "", was
        )

    # ---- checks

    def _check_change(self, change: Change) -> None:
        currency = self._base.info.currency
        if change.price is not SAME:
            if change.price.currency != currency:
                got = change.price.currency
                raise _refused(change.sku, f"price: expected {currency}, got {got}")
            if not 0 <= change.price.minor < NUMBER_END:
                raise _refused(
                    change.sku, f"price: expected numbers below 2^63, got {change.price}"
                )
        if change.stock is not SAME:
            self._check_stock(change.sku, change.stock)

    def _check_whole(self, product: Product) -> None:
        sku, currency = product.sku, self._base.info.currency
        if product.category_id not in self._shared.categories:
            what = f"category: expected a known one, got {product.category_id!r}"
            raise _refused(sku, what)
        money = [product.list_price, *(pack.price for pack in product.packs if pack.price)]
        if any(each.currency != currency for each in money):
            raise _refused(sku, f"price: expected {currency}, got another currency")
        if product.popularity < 0:
            raise _refused(sku, f"popularity: expected 0 or more, got {product.popularity}")
        size = [product.size.amount] if product.size else []
        pieces = [pack.pieces for pack in product.packs]
        numbers = (product.popularity, *(each.minor for each in money), *size, *pieces)
        _check_numbers(sku, *numbers)
        self._check_stock(sku, product.stock)

    def _check_stock(self, sku: str, stock: tuple[Stock, ...]) -> None:
        stores, met = self._shared.stores, set()
        for each in stock:
            if each.store_id not in stores:
                raise _refused(sku, f"stock: expected a known store, got {each.store_id!r}")
            if not -NUMBER_END < each.on_hand < NUMBER_END:
                _check_numbers(sku, each.on_hand)
            met.add(each.store_id)
        if len(met) < len(stock):
            raise _refused(sku, "stock: expected each store once")

    def _check_gtins(self) -> None:
        """Refuse a GTIN that leads to two products, when all have been written."""
        for gtin, sku in self._gtins.items():
            rows = self._connection.execute("SELECT rank FROM pack WHERE gtin = ?", (gtin,))
            others = {each for (each,) in rows}
            if not others:
                continue  # it was in an earlier version of the product within this segment
            of_base = self._base.owner_of(gtin)
            if of_base is not None and of_base not in others:
                known = self._known([of_base]).get(of_base)
                if known is None or known.kind == "parts":
                    others.add(of_base)
            if len(others) > 1:
                raise _refused(sku, f"packs: gtin: expected one that is new, got {gtin:014} again")

    # ---- rows

    def _write(self, made: Iterable[Entry]) -> None:
        rows = list(made)
        execute = self._connection.executemany
        execute(INSERT_ENTRY, (each.row() for each in rows))
        others = [each for each in rows if each.kind != "parts"]
        execute("DELETE FROM pack WHERE rank = ?", ((each.rank,) for each in others))
        whole = (each for each in others if each.kind == "whole")
        packs = ((gtin, each.rank, each.sku) for each in whole for gtin in gtins_in(each.body))
        for gtin, rank, sku in packs:
            try:
                self._connection.execute("INSERT INTO pack VALUES (?, ?)", (gtin, rank))
            except sqlite3.IntegrityError:
                what = f"packs: gtin: expected one that is new, got {gtin:014} again"
                raise _refused(sku, what) from None

    def _known(self, ranks: Iterable[int]) -> dict[int, Entry]:
        wanted = tuple(ranks)
        where = f"rank IN ({','.join('?' * len(wanted))})"
        return {e.rank: e for e in entries(self._connection, self._file, where, wanted)}

    def _known_by_sku(self, skus: Iterable[str]) -> dict[bytes, Entry]:
        wanted = tuple(skus)
        where = f"sku IN ({','.join('?' * len(wanted))})"
        found = entries(self._connection, self._file, where, wanted)
        return {sku_key(each.sku): each for each in found}

    def _next_number(self) -> int:
        self._number += 1
        return self._number

    def _next_rank(self) -> int:
        self._rank += 1
        return self._rank


def last_prices(
    of_base: OfBase | None, known: Entry | None, currency: str
) -> tuple[FixedPrice, ...]:
    """Give the fixed prices that a product has had so far; none of one that there is not."""
    if known is not None and known.kind == "whole":
        return read_whole(known.body, currency).fixed_prices
    if of_base is None or (known is not None and known.kind == "gone"):
        return ()
    product = of_base.product
    return (with_parts(product, known.body, currency) if known else product).fixed_prices


def _if_different(now: FoundBy, was: FoundBy, *, same_path: bool) -> tuple[str, str]:
    """Write both where they differ; words only where these differ, or the categories above."""
    if now == was:
        return "", ""
    if now.words == was.words and same_path:  # a text may be found by a category's name
        now, was = now._replace(words=""), was._replace(words="")
    return now.write(), was.write()


def _aisle_in(parts: Parts, before: str) -> str:
    if "place" not in parts:
        return before
    place = parts["place"]
    return str(place[0]) if place else ""


def _check_numbers(sku: str, *numbers: int) -> None:
    for number in numbers:
        if abs(number) >= NUMBER_END:
            raise _refused(sku, f"expected numbers below 2^63, got {number}")


def _refused(sku: str, what: str) -> DataError:
    return DataError(f"product {sku!r}: {what}")
