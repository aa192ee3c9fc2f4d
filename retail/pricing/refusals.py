"""What is wrong with a rule that somebody enters: all of it at once, in Persian and English.

Beside the rule's own shape it is what needs the catalogue: items, categories and stores that
there are not, and prices under the floor. Offices, files typed by hand and kiosks ask the same.

Source: docs/pricing.md, section 9.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from retail.barcodes.in_store import CodeRules, InStoreLayout, LayoutError
from retail.fields import Record, RecordError, take
from retail.pricing.records import read_rule
from retail.pricing.refusal_words import Refusal, refusal
from retail.pricing.rule_parts import only
from retail.pricing.rule_shapes import ADJUSTMENT, FIXED_PRICE, OFFERS
from retail.pricing.shapes import Found, choice, under

__all__ = [
    "Known",
    "Refusal",
    "read_layout",
    "refusals_of",
    "refusals_of_floor",
    "refusals_of_layouts",
]


class Known(Protocol):
    """What the catalogue has, as far as rules name it; amounts are the smallest unit."""

    def has_sku(self, sku: str) -> bool: ...

    def has_category(self, category_id: str) -> bool: ...

    def has_store(self, store_id: str) -> bool: ...

    def floor_of(self, sku: str) -> int | None:
        """Give the price that a piece never goes below, if there is one."""
        ...


def refusals_of(record: Record, known: Known) -> tuple[Refusal, ...]:
    """Give all that is wrong with a rule's record, nothing where it can go into force."""
    if not isinstance(record, dict):
        return (refusal("", "not_an_object"),)
    found = [*_shape_of(record), *_unknown(record, known)]
    if not found:
        try:
            read_rule(record)
        except RecordError as error:  # pragma: no cover  (shapes find all that is refused)
            found.append(refusal("", "unreadable", told=str(error)))
    return tuple(found)


def refusals_of_floor(list_price: int, floor: int) -> tuple[Refusal, ...]:
    """Give what is wrong with the floor of an item that costs ``list_price``."""
    if floor < 0:
        return (refusal("floor", "too_small", least=0, got=floor),)
    if floor > list_price:
        return (refusal("floor", "floor_over_list", floor=floor, got=list_price),)
    return ()


def refusals_of_layouts(labels: Sequence[object], field: str = "labels") -> tuple[Refusal, ...]:
    """Give what is wrong with the layouts of a scale's labels, each and all together.

    A label is a pattern, or an object with ``pattern``, ``unit`` and ``any_prefix``.
    """
    found: list[Refusal] = []
    layouts: list[InStoreLayout] = []
    for i, label in enumerate(labels):
        try:
            layouts.append(read_layout(label))
        except (RecordError, LayoutError) as error:
            found.append(refusal(f"{field}[{i}]", "no_layout", told=str(error)))
    try:
        CodeRules(tuple(layouts))
    except LayoutError as error:
        found.append(refusal(field, "layouts_meet", told=str(error)))
    return tuple(found)


def read_layout(label: object) -> InStoreLayout:
    """Read a label's layout; refuses with ``RecordError`` or ``LayoutError``."""
    if isinstance(label, str):
        return InStoreLayout(label)
    if not isinstance(label, dict):
        raise RecordError(f"Expected a pattern such as 21IIIIIWWWWWC, got {label!r}")
    only(label, "pattern", "unit", "any_prefix")
    return InStoreLayout(
        take(label, "pattern", str),
        take(label, "unit", int, 1),
        take(label, "any_prefix", bool, False),
    )


def _shape_of(record: Record) -> Found:
    """Look at a record with the shape of its kind."""
    for field in ("rule", "kind"):
        if field not in record and (field == "rule" or record["rule"] == "offer"):
            return (refusal(field, "missing"),)
    rule = record["rule"]
    if rule == "fixed_price":
        return FIXED_PRICE(record, "")
    if rule == "adjustment":
        return ADJUSTMENT(record, "")
    if rule == "offer":
        kind = record.get("kind")
        if isinstance(kind, str) and kind in OFFERS:
            return OFFERS[kind](record, "")
        return choice(*OFFERS)(kind, "kind")
    return choice("fixed_price", "adjustment", "offer")(rule, "rule")


def _unknown(record: Record, known: Known) -> Iterator[Refusal]:
    """Find what is named and is not there, and a price below its floor."""
    for store, field in _texts(record, "stores", ""):
        if not known.has_store(store):
            yield refusal(field, "no_store", got=store)
    yield from _unknown_goods(record, "", known)
    for name in ("parts", "needs"):
        for part, field in _parts(record, name):
            yield from _unknown_goods(part, field, known)
    for sku, field in _texts(record, "gifts", ""):
        if not known.has_sku(sku):
            yield refusal(field, "no_item", got=sku)
    yield from _price_of(record, known)


def _unknown_goods(part: Record, field: str, known: Known) -> Iterator[Refusal]:
    goods, field = part.get("goods"), under(field, "goods")
    if not isinstance(goods, dict):
        return
    for name in ("skus", "except_skus"):
        for sku, at in _texts(goods, name, field):
            if not known.has_sku(sku):
                yield refusal(at, "no_item", got=sku)
    for name in ("categories", "except_categories"):
        for category, at in _texts(goods, name, field):
            if not known.has_category(category):
                yield refusal(at, "no_category", got=category)


def _price_of(record: Record, known: Known) -> Iterator[Refusal]:
    """Look at a fixed price: its item, and the floor of a piece, which holds for a pack too."""
    sku, price = record.get("sku"), record.get("price")
    if record.get("rule") != "fixed_price" or not isinstance(sku, str) or not sku:
        return
    if not known.has_sku(sku):
        yield refusal("sku", "no_item", got=sku)
    elif type(price) is int and price < (floor := known.floor_of(sku) or 0):
        yield refusal("price", "under_floor", got=price, floor=floor)


def _texts(record: Record, name: str, field: str) -> Iterator[tuple[str, str]]:
    """Give the texts of a list with the name of each; what is none is the shape's affair."""
    entries = record.get(name)
    for i, entry in enumerate(entries if isinstance(entries, list) else ()):
        if isinstance(entry, str) and entry.strip():
            yield entry, f"{under(field, name)}[{i}]"


def _parts(record: Record, name: str) -> Iterator[tuple[Record, str]]:
    entries = record.get(name)
    for i, entry in enumerate(entries if isinstance(entries, list) else ()):
        if isinstance(entry, dict):
            yield entry, f"{name}[{i}]"
