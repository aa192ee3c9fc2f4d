"""Rules and fixed prices as tables: the columns of their CSV and XLSX files.

A file of fixed prices is imported as any table of the office (``server.office.exchange``). Its
rows need no id: one that tells none is recognised by item, pack, store, group and start.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop as _

from retail.pricing.window import DAYS
from server.catalogue.models import Product
from server.importing import columns
from server.importing.cells import Cells
from server.importing.columns import CellError
from server.importing.tables import Table, TableError
from server.office.exchange.columns import Column, of_products
from server.office.exchange.incoming import ROWS_AT_ONCE, IncomingResource, Key
from server.office.exchange.resource import TableResource
from server.office.exchange.shelves import A_KNOWN_SKU, A_STORE_OR_NONE, read_instant
from server.pricing.models import CustomerGroup, FixedPrice, PriceRule
from server.pricing.rules import fixed_price
from server.stores.models import Store, valid_id

A_GROUP_OR_NONE = _("the id of a customer group that there is, or nothing for everybody")
AN_ID = _("small letters, digits and hyphens, or nothing")
HOURS = _("weekly hours such as thu,fri 17:00-20:00, separated by |")
A_LATER_END = _("an end that is after the start")
A_PRICE_ABOVE_THE_FLOOR = _("a price that is not below the floor of the item")
ANOTHER_ID = _("an id that no other item has")
ONE_ROW_EACH = _("each fixed price once in a file")
A_WHOLE_NUMBER = _("a whole number")
_HOURS = re.compile(r"([a-z,]+) (\d\d:\d\d)-(\d\d:\d\d)")
_INTEGER = re.compile(r"-?[0-9]{1,9}")


class RuleResource(TableResource):
    """The rules; ``rule`` is all of one as JSON, by which it is imported again."""

    rule_id = Column("شناسهٔ قاعده", "rule id", attribute="rule_id")
    kind = Column("نوع", "kind", attribute="kind")
    state = Column("وضعیت", "state", attribute="state")
    name_fa = Column("نام", "name", attribute="name_fa")
    name_en = Column("نام انگلیسی", "English name", attribute="name_en")
    starts_at = Column("آغاز", "starts at", attribute="starts_at")
    ends_at = Column("پایان", "ends at", attribute="ends_at")
    priority = Column("اولویت", "priority", attribute="priority")
    combine = Column("همراه با دیگران", "together with others", attribute="combine")
    rule = Column("rule", "rule", write=lambda row: json.dumps(row.body, ensure_ascii=False))

    class Meta:
        model = PriceRule


def hours_of(weekly: list[Mapping[str, Any]]) -> str:
    """Write weekly hours into a cell."""
    return "|".join(f"{','.join(each['days'])} {each['from']}-{each['to']}" for each in weekly)


def read_hours(cell: str) -> list[dict[str, Any]]:
    """Read weekly hours from a cell; raises ``CellError``."""
    found: list[dict[str, Any]] = []
    for part in filter(None, (part.strip() for part in cell.split("|"))):
        match = _HOURS.fullmatch(columns.plain(part).replace(", ", ","))
        days = match[1].split(",") if match else []
        if match is None or not set(days) <= set(DAYS):
            raise CellError(HOURS, cell)
        found.append({"days": days, "from": match[2], "to": match[3]})
    return found


class FixedPriceResource(IncomingResource):
    """The fixed prices; new ones are drafts until somebody publishes them."""

    key_fields = ("rule_id", "product_id")
    along = ("product",)
    rule_id = Column("شناسهٔ قاعده", "rule id", attribute="rule_id")
    sku = of_products("sku", attribute="product__sku")
    name = Column("نام", "name", attribute="product__name_fa")
    gtin = Column("بارکد بسته", "pack gtin", "بارکد", attribute="gtin", read=str)
    price = of_products("price", attribute="amount", read=str)
    store = Column("فروشگاه", "store", attribute="store_id", read=str)
    group = Column("گروه مشتری", "customer group", attribute="group_id", read=str)
    starts_at = Column("آغاز", "starts at", "from", attribute="starts_at", read=str)
    ends_at = Column("پایان", "ends at", "to", attribute="ends_at", read=str)
    weekly = Column(
        "ساعت‌های هفتگی",
        "weekly hours",
        attribute="weekly",
        write=lambda row: hours_of(row.weekly),
        read=str,
    )
    priority = Column("اولویت", "priority", attribute="priority", read=str)
    state = Column("وضعیت", "state", attribute="state")

    class Meta(IncomingResource.Meta):
        model = FixedPrice

    def check_header(self, named: Collection[str]) -> None:
        """Ask for what a row cannot do without."""
        for name in ("sku", "price"):
            if name not in named:
                heading = self.columns()[name].heading("fa")
                raise TableError(f"expected a column {name} ({heading}), got none")

    def begin(self, table: Table, named: Mapping[str, str]) -> None:
        """Read what the rows are checked against."""
        rows = Product.objects.order_by().values_list("sku", "pk", "floor")
        self._products = {sku: (pk, floor or 0) for sku, pk, floor in rows}
        self._stores = set(Store.objects.values_list("pk", flat=True))
        self._groups = set(CustomerGroup.objects.values_list("pk", flat=True))
        self._seen: set[str] = set()
        there = FixedPrice.objects.order_by().values_list("rule_id", "product_id")
        self._owners = dict(there) if table.rows else {}

    def read_key(self, cells: Cells) -> tuple[Key, tuple[str, ...]] | None:
        """Recognise a row by its id, or by what it is about."""
        self._values = self._read_values(cells)
        sku = cells.take("sku", self._sku)
        told = cells.take("rule_id", _id)
        if cells.faults or sku is None:
            return None
        product_id, floor = self._products[sku]
        rule_id = told or _made_up(sku, self._values)
        if rule_id in self._seen:
            cells.fault("rule_id", ONE_ROW_EACH, rule_id)
        elif self._owners.get(rule_id, product_id) != product_id:
            cells.fault("rule_id", ANOTHER_ID, rule_id)
        elif self._values["price"] < floor:
            cells.fault("price", A_PRICE_ABOVE_THE_FLOOR, str(self._values["price"]))
        else:
            self._check_window(cells, rule_id, sku)
        self._seen.add(rule_id)
        return None if cells.faults else ((rule_id, product_id), (rule_id, sku))

    def rows_of(self, keys: Collection[Key]) -> Mapping[Key, Any]:
        """Give the rows with these ids, held against others until the end."""
        ids, found = sorted(rule_id for rule_id, _product in keys), {}
        for first in range(0, len(ids), ROWS_AT_ONCE):
            some = ids[first : first + ROWS_AT_ONCE]
            for row in FixedPrice.objects.select_for_update().filter(rule_id__in=some):
                found[row.rule_id, row.product_id] = row
        return found

    def missing_values(self, cells: Cells) -> dict[str, Any]:
        """Give all values of the row that was read last."""
        return dict(self._values)

    def _read_values(self, cells: Cells) -> dict[str, Any]:
        readers = {
            "gtin": _gtin,
            "price": columns.read_amount,
            "store": self._store,
            "group": self._group,
            "starts_at": _instant,
            "ends_at": _instant,
            "weekly": read_hours,
            "priority": _priority,
        }
        usual = {"gtin": "", "weekly": [], "priority": 0}
        told = {name: cells.take(name, read) for name, read in readers.items()}
        return {name: usual.get(name) if v is None else v for name, v in told.items()}

    def _check_window(self, cells: Cells, rule_id: str, sku: str) -> None:
        told = self._values
        try:
            fixed_price(
                rule_id,
                sku,
                told["gtin"],
                told["price"],
                told["store"],
                told["group"],
                told["starts_at"],
                told["ends_at"],
                told["weekly"],
                told["priority"],
            )
        except ValueError:
            column = "ends_at" if cells.has("ends_at") else "price"
            cells.fault(column, A_LATER_END, str(told["ends_at"]))

    def _sku(self, cell: str) -> str:
        sku = columns.read_sku(cell)
        if sku not in self._products:
            raise CellError(A_KNOWN_SKU, cell)
        return sku

    def _store(self, cell: str) -> str | None:
        if cell and cell not in self._stores:
            raise CellError(A_STORE_OR_NONE, cell)
        return cell or None

    def _group(self, cell: str) -> str | None:
        if cell and cell not in self._groups:
            raise CellError(A_GROUP_OR_NONE, cell)
        return cell or None


def _id(cell: str) -> str:
    if cell and not valid_id.regex.match(cell):  # type: ignore[union-attr]
        raise CellError(AN_ID, cell)
    return cell


def _gtin(cell: str) -> str:
    return columns.read_gtin(cell)[0].digits if cell else ""


def _instant(cell: str) -> datetime | None:
    return read_instant(cell) if cell else None


def _priority(cell: str) -> int:
    text = cell.translate(str.maketrans("۰۱۲۳۴۵۶۷۸۹", "0123456789")) or "0"
    if not _INTEGER.fullmatch(text):
        raise CellError(A_WHOLE_NUMBER, cell)
    return int(text)


def _made_up(sku: str, values: Mapping[str, Any]) -> str:
    """Name a row by what it is about, so that the same row is the same price next time."""
    told = [sku, *(str(values[name]) for name in ("gtin", "store", "group", "starts_at"))]
    return f"fp-{hashlib.sha256(json.dumps(told).encode()).hexdigest()[:20]}"
