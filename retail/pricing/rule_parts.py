"""What rules of every kind have as JSON: goods, window, groups and stores, names, what is off.

Each ``…_record`` writes what its ``read_…`` reads; a reader names the field that is wrong.

Source: docs/formats/rules.schema.json.
"""

from __future__ import annotations

import re
from datetime import time
from enum import StrEnum
from typing import Any, TypeVar

from retail.fields import Record, RecordError, refusing, take, take_each, without_empty
from retail.goods import EVERYTHING, Goods
from retail.instants import take_instant, write_instant
from retail.pricing.off import Amount, Off, Percent, ToPrice
from retail.pricing.rules import Scope
from retail.pricing.window import DAYS, Weekly, Window

Choice = TypeVar("Choice", bound=StrEnum)

SCOPE_FIELDS = ("stores", "groups", "when")
OFF_FIELDS = ("off_bp", "off", "price")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}(:[0-9]{2})?")


def only(record: Record, *fields: str) -> None:
    """Refuse a record that has a field besides these, by its name."""
    if not isinstance(record, dict):
        raise RecordError(f"Expected an object, got {record!r}")
    for field in record:
        if field not in fields:
            raise RecordError(f"{field}: Expected one of {', '.join(fields)}")


def one_of(record: Record, *fields: str) -> str:
    """Give the one of these fields that stands in the record; none or several are refused."""
    there = [field for field in fields if field in record]
    if len(there) != 1:
        got = " and ".join(there) or "none of them"
        raise RecordError(f"{(there or fields)[0]}: Expected one of {', '.join(fields)}, got {got}")
    return there[0]


def take_choice(record: Record, field: str, usual: Choice) -> Choice:
    """Take one of the values of a closed list, the usual one where the field is absent."""
    value, known = take(record, field, str, usual.value), [choice.value for choice in type(usual)]
    if value not in known:
        raise RecordError(f"{field}: Expected one of {', '.join(known)}, got {value!r}")
    return type(usual)(value)


def take_texts(record: Record, field: str) -> tuple[str, ...]:
    """Take a list of texts that say something, none where it is absent."""
    return take_each(record, field, _read_text)


def goods_record(goods: Goods) -> dict[str, Any]:
    """Write a choice of items; everything is an empty object."""
    return without_empty(
        {
            "skus": sorted(goods.skus),
            "categories": sorted(goods.categories),
            "brands": sorted(goods.brands),
            "suppliers": sorted(goods.suppliers),
            "except_skus": sorted(goods.except_skus),
            "except_categories": sorted(goods.except_categories),
            "price_from": goods.price_from,
            "price_to": goods.price_to,
            "full_price": goods.full_price or None,
        }
    )


_GOODS_FIELDS = tuple(Goods.__dataclass_fields__)


def take_goods(record: Record) -> Goods:
    """Take the goods of a rule or a part of it, everything where none are named."""
    return refusing("goods", lambda: read_goods(take(record, "goods", dict, {})))


def read_goods(record: Record) -> Goods:
    """Read what ``goods_record`` wrote; refuses with ``RecordError``."""
    only(record, *_GOODS_FIELDS)
    if not record:
        return EVERYTHING
    return Goods(
        **{field: frozenset(take_texts(record, field)) for field in _GOODS_FIELDS[:6]},
        price_from=take(record, "price_from", int, None),
        price_to=take(record, "price_to", int, None),
        full_price=take(record, "full_price", bool, False),
    )


def scope_record(scope: Scope) -> dict[str, Any]:
    """Write for which stores and groups a rule is, and when, as fields of the rule."""
    return {
        "stores": sorted(scope.stores),
        "groups": sorted(scope.groups),
        "when": window_record(scope.window),
    }


def take_scope(record: Record) -> Scope:
    """Take the fields that ``scope_record`` wrote from a rule."""
    return Scope(
        stores=frozenset(take_texts(record, "stores")),
        groups=frozenset(take_texts(record, "groups")),
        window=refusing("when", lambda: read_window(take(record, "when", dict, {}))),
    )


def window_record(window: Window) -> dict[str, Any]:
    """Write when a rule is in force, in whole seconds; always is an empty object."""
    return without_empty(
        {
            "from": write_instant(window.starts_at) if window.starts_at else None,
            "to": write_instant(window.ends_at) if window.ends_at else None,
            "weekly": [_weekly_record(hours) for hours in window.weekly],
        }
    )


def read_window(record: Record) -> Window:
    """Read what ``window_record`` wrote; refuses with ``RecordError``."""
    only(record, "from", "to", "weekly")
    return Window(
        starts_at=take_instant(record, "from") if "from" in record else None,
        ends_at=take_instant(record, "to") if "to" in record else None,
        weekly=take_each(record, "weekly", _read_weekly),
    )


def _weekly_record(hours: Weekly) -> dict[str, Any]:
    return {
        "days": [DAYS[day] for day in sorted(hours.days)],
        "from": _write_time(hours.start),
        "to": _write_time(hours.end),
    }


def _read_weekly(record: Record) -> Weekly:
    only(record, "days", "from", "to")
    return Weekly(
        days=frozenset(take_each(record, "days", _read_day)),
        start=refusing("from", lambda: read_time(take(record, "from", str))),
        end=refusing("to", lambda: read_time(take(record, "to", str))),
    )


def _read_day(day: object) -> int:
    if not isinstance(day, str) or day not in DAYS:
        raise RecordError(f"Expected one of {', '.join(DAYS)}, got {day!r}")
    return DAYS.index(day)


def _write_time(at: time) -> str:
    return f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}"


def read_time(text: str) -> time:
    """Read hours and minutes, and seconds if need be, of a wall clock."""
    try:
        if _TIME.fullmatch(text):
            return time.fromisoformat(text)
    except ValueError:
        pass
    raise RecordError(f"Expected a time from 00:00 to 23:59, got {text!r}")


def off_record(off: Off) -> dict[str, Any]:
    """Write what is taken off, as the one field that says it."""
    match off:
        case Percent(basis_points):
            return {"off_bp": basis_points}
        case Amount(minor):
            return {"off": minor}
        case ToPrice(minor):
            return {"price": minor}


def take_off(record: Record) -> Off:
    """Take what is taken off: exactly one of a share, an amount and a price to come down to."""
    field = one_of(record, *OFF_FIELDS)
    value = take(record, field, int)
    kinds: dict[str, type[Percent] | type[Amount] | type[ToPrice]]
    kinds = {"off_bp": Percent, "off": Amount, "price": ToPrice}
    return refusing(field, lambda: kinds[field](value))


def name_record(fa: str, en: str) -> dict[str, str]:
    """Write a rule's name as shoppers read it."""
    return without_empty({"fa": fa, "en": en})


def take_name(record: Record) -> tuple[str, str]:
    """Take a rule's name, Persian and English, empty where there is none."""
    name = take(record, "name", dict, {})
    refusing("name", lambda: only(name, "fa", "en"))
    return refusing("name", lambda: (take(name, "fa", str, ""), take(name, "en", str, "")))


def _read_text(text: object) -> str:
    if not isinstance(text, str) or not text.strip():
        raise RecordError(f"Expected a text, got {text!r}")
    return text
