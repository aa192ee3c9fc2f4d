"""The simple reduction that comes with an item: a percentage in a window, for all or for members.

It is an ``Adjustment`` like any other, and travels in the item's own record under ``offers``, as
it did before there were other rules: every kiosk that is out there reads it there.

Source: docs/snapshot.md, field ``offers``; docs/pricing.md, section 2.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from retail.goods import Goods
from retail.pricing.book import MEMBER_GROUP
from retail.pricing.off import Percent
from retail.pricing.rules import Adjustment, Combine, Scope
from retail.pricing.window import Window

MEMBERS = frozenset({MEMBER_GROUP})
_ANYONE: frozenset[str] = frozenset()


class Reduction(NamedTuple):
    """What a simple reduction says, from ``starts_at`` up to, but not at, ``ends_at``."""

    offer_id: str
    starts_at: datetime
    ends_at: datetime
    off_basis_points: int
    members_only: bool = False
    name_fa: str = ""
    name_en: str = ""

    def on(self, sku: str) -> Adjustment:
        """Give it as the adjustment of one item; refuses what no rule can be."""
        return Adjustment(
            self.offer_id,
            Percent(self.off_basis_points),
            Goods.of(sku),
            scope_of(self.starts_at, self.ends_at, members_only=self.members_only),
            name_fa=self.name_fa,
            name_en=self.name_en,
        )


def scope_of(starts_at: datetime, ends_at: datetime, *, members_only: bool) -> Scope:
    """Give the scope of a simple reduction."""
    return Scope(groups=MEMBERS if members_only else _ANYONE, window=Window(starts_at, ends_at))


def reduction_of(rule: Adjustment) -> Reduction:
    """Give what the adjustment of one item says; refuses one that says more than that."""
    window, change = rule.scope.window, rule.change
    if not isinstance(change, Percent) or window.starts_at is None or window.ends_at is None:
        raise ValueError(f"Expected a percentage from an instant to another, got {rule!r:.200}")
    members_only = rule.scope.groups == MEMBERS
    told = Reduction(
        rule.rule_id,
        window.starts_at,
        window.ends_at,
        change.basis_points,
        members_only,
        rule.name_fa,
        rule.name_en,
    )
    plain = Adjustment(
        rule.rule_id,
        change,
        rule.goods,
        scope_of(window.starts_at, window.ends_at, members_only=members_only),
        combine=Combine.BEST_OF,
        name_fa=rule.name_fa,
        name_en=rule.name_en,
    )
    if rule != plain or len(rule.goods.skus) != 1 or rule.goods != Goods(skus=rule.goods.skus):
        raise ValueError(f"Expected a reduction of one item and nothing more, got {rule!r:.200}")
    return told
