"""What BASKET.json holds: lines, vouchers, gifts taken, who buys where and when, what was used up.

Source: docs/formats/basket.schema.json.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, Final

from retail.basket import LINES_MAX, Basket, Line
from retail.fields import Record, RecordError, refusing, take, take_each
from retail.instants import take_instant
from retail.pricing.book import Used
from retail.pricing.rule_parts import only, take_texts
from retail.quoting.lines import Chosen, read_gift, read_line
from retail.quoting.rules_file import RulesFile, check_format

_FIELDS: Final = (
    "format",
    "lines",
    "vouchers",
    "gifts",
    "groups",
    "store",
    "at",
    "used",
    "stock",
)
_USED: Final = ("by_member", "in_all", "money")


@dataclass(frozen=True, slots=True)
class BasketFile:
    """A basket, and what else its quote depends on; ``chosen`` is what each line is, by its id."""

    basket: Basket
    chosen: Mapping[int, Chosen]
    used: Mapping[str, Used]
    stock: Mapping[str, int] | None


@dataclass(frozen=True, slots=True)
class Asked:
    """For whom, where and when a basket is to be quoted, as far as its file says."""

    groups: frozenset[str]
    store_id: str
    at: datetime | None


def read_asked(record: Record) -> Asked:
    """Read for whom, where and when; refuses with ``RecordError``."""
    only(record, *_FIELDS)
    check_format(record)
    return Asked(
        frozenset(take_texts(record, "groups")),
        take(record, "store", str, ""),
        take_instant(record, "at") if "at" in record else None,
    )


def skus_named(record: Record) -> frozenset[str]:
    """Give the SKUs of lines that bring their own facts; of a basket that was not read yet."""
    lines = record.get("lines")
    skus = (
        (line.get("sku") for line in lines if isinstance(line, dict))
        if isinstance(lines, list)
        else ()
    )
    return frozenset(sku for sku in skus if isinstance(sku, str))


def read_basket_file(record: Record, rules: RulesFile, today: date) -> BasketFile:
    """Read BASKET.json; ``today`` is the store's date, for codes. Refuses with ``RecordError``."""
    only(record, *_FIELDS)
    chosen = take_each(record, "lines", partial(read_line, rules=rules, today=today))
    chosen += take_each(record, "gifts", partial(read_gift, items=rules.items))
    if len(chosen) > LINES_MAX:
        raise RecordError(f"lines: Expected at most {LINES_MAX}, got {len(chosen)}")
    lines = tuple(
        Line(i, each.tag, each.quantity, each.gift_of, each.item.age_min)
        for i, each in enumerate(chosen, start=1)
    )
    vouchers = frozenset(take_texts(record, "vouchers"))
    return BasketFile(
        Basket(lines, vouchers, len(lines) + 1),
        {line.line_id: each for line, each in zip(lines, chosen, strict=True)},
        _used(record),
        _stock(record),
    )


def _used(record: Record) -> dict[str, Used]:
    used = take(record, "used", dict, {})
    return {
        rule: refusing(f"used: {rule}", partial(_read_used, each)) for rule, each in used.items()
    }


def _read_used(record: Any) -> Used:
    only(record, *_USED)
    numbers = {field: take(record, field, int, 0) for field in _USED}
    for field, number in numbers.items():
        if number < 0:
            raise RecordError(f"{field}: Expected 0 or more, got {number}")
    return Used(**numbers)


def _stock(record: Record) -> dict[str, int] | None:
    if "stock" not in record:
        return None
    stock: dict[str, int] = take(record, "stock", dict)
    return {sku: refusing("stock", partial(take, stock, sku, int)) for sku in stock}
