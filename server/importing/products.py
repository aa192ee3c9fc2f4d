"""Products from the rows of a file: what is right is imported, what is wrong is named.

A row is one SKU. A new SKU needs name, category, unit and price; of a known one only the
columns that the file has are changed. Everything happens in one transaction; a dry run takes
it back at the end, so its report is that of the real one.

Source: docs/server.md, "Importing products".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop as _

from retail.values import Gtin
from server.catalogue.models import Category, Pack, Picture, Price, Product
from server.importing import columns
from server.importing.cells import Cells, named_columns
from server.importing.columns import CellError, PackCell, column_of
from server.importing.report import Fault, Mended, Report
from server.importing.tables import Row, Table, TableError

ROWS_AT_ONCE = 500  # of one statement: SQLite and PostgreSQL bound its parameters
NEW_PRODUCT_NEEDS = ("name_fa", "category", "unit_fa", "price")
CLEARED_BY_EMPTY = ("size_amount", "picture", "floor")

A_CATEGORY = _("the id of a category that there is")
A_SKU_ONCE = _("each SKU once in a file")
A_FREE_GTIN = _("a GTIN that no other product has")
A_VALUE_FOR_NEW = _("a value, since the product is new")
A_PICTURE = _("the name of a picture that came with the file")


@dataclass(frozen=True, slots=True)
class Item:
    """A row that was read: the product's columns by field, and what hangs on the product."""

    row: int
    sku: str
    fields: Mapping[str, Any]
    price: int | None
    packs: tuple[PackCell, ...] | None  # None: the file does not tell
    packs_of_several_told: bool
    mended: tuple[Mended, ...] = ()


@dataclass(slots=True)
class Known:
    """What rows are checked against: the database before the import, and the rows so far."""

    products: dict[str, Product]
    categories: frozenset[str]
    owners: dict[Gtin, str]  # the SKU that each GTIN leads to
    prices: dict[str, Price]  # of the chain, by SKU
    pictures: Mapping[str, Picture] | None  # by file name; None: none came with the file
    rows: dict[str, int] = field(default_factory=dict)  # where each SKU stood in the file


def import_products(
    table: Table, *, dry_run: bool = False, pictures: Mapping[str, Picture] | None = None
) -> Report:
    """Import the rows of ``table``; raises ``TableError`` where its header is no use."""
    named = _columns_of(table)
    with transaction.atomic():
        known = _read_known(pictures)
        items, faults = _read_rows(table, named, known)
        report = _write(items, known)
        if dry_run:
            transaction.set_rollback(True)
    return Report(
        dry_run=dry_run,
        created=report.created,
        updated=report.updated,
        unchanged=report.unchanged,
        refused=tuple(faults),
        mended=tuple(mended for item in items for mended in item.mended),
        ignored_columns=tuple(name for name in table.header if name and column_of(name) is None),
    )


def _columns_of(table: Table) -> dict[str, str]:
    """Give the header's word for each column that the file has."""
    named = named_columns(table, column_of)
    if "sku" not in named:
        raise TableError(f"expected a column sku (کد کالا), got {', '.join(table.header)}")
    if "pack_gtins" in named and "gtin" not in named:
        raise TableError("expected a column gtin (بارکد) beside pack_gtins, got none")
    return named


def _read_known(pictures: Mapping[str, Picture] | None) -> Known:
    owners = Pack.objects.values_list("gtin", "product__sku")
    prices = Price.objects.filter(store__isnull=True).select_related("product")
    return Known(
        products={product.sku: product for product in Product.objects.all()},
        categories=frozenset(Category.objects.values_list("category_id", flat=True)),
        owners=dict(owners),
        prices={price.product.sku: price for price in prices},
        pictures=pictures,
    )


# ---- reading


def _read_rows(
    table: Table, named: Mapping[str, str], known: Known
) -> tuple[list[Item], list[Fault]]:
    items: list[Item] = []
    faults: list[Fault] = []
    for row in table.rows:
        reading = _Reading(row, named, table, known)
        item = reading.item()
        if item is None:
            faults += reading.faults
        else:
            items.append(item)
            for pack in item.packs or ():
                known.owners[pack.gtin] = item.sku
    return items, faults


class _Reading:
    """The reading of one row: goes on after a fault, so that all of a row's are told."""

    def __init__(
        self,
        row: Row,
        named: Mapping[str, str],
        table: Table,
        known: Known,
    ) -> None:
        self._cells, self._known = Cells(row, named, table), known
        self._take, self._has = self._cells.take, self._cells.has

    @property
    def faults(self) -> list[Fault]:
        """What is wrong with the row."""
        return self._cells.faults

    def item(self) -> Item | None:
        """Give the row as an item, or None with ``faults``."""
        sku = self._take("sku", self._sku) or ""
        if sku and sku not in self._known.products:
            self._check_new()
        fields = self._fields()
        price = self._take("price", columns.read_amount)
        packs = self._packs(sku)
        if self.faults:
            return None
        number, mended = self._cells.number, tuple(self._cells.mended)
        self._known.rows[sku] = number
        return Item(number, sku, fields, price, packs, self._has("pack_gtins"), mended)

    def _sku(self, cell: str) -> str:
        sku = columns.read_sku(cell)
        if sku in self._known.rows:
            raise CellError(A_SKU_ONCE, f"{sku} (row {self._known.rows[sku]})")
        known = self._known.products
        if self._cells.was_number("sku") and columns.may_have_lost_zeros(sku, known):
            raise CellError(columns.A_SKU_AS_TEXT, cell)
        return sku

    def _check_new(self) -> None:
        for column in NEW_PRODUCT_NEEDS:
            if not self._has(column):
                self._cells.fault(column, A_VALUE_FOR_NEW, "")

    def _fields(self) -> dict[str, Any]:
        read: dict[str, Any] = {}
        for column in columns.LENGTHS:
            required = column in NEW_PRODUCT_NEEDS
            read[column] = self._take(column, partial(columns.read_text, column, required=required))
        read["category_id"] = self._take("category", self._category)
        read["vat_basis_points"] = self._take("vat_bp", columns.read_basis_points)
        read["popularity"] = self._take("popularity", columns.read_count)
        read["supplier"] = self._take("supplier", columns.read_supplier)
        read["floor"] = self._take("floor", columns.read_floor)
        read["reducible"] = self._take("reducible", columns.read_yes)
        read["age_min"] = self._take("age_min", columns.read_age)
        if self._has("size_amount"):
            read["size_amount"], read["size_measure"] = self._size()
        if self._known.pictures is not None:
            read["picture"] = self._take("picture", self._picture)
        labels_fa, labels_en = read["labels_fa"] or "", read["labels_en"] or ""
        if labels_en and labels_en.count("|") != labels_fa.count("|"):
            self._cells.fault("labels_en", columns.LABELS, labels_en)
        # what the file does not tell stays as it is; an empty size or picture takes it away
        return {
            name: value
            for name, value in read.items()
            if value is not None or (name in CLEARED_BY_EMPTY and self._has(name))
        }

    def _size(self) -> tuple[int | None, str]:
        measure = self._take("size_measure", str) or ""
        size = self._take("size_amount", lambda cell: columns.read_size(cell, measure))
        return size or (None, "")

    def _category(self, cell: str) -> str:
        if cell not in self._known.categories:
            raise CellError(A_CATEGORY, cell)
        return cell

    def _picture(self, cell: str) -> Picture | None:
        assert self._known.pictures is not None
        if cell and cell not in self._known.pictures:
            raise CellError(A_PICTURE, cell)
        return self._known.pictures.get(cell)

    def _packs(self, sku: str) -> tuple[PackCell, ...] | None:
        if not self._has("gtin"):
            return None
        single = self._take("gtin", self._single)
        several = self._take("pack_gtins", columns.read_packs) or ()
        packs = (*([single] if single else []), *several)
        seen: set[Gtin] = set()
        for pack in packs:
            owner = self._known.owners.get(pack.gtin, sku)
            if owner != sku or pack.gtin in seen:
                self._cells.fault("gtin", A_FREE_GTIN, f"{pack.gtin} ({owner})")
            seen.add(pack.gtin)
        return packs

    def _single(self, cell: str) -> PackCell | None:
        if not cell:
            return None
        gtin, mended = columns.read_gtin(cell)
        if mended:
            self._cells.mend("gtin", cell, str(gtin))
        return PackCell(gtin)


# ---- writing


@dataclass(slots=True)
class _Counts:
    created: int = 0
    updated: int = 0
    unchanged: int = 0


def _write(items: Iterable[Item], known: Known) -> _Counts:
    items = list(items)
    new = {item.sku for item in items if item.sku not in known.products}
    changed = _write_products(items, known)
    changed |= _write_prices(items, known)
    changed |= _write_packs(items, known)
    return _Counts(
        created=len(new), updated=len(changed - new), unchanged=len(items) - len(changed | new)
    )


def _write_products(items: list[Item], known: Known) -> set[str]:
    """Make the new products and change the known ones; gives the SKUs of both."""
    new: list[Product] = []
    changed: list[Product] = []
    for item in items:
        product = known.products.get(item.sku)
        if product is None:
            new.append(Product(sku=item.sku, **item.fields))
        elif any(getattr(product, name) != value for name, value in item.fields.items()):
            for name, value in item.fields.items():
                setattr(product, name, value)
            changed.append(product)
    Product.objects.bulk_create(new, ROWS_AT_ONCE)
    known.products.update((product.sku, product) for product in new)
    if changed:
        names = {name.removesuffix("_id") for item in items for name in item.fields}
        Product.objects.bulk_update(changed, sorted(names), ROWS_AT_ONCE)
    return {product.sku for product in (*new, *changed)}


def _write_prices(items: list[Item], known: Known) -> set[str]:
    new: list[Price] = []
    changed: list[Price] = []
    for item in items:
        price = known.prices.get(item.sku)
        if item.price is None or (price is not None and price.amount == item.price):
            continue
        if price is None:
            new.append(Price(product=known.products[item.sku], amount=item.price))
        else:
            price.amount = item.price
            changed.append(price)
    Price.objects.bulk_create(new, ROWS_AT_ONCE)
    Price.objects.bulk_update(changed, ["amount"], ROWS_AT_ONCE)
    return {price.product.sku for price in (*new, *changed)}


def _write_packs(items: list[Item], known: Known) -> set[str]:
    """Put the packs that the file tells in the place of those that a product had."""
    had: dict[str, set[PackCell]] = {}
    for pack in Pack.objects.select_related("product"):
        cell = PackCell(pack.gtin, pack.pieces, pack.price, pack.unit_fa, pack.unit_en)
        had.setdefault(pack.product.sku, set()).add(cell)
    wanted: dict[str, set[PackCell]] = {}
    for item in items:
        before = had.get(item.sku, set())
        kept = set() if item.packs_of_several_told else {p for p in before if p.pieces > 1}
        if item.packs is not None and (packs := {*item.packs, *kept}) != before:
            wanted[item.sku] = packs
    skus = list(wanted)
    for start in range(0, len(skus), ROWS_AT_ONCE):
        Pack.objects.filter(product__sku__in=skus[start : start + ROWS_AT_ONCE]).delete()
    Pack.objects.bulk_create(
        (
            Pack(
                product=known.products[sku],
                gtin=pack.gtin,
                pieces=pack.pieces,
                price=pack.price,
                unit_fa=pack.unit_fa,
                unit_en=pack.unit_en,
            )
            for sku, packs in wanted.items()
            for pack in packs
        ),
        ROWS_AT_ONCE,
    )
    return set(wanted)
