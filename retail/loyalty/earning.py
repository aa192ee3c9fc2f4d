"""What a sale earns, line by line, and what a returned line takes back.

Source: docs/members.md, section 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from retail.goods import Item
from retail.loyalty.months import months_after
from retail.loyalty.scheme import WHOLE, EarnRule, Gap, PerAmount, PerVisit, Scheme
from retail.loyalty.sharing import share
from retail.values import is_whole

VISIT: Final = ""  # the line of what is given for the visit


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it was sold: ``paid`` after all offers; ``earns``: no gift card and no deposit."""

    line_id: str
    item: Item
    paid: int
    earns: bool = True

    def __post_init__(self) -> None:
        if not self.line_id or not is_whole(self.paid):
            raise ValueError(f"Expected a line with its id and 0 or more paid, got {self}")


@dataclass(frozen=True, slots=True)
class Buyer:
    """Whom a sale is of: groups, money spent in the scheme's period, and the last visit before."""

    groups: frozenset[str] = frozenset()
    spent: int = 0
    last_visit: date | None = None


@dataclass(frozen=True, slots=True)
class Earned:
    """Points (thousandths) of a rule for a line, or for the visit; ``basis`` is what for."""

    rule_id: str
    line_id: str
    points: int
    basis: int


def earn(
    scheme: Scheme, lines: Sequence[Line], by_balance: int, buyer: Buyer, day: date
) -> tuple[Earned, ...]:
    """Work out what a sale earns on the store's ``day``.

    ``by_balance`` is how much of the sum of all lines was paid by points and credit.
    """
    total = sum(line.paid for line in lines)
    if not 0 <= by_balance <= total:
        raise ValueError(f"Expected 0 to {total} paid by points and credit, got {by_balance}")
    counted = _counted(lines, by_balance)
    spent = buyer.spent + total
    rules = _that_apply(scheme.rules, buyer, day, spent)
    return tuple(each for rule in rules for each in _of_rule(rule, lines, counted, buyer, day))


def _counted(lines: Sequence[Line], by_balance: int) -> tuple[int, ...]:
    """Give of each line what may earn: without what points and credit paid."""
    gone = share(by_balance, [line.paid for line in lines])
    return tuple(
        line.paid - part if line.earns else 0 for line, part in zip(lines, gone, strict=True)
    )


def _that_apply(
    rules: Sequence[EarnRule], buyer: Buyer, day: date, spent: int
) -> tuple[EarnRule, ...]:
    """Give the rules that count: of a family the one with the highest ``spend_from``."""
    fit = [
        rule
        for rule in rules
        if rule.on(day)
        and rule.spend_from <= spent
        and (not rule.groups or not rule.groups.isdisjoint(buyer.groups))
    ]
    best: dict[str, EarnRule] = {}
    for rule in fit:
        if rule.family and (
            rule.family not in best or best[rule.family].spend_from < rule.spend_from
        ):
            best[rule.family] = rule
    return tuple(rule for rule in fit if not rule.family or best[rule.family] is rule)


def _of_rule(
    rule: EarnRule, lines: Sequence[Line], counted: Sequence[int], buyer: Buyer, day: date
) -> tuple[Earned, ...]:
    of = [
        (line, basis)
        for line, basis in zip(lines, counted, strict=True)
        if basis and rule.goods.has(line.item)
    ]
    basis = sum(each for _, each in of)
    points = _points(rule, basis, buyer) * _factor(rule.gaps, buyer.last_visit, day) // WHOLE
    if not points:
        return ()
    if isinstance(rule.gives, PerVisit):
        return (Earned(rule.rule_id, VISIT, points, basis),)
    parts = share(points, [each for _, each in of])
    return tuple(
        Earned(rule.rule_id, line.line_id, part, each)
        for (line, each), part in zip(of, parts, strict=True)
    )


def _points(rule: EarnRule, basis: int, buyer: Buyer) -> int:
    match rule.gives:
        case PerAmount(points, per):
            return basis // per * points
        case PerVisit(points, returning):
            return 0 if not basis or (returning and buyer.last_visit is None) else points


def _factor(gaps: Sequence[Gap], last_visit: date | None, day: date) -> int:
    """Give the weight by how long ago the last visit was; a first visit counts in full."""
    if not gaps or last_visit is None:
        return WHOLE
    for gap in gaps:
        if gap.months is None or day <= months_after(last_visit, gap.months):
            return gap.factor_bp
    return WHOLE


# ---- returns


def taken_back(earned: Earned, returned: int) -> int:
    """Give how many points have gone back in all when ``returned`` of the basis has come back.

    The whole of it takes all of it back; the rest is rounded down.
    """
    if not 0 <= returned <= earned.basis:
        raise ValueError(f"Expected 0 to {earned.basis} to come back, got {returned}")
    return earned.points * returned // earned.basis if earned.basis else 0
