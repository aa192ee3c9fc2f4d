"""The shapes of the three kinds of rules, and what their fields must be to one another.

They find fault with whatever ``retail.pricing.records`` refuses, but with all of it at once and
in words for the person who enters it.

Source: docs/pricing.md, sections 2, 4 and 9; docs/formats/rules.schema.json.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final

from retail.instants import read_instant
from retail.pricing.refusal_words import refusal
from retail.pricing.rules import ROUND_TO_MAX, By, Combine, On
from retail.pricing.shapes import (
    Found,
    Shape,
    Together,
    any_text,
    choice,
    clock_time,
    each,
    fields,
    flag,
    gtin,
    identifier,
    instant,
    text,
    under,
    whole,
)
from retail.pricing.window import DAYS
from retail.values import BASIS_POINTS

_ABSENT: Final[dict[str, Shape]] = {}
_OFF: Final[dict[str, Shape]] = {
    "off_bp": whole(1, BASIS_POINTS),
    "off": whole(1),
    "price": whole(0),
}


def _one_of(*names: str) -> Together:
    """Ask for exactly one of these fields."""

    def look(value: Any, field: str) -> Found:
        there = [name for name in names if name in value]
        if len(there) == 1:
            return ()
        why = "several" if there else "none_of"
        return (refusal(under(field, (there or names)[0]), why, names=", ".join(names)),)

    return (), look


def _window_in_order(value: Any, field: str) -> Found:
    if not {"from", "to"} <= set(value) or read_instant(value["from"]) < read_instant(value["to"]):
        return ()
    return (refusal(under(field, "to"), "ends_before_start"),)


def _prices_in_order(value: Any, field: str) -> Found:
    low, high = value.get("price_from", 0), value.get("price_to")
    down = high is not None and high < low
    return (refusal(under(field, "price_to"), "range_down"),) if down else ()


def _whatever_price(value: Any, field: str) -> Found:
    asked = value.get("goods", {}).get("full_price")
    return (refusal(under(field, "goods.full_price"), "full_price_here"),) if asked else ()


def _steps_up(value: Any, field: str) -> Found:
    starts = [step["at_least"] for step in value.get("steps", ())]
    return tuple(
        refusal(under(field, f"steps[{i}].at_least"), "steps_down", got=after, before=before)
        for i, (before, after) in enumerate(pairwise(starts), start=1)
        if after <= before
    )


def _no_price_together(value: Any, field: str) -> Found:
    there = [("price", value)]
    there += [(f"steps[{i}].price", step) for i, step in enumerate(value.get("steps", ()))]
    return tuple(
        refusal(under(field, name), "price_for_basket") for name, each in there if "price" in each
    )


def _pieces_of_a_set(value: Any, field: str) -> Found:
    count, on = value.get("count", 0), value.get("on", On.SET.value)
    pieces = sum(part.get("quantity", 1) for part in value["parts"])
    if on == On.CHEAPEST and not 1 <= count <= pieces:
        return (refusal(under(field, "count"), "more_than_set", most=pieces),)
    if on != On.CHEAPEST and count:
        return (refusal(under(field, "count"), "only_for_cheapest"),)
    if on == On.PART and len(value["parts"]) < 2:
        return (refusal(under(field, "parts"), "one_part"),)
    return ()


_NAMES: Final = ("skus", "categories", "brands", "suppliers", "except_skus", "except_categories")
_GOODS: Final = fields(
    _ABSENT,
    {
        **dict.fromkeys(_NAMES, each(text)),
        "price_from": whole(0),
        "price_to": whole(0),
        "full_price": flag,
    },
    (("price_from", "price_to"), _prices_in_order),
)
_WEEKLY: Final = fields(
    {"days": each(choice(*DAYS), least=1), "from": clock_time, "to": clock_time}, _ABSENT
)
_WINDOW: Final = fields(
    _ABSENT,
    {"from": instant, "to": instant, "weekly": each(_WEEKLY)},
    (("from", "to"), _window_in_order),
)
_STEP: Final = fields({"at_least": whole(0)}, _OFF, _one_of(*_OFF))
_PART: Final = fields(_ABSENT, {"goods": _GOODS, "quantity": whole(1)})
_NEEDS: Final = fields(_ABSENT, {"goods": _GOODS, "quantity": whole(0), "money": whole(0)})
_LIMITS: Final = fields(
    _ABSENT,
    dict.fromkeys(("per_basket", "per_member", "in_all", "off_max", "budget"), whole(1)),
)

_MUST: Final[dict[str, Shape]] = {"rule": text, "id": identifier}
_MAY: Final[dict[str, Shape]] = {
    "stores": each(text),
    "groups": each(text),
    "when": _WINDOW,
    "priority": whole(),
}
_NAMED: Final[dict[str, Shape]] = _MAY | {
    "name": fields(_ABSENT, {"fa": any_text, "en": any_text}),
    "combine": choice(*Combine),
}
_OFFER_MUST: Final[dict[str, Shape]] = _MUST | {"kind": text}
_OFFER_MAY: Final[dict[str, Shape]] = _NAMED | {
    "needs": each(_NEEDS),
    "vouchers": each(text),
    "limits": _LIMITS,
}
_STEPPED: Final[dict[str, Shape]] = {
    "goods": _GOODS,
    "by": choice(*By),
    "steps": each(_STEP, least=1),
}

FIXED_PRICE: Final = fields(_MUST | {"sku": text, "price": whole(0)}, _MAY | {"gtin": gtin})
ADJUSTMENT: Final = fields(
    _MUST,
    _NAMED
    | {
        "goods": _GOODS,
        "off_bp": whole(1, BASIS_POINTS),
        "off": whole(1),
        "up_bp": whole(1, 100 * BASIS_POINTS),
        "up": whole(1),
        "round_to": whole(1, ROUND_TO_MAX),
    },
    _one_of("off_bp", "off", "up_bp", "up"),
    (("goods",), _whatever_price),
)
OFFERS: Final[dict[str, Shape]] = {
    "each": fields(
        _OFFER_MUST,
        _OFFER_MAY | _STEPPED | _OFF,
        _one_of("steps", *_OFF),
        (("steps",), _steps_up),
    ),
    "together": fields(
        _OFFER_MUST,
        _OFFER_MAY | _STEPPED | _OFF,
        _one_of("steps", *_OFF),
        (("steps",), _steps_up),
        (("steps", "price"), _no_price_together),
    ),
    "set": fields(
        _OFFER_MUST | {"parts": each(_PART, least=1)},
        _OFFER_MAY | _OFF | {"on": choice(*On), "count": whole(0)},
        _one_of(*_OFF),
        (("parts", "on", "count"), _pieces_of_a_set),
    ),
    "gift": fields(
        _OFFER_MUST | {"gifts": each(text, least=1)}, _OFFER_MAY | {"quantity": whole(1)}
    ),
}
