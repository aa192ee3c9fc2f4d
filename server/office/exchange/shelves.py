"""Prices and stock: what a store has of a product, exported and imported.

A row is recognised by its product, told by SKU or by the GTIN of one piece, and its store. The
name is for people who look at the file and is never imported.

Source: docs/server.md, "Importing prices and stock".
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_noop as _

from retail.snapshot import INSTANT_END, INSTANT_MIN
from retail.values import Gtin
from server.catalogue.models import Pack, Price, Product, Stock
from server.importing import columns
from server.importing.cells import Cells
from server.importing.columns import CellError
from server.importing.tables import Table, TableError
from server.office import persian
from server.office.exchange.catalogue import gtin_of
from server.office.exchange.columns import Column, of_products
from server.office.exchange.incoming import ROWS_AT_ONCE, IncomingResource, Key
from server.stores.models import Store

AHEAD_MAX = timedelta(minutes=5)  # by how much the clock of whoever counted may be fast

A_KNOWN_SKU = _("the SKU of a product that there is")
A_KNOWN_GTIN = _("the GTIN of one piece of a product that there is")
A_GTIN_OF_THE_SKU = _("a GTIN of the product that the SKU tells")
A_PRODUCT = _("a SKU or a GTIN")
A_STORE = _("the id of a store that there is")
A_STORE_OR_NONE = _("the id of a store that there is, or nothing for the whole chain")
ONE_ROW_EACH = _("each product once a store in a file")
AN_INSTANT = _("an instant such as 2026-11-23T12:00 or 1405/09/02 12:00")
A_PAST_INSTANT = _("an instant that has passed")
A_LATER_COUNT = _("a count that is not older than the one that there is")


def read_on_hand(cell: str) -> int:
    """Read how many pieces there are; raises ``CellError`` also for an empty cell."""
    if not cell:
        raise CellError(columns.A_WHOLE_NUMBER, cell)
    return columns.read_count(cell)


def read_instant(cell: str) -> datetime:
    """Read an instant in ISO 8601 or as people type it; without an offset, in the chain's zone."""
    try:
        at = _read_instant(cell)
    except (ValueError, OverflowError):
        raise CellError(AN_INSTANT, cell) from None
    if at is None or not INSTANT_MIN <= at < INSTANT_END:
        raise CellError(AN_INSTANT, cell)
    return at


def _read_instant(cell: str) -> datetime | None:
    try:
        return persian.read(cell)  # first: it knows that 1405-09-02 is no Gregorian day
    except ValueError:
        at = parse_datetime(cell)
    return timezone.make_aware(at) if at and timezone.is_naive(at) else at


class ShelfResource(IncomingResource):
    """A product in a store; ``store_needed``: no row is about the whole chain."""

    key_fields = ("product_id", "store_id")
    along, ahead = ("product", "store"), ("product__packs",)
    store_needed: ClassVar[bool] = True
    needed: ClassVar[str]  # the column that a file has beside product and store
    sku = of_products("sku", attribute="product__sku")
    gtin = of_products("gtin", write=lambda row: gtin_of(row.product))
    name = Column("نام", "name", attribute="product__name_fa")
    store = Column("فروشگاه", "store", "شناسه فروشگاه", "store id", attribute="store_id")
    store_name = Column("نام فروشگاه", "store's name", attribute="store__name_fa")

    def check_header(self, named: Collection[str]) -> None:
        """Ask for what a row cannot do without."""
        if not {"sku", "gtin"} & set(named):
            raise TableError("expected a column sku (کد کالا) or gtin (بارکد), got neither")
        needed = [self.needed, *(["store"] if self.store_needed else [])]
        for name in needed:
            if name not in named:
                heading = self.columns()[name].heading("fa")
                raise TableError(f"expected a column {name} ({heading}), got none")

    def begin(self, table: Table, named: Mapping[str, str]) -> None:
        """Read the SKUs, the stores, and who has the GTINs of the file."""
        self._products = dict(Product.objects.order_by().values_list("sku", "pk"))
        self._skus = {pk: sku for sku, pk in self._products.items()}
        self._stores = set(Store.objects.order_by().values_list("pk", flat=True))
        self._owners = self._owners_of(table, named["gtin"]) if "gtin" in named else {}
        self._seen: dict[Key, int] = {}

    def read_key(self, cells: Cells) -> tuple[Key, tuple[str, ...]] | None:
        """Recognise product and store."""
        product = self._product(cells)
        store = cells.take("store", self._store)
        if product is None or cells.faults:
            return None
        key = (product, store or None)
        if key in self._seen:
            sku = self._skus[product]
            cells.fault("sku", ONE_ROW_EACH, f"{sku} (row {self._seen[key]})")
            return None
        self._seen[key] = cells.number
        return key, (self._skus[product], store or "")

    def rows_of(self, keys: Collection[Key]) -> Mapping[Key, Any]:
        """Give the rows of the products and stores, held against others until the end."""
        stores = {store for _, store in keys}
        rows = self._meta.model.objects.order_by().select_for_update()
        products = sorted({product for product, _ in keys})
        found = (row for some in _parts(products) for row in rows.filter(product__in=some))
        return {(row.product_id, row.store_id): row for row in found if row.store_id in stores}

    def _product(self, cells: Cells) -> int | None:
        by_sku = cells.take("sku", lambda cell: self._by_sku(cells, cell))
        by_gtin = cells.take("gtin", lambda cell: self._by_gtin(cells, cell))
        if cells.faults:
            return None
        if by_sku is None and by_gtin is None:
            cells.fault("sku" if cells.has("sku") else "gtin", A_PRODUCT, "")
        elif by_sku is not None and by_gtin not in {None, by_sku}:
            cells.fault("gtin", A_GTIN_OF_THE_SKU, self._skus[by_gtin or 0])
        return by_sku if by_sku is not None else by_gtin

    def _by_sku(self, cells: Cells, cell: str) -> int | None:
        if not cell:
            return None
        sku = columns.read_sku(cell)
        if cells.was_number("sku") and columns.may_have_lost_zeros(sku, self._products):
            raise CellError(columns.A_SKU_AS_TEXT, cell)
        if sku not in self._products:
            raise CellError(A_KNOWN_SKU, cell)
        return self._products[sku]

    def _by_gtin(self, cells: Cells, cell: str) -> int | None:
        if not cell:
            return None
        gtin, mended = columns.read_gtin(cell)
        if gtin not in self._owners:
            raise CellError(A_KNOWN_GTIN, cell)
        if mended:
            cells.mend("gtin", cell, str(gtin))
        return self._owners[gtin]

    def _store(self, cell: str) -> str:
        if cell in self._stores or not (cell or self.store_needed):
            return cell
        raise CellError(A_STORE if self.store_needed else A_STORE_OR_NONE, cell)

    def _owners_of(self, table: Table, name: str) -> dict[Gtin, int]:
        gtins: set[str] = set()
        for row in table.rows:
            try:
                gtins.add(columns.read_gtin(row.cells[name])[0].digits)
            except CellError:
                continue  # told when the row is read
        pieces = Pack.objects.order_by().filter(pieces=1)
        return dict(
            pair
            for some in _parts(sorted(gtins))
            for pair in pieces.filter(gtin__in=some).values_list("gtin", "product_id")
        )


class PriceResource(ShelfResource):
    """The prices: without a store, that of the whole chain."""

    store_needed, needed = False, "price"
    price = of_products("price", attribute="amount", read=columns.read_amount)

    class Meta(IncomingResource.Meta):
        model = Price


class StockResource(ShelfResource):
    """The stock; a count without its instant is one of now."""

    needed = "on_hand"
    on_hand = Column("موجودی", "on hand", "stock", attribute="on_hand", read=read_on_hand)
    counted_at = Column("زمان شمارش", "counted at", attribute="counted_at", read=read_instant)

    class Meta(IncomingResource.Meta):
        model = Stock

    def missing_values(self, cells: Cells) -> dict[str, Any]:
        """Take the instant of the import where none is told; refuse one that has not passed."""
        empty = not cells.has("counted_at") or not cells.take("counted_at", str)
        at = self.at if empty else cells.take("counted_at", read_instant)
        if at is not None and at > self.at + AHEAD_MAX:
            cells.fault("counted_at", A_PAST_INSTANT, at.isoformat())
        return {"counted_at": at}

    def check(self, row: Stock, values: Mapping[str, Any]) -> tuple[str, str] | None:
        """Refuse a count that came late: a newer one is there."""
        return ("counted_at", A_LATER_COUNT) if values["counted_at"] < row.counted_at else None


def _parts(values: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(values), ROWS_AT_ONCE):
        yield values[start : start + ROWS_AT_ONCE]
