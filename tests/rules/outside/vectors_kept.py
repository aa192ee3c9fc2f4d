"""The kept numbers of the given vectors, their baskets as ours, and what they look at in a quote."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from retail.basket import Line
from retail.pricing.quoted import Quote
from tests.rules.outside.asking import line, offs

KEPT = Path(__file__).parents[2] / "data/promotions/vectors.json"
VECTORS: dict[str, dict[str, Any]] = {
    vector["id"]: vector for vector in json.loads(KEPT.read_text("utf-8"))["vectors"]
}


def cents(text: str) -> int:
    return int(Decimal(text) * 100)


def lines_of(vector: dict[str, Any]) -> list[Line]:
    """Give the basket of a vector: items named a, b, c …, in the order of its rows."""
    return [
        line(
            "abcdefgh"[n],
            cents(row["price"]),
            row["qty"],
            floor=cents(row.get("min_price", "0")),
            reducible=row.get("discountable", True),
            categories={row["tag"]} if "tag" in row else set(),
        )
        for n, row in enumerate(vector["basket"])
    ]


def figures(quote: Quote) -> dict[str, Any]:
    """Give what vectors look at, as ours."""
    return {
        "discount": quote.off,
        "total": quote.total,
        "items_discounted": sum(one.times for one in quote.offers),
        "applied": [one.rule_id for one in quote.offers],
        "per_line": offs(quote),
    }
