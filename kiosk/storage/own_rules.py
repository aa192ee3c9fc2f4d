"""How the rules that come with a product stand in its row: simple reductions and fixed prices.

A reduction is on many products at once, so all but its SKU is made once and shared. Beside them
stands what few products have: a supplier, a floor, an age.

Source: docs/snapshot.md, record ``product``; what is trusted here, ``kiosk.storage.trusted``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from kiosk.storage.trusted import trusting
from retail.catalogue import Product
from retail.goods import EVERYTHING, Goods
from retail.pricing.off import Percent
from retail.pricing.rules import Adjustment, Combine, FixedPrice
from retail.reductions import reduction_of, scope_of
from retail.snapshot import fixed_price_record, read_fixed_prices
from retail.values import Money

ReductionRow = tuple[str, int, int, int, bool, str, str]
MoreRow = tuple[str, int | None, bool, int, list[dict[str, Any]]]


class More(NamedTuple):
    """The last fields of a product, in their order."""

    supplier: str = ""
    floor: Money | None = None
    reducible: bool = True
    age_min: int = 0
    fixed_prices: tuple[FixedPrice, ...] = ()


NO_MORE = More()


def reduction_row(rule: Adjustment) -> ReductionRow:
    """Give what a reduction says but its SKU; refuses a rule that is none (``ValueError``)."""
    told = reduction_of(rule)
    starts_at, ends_at = int(told.starts_at.timestamp()), int(told.ends_at.timestamp())
    return (told.offer_id, starts_at, ends_at, *told[3:])


@lru_cache(maxsize=1_024)
def reduction(  # noqa: PLR0913  (a row's columns)
    offer_id: str,
    starts_at: int,
    ends_at: int,
    off_basis_points: int,
    members_only: int,
    name_fa: str,
    name_en: str,
) -> Adjustment:
    """Make a reduction of its row, on no item yet."""
    starts, ends = datetime.fromtimestamp(starts_at, UTC), datetime.fromtimestamp(ends_at, UTC)
    return Adjustment(
        offer_id,
        Percent(off_basis_points),
        scope=scope_of(starts, ends, members_only=bool(members_only)),
        name_fa=name_fa,
        name_en=name_en,
    )


def reductions_on(sku: str, reductions: Iterable[Adjustment]) -> tuple[Adjustment, ...]:
    """Give reductions of one item."""
    goods = _make_goods(frozenset((sku,)), *_NOTHING_ELSE)
    return tuple(
        [
            _make_adjustment(
                each.rule_id,
                each.change,
                goods,
                each.scope,
                0,
                Combine.BEST_OF,
                1,
                each.name_fa,
                each.name_en,
            )
            for each in reductions
        ]
    )


def more_row(product: Product) -> MoreRow | None:
    """Give the last fields of a product, or none where all are as they mostly are."""
    more = More(*(getattr(product, field) for field in More._fields))
    if more == NO_MORE:
        return None
    floor = more.floor.minor if more.floor else None
    prices = prices_row(more.fixed_prices)
    return (more.supplier, floor, more.reducible, more.age_min, prices)


def read_more(row: MoreRow | None, sku: str, currency: str) -> More:
    """Read what ``more_row`` wrote."""
    if row is None:
        return NO_MORE
    supplier, floor, reducible, age_min, prices = row
    return More(
        supplier,
        None if floor is None else Money(floor, currency),
        reducible,
        age_min,
        read_prices(prices, sku) if prices else (),
    )


def prices_row(rules: Iterable[FixedPrice]) -> list[dict[str, Any]]:
    """Give fixed prices as their product's record has them."""
    return [fixed_price_record(rule) for rule in rules]


def read_prices(row: list[dict[str, Any]], sku: str) -> tuple[FixedPrice, ...]:
    """Read what ``prices_row`` wrote."""
    return read_fixed_prices({"prices": row}, sku)


_make_goods, _make_adjustment = trusting(Goods), trusting(Adjustment)
_NOTHING_ELSE = tuple(getattr(EVERYTHING, field) for field in Goods.__slots__ if field != "skus")
