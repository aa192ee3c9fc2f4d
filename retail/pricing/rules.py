"""The rules that head office writes, as frozen values: fixed prices, adjustments and offers.

A fixed price says what an item costs; an adjustment makes prices of some goods dearer or
cheaper; an offer takes off on a basket that earns it. What a rule cannot be, its constructor
refuses. How they are written as JSON is ``retail.pricing.records``; how they are applied,
``retail.pricing.item_price`` and ``retail.pricing.basket_price``.

Source: docs/pricing.md, sections 2 (items) and 4 (offers).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from retail.goods import EVERYTHING, Goods
from retail.pricing.off import Amount, Off, Percent, ToPrice
from retail.pricing.window import ALWAYS, Window
from retail.values import BASIS_POINTS, Gtin, is_whole

ROUND_TO_MAX = 10_000_000


class Combine(StrEnum):
    """How a rule goes together with others of its kind."""

    EXCLUSIVE = "exclusive"  # alone: nothing else of its kind
    BEST_OF = "best_of"  # of those of one priority that meet on a piece, the best total
    COMPOUNDING = "compounding"  # on top, off what the ones before have left


@dataclass(frozen=True, slots=True)
class Scope:
    """For which stores and customer groups a rule is, and when; none named is for all."""

    stores: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    window: Window = ALWAYS

    @property
    def particularity(self) -> int:
        """How particular it is: for a group more than for a store, for both more than for one."""
        return 2 * bool(self.groups) + bool(self.stores)

    def admits(self, store_id: str, groups: frozenset[str]) -> bool:
        """Tell whether it is for this store and a shopper of these groups."""
        return (not self.stores or store_id in self.stores) and (
            not self.groups or not self.groups.isdisjoint(groups)
        )


FOR_ALL = Scope()


@dataclass(frozen=True, slots=True)
class FixedPrice:
    """What one piece of an item costs, or one pack of it where ``gtin`` names the pack."""

    rule_id: str
    sku: str
    price: int
    gtin: Gtin | None = None
    scope: Scope = FOR_ALL
    priority: int = 0

    def __post_init__(self) -> None:
        _named(self.rule_id)
        if not self.sku:
            raise ValueError("Expected a SKU, got an empty text")
        if not is_whole(self.price):
            raise ValueError(f"Expected a price of 0 or more, got {self.price}")


@dataclass(frozen=True, slots=True)
class Raise:
    """Dearer by a share in basis points or by an amount; exactly one of them."""

    basis_points: int = 0
    minor: int = 0

    def __post_init__(self) -> None:
        if min(self.basis_points, self.minor) < 0 or bool(self.basis_points) == bool(self.minor):
            raise ValueError(
                f"Expected basis points or an amount, got {self.basis_points}, {self.minor}"
            )
        if self.basis_points > 100 * BASIS_POINTS:
            raise ValueError(f"Expected at most a hundredfold, got {self.basis_points} bp")


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A price of some goods up or down; the result is rounded to a multiple of ``round_to``."""

    rule_id: str
    change: Percent | Amount | Raise
    goods: Goods = EVERYTHING
    scope: Scope = FOR_ALL
    priority: int = 0
    combine: Combine = Combine.BEST_OF
    round_to: int = 1
    name_fa: str = ""
    name_en: str = ""

    def __post_init__(self) -> None:
        _named(self.rule_id)
        if self.goods.full_price:
            raise ValueError("Expected an adjustment of goods whatever their price was before")
        if not is_whole(self.round_to, 1) or self.round_to > ROUND_TO_MAX:
            raise ValueError(f"Expected a rounding to 1 or more, got {self.round_to}")


class By(StrEnum):
    """What a step of an offer is reached by, counted over its goods in the basket."""

    QUANTITY = "quantity"  # pieces; a weighed line is one
    MONEY = "money"  # at item prices, before any offer


@dataclass(frozen=True, slots=True)
class Step:
    """From this many pieces, or this much money, on."""

    at_least: int
    off: Off


@dataclass(frozen=True, slots=True)
class Needs:
    """What a basket must hold before an offer counts: pieces and money of some goods."""

    goods: Goods = EVERYTHING
    quantity: int = 0
    money: int = 0

    def __post_init__(self) -> None:
        if not (is_whole(self.quantity) and is_whole(self.money)):
            raise ValueError(f"Expected 0 or more, got {self.quantity}, {self.money}")


@dataclass(frozen=True, slots=True)
class EachOff:
    """Off each piece of the goods, by the highest step that is reached."""

    goods: Goods
    steps: tuple[Step, ...]
    by: By = By.QUANTITY

    def __post_init__(self) -> None:
        _rising(self.steps)


@dataclass(frozen=True, slots=True)
class TogetherOff:
    """Off the goods together, by the highest step that is reached, spread over their lines.

    With goods that name nothing it is off the whole basket.
    """

    goods: Goods
    steps: tuple[Step, ...]
    by: By = By.MONEY

    def __post_init__(self) -> None:
        _rising(self.steps)
        if any(isinstance(step.off, ToPrice) for step in self.steps):
            raise ValueError("Expected a share or an amount off, got a price for a basket")


@dataclass(frozen=True, slots=True)
class Part:
    """So many pieces of some goods, as a part of a set."""

    goods: Goods
    quantity: int

    def __post_init__(self) -> None:
        if not is_whole(self.quantity, 1):
            raise ValueError(f"Expected 1 piece or more, got {self.quantity}")


class On(StrEnum):
    """Which pieces of a set the reduction is on."""

    SET = "set"  # all of it together: a bundle's price, an amount or a share off
    CHEAPEST = "cheapest"  # the cheapest so many pieces, each
    PART = "part"  # the last part, each piece: buy of the others, get this


@dataclass(frozen=True, slots=True)
class SetOff:
    """Off a set that the basket holds, as often as it holds one: mix and match, buy and get."""

    parts: tuple[Part, ...]
    off: Off
    on: On = On.SET
    count: int = 0  # pieces, for ``On.CHEAPEST``

    def __post_init__(self) -> None:
        if not self.parts:
            raise ValueError("Expected at least one part of a set")
        if (self.on is On.CHEAPEST) != (self.count > 0) or self.count > self.quantity:
            raise ValueError(
                f"Expected 1 to {self.quantity} of the cheapest pieces, got {self.count}"
            )
        if self.on is On.PART and len(self.parts) < 2:
            raise ValueError("Expected a part to buy and a part to get, got one part")

    @property
    def quantity(self) -> int:
        """How many pieces one set has."""
        return sum(part.quantity for part in self.parts)


@dataclass(frozen=True, slots=True)
class Gift:
    """An item for nothing, offered and not forced; the shopper takes one of ``skus``."""

    skus: tuple[str, ...]
    quantity: int = 1

    def __post_init__(self) -> None:
        if not self.skus or not is_whole(self.quantity, 1):
            raise ValueError(f"Expected gifts, got {self.quantity} of {self.skus}")


Benefit = EachOff | TogetherOff | SetOff | Gift


@dataclass(frozen=True, slots=True)
class Limits:
    """How far an offer goes; none is without end.

    ``per_basket``, ``per_member`` and ``in_all`` count applications: a set, a piece of
    ``EachOff``, a basket of ``TogetherOff``, a gift. ``off_max`` is money in one basket,
    ``budget`` money in all; the application that passes them is cut to what is left.
    """

    per_basket: int | None = None
    per_member: int | None = None
    in_all: int | None = None
    off_max: int | None = None
    budget: int | None = None

    def __post_init__(self) -> None:
        for limit in (self.per_basket, self.per_member, self.in_all, self.off_max, self.budget):
            if limit is not None and not is_whole(limit, 1):
                raise ValueError(f"Expected a limit of 1 or more, got {limit}")

    @property
    def of_all(self) -> bool:
        """Whether what all baskets together have used of it matters."""
        return self.in_all is not None or self.budget is not None

    @property
    def over_baskets(self) -> bool:
        """Whether what was used before this basket matters."""
        return self.of_all or self.per_member is not None


UNLIMITED = Limits()


@dataclass(frozen=True, slots=True)
class Offer:
    """A benefit for baskets that earn it. With ``vouchers`` the shopper must show one of them."""

    rule_id: str
    benefit: Benefit
    scope: Scope = FOR_ALL
    needs: tuple[Needs, ...] = ()
    vouchers: frozenset[str] = frozenset()
    priority: int = 0
    combine: Combine = Combine.BEST_OF
    limits: Limits = UNLIMITED
    name_fa: str = ""
    name_en: str = ""

    def __post_init__(self) -> None:
        _named(self.rule_id)


Rule = FixedPrice | Adjustment | Offer


def _named(rule_id: str) -> None:
    if not rule_id or rule_id != rule_id.strip():
        raise ValueError(f"Expected an id without spaces around it, got {rule_id!r}")


def _rising(steps: tuple[Step, ...]) -> None:
    """Refuse no steps, and steps that do not go up one by one."""
    starts = [step.at_least for step in steps]
    if not starts or not all(map(is_whole, starts)) or any(a >= b for a, b in pairwise(starts)):
        raise ValueError(f"Expected steps that go up, got {starts}")
