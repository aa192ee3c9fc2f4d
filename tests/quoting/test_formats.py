"""The schemas of typed files: sound themselves, and of one mind with the readers."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retail.pricing.records import rule_record
from retail.pricing.refusals import refusals_of
from retail.pricing.rules import Rule
from tests.quoting.typed import SCHEMAS
from tests.rules.pricing.rules_drawn import RULES
from tests.rules.pricing.test_records import objects_in
from tests.rules.pricing.test_refusals import VALUES, Everything

RULES_FILE = jsonschema_rs.validator_for(SCHEMAS["rules"])
BASKET_FILE = jsonschema_rs.validator_for(SCHEMAS["basket"])
# what a schema cannot say: how fields are to one another
BETWEEN_FIELDS = (
    "after the start",
    "Expected steps that go up",
    "Expected a price range that goes up",
    "of the cheapest pieces",
    "Expected a GTIN",
    "Expected an instant",
    "Expected no spaces around it",
    "Only offers can ask",
)


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_sound_and_knows_all_fields(name: str) -> None:
    jsonschema_rs.meta.validate(SCHEMAS[name])

    assert SCHEMAS[name]["$schema"].endswith("2020-12/schema")
    for each in objects_in(SCHEMAS[name]):
        if "properties" in each and each.get("type") == "object":
            assert each["additionalProperties"] is False, each


@given(RULES)
def test_what_is_written_of_a_rule_fits_the_schema(rule: Rule) -> None:
    jsonschema_rs.validate(SCHEMAS["rules"], {"rules": [rule_record(rule)]})


@settings(max_examples=300)
@given(RULES, st.data())
def test_schema_and_reader_are_of_one_mind_about_a_slip(rule: Rule, data: st.DataObject) -> None:
    record = json.loads(json.dumps(rule_record(rule)))
    place = data.draw(st.sampled_from([each for each in objects_in(record) if each]))
    field = data.draw(st.sampled_from([*sorted(place), "colour"]))
    place[field] = data.draw(VALUES)

    refused = [each.en for each in refusals_of(record, Everything())]

    if not RULES_FILE.is_valid({"rules": [record]}):
        assert refused, record
    else:
        assert all(any(said in each for said in BETWEEN_FIELDS) for each in refused), refused


@pytest.mark.parametrize(
    ("basket", "fits"),
    [
        ({}, True),
        ({"lines": [{"sku": "tea"}]}, True),
        ({"lines": [{"gtin": "4006381333931", "quantity": 2, "price": 0}]}, True),
        ({"lines": [{"code": "2100001027506"}], "vouchers": ["A"], "groups": ["member"]}, True),
        ({"used": {"o": {"money": 5}}, "stock": {"tea": -1}, "at": "2026-11-26T00:00:00Z"}, True),
        ({"gifts": [{"offer": "o", "sku": "tea"}]}, True),
        ({"lines": [{}]}, False),
        ({"lines": [{"sku": "tea", "gtin": "4006381333931"}]}, False),
        ({"lines": [{"sku": "tea", "quantity": 0}]}, False),
        ({"lines": [{"sku": "tea", "quantity": 1.5}]}, False),
        ({"line": []}, False),
        ({"gifts": [{"sku": "tea"}]}, False),
        ({"used": {"o": {"money": -5}}}, False),
        ({"format": 2}, False),
    ],
)
def test_the_schema_of_a_basket_tells_what_fits(basket: dict[str, Any], fits: bool) -> None:
    assert BASKET_FILE.is_valid(basket) is fits
