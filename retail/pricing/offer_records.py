"""The parts of an offer as JSON: its benefit with steps or parts, its needs and limits.

Source: docs/formats/rules.schema.json; docs/pricing.md, section 4.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from retail.fields import Record, RecordError, refusing, take, take_each, without_empty
from retail.pricing.rule_parts import (
    OFF_FIELDS,
    goods_record,
    off_record,
    one_of,
    only,
    take_choice,
    take_goods,
    take_off,
    take_texts,
)
from retail.pricing.rules import (
    Benefit,
    By,
    EachOff,
    Gift,
    Limits,
    Needs,
    On,
    Part,
    SetOff,
    Step,
    TogetherOff,
)

_LIMITS: Final = tuple(Limits.__dataclass_fields__)
_STEPPED: Final = ("goods", "by", "steps", *OFF_FIELDS)
BENEFIT_FIELDS: Final = {  # by the kind of offer
    "each": _STEPPED,
    "together": _STEPPED,
    "set": ("parts", *OFF_FIELDS, "on", "count"),
    "gift": ("gifts", "quantity"),
}


def benefit_record(benefit: Benefit) -> dict[str, Any]:
    """Write what an offer gives, as fields of the offer."""
    match benefit:
        case EachOff():
            return {"kind": "each"} | _stepped_record(benefit, By.QUANTITY)
        case TogetherOff():
            return {"kind": "together"} | _stepped_record(benefit, By.MONEY)
        case SetOff():
            return {
                "kind": "set",
                "parts": [_part_record(part) for part in benefit.parts],
                **off_record(benefit.off),
                "on": None if benefit.on is On.SET else benefit.on.value,
                "count": benefit.count or None,
            }
        case Gift():
            quantity = benefit.quantity if benefit.quantity != 1 else None
            return {"kind": "gift", "gifts": list(benefit.skus), "quantity": quantity}


def take_benefit(record: Record) -> Benefit:
    """Take the fields that ``benefit_record`` wrote from an offer."""
    return _READERS[take_kind(record)](record)


def take_kind(record: Record) -> str:
    """Take which kind of benefit an offer has."""
    kind = take(record, "kind", str)
    if kind not in BENEFIT_FIELDS:
        raise RecordError(f"kind: Expected one of {', '.join(BENEFIT_FIELDS)}, got {kind!r}")
    return kind


def _stepped_record(benefit: EachOff | TogetherOff, usual: By) -> dict[str, Any]:
    first = benefit.steps[0]
    alone = len(benefit.steps) == 1 and first.at_least == _least(benefit.by)
    steps = [{"at_least": step.at_least} | off_record(step.off) for step in benefit.steps]
    return {
        "goods": goods_record(benefit.goods),
        "by": benefit.by.value if benefit.by is not usual else None,
        **(off_record(first.off) if alone else {"steps": steps}),
    }


def _read_each(record: Record) -> EachOff:
    by = take_choice(record, "by", By.QUANTITY)
    return EachOff(take_goods(record), _take_steps(record, by), by)


def _read_together(record: Record) -> TogetherOff:
    by = take_choice(record, "by", By.MONEY)
    goods, steps = take_goods(record), _take_steps(record, by)
    return TogetherOff(goods, steps, by)


def _take_steps(record: Record, by: By) -> tuple[Step, ...]:
    """Take the steps, or the one thing off that is a step from the first piece or Rial on."""
    if one_of(record, "steps", *OFF_FIELDS) == "steps":
        return take_each(record, "steps", _read_step)
    return (Step(_least(by), take_off(record)),)


def _least(by: By) -> int:
    return 1 if by is By.QUANTITY else 0


def _read_step(record: Record) -> Step:
    only(record, "at_least", *OFF_FIELDS)
    return Step(take(record, "at_least", int), take_off(record))


def _part_record(part: Part) -> dict[str, Any]:
    quantity = part.quantity if part.quantity != 1 else None
    return without_empty({"goods": goods_record(part.goods), "quantity": quantity})


def _read_part(record: Record) -> Part:
    only(record, "goods", "quantity")
    return Part(take_goods(record), take(record, "quantity", int, 1))


def _read_set(record: Record) -> SetOff:
    return SetOff(
        parts=take_each(record, "parts", _read_part),
        off=take_off(record),
        on=take_choice(record, "on", On.SET),
        count=take(record, "count", int, 0),
    )


def _read_gift(record: Record) -> Gift:
    return Gift(take_texts(record, "gifts"), take(record, "quantity", int, 1))


_READERS: Final[dict[str, Callable[[Record], Benefit]]] = {
    "each": _read_each,
    "together": _read_together,
    "set": _read_set,
    "gift": _read_gift,
}


def needs_record(needs: Needs) -> dict[str, Any]:
    """Write what a basket must hold before an offer counts."""
    return without_empty(
        {
            "goods": goods_record(needs.goods),
            "quantity": needs.quantity or None,
            "money": needs.money or None,
        }
    )


def read_needs(record: Record) -> Needs:
    """Read what ``needs_record`` wrote; refuses with ``RecordError``."""
    only(record, "goods", "quantity", "money")
    return Needs(
        take_goods(record), take(record, "quantity", int, 0), take(record, "money", int, 0)
    )


def limits_record(limits: Limits) -> dict[str, Any]:
    """Write how far an offer goes; without end is an empty object."""
    return without_empty({field: getattr(limits, field) for field in _LIMITS})


def take_limits(record: Record) -> Limits:
    """Take the limits of an offer, which has none where they are absent."""
    return refusing("limits", lambda: _read_limits(take(record, "limits", dict, {})))


def _read_limits(record: Record) -> Limits:
    only(record, *_LIMITS)
    return Limits(**{field: take(record, field, int, None) for field in _LIMITS})
