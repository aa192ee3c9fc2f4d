"""A scheme as JSON, as head office edits it: written and read here alone.

Points are written as people say them ("0.75"), money in the smallest unit; what is wrong is named
by its field.

Source: docs/members.md, sections 4 to 6; config/sample/schemes/.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeVar

from retail.fields import Record, RecordError, refusing, take, take_each, without_empty
from retail.loyalty.scheme import (
    POINT,
    WHOLE,
    Basis,
    Conversion,
    Down,
    EarnRule,
    Gap,
    Keeping,
    Ladder,
    Level,
    PerAmount,
    Period,
    PerVisit,
    Scheme,
)
from retail.pricing.rule_parts import (
    goods_record,
    one_of,
    only,
    read_goods,
    take_choice,
    take_texts,
)

T = TypeVar("T")
POINTS_MAX: Final = 10**12


def scheme_record(scheme: Scheme) -> dict[str, Any]:
    """Write a scheme; what is as usual is left out."""
    keeping = {
        "vest_days": scheme.keeping.vest_days or None,
        "expire_months": scheme.keeping.expire_months,
    }
    return without_empty(
        {
            "scheme": scheme.scheme_id,
            "earn": [_rule_record(rule) for rule in scheme.rules],
            "keep": without_empty(keeping),
            "ladders": [_ladder_record(ladder) for ladder in scheme.ladders],
            "convert": _conversion_record(scheme.conversion) if scheme.conversion else None,
            "spend_months": scheme.spend_months or None,
        }
    )


def read_scheme(record: Record) -> Scheme:
    """Read a scheme; raises ``RecordError`` that names the field."""
    only(record, "scheme", "earn", "keep", "ladders", "convert", "spend_months")
    keep = take(record, "keep", dict, {})
    convert = take(record, "convert", dict, {})
    return _made(
        lambda: Scheme(
            take(record, "scheme", str),
            take_each(record, "earn", _read_rule),
            refusing("keep", lambda: _read_keeping(keep)),
            take_each(record, "ladders", _read_ladder),
            refusing("convert", lambda: _read_conversion(convert)) if convert else None,
            take(record, "spend_months", int, 0),
        )
    )


def _made(make: Callable[[], T]) -> T:
    """Make a value; what it refuses is a fault of the record."""
    try:
        return make()
    except RecordError:
        raise
    except ValueError as error:
        raise RecordError(str(error)) from None


# ---- points as people say them


def points_text(points: int) -> str:
    """Write thousandths of a point: 750 is ``0.75``."""
    whole, rest = divmod(points, POINT)
    return f"{whole}.{rest:03d}".rstrip("0").rstrip(".") if rest else str(whole)


def read_points(text: object) -> int:
    """Read points to at most three places; raises ``RecordError``."""
    try:
        number = Decimal(text) if isinstance(text, str) else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite() or not 0 <= number <= POINTS_MAX:
        raise RecordError(f"Expected points such as '1' or '0.75', got {text!r:.60}")
    scaled = number * POINT
    if scaled != scaled.to_integral_value():
        raise RecordError(f"Expected at most three places, got {text!r:.60}")
    return int(scaled)


# ---- earning


def _rule_record(rule: EarnRule) -> dict[str, Any]:
    match rule.gives:
        case PerAmount(points, per):
            gives: dict[str, Any] = {"points": points_text(points), "per": per}
        case PerVisit(points, returning):
            gives = {"visit_points": points_text(points), "returning": returning or None}
    return without_empty(
        {
            "id": rule.rule_id,
            **gives,
            "goods": goods_record(rule.goods),
            "groups": sorted(rule.groups),
            "first_day": rule.first_day.isoformat() if rule.first_day else None,
            "last_day": rule.last_day.isoformat() if rule.last_day else None,
            "family": rule.family or None,
            "spend_from": rule.spend_from or None,
            "gaps": [
                without_empty({"factor_bp": gap.factor_bp, "months": gap.months})
                for gap in rule.gaps
            ],
        }
    )


_RULE_FIELDS: Final = (
    *("id", "points", "per", "visit_points", "returning", "goods", "groups"),
    *("first_day", "last_day", "family", "spend_from", "gaps"),
)


def _read_rule(record: Any) -> EarnRule:
    only(record, *_RULE_FIELDS)
    gives: PerAmount | PerVisit
    if one_of(record, "points", "visit_points") == "points":
        points = refusing("points", lambda: read_points(record["points"]))
        gives = _made(lambda: PerAmount(points, take(record, "per", int)))
    else:
        points = refusing("visit_points", lambda: read_points(record["visit_points"]))
        gives = _made(lambda: PerVisit(points, take(record, "returning", bool, False)))
    return _made(
        lambda: EarnRule(
            take(record, "id", str),
            gives,
            read_goods(take(record, "goods", dict, {})),
            frozenset(take_texts(record, "groups")),
            _day(record, "first_day"),
            _day(record, "last_day"),
            take(record, "family", str, ""),
            take(record, "spend_from", int, 0),
            take_each(record, "gaps", _read_gap),
        )
    )


def _read_gap(record: Any) -> Gap:
    only(record, "factor_bp", "months")
    factor = take(record, "factor_bp", int)
    if not 0 <= factor <= 10 * WHOLE:
        raise RecordError(f"factor_bp: Expected 0 to {10 * WHOLE}, got {factor}")
    months = take(record, "months", int, 0)
    return Gap(factor, months or None)


def _day(record: Record, field: str) -> date | None:
    text = take(record, field, str, "")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RecordError(f"{field}: Expected a day such as 2026-11-27, got {text!r:.40}") from None


def _read_keeping(record: Record) -> Keeping:
    only(record, "vest_days", "expire_months")
    months = take(record, "expire_months", int, 0)
    return Keeping(take(record, "vest_days", int, 0), months or None)


# ---- levels and conversion


def _ladder_record(ladder: Ladder) -> dict[str, Any]:
    return without_empty(
        {
            "id": ladder.ladder_id,
            "by": ladder.basis.value,
            "fact": ladder.fact or None,
            "over": ladder.period.value,
            "months": ladder.months or None,
            "down": ladder.down.value,
            "levels": [
                {
                    "group": level.group,
                    "from": _threshold_record(ladder.basis, level.threshold),
                    "discount_bp": level.discount_bp,
                }
                for level in ladder.levels
            ],
        }
    )


def _threshold_record(basis: Basis, threshold: int) -> int | str:
    return points_text(threshold) if basis is Basis.EARNED else threshold


def _read_ladder(record: Any) -> Ladder:
    only(record, "id", "by", "fact", "over", "months", "down", "levels")
    basis = take_choice(record, "by", Basis.EARNED)

    def read_level(told: Any) -> Level:
        only(told, "group", "from", "discount_bp")
        if basis is Basis.EARNED:
            threshold = refusing("from", lambda: read_points(told.get("from")))
        else:
            threshold = take(told, "from", int)
        return _made(
            lambda: Level(take(told, "group", str), threshold, take(told, "discount_bp", int, 0))
        )

    return _made(
        lambda: Ladder(
            take(record, "id", str),
            basis,
            take_each(record, "levels", read_level),
            take_choice(record, "over", Period.ALL),
            take(record, "months", int, 0),
            take_choice(record, "down", Down.BALANCE_BASED),
            take(record, "fact", str, ""),
        )
    )


def _conversion_record(conversion: Conversion) -> dict[str, Any]:
    return {
        "at_least": points_text(conversion.at_least),
        "points": points_text(conversion.points),
        "credit": conversion.credit,
    }


def _read_conversion(record: Record) -> Conversion:
    only(record, "at_least", "points", "credit")
    return _made(
        lambda: Conversion(
            refusing("at_least", lambda: read_points(record.get("at_least"))),
            refusing("points", lambda: read_points(record.get("points"))),
            take(record, "credit", int),
        )
    )
