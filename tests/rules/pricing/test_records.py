"""Rules as JSON: what is written is read again, and whatever else comes is refused by its name."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.fields import RecordError
from retail.pricing.records import read_rule, rule_record
from retail.pricing.rules import EachOff, FixedPrice, Offer, Rule, TogetherOff
from tests.rules.pricing.rules_drawn import RULES

FIXED: dict[str, Any] = {"rule": "fixed_price", "id": "f", "sku": "tea", "price": 900}
DEARER: dict[str, Any] = {"rule": "adjustment", "id": "a", "up_bp": 400}
STEPPED: dict[str, Any] = {"rule": "offer", "id": "o", "kind": "each"}
EACH = STEPPED | {"off_bp": 1_000}
SET: dict[str, Any] = {
    "rule": "offer",
    "id": "o",
    "kind": "set",
    "parts": [{"quantity": 3}],
    "price": 2_000,
}
GIFT: dict[str, Any] = {"rule": "offer", "id": "o", "kind": "gift", "gifts": ["tea"]}


@given(RULES)
def test_what_is_written_is_read_again(rule: Rule) -> None:
    written = json.loads(json.dumps(rule_record(rule)))

    assert read_rule(written) == rule
    assert rule_record(read_rule(written)) == written


@pytest.mark.parametrize(
    "record",
    [
        FIXED,
        FIXED | {"price": 0},
        FIXED | {"gtin": "04006381333931", "priority": -1, "stores": ["A", "B"]},
        DEARER | {"goods": {"categories": ["dairy"], "price_from": 0}, "round_to": 5_000},
        EACH | {"name": {"fa": "ده درصد", "en": "Ten"}, "groups": ["member"]},
        EACH | {"when": {"weekly": [{"days": ["thu", "fri"], "from": "22:00", "to": "02:00"}]}},
        EACH | {"when": {"from": "2026-11-23T08:30:00Z", "to": "2026-11-24T08:30:00Z"}},
        SET | {"on": "cheapest", "count": 1, "limits": {"per_basket": 1}},
        GIFT | {"needs": [{"goods": {"skus": ["tea"]}, "money": 500_000}], "vouchers": ["AB12"]},
        {
            "rule": "offer",
            "id": "t",
            "kind": "together",
            "steps": [{"at_least": 500_000, "off": 50_000}, {"at_least": 900_000, "off": 99_000}],
            "combine": "exclusive",
        },
    ],
)
def test_what_a_person_types_is_what_is_written(record: dict[str, Any]) -> None:
    assert rule_record(read_rule(record)) == record


@pytest.mark.parametrize(
    ("record", "same"),
    [
        (STEPPED | {"goods": {}, "steps": [{"at_least": 1, "off_bp": 1_000}]}, EACH),
        (EACH | {"by": "quantity", "combine": "best_of", "priority": 0, "limits": {}}, EACH),
        (SET | {"on": "set", "count": 0, "when": {}, "stores": []}, SET),
        (FIXED | {"gtin": "4006381333931"}, FIXED | {"gtin": "04006381333931"}),
        (
            EACH | {"when": {"from": "2026-11-23T12:00:00+03:30"}},
            EACH | {"when": {"from": "2026-11-23T08:30:00Z"}},
        ),
        (GIFT | {"quantity": 1}, GIFT),
    ],
)
def test_what_is_usual_is_left_out(record: dict[str, Any], same: dict[str, Any]) -> None:
    assert rule_record(read_rule(record)) == same


@pytest.mark.parametrize(
    ("record", "at_least"),
    [
        (EACH, 1),
        (EACH | {"by": "money"}, 0),
        (EACH | {"kind": "together"}, 0),
        (EACH | {"kind": "together", "by": "quantity"}, 1),
    ],
)
def test_what_is_off_without_steps_is_off_from_the_first_on(
    record: dict[str, Any], at_least: int
) -> None:
    rule = read_rule(record)

    assert isinstance(rule, Offer)
    assert isinstance(rule.benefit, EachOff | TogetherOff)
    assert [step.at_least for step in rule.benefit.steps] == [at_least]


def test_the_gtin_may_have_any_of_its_lengths() -> None:
    for text in ("4006381333931", "04006381333931"):
        rule = read_rule(FIXED | {"gtin": text})

        assert isinstance(rule, FixedPrice)
        assert rule.gtin is not None
        assert rule.gtin.digits == "04006381333931"


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({}, "Expected a field 'rule'"),
        ({"rule": "discount", "id": "x"}, "rule: Expected one of fixed_price, adjustment, offer"),
        ({"rule": "offer", "id": "x"}, "offer 'x': Expected a field 'kind'"),
        (EACH | {"kind": "some"}, "kind: Expected one of each, together, set, gift, got 'some'"),
        (FIXED | {"id": 7}, "Expected str in 'id', got 7"),
        (FIXED | {"id": ""}, "fixed_price '': Expected an id"),
        (FIXED | {"id": " f"}, "Expected an id without spaces"),
        (FIXED | {"sku": ""}, "Expected a SKU"),
        (FIXED | {"price": 900.0}, "Expected int in 'price', got 900.0"),
        (FIXED | {"price": True}, "Expected int in 'price', got True"),
        (FIXED | {"price": "900"}, "Expected int in 'price', got '900'"),
        (FIXED | {"price": -1}, "Expected a price of 0 or more"),
        (FIXED | {"gtin": "4006381333932"}, "gtin: Expected check digit 1"),
        (FIXED | {"gtin": 4006381333931}, "gtin: Expected str in 'gtin'"),
        (FIXED | {"prize": 900}, "fixed_price 'f': prize: Expected one of rule, id, stores"),
        (FIXED | {"combine": "best_of"}, "combine: Expected one of rule, id, stores"),
        (FIXED | {"stores": "A"}, "Expected list in 'stores', got 'A'"),
        (FIXED | {"stores": ["A", 1]}, r"stores\[1\]: Expected a text, got 1"),
        (FIXED | {"stores": [""]}, r"stores\[0\]: Expected a text, got ''"),
        (FIXED | {"priority": 1.5}, "Expected int in 'priority'"),
        (FIXED | {"when": []}, "when: Expected dict in 'when'"),
        (FIXED | {"when": {"until": "2026-11-24T08:30:00Z"}}, "when: until: Expected one of from"),
        (FIXED | {"when": {"to": "2026-11-24T08:30:00"}}, "when: to: Expected an instant with"),
        (FIXED | {"when": {"to": "2226-11-24T08:30:00Z"}}, "when: to: Expected an instant in the"),
        (
            FIXED | {"when": {"from": "2026-11-24T08:30:00Z", "to": "2026-11-24T08:30:00Z"}},
            "when: Expected a start before the end",
        ),
        (
            FIXED | {"when": {"weekly": [{"days": [], "from": "17:00", "to": "20:00"}]}},
            r"when: weekly\[0\]: Expected weekdays",
        ),
        (
            FIXED | {"when": {"weekly": [{"days": ["Thu"], "from": "17:00", "to": "20:00"}]}},
            r"weekly\[0\]: days\[0\]: Expected one of mon, tue",
        ),
        (
            FIXED | {"when": {"weekly": [{"days": ["thu"], "from": "25:00", "to": "20:00"}]}},
            r"weekly\[0\]: from: Expected a time from 00:00 to 23:59, got '25:00'",
        ),
        (
            FIXED | {"when": {"weekly": [{"days": ["thu"], "from": "17", "to": "20:00"}]}},
            r"weekly\[0\]: from: Expected a time",
        ),
        (
            FIXED | {"when": {"weekly": [{"days": ["thu"], "from": "T1700", "to": "20:00"}]}},
            r"weekly\[0\]: from: Expected a time",
        ),
        ({"rule": "adjustment", "id": "a"}, "off_bp: Expected one of off_bp, off, up_bp, up, got"),
        (DEARER | {"off": 1}, "off: Expected one of off_bp, off, up_bp, up, got off and up_bp"),
        (DEARER | {"up_bp": 0}, "up_bp: Expected basis points or an amount"),
        (DEARER | {"up_bp": 1_000_001}, "up_bp: Expected at most a hundredfold"),
        (DEARER | {"round_to": 0}, "Expected a rounding to 1 or more, got 0"),
        (DEARER | {"goods": {"full_price": True}}, "Expected an adjustment of goods whatever"),
        (DEARER | {"goods": {"sku": ["tea"]}}, "goods: sku: Expected one of skus, categories"),
        (DEARER | {"goods": {"price_from": 2, "price_to": 1}}, "goods: Expected a price range"),
        (DEARER | {"combine": "best"}, "combine: Expected one of exclusive, best_of, compounding"),
        (DEARER | {"name": "گران"}, "Expected dict in 'name'"),
        (DEARER | {"name": {"de": "Teurer"}}, "name: de: Expected one of fa, en"),
        (EACH | {"off_bp": 10_001}, "off_bp: Expected 1 to 10000 basis points, got 10001"),
        (EACH | {"off_bp": 0}, "off_bp: Expected 1 to 10000 basis points, got 0"),
        (EACH | {"off": 1}, "off_bp: Expected one of steps, off_bp, off, price, got off_bp and"),
        (
            EACH | {"steps": [{"at_least": 1, "off": 1}]},
            "steps: Expected one of steps, off_bp, off, price, got steps and off_bp",
        ),
        (EACH | {"by": "weight"}, "by: Expected one of quantity, money, got 'weight'"),
        (EACH | {"parts": []}, "parts: Expected one of"),
        (EACH | {"limits": {"per_basket": 0}}, "limits: Expected a limit of 1 or more, got 0"),
        (EACH | {"limits": {"per_day": 1}}, "limits: per_day: Expected one of per_basket"),
        (EACH | {"needs": [{"quantity": -1}]}, r"needs\[0\]: Expected 0 or more"),
        (
            STEPPED | {"steps": [{"at_least": 3, "off": 1}, {"at_least": 3, "off": 2}]},
            "Expected steps that go up, got",
        ),
        (EACH | {"kind": "together", "off_bp": 1, "price": 5}, "Expected one of"),
        ({"rule": "offer", "id": "o", "kind": "together", "price": 5}, "Expected a share or an"),
        (SET | {"parts": []}, "Expected at least one part of a set"),
        (SET | {"parts": [{"quantity": 0}]}, r"parts\[0\]: Expected 1 piece or more, got 0"),
        (SET | {"on": "cheapest", "count": 4}, "Expected 1 to 3 of the cheapest pieces, got 4"),
        (SET | {"count": 1}, "of the cheapest pieces, got 1"),
        (SET | {"on": "part"}, "Expected a part to buy and a part to get"),
        (SET | {"goods": {}}, "goods: Expected one of"),
        (GIFT | {"gifts": []}, "Expected gifts"),
        (GIFT | {"quantity": 0}, "Expected gifts, got 0"),
    ],
)
def test_what_is_wrong_is_refused_and_named(record: dict[str, Any], message: str) -> None:
    with pytest.raises(RecordError, match=message):
        read_rule(record)


@given(RULES, st.data())
def test_a_field_that_nobody_knows_refuses_the_whole_rule(rule: Rule, data: st.DataObject) -> None:
    record = json.loads(json.dumps(rule_record(rule)))
    objects = [each for each in objects_in(record) if each]
    data.draw(st.sampled_from(objects))["colour"] = "red"

    with pytest.raises(RecordError, match="colour: Expected one of"):
        read_rule(record)


def objects_in(value: Any) -> list[dict[str, Any]]:
    """Give all objects of a record, itself among them."""
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    own = [value] if isinstance(value, dict) else []
    return own + [each for entry in inside for each in objects_in(entry)]


@pytest.mark.parametrize("record", [None, 3, "rule", [], [FIXED]])
def test_what_is_no_object_is_refused(record: Any) -> None:
    with pytest.raises(RecordError, match="Expected an object"):
        read_rule(record)
