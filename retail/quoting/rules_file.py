"""What RULES.json holds: a shop's zone and currency, items, labels of its scales, and rules.

Source: docs/formats/rules.schema.json.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from retail.barcodes import CodeRules, LayoutError
from retail.fields import Record, RecordError, refusing, take, take_each
from retail.pricing.book import RuleBook, Shop
from retail.pricing.records import read_rule
from retail.pricing.refusal_words import Refusal
from retail.pricing.refusals import read_layout, refusals_of, refusals_of_floor, refusals_of_layouts
from retail.pricing.rule_parts import only, take_texts
from retail.pricing.rules import Rule
from retail.quoting.items import Assortment, read_item, read_items
from retail.values import RIAL, Money

FORMAT: Final = 1
ZONE: Final = "Asia/Tehran"
_FIELDS: Final = (
    "format",
    "currency",
    "zone",
    "vat_included",
    "stores",
    "categories",
    "items",
    "labels",
    "rules",
)


@dataclass(frozen=True, slots=True)
class RulesFile:
    """A chain's rules and items; ``shop`` has no store yet."""

    shop: Shop
    items: Assortment
    codes: CodeRules
    rules: tuple[Rule, ...]

    def book_of(self, store_id: str) -> RuleBook:
        """Give the rules of one store; without an id those that are for all."""
        shop = self.shop
        return RuleBook(self.rules, Shop(store_id, shop.zone, shop.currency, shop.vat_included))


def read_rules_file(record: Record, also_sold: Iterable[str] = ()) -> RulesFile:
    """Read RULES.json; refuses with ``RecordError``, which names the field.

    ``also_sold`` are the SKUs that a basket brings with it.
    """
    only(record, *_FIELDS)
    check_format(record)
    currency = take(record, "currency", str, RIAL)
    refusing("currency", lambda: Money(0, currency))
    zone = refusing("zone", lambda: _zone(take(record, "zone", str, ZONE)))
    items = _items(record)
    known = _Known(record, items, also_sold)
    return RulesFile(
        Shop("", zone, currency, take(record, "vat_included", bool, True)),
        items,
        _codes(record, currency),
        _rules(record, known),
    )


def check_format(record: Record) -> None:
    """Refuse a file of another format than this one; without one it is this one."""
    number = take(record, "format", int, FORMAT)
    if number != FORMAT:
        raise RecordError(f"format: Expected {FORMAT}, got {number}")


def _items(record: Record) -> Assortment:
    items = take_each(record, "items", read_item)
    for i, item in enumerate(items):
        _stop_at(refusals_of_floor(item.price, item.item.floor), f"items[{i}]")
    return read_items(tuple(take(record, "items", list, [])), items)


def _codes(record: Record, currency: str) -> CodeRules:
    labels = take(record, "labels", list, [])
    _stop_at(refusals_of_layouts(labels), "")
    try:
        return CodeRules(tuple(map(read_layout, labels)), currency=currency)
    except LayoutError as error:  # pragma: no cover  (refused above, in words)
        raise RecordError(f"labels: {error}") from None


def _rules(record: Record, known: _Known) -> tuple[Rule, ...]:
    rules = []
    ids: dict[str, int] = {}
    for i, each in enumerate(take(record, "rules", list, [])):
        _stop_at(refusals_of(each, known), f"rules[{i}]")
        rule = refusing(f"rules[{i}]", partial(read_rule, each))
        if rule.rule_id in ids:
            raise RecordError(
                f"rules[{i}].id: Expected an id of its own, got {rule.rule_id!r} "
                f"of rules[{ids[rule.rule_id]}]"
            )
        ids[rule.rule_id] = i
        rules.append(rule)
    return tuple(rules)


class _Known:
    """What the file knows: items where it lists some, categories and stores where it does."""

    def __init__(self, record: Record, items: Assortment, also_sold: Iterable[str]) -> None:
        self._items = items.by_sku
        self._skus = frozenset(items.by_sku) | frozenset(also_sold)
        self._categories = frozenset(take_texts(record, "categories"))
        self._stores = frozenset(take_texts(record, "stores"))

    def has_sku(self, sku: str) -> bool:
        return not self._items or sku in self._skus

    def has_category(self, category_id: str) -> bool:
        return not self._categories or category_id in self._categories

    def has_store(self, store_id: str) -> bool:
        return not self._stores or store_id in self._stores

    def floor_of(self, sku: str) -> int | None:
        item = self._items.get(sku)
        return item.item.floor if item else None


def _stop_at(found: tuple[Refusal, ...], path: str) -> None:
    """Refuse with the first of what was found, in both languages, and how many more there are."""
    if not found:
        return
    first = found[0]
    field = path if not first.field else f"{path}.{first.field}" if path else first.field
    more = f" (+{len(found) - 1})" if len(found) > 1 else ""
    raise RecordError(f"{field}: {first.fa} / {first.en}{more}")


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder
        raise RecordError(
            f"Expected a zone of the tz database such as {ZONE}, got {name!r}"
        ) from None
