"""A rule as a line of the feed: taken apart without being read, read by whoever can."""

from __future__ import annotations

from typing import Any

import pytest

from retail.fields import RecordError
from retail.goods import Goods
from retail.pricing.off import Percent
from retail.pricing.rules import Adjustment, EachOff, Offer, Step
from retail.rule_lines import ToldRule, read_rule_line, rule_line, told_line
from tests.rules.test_snapshot_records import over_the_wire

DAIRY = Goods(categories=frozenset({"dairy"}))
RULES = [
    Adjustment("a", Percent(500), DAIRY, name_fa="لبنیات"),
    Offer("o", EachOff(DAIRY, (Step(2, Percent(1_000)),)), name_fa="دو تا"),
]
LATER: dict[str, Any] = {"rule": "lottery", "id": "l", "chance": 3}


@pytest.mark.parametrize("rule", RULES, ids=["adjustment", "offer"])
def test_a_rule_comes_back_as_it_was_written(rule: Adjustment | Offer) -> None:
    line = over_the_wire(rule_line(rule))
    told = read_rule_line(line)
    assert (told.rule_id, told.read()) == (rule.rule_id, rule)
    assert told_line(told) == line


def test_a_rule_of_a_later_version_is_taken_and_refused_only_when_it_is_read() -> None:
    told = read_rule_line({"kind": "rule", "rule": LATER})
    assert told == ToldRule("l", LATER)
    with pytest.raises(RecordError, match=r"Expected one of .*, got 'lottery'"):
        told.read()


def test_a_price_of_one_product_is_no_rule_of_the_store() -> None:
    with pytest.raises(RecordError, match="got a price of one product"):
        ToldRule("p", {"rule": "fixed_price", "id": "p", "sku": "1", "price": 5}).read()


@pytest.mark.parametrize(
    "line", [{}, {"rule": 7}, {"rule": {}}, {"rule": {"id": 7}}, {"rule": {"id": " "}}]
)
def test_a_line_without_a_rule_that_has_an_id_is_refused(line: dict[str, Any]) -> None:
    with pytest.raises(RecordError, match="Expected"):
        read_rule_line({"kind": "rule", **line})
