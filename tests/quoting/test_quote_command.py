"""``kiosk quote``: two typed files in, one explained quote out, and every slip named."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import jsonschema_rs
import pytest

from kiosk.__main__ import main
from tests.quoting.typed import EXAMPLE, JUNE, MARCH, SCHEMAS, TEA, Quote, files, fixed

RULES_OF_PAGE, BASKET_OF_PAGE = (
    json.loads(block) for block in re.findall(r"```json\n(.*?)```", EXAMPLE, re.DOTALL)
)
COMMANDS = re.findall(r"```console\n\$ kiosk (.*?)\n(.*?)```", EXAMPLE, re.DOTALL)


@pytest.mark.parametrize(("command", "printed"), COMMANDS, ids=[each[0][51:] for each in COMMANDS])
def test_the_example_of_the_page_is_what_the_command_prints(
    command: str,
    printed: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    files(tmp_path, RULES_OF_PAGE, BASKET_OF_PAGE)
    monkeypatch.chdir(tmp_path)

    assert main(shlex.split(command)) == 0
    assert capsys.readouterr().out == printed


def test_the_page_has_three_examples_and_they_fit_the_schemas() -> None:
    assert len(COMMANDS) == 3
    jsonschema_rs.validate(SCHEMAS["rules"], RULES_OF_PAGE)
    jsonschema_rs.validate(SCHEMAS["basket"], BASKET_OF_PAGE)


def test_a_basket_needs_no_items(quote: Quote) -> None:
    told = quote({"rules": []}, {"lines": [TEA | {"quantity": 3}]})

    assert (told["total"], told["store"], told["groups"]) == (3_000, "", [])


def test_facts_of_a_line_go_before_those_of_the_item(quote: Quote) -> None:
    off = {"rule": "adjustment", "id": "a", "goods": {"categories": ["food"]}, "off_bp": 1_000}
    rules = {"items": [TEA | {"categories": ["food"]}], "rules": [off]}
    lines = [
        {"sku": "tea"},
        {"sku": "tea", "price": 2_000},
        {"sku": "tea", "categories": ["drinks"]},
        {"sku": "tea", "price": 2_000, "floor": 1_950},
        {"sku": "tea", "reducible": False},
    ]

    told = quote(rules, {"lines": lines})

    assert [line["due"] for line in told["lines"]] == [900, 1_800, 1_000, 1_950, 1_000]


@pytest.mark.parametrize(
    ("at", "price", "next_change"),
    [  # what was the price on …
        ("2020-01-01T00:00:00Z", 1_000, MARCH),
        ("2026-02-28T23:59:59Z", 1_000, MARCH),
        (MARCH, 900, "2026-03-05T13:30:00Z"),
        ("2026-03-05T17:00:00+03:30", 800, "2026-03-05T16:30:00Z"),
        ("2026-03-05T20:00:00+03:30", 900, "2026-03-12T13:30:00Z"),
        (JUNE, 950, "2026-06-04T13:30:00Z"),
        ("2199-12-31T00:00:00Z", 950, "2200-01-02T13:30:00Z"),
    ],
)
def test_any_instant_can_be_asked_about(
    quote: Quote, at: str, price: int, next_change: str
) -> None:
    evening = {"weekly": [{"days": ["thu"], "from": "17:00", "to": "20:00"}]}
    rules = [
        fixed(900, "spring", when={"from": MARCH, "to": JUNE}),
        fixed(950, "summer", when={"from": JUNE}),
        fixed(800, "evening", priority=1, when={"from": MARCH} | evening),
    ]

    told = quote({"items": [TEA], "rules": rules}, {"lines": [{"sku": "tea"}]}, "--at", at)

    assert (told["total"], told["changes_at"]) == (price, next_change)


def test_the_basket_says_when_where_and_who_and_the_command_line_goes_before_it(
    quote: Quote,
) -> None:
    rules = {
        "rules": [
            fixed(900, "a", stores=["A"]),
            fixed(800, "g", groups=["gold"]),
            fixed(700, "later", priority=1, when={"from": JUNE}),
        ]
    }
    basket = {"lines": [TEA], "store": "A", "groups": ["gold"], "at": MARCH}

    def price(*more: str) -> int:
        return int(quote(rules, basket, *more)["total"])

    assert price() == 800
    assert price("--member-groups", "") == 900
    assert price("--member-groups", "", "--store", "B") == 1_000
    assert price("--member-groups", "silver, gold", "--store", "B") == 800
    assert price("--at", JUNE) == 700


def test_now_is_asked_where_nothing_says_when(quote: Quote) -> None:
    from datetime import UTC, datetime, timedelta

    told = quote({}, {"lines": [TEA]})

    at = datetime.fromisoformat(told["at"])
    assert abs(datetime.now(UTC) - at) < timedelta(minutes=5)


def test_it_says_why_line_by_line(quote: Quote) -> None:
    rules = {
        "items": [TEA | {"vat_bp": 1_000, "floor": 500, "name": {"fa": "چای", "en": "Tea"}}],
        "rules": [
            fixed(950, when={"to": JUNE}),
            {
                "rule": "adjustment",
                "id": "a",
                "off_bp": 1_000,
                "name": {"fa": "حراج", "en": "Sale"},
            },
            {"rule": "offer", "id": "o", "kind": "each", "off": 500, "name": {"fa": "پیشنهاد"}},
            {"rule": "offer", "id": "m", "kind": "each", "off": 9, "groups": ["member"]},
            {"rule": "offer", "id": "v", "kind": "together", "off": 5, "vouchers": ["V"]},
            {
                "rule": "offer",
                "id": "g",
                "kind": "gift",
                "gifts": ["tea"],
                "needs": [{"quantity": 2}],
            },
        ],
    }
    basket = {
        "lines": [{"sku": "tea", "quantity": 2}],
        "vouchers": ["W"],
        "gifts": [{"offer": "g", "sku": "tea"}],
        "stock": {"tea": 0},
        "at": MARCH,
    }

    told = quote(rules, basket)

    line, gift = told["lines"]
    empty = {"fa": "", "en": ""}
    assert line["steps"] == [
        {"kind": "fixed_price", "rule": "f", "name": empty, "before": 1_000, "after": 950}
        | {"until": JUNE},
        {"kind": "adjustment", "rule": "a", "name": {"fa": "حراج", "en": "Sale"}, "before": 950}
        | {"after": 855, "until": None},
    ]
    assert (line["list_price"], line["base"], line["price"]) == (1_000, 950, 855)
    assert line["shares"] == [{"rule": "o", "off": 710}]  # 355 each: the floor holds
    assert (line["amount"], line["paid"], line["vat"], line["due"]) == (1_710, 1_000, 91, 1_000)
    assert (gift["gift_of"], gift["due"]) == ("g", 0)
    assert {each["rule"]: (each["times"], each["off"]) for each in told["offers"]} == {
        "o": (2, 710),
        "g": (1, 855),
    }
    assert [(each["rule"], each["in_stock"], each["taken"]) for each in told["gifts"]] == [
        ("g", [], 1)
    ]
    assert told["vouchers"] == [{"voucher": "W", "rules": [], "reason": "unknown"}]
    assert told["changes_at"] == JUNE
    assert told["as_member"] == {"total": 1_000, "saves": 0}


def test_what_was_used_up_before_counts(quote: Quote) -> None:
    offer = {"rule": "offer", "id": "o", "kind": "each", "off": 100, "limits": {"in_all": 3}}
    basket = {"lines": [TEA | {"quantity": 5}], "used": {"o": {"in_all": 1}}}

    assert quote({"rules": [offer]}, basket)["off"] == 200


def test_prices_without_vat_get_it_on_top(quote: Quote) -> None:
    told = quote({"vat_included": False}, {"lines": [TEA | {"vat_bp": 1_000}]})

    assert (told["subtotal"], told["vat"], told["total"]) == (1_000, 100, 1_100)
