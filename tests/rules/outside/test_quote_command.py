"""``kiosk quote`` on files: shops typed by hand, and every case of the trade once more through its files.

Source: docs/formats/ and docs/pricing.md; the figures were worked out by hand.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kiosk.__main__ import main
from retail.basket import Line
from retail.pricing.book import Used
from retail.pricing.records import read_rule, rule_record
from tests.rules.outside.asking import ask, offs
from tests.rules.outside.test_trade_cases import CASES
from tests.rules.outside.trade_case import Case

ROOT = Path(__file__).parents[3]
Files = tuple[dict[str, Any], dict[str, Any]]


def written(folder: Path, files: Files) -> list[str]:
    paths = [folder / "RULES.json", folder / "BASKET.json"]
    for path, content in zip(paths, files, strict=True):
        path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    return ["quote", "--rules", str(paths[0]), "--basket", str(paths[1]), "--json"]


# -- a shop typed by hand

SHOP: dict[str, Any] = {
    "zone": "Asia/Tehran",
    "items": [
        {"sku": "tea", "price": 1_250_000, "categories": ["drinks", "food"], "vat_bp": 1000,
         "gtins": ["4006381333931", {"gtin": "14006381333938", "pieces": 6, "price": 7_000_000}]},
        {"sku": "rice", "price": 900_000, "categories": ["food"], "floor": 700_000},
        {"sku": "cheese", "price": 4_000_000, "categories": ["dairy", "food"], "per_kg": True, "gtins": ["2100001000004"]},
        {"sku": "cigarettes", "price": 500_000, "categories": ["tobacco"], "reducible": False},
        {"sku": "cup", "price": 300_000},
    ],
    "labels": ["21IIIIIWWWWWC"],
    "rules": [
        {"rule": "fixed_price", "id": "tea-b", "sku": "tea", "price": 1_200_000, "stores": ["b"]},
        {"rule": "adjustment", "id": "dairy-up", "goods": {"categories": ["dairy"]}, "up_bp": 400, "round_to": 50_000},
        {"rule": "offer", "id": "second-half", "kind": "set", "parts": [{"goods": {"skus": ["tea"]}, "quantity": 2}],
         "off_bp": 5000, "on": "cheapest", "count": 1},
        {"rule": "offer", "id": "thursday", "kind": "each", "goods": {"categories": ["food"], "except_skus": ["tea"]},
         "off_bp": 2500, "groups": ["member"], "when": {"weekly": [{"days": ["thu"], "from": "17:00", "to": "20:00"}]}},
        {"rule": "offer", "id": "code", "kind": "together", "off": 100_000, "vouchers": ["NOWRUZ"], "combine": "compounding",
         "limits": {"in_all": 10}},
        {"rule": "offer", "id": "cup-for-five", "kind": "gift", "gifts": ["cup"], "needs": [{"money": 5_000_000}]},
    ],
}  # fmt: skip
THURSDAY = "2026-11-26T18:00:00+03:30"
FRIDAY = "2026-11-27T18:00:00+03:30"
TEA, RICE = {"sku": "tea", "quantity": 3}, {"sku": "rice", "quantity": 2}
WEIGHED = {"code": "2100001027506"}  # 2,750 g of cheese at 4,160,000, rounded 4,150,000

TYPED: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (
        "a stranger: the second half price, cheese by its label",
        {"at": THURSDAY, "lines": [TEA, WEIGHED]},
        # 3 × 1,250,000, one of them half; 4,150,000 × 2.75 = 11,412,500
        {"total": 3_125_000 + 11_412_500, "off": 625_000, "vat": 284_091},
    ),
    (
        "a member on Thursday evening: a quarter off food, rice not below its floor",
        {"at": THURSDAY, "groups": ["member"], "lines": [RICE, {"sku": "cheese", "grams": 1000}]},
        # rice 900,000 → 675,000, floor 700,000: 200,000 each; cheese 4,150,000 → 3,112,500
        {"total": 1_400_000 + 3_112_500, "off": 400_000 + 1_037_500},
    ),
    (
        "the same member on Friday",
        {"at": FRIDAY, "groups": ["member"], "lines": [RICE]},
        {"total": 1_800_000, "off": 0, "changes_at": "2026-12-03T13:30:00Z"},
    ),
    (
        "another store: its own price of tea, and half of that",
        {"at": FRIDAY, "store": "b", "lines": [TEA]},
        {"total": 3_000_000, "off": 600_000},
    ),
    (
        "a box beside pieces is a piece: half of the cheaper one",
        {"at": FRIDAY, "lines": [{"gtin": "14006381333938"}, {"sku": "tea"}]},
        {"total": 7_000_000 + 625_000, "off": 625_000},
    ),
    (
        "a voucher on top, as it is typed",
        {"at": FRIDAY, "lines": [TEA], "vouchers": ["nowruz"], "used": {"code": {"in_all": 9}}},
        {"total": 3_025_000, "off": 725_000},
    ),
    (
        "the voucher is used up",
        {"at": FRIDAY, "lines": [TEA], "vouchers": ["nowruz"], "used": {"code": {"in_all": 10}}},
        {"total": 3_125_000, "off": 625_000},
    ),
    (
        "cigarettes do not earn the cup, and it is charged",
        {"at": FRIDAY, "lines": [{"sku": "cigarettes", "quantity": 10}], "gifts": [{"offer": "cup-for-five", "sku": "cup"}]},
        {"total": 5_300_000, "off": 0, "gifts": []},
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("basket", "figures"), [row[1:] for row in TYPED], ids=[row[0] for row in TYPED]
)
def test_a_shop_typed_by_hand(
    basket: dict[str, Any],
    figures: dict[str, Any],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(written(tmp_path, (SHOP, basket))) == 0

    told = json.loads(capsys.readouterr().out)
    assert {what: told[what] for what in figures} == figures


def test_the_command_of_a_shell_says_the_same(tmp_path: Path) -> None:
    _, basket, figures = TYPED[0]
    command = [sys.executable, "-m", "kiosk", *written(tmp_path, (SHOP, basket))]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    told = json.loads(done.stdout)
    assert {what: told[what] for what in figures} == figures


# -- every case of the trade, through files

FACTS = {
    "vat_basis_points": "vat_bp",
    "floor": "floor",
    "reducible": "reducible",
    "brand": "brand",
    "supplier": "supplier",
}


def typed_line(line: Line) -> dict[str, Any]:
    tag, item = line.tag, line.tag.item
    record: dict[str, Any] = {"sku": item.sku, "price": tag.list_price, "quantity": line.quantity}
    record |= {name: getattr(item, fact) for fact, name in FACTS.items()}
    record["categories"] = sorted(item.categories)
    return record if tag.grams is None else record | {"grams": tag.grams, "per_kg": True}


def typed_used(used: Used) -> dict[str, int]:
    return {"by_member": used.by_member, "in_all": used.in_all, "money": used.money}


def typed(case: Case) -> Files:
    asked = case.ask
    rules = {
        "currency": "USD",
        "zone": "UTC",
        "vat_included": asked.get("vat_included", True),
        "rules": [rule_record(rule) for rule in case.rules],
    }
    basket = {
        "at": "2026-11-26T12:00:00Z",
        "store": "A",
        "lines": [typed_line(line) for line in case.lines],
        "groups": sorted(asked.get("groups", ())),
        "vouchers": sorted(asked.get("vouchers", ())),
        "used": {rule: typed_used(used) for rule, used in asked.get("used", {}).items()},
    }
    return rules, basket


def can_be_typed(case: Case) -> bool:
    """Tell whether a line of a file can say it: labels, gifts and boxes need more than that."""
    return not any(line.tag.printed or line.gift_of or line.tag.pieces > 1 for line in case.lines)


@pytest.mark.parametrize(
    "case", [case for case in CASES if can_be_typed(case)], ids=lambda case: case.name
)
def test_a_case_of_the_trade_through_its_files(
    case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(written(tmp_path, typed(case))) == 0

    told = json.loads(capsys.readouterr().out)
    quote = ask(case.rules, case.lines, **case.ask)
    assert (told["off"], told["total"], told["vat"]) == (case.off, quote.total, quote.vat)
    assert sum(line["amount"] - line["paid"] for line in told["lines"]) == sum(offs(quote))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_rule_that_is_written_is_read_as_it_was(case: Case) -> None:
    assert [read_rule(rule_record(rule)) for rule in case.rules] == list(case.rules)
