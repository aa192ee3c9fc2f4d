"""Labels with a weight or a price in them, boxes with a price of their own, one item's many GTINs.

The numbers are those of public threads, kept in tests/data/variable_measure_prices.json with
their sources.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from retail.values import check_digit
from tests.quoting.typed import Quote, Refused

DATA = Path(__file__).parents[1] / "data"
KEPT = json.loads((DATA / "variable_measure_prices.json").read_text("utf-8"))
OUTSIDE = (
    Path(__file__).parents[2] / "../shared/vectors/barcodes/variable_measure_vectors.json"
).resolve()


def weighed(row: dict[str, Any], **facts: Any) -> dict[str, Any]:
    item = {"sku": "cheese", "price": row.get("per_kg", 0), "per_kg": True, "gtins": [row["gtin"]]}
    return {"items": [item | facts], "labels": [row["label"]]}


def off(basis_points: int) -> dict[str, Any]:
    return {"rules": [{"rule": "adjustment", "id": "a", "off_bp": basis_points}]}


@pytest.mark.parametrize("row", KEPT["labels"], ids=lambda row: f"{row['code']} {row['per_kg']}")
def test_a_label_costs_what_its_weight_or_its_price_says(quote: Quote, row: dict[str, Any]) -> None:
    (line,) = quote(weighed(row), {"lines": [{"code": row["code"]}]})["lines"]

    assert (line["grams"], line["due"]) == (row["grams"], row["due"])
    assert line["printed"] == ("P" in str(row["label"]))


@pytest.mark.parametrize("row", KEPT["refused"], ids=lambda row: row["label"])
def test_a_pattern_that_does_not_fit_is_refused_when_it_is_set_up(
    refused: Refused, row: dict[str, Any]
) -> None:
    told = refused({"labels": [row["label"]]}, {"lines": []})

    assert told.startswith("kiosk: RULES.json: labels[0]: ")
    assert row["why"] in told


@pytest.mark.parametrize("row", KEPT["not_found"], ids=lambda row: row["code"])
def test_a_label_that_leads_to_no_item_is_said_so(refused: Refused, row: dict[str, Any]) -> None:
    told = refused(weighed(row), {"lines": [{"code": row["code"]}]})

    assert "BASKET.json: lines[0]: code: Expected a GTIN of one of items" in told


@pytest.mark.outside
def test_each_outside_case_is_kept() -> None:
    if not OUTSIDE.exists():
        pytest.skip("the outside vectors are not here: our copies are not compared with them")
    kept = json.dumps(KEPT)

    for vector in json.loads(OUTSIDE.read_text("utf-8"))["vectors"]:
        assert vector["source"].split(" ")[0] in kept
        assert vector.get("code", "") in kept


PRICED = KEPT["labels"][4]
WEIGHED = KEPT["labels"][0]
PER_KG = {"rule": "fixed_price", "id": "f", "sku": "cheese", "price": 900_000}


@pytest.mark.parametrize(
    ("row", "rules", "due"),
    [
        (WEIGHED, off(1_000), 2_475_000),
        (WEIGHED, {"rules": [PER_KG]}, 2_475_000),
        (PRICED, off(1_000), 1_395),
    ],
)
def test_rules_go_over_the_kilogram_or_over_what_the_scale_printed(
    quote: Quote, row: dict[str, Any], rules: dict[str, Any], due: int
) -> None:
    assert quote(weighed(row) | rules, {"lines": [{"code": row["code"]}]})["total"] == due


def test_the_price_of_a_kilogram_takes_no_printed_price_s_place(quote: Quote) -> None:
    rules = {"rules": [{"rule": "fixed_price", "id": "f", "sku": "cheese", "price": 140}]}

    assert quote(weighed(PRICED) | rules, {"lines": [{"code": PRICED["code"]}]})["total"] == 1_550


@pytest.mark.parametrize(
    ("row", "floor", "due"),
    [
        (WEIGHED, 800_000, 2_200_000),  # 2.75 kg of it
        (PRICED, 120, 1_240),  # as much of 120 as 1,550 are of 150
    ],
)
def test_a_piece_has_its_share_of_the_kilogram_s_floor(
    quote: Quote, row: dict[str, Any], floor: int, due: int
) -> None:
    rules = weighed(row, floor=floor) | off(9_000)

    assert quote(rules, {"lines": [{"code": row["code"]}]})["total"] == due


def test_each_labelled_piece_is_a_line_of_its_own_and_offers_count_it_as_one(quote: Quote) -> None:
    offer = {"rule": "offer", "id": "o", "kind": "set", "parts": [{"quantity": 2}], "off_bp": 5_000}
    rules = weighed(WEIGHED) | {"rules": [offer | {"on": "cheapest", "count": 1}]}
    lines = [{"code": WEIGHED["code"]}, {"sku": "cheese", "grams": 500}]

    told = quote(rules, {"lines": lines})

    assert [line["due"] for line in told["lines"]] == [2_750_000, 250_000]


def test_a_weight_of_nothing_costs_nothing(quote: Quote) -> None:
    told = quote(weighed(WEIGHED), {"lines": [{"sku": "cheese", "grams": 0}]})

    assert told["total"] == 0


@pytest.mark.parametrize("field", ["quantity", "grams"])
def test_a_label_is_not_counted_up(refused: Refused, field: str) -> None:
    told = refused(weighed(WEIGHED), {"lines": [{"code": WEIGHED["code"], field: 2}]})

    assert f"{field}: Expected what the label says" in told


def box_of_tea() -> dict[str, Any]:
    """Give tea with four GTINs: two of a piece, a box with its own price, one without."""
    return {
        "sku": "tea",
        "price": 1_000,
        "gtins": [
            "4006381333931",
            "96385074",
            {"gtin": "14006381333938", "pieces": 6, "price": 5_500},
            {"gtin": with_check("2400638133393"), "pieces": 12},
        ],
    }


def with_check(digits: str) -> str:
    return digits + str(check_digit(digits))


@pytest.mark.parametrize(
    ("gtin", "pieces", "list_price"),
    [
        ("4006381333931", 1, 1_000),
        ("96385074", 1, 1_000),
        ("14006381333938", 6, 5_500),
        (with_check("2400638133393"), 12, 12_000),
    ],
)
def test_each_gtin_of_an_item_leads_to_its_own_pack(
    quote: Quote, gtin: str, pieces: int, list_price: int
) -> None:
    (line,) = quote({"items": [box_of_tea()]}, {"lines": [{"gtin": gtin}]})["lines"]

    assert (line["sku"], line["pieces"], line["list_price"]) == ("tea", pieces, list_price)


@pytest.mark.parametrize(
    ("price", "box", "dozen"),
    [
        ({"sku": "tea", "price": 900}, 5_500, 10_800),  # of a piece: not of the box's own price
        ({"sku": "tea", "price": 5_000, "gtin": "14006381333938"}, 5_000, 12_000),
    ],
)
def test_a_box_with_its_own_price_has_its_own_rules(
    quote: Quote, price: dict[str, Any], box: int, dozen: int
) -> None:
    rules = {"items": [box_of_tea()], "rules": [{"rule": "fixed_price", "id": "f"} | price]}
    lines = [{"gtin": "14006381333938"}, {"gtin": with_check("2400638133393")}]

    told = quote(rules, {"lines": lines})

    assert [line["due"] for line in told["lines"]] == [box, dozen]


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("96385074", "00000096385074"),
        ("036000291452", "0036000291452"),
        ("036000291452", "00036000291452"),
        ("4006381333931", "04006381333931"),
        ("04006381333931", "4006381333931"),
    ],
)
@pytest.mark.parametrize("field", ["gtin", "code"])
def test_gtin_8_12_13_and_14_are_one_number(
    quote: Quote, stored: str, typed: str, field: str
) -> None:
    rules = {"items": [{"sku": "tea", "price": 1_000, "gtins": [stored]}]}

    assert quote(rules, {"lines": [{field: typed}]})["lines"][0]["sku"] == "tea"


def test_one_number_in_two_lengths_is_refused_as_twice_the_same(refused: Refused) -> None:
    item = {"sku": "tea", "price": 1_000, "gtins": ["4006381333931", "04006381333931"]}

    assert "gtins: Expected each once, got 4006381333931 again" in refused({"items": [item]}, {})


def test_packs_of_one_item_count_together(quote: Quote) -> None:
    offer = {"rule": "offer", "id": "o", "kind": "each", "goods": {"skus": ["tea"]}}
    rules = {
        "items": [box_of_tea()],
        "rules": [offer | {"steps": [{"at_least": 3, "off_bp": 1_000}]}],
    }
    lines = [{"gtin": "4006381333931"}, {"gtin": "96385074"}, {"gtin": "14006381333938"}]

    assert quote(rules, {"lines": lines[:2]})["off"] == 0
    assert quote(rules, {"lines": lines})["off"] == 100 + 100 + 550


@pytest.mark.parametrize(
    ("lines", "due"),
    [
        ([{"gtin": "14006381333938", "price": 5_000}], 5_000),
        ([{"gtin": "4006381333931", "price": 800, "quantity": 2}], 1_600),
        ([{"gtin": "5000000000005", "price": 300}], 300),  # of no item: one of its own
        ([{"code": "5000000000005", "price": 300}], 300),
    ],
)
def test_a_price_of_a_line_is_that_of_its_pack(
    quote: Quote, lines: list[dict[str, Any]], due: int
) -> None:
    assert quote({"items": [box_of_tea()]}, {"lines": lines})["total"] == due
