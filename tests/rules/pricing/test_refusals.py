"""Bad rules are refused where they are entered, in Persian and English, naming the field."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retail.fields import RecordError
from retail.pricing.records import read_rule, rule_record
from retail.pricing.refusals import (
    Refusal,
    refusals_of,
    refusals_of_floor,
    refusals_of_layouts,
)
from retail.pricing.rules import Rule
from tests.rules.pricing.rules_drawn import RULES
from tests.rules.pricing.test_records import DEARER, EACH, FIXED, GIFT, SET, STEPPED, objects_in

PERSIAN = re.compile("[آ-ی]")


class Little:
    """A catalogue of one item that costs 800 at least."""

    def has_sku(self, sku: str) -> bool:
        return sku == "tea"

    def has_category(self, category_id: str) -> bool:
        return category_id == "food"

    def has_store(self, store_id: str) -> bool:
        return store_id == "A"

    def floor_of(self, sku: str) -> int | None:
        return 800


class Everything(Little):
    """A catalogue that has whatever is asked for, and no floor."""

    def has_sku(self, sku: str) -> bool:
        return True

    has_category = has_store = has_sku

    def floor_of(self, sku: str) -> int | None:
        return None


FROM, TO = "2026-11-24T08:30:00Z", "2026-11-23T08:30:00Z"


@pytest.mark.parametrize(
    ("record", "refused"),
    [
        (FIXED, {}),
        (FIXED | {"stores": ["A"]}, {}),
        (FIXED | {"stores": ["A", "B"]}, {"stores[1]": "There is no store B"}),
        (FIXED | {"sku": "coffee"}, {"sku": "There is no item coffee"}),
        (FIXED | {"price": 799}, {"price": "The price 799 is below the item's floor of 800"}),
        (FIXED | {"price": 800}, {}),
        (FIXED | {"when": {"from": FROM, "to": TO}}, {"when.to": "an end that is after the start"}),
        (FIXED | {"when": {"from": FROM, "to": FROM}}, {"when.to": "an end that is after"}),
        (
            FIXED | {"when": {"weekly": [{"days": [], "from": "17:00", "to": "24:00"}]}},
            {
                "when.weekly[0].days": "Expected at least one",
                "when.weekly[0].to": "Expected a time from 00:00 to 23:59, got 24:00",
            },
        ),
        (FIXED | {"gtin": "1234"}, {"gtin": "Expected a GTIN of 8, 12, 13 or 14 digits"}),
        (FIXED | {"prize": 1}, {"prize": "Unknown field; possible are: rule, id, sku"}),
        ({"rule": "fixed_price", "id": "f"}, {"sku": "must be filled in", "price": "must be"}),
        ({}, {"rule": "This field must be filled in"}),
        ({"rule": "sale"}, {"rule": "Expected one of fixed_price, adjustment, offer, got sale"}),
        ({"rule": "offer"}, {"kind": "This field must be filled in"}),
        ({"rule": "offer", "kind": []}, {"kind": "Expected one of each, together, set, gift"}),
        (DEARER | {"off": 5}, {"off": "Expected only one of off_bp, off, up_bp, up"}),
        ({"rule": "adjustment", "id": "a"}, {"off_bp": "Expected one of off_bp, off, up_bp, up"}),
        (DEARER | {"goods": {"skus": ["tea", "x"]}}, {"goods.skus[1]": "There is no item x"}),
        (
            DEARER | {"goods": {"categories": ["x"], "except_categories": ["y", "food"]}},
            {"goods.categories[0]": "no category x", "goods.except_categories[0]": "category y"},
        ),
        (DEARER | {"goods": {"except_skus": ["x"]}}, {"goods.except_skus[0]": "no item x"}),
        (
            DEARER | {"goods": {"price_from": 9, "price_to": 8}},
            {"goods.price_to": "Expected a price range that goes up"},
        ),
        (DEARER | {"goods": {"full_price": True}}, {"goods.full_price": "Only offers can ask"}),
        (DEARER | {"round_to": 0}, {"round_to": "Expected 1 or more, got 0"}),
        (EACH | {"off_bp": 10_001}, {"off_bp": "Expected at most 10,000, got 10,001"}),
        (EACH | {"off_bp": 0}, {"off_bp": "Expected 1 or more, got 0"}),
        (
            STEPPED | {"steps": [{"at_least": 5, "off": 9}, {"at_least": 3, "off": 10}]},
            {"steps[1].at_least": "Expected steps that go up, got 3 after 5"},
        ),
        (
            STEPPED | {"steps": [{"at_least": 5, "off": 9}, {"at_least": 5, "off": 10}]},
            {"steps[1].at_least": "Expected steps that go up, got 5 after 5"},
        ),
        (STEPPED | {"steps": []}, {"steps": "Expected at least one"}),
        (
            STEPPED | {"steps": [{"at_least": 5}, {"off": 10}]},
            {"steps[0].off_bp": "Expected one of", "steps[1].at_least": "must be filled in"},
        ),
        (
            {"rule": "offer", "id": "t", "kind": "together", "price": 5},
            {"price": "Expected a share or an amount off goods together, not a price"},
        ),
        (SET | {"parts": []}, {"parts": "Expected at least one"}),
        (SET | {"on": "cheapest", "count": 4}, {"count": "Expected 1 to 3 of the cheapest"}),
        (SET | {"on": "cheapest"}, {"count": "Expected 1 to 3 of the cheapest"}),
        (SET | {"count": 1}, {"count": "Expected a count only for the cheapest pieces"}),
        (SET | {"on": "part"}, {"parts": "Expected a part to buy and a part to get"}),
        (SET | {"parts": [{"goods": {"skus": ["x"]}}]}, {"parts[0].goods.skus[0]": "no item x"}),
        (GIFT | {"gifts": ["tea", "x"]}, {"gifts[1]": "There is no item x"}),
        (GIFT | {"limits": {"budget": 0}}, {"limits.budget": "Expected 1 or more, got 0"}),
        (
            GIFT | {"needs": [{"goods": {"categories": ["x"]}, "money": -1}]},
            {"needs[0].goods.categories[0]": "no category x", "needs[0].money": "0 or more"},
        ),
        (  # all of it at once
            FIXED | {"sku": "x", "stores": ["B"], "price": -1, "when": {"from": FROM, "to": TO}},
            {"sku": "no item", "stores[0]": "no store", "price": "0 or", "when.to": "an end"},
        ),
    ],
)
def test_all_that_is_wrong_is_told_by_field(
    record: dict[str, Any], refused: dict[str, str]
) -> None:
    found = refusals_of(record, Little())

    assert {each.field for each in found} == set(refused)
    for each in found:
        assert refused[each.field] in each.en
        assert PERSIAN.search(each.fa)


@pytest.mark.parametrize("record", [None, 5, [], "rule"])
def test_what_is_no_object_is_refused(record: Any) -> None:
    assert [each.field for each in refusals_of(record, Little())] == [""]


def test_persian_words_have_persian_digits() -> None:
    (found,) = refusals_of(FIXED | {"price": 799}, Little())

    assert found == Refusal(
        "price",
        "قیمت ۷۹۹ از کف قیمت کالا، ۸۰۰، کمتر است",
        "The price 799 is below the item's floor of 800",
    )


@given(RULES)
def test_a_sound_rule_is_not_refused(rule: Rule) -> None:
    assert refusals_of(rule_record(rule), Everything()) == ()


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([-1, 0, 1, 10_001, 10**7 + 1, 1.5, "", " ", "x", "tea", "17:00", TO, FROM]),
    st.sampled_from([[], {}, [""], [{}], [1], ["thu"], {"from": FROM, "to": TO}]),
)


@settings(max_examples=400)
@given(RULES, st.data())
def test_whatever_a_reader_refuses_has_a_refusal_in_words(rule: Rule, data: st.DataObject) -> None:
    record = json.loads(json.dumps(rule_record(rule)))
    place = data.draw(st.sampled_from([each for each in objects_in(record) if each]))
    field = data.draw(st.sampled_from(sorted(place)))
    if data.draw(st.booleans()):
        place[field] = data.draw(VALUES)
    else:
        del place[field]

    found = refusals_of(record, Everything())

    assert all(each.en != each.fa and PERSIAN.search(each.fa) for each in found)
    assert "این قاعده خوانده نمی‌شود" not in {each.fa for each in found}
    assert found or not is_refused(record)


def is_refused(record: dict[str, Any]) -> bool:
    try:
        read_rule(record)
    except RecordError:
        return True
    return False


@pytest.mark.parametrize(
    ("list_price", "floor", "refused"),
    [
        (1_000, 0, ()),
        (1_000, 1_000, ()),
        (1_000, 1_001, ("The floor of 1,001 is above the list price of 1,000",)),
        (1_000, -1, ("Expected 0 or more, got -1",)),
    ],
)
def test_a_floor_above_the_list_price_is_refused(
    list_price: int, floor: int, refused: tuple[str, ...]
) -> None:
    found = refusals_of_floor(list_price, floor)

    assert tuple(each.en for each in found) == refused
    assert all(each.field == "floor" for each in found)


@pytest.mark.parametrize(
    ("patterns", "refused"),
    [
        (["21IIIIIWWWWWC", "22IIIIIPPPPPC"], {}),
        # 3 + 5 + 5 + 1 places: https://github.com/defendicon/POS-Awesome-V15/issues/2366
        (["21IIIIIWWWWWC", "622IIIIIWWWWWC"], {"labels[1]": "Expected 13 places, got 14"}),
        (["21IIIIIWWWWWC", "21IIIIIPPPPPC"], {"labels": "each prefix to lead to one layout"}),
        ([{"pattern": "61IIIIIWWWWWC", "any_prefix": True}, {"pattern": "21IIIIIPPPPPC"}], {}),
        ([{"pattern": "21IIIIIPPPPPC", "unit": 0}], {"labels[0]": "a unit of 1 or more, got 0"}),
        ([{"patern": "21IIIIIPPPPPC"}], {"labels[0]": "patern: Expected one of pattern, unit"}),
        ([5], {"labels[0]": "Expected a pattern such as 21IIIIIWWWWWC, got 5"}),
        (["61IIIIIWWWWWC"], {"labels[0]": "Expected a prefix 02, 04 or 20 to 29"}),
    ],
)
def test_a_pattern_that_does_not_fit_is_refused_when_it_is_set_up(
    patterns: list[object], refused: dict[str, str]
) -> None:
    found = refusals_of_layouts(patterns)

    assert {each.field for each in found} == set(refused)
    for each in found:
        assert refused[each.field] in each.en
        assert PERSIAN.search(each.fa)
