"""What holds of the price of an item whatever the rules are."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from retail.goods import Goods, Item
from retail.pricing.book import RuleBook, Shop, Shopper
from retail.pricing.item_price import item_changes_at, price_item
from retail.pricing.off import Amount, Percent
from retail.pricing.quoted import ItemPrice
from retail.pricing.rules import Adjustment, Combine, FixedPrice, Raise, Scope
from retail.pricing.tag import Tag
from retail.pricing.window import Window
from tests.rules.pricing.builders import (
    BOTH,
    BOX,
    DAY,
    GTIN,
    LATER_START,
    NOON,
    THURSDAYS,
)

GROUPS = st.frozensets(st.sampled_from(["member", "gold"]), max_size=2)
SCOPES = st.builds(
    Scope,
    st.frozensets(st.sampled_from("AB"), max_size=2),
    GROUPS,
    st.sampled_from([Window(), BOTH, LATER_START, Window(NOON + DAY), THURSDAYS]),
)
CHANGES = st.one_of(
    st.builds(Percent, st.integers(1, 10_000)),
    st.builds(Amount, st.integers(1, 2_000)),
    st.builds(Raise, st.integers(1, 10_000)),
    st.builds(lambda minor: Raise(minor=minor), st.integers(1, 2_000)),
)
GOODS = st.builds(
    Goods,
    skus=st.sampled_from([frozenset(), frozenset({"tea"}), frozenset({"coffee"})]),
    price_from=st.none() | st.integers(0, 1_500),
)
ADJUSTMENTS = st.builds(
    Adjustment,
    st.from_regex(r"[a-f][0-9]", fullmatch=True),
    CHANGES,
    GOODS,
    SCOPES,
    st.integers(0, 2),
    st.sampled_from(Combine),
    st.sampled_from([1, 1, 10, 500]),
)
FIXED = st.builds(
    FixedPrice,
    st.from_regex(r"[g-k][0-9]", fullmatch=True),
    st.sampled_from(["tea", "coffee"]),
    st.integers(0, 2_000),
    st.none() | st.sampled_from([GTIN, BOX]),
    SCOPES,
    st.integers(0, 2),
)
RULES = st.lists(ADJUSTMENTS | FIXED, max_size=6, unique_by=lambda rule: rule.rule_id)
ITEMS = st.builds(
    lambda floor, reducible: Item("tea", floor=floor, reducible=reducible),
    st.sampled_from([0, 0, 700]),
    st.booleans(),
)
TAGS = st.builds(
    Tag, ITEMS, st.integers(0, 2_000), st.sampled_from([None, GTIN, BOX]), st.integers(1, 6)
)


def of(rules: list[Any], tag: Tag, groups: frozenset[str], at: datetime = NOON) -> ItemPrice:
    return price_item(RuleBook(rules, Shop("A")), tag, at, Shopper(groups))


@given(RULES, TAGS, GROUPS, st.randoms(use_true_random=False))
def test_the_order_of_the_rules_does_not_matter(
    rules: list[Any], tag: Tag, groups: frozenset[str], random: Any
) -> None:
    shuffled = list(rules)
    random.shuffle(shuffled)

    assert of(shuffled, tag, groups) == of(rules, tag, groups)


@given(RULES, TAGS, GROUPS)
def test_it_never_costs_less_than_nothing_or_than_its_floor(
    rules: list[Any], tag: Tag, groups: frozenset[str]
) -> None:
    assert of(rules, tag, groups).price >= max(0, tag.item.floor * tag.pieces)


@given(RULES, TAGS, GROUPS, ADJUSTMENTS | FIXED)
def test_a_rule_that_does_not_match_changes_nothing(
    rules: list[Any], tag: Tag, groups: frozenset[str], rule: Any
) -> None:
    for scope in (Scope(stores=frozenset({"C"})), Scope(groups=frozenset({"staff"}))):
        other = type(rule)(**{**fields_of(rule), "rule_id": "none", "scope": scope})

        assert of([*rules, other], tag, groups) == of(rules, tag, groups)


def fields_of(rule: Any) -> dict[str, Any]:
    return {name: getattr(rule, name) for name in rule.__dataclass_fields__}


@given(RULES, TAGS, GROUPS)
def test_the_steps_lead_from_the_list_price_to_the_price(
    rules: list[Any], tag: Tag, groups: frozenset[str]
) -> None:
    found = of(rules, tag, groups)
    at = found.list_price
    for step in found.steps:
        assert step.before == at
        at = step.after

    assert at == found.price


@given(RULES, TAGS, GROUPS)
def test_what_may_not_be_reduced_never_costs_less_than_its_base(
    rules: list[Any], tag: Tag, groups: frozenset[str]
) -> None:
    found = of(rules, tag, groups)

    assert tag.item.reducible or found.price >= found.base


@given(st.lists(ADJUSTMENTS, max_size=6, unique_by=lambda rule: rule.rule_id), TAGS)
def test_a_member_never_pays_more_where_only_best_of_reductions_are_for_members(
    rules: list[Any], tag: Tag
) -> None:
    best_of = [
        rule
        for rule in rules
        if rule.combine is Combine.BEST_OF
        and rule.priority == 0
        and rule.round_to == 1
        and not isinstance(rule.change, Raise)
    ]

    assert (
        of(best_of, tag, frozenset({"member", "gold"})).price <= of(best_of, tag, frozenset()).price
    )


@given(RULES, TAGS, GROUPS, st.integers(0, 4 * 24 * 60))
def test_a_price_holds_until_the_instant_that_is_told(
    rules: list[Any], tag: Tag, groups: frozenset[str], minutes: int
) -> None:
    changes = item_changes_at(RuleBook(rules, Shop("A")), tag, NOON)
    later = NOON + timedelta(minutes=minutes)

    if changes is None or later < changes:
        now, then = of(rules, tag, groups), of(rules, tag, groups, later)
        assert (now.base, now.price) == (then.base, then.price)
