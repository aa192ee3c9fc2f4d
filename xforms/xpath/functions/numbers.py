"""Functions of numbers, and those that choose among values."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_FLOOR, Decimal, InvalidOperation
from typing import Any, Final

from xforms.xpath.values import Value, number, numbers, text, text_of_node, time_of, truth
from xforms.xpath.world import CURRENT

Told = tuple[Any, ...]


def days(_context: Any, value: Value) -> float:
    """Give a value as a number: a date as its days, a time as its part of a day."""
    told = number(value)
    if math.isnan(told) and (clock := time_of(text(value))) is not None:
        return (clock.hour * 3600 + clock.minute * 60 + clock.second) / 86_400
    return told


def _if(_context: Any, condition: Value, then: Value, otherwise: Value) -> Value:
    chosen = then if truth(condition) else otherwise
    return text(chosen) if isinstance(chosen, list) else chosen


def _coalesce(_context: Any, *values: Value) -> str:
    return next((told for value in values if (told := text(value)) != ""), "")


def _round(_context: Any, value: Value, places: Value = 0.0) -> float:
    exact, to = number(value), number(places)
    if math.isnan(exact) or math.isinf(exact) or math.isnan(to):
        return exact if math.isinf(exact) else math.nan
    unit = Decimal(1).scaleb(-max(-30, min(30, int(to))))
    try:  # halves go up, also below 0, as XPath's round does
        whole = (Decimal(repr(exact)) / unit + Decimal("0.5")).to_integral_value(ROUND_FLOOR)
    except InvalidOperation:  # more digits than are kept
        return exact
    return float(whole * unit)


def _int(_context: Any, value: Value) -> float:
    exact = number(value)
    return exact if math.isnan(exact) or math.isinf(exact) else float(math.trunc(exact))


def _min(_context: Any, *values: Value) -> float:
    told = numbers(values)
    return math.nan if not told or any(map(math.isnan, told)) else min(told)


def _max(_context: Any, *values: Value) -> float:
    told = numbers(values)
    return math.nan if not told or any(map(math.isnan, told)) else max(told)


def _sum(_context: Any, *values: Value) -> float:
    told = numbers(values)
    try:
        return math.fsum(told) if not any(map(math.isinf, told)) else sum(told)
    except OverflowError:  # more than a float holds
        return math.copysign(math.inf, max(told, key=abs))


def _number(context: Any, *values: Value) -> float:
    return number(values[0] if values else text_of_node(context.context_node))


def _count_non_empty(_context: Any, nodes: Value) -> float:
    if not isinstance(nodes, list):
        return math.nan
    return float(sum(text_of_node(node) != "" for node in nodes))


def _safely(of: Callable[..., float]) -> Callable[..., float]:
    """Make a function of ``math`` one of XPath's: what it has no answer to is NaN."""

    def told(_context: Any, *values: Value) -> float:
        try:
            return of(*map(number, values))
        except (ValueError, ZeroDivisionError):
            return math.nan
        except OverflowError:
            return math.inf

    return told


def _pow(base: float, power: float) -> float:
    told = base**power
    return math.nan if isinstance(told, complex) else float(told)


def _random(_context: Any) -> float:
    return CURRENT.get().random()


def _boolean_from_string(_context: Any, value: Value) -> bool:
    return text(value) in ("1", "true")


def _checklist(_context: Any, least: Value, most: Value, *values: Value) -> bool:
    found = sum(truth_of(each) for value in values for each in _each(value))
    low, high = number(least), number(most)
    return (low < 0 or found >= low) and (high < 0 or found <= high)


def _weighted_checklist(_context: Any, least: Value, most: Value, *pairs: Value) -> bool:
    found = math.fsum(
        number(weight)
        for value, weight in zip(pairs[::2], pairs[1::2], strict=False)
        if any(map(truth_of, _each(value)))
    )
    low, high = number(least), number(most)
    return (math.isnan(low) or found >= low) and (math.isnan(high) or found <= high)


def _each(value: Value) -> list[Value]:
    return [text_of_node(node) for node in value] if isinstance(value, list) else [value]


def truth_of(value: Value) -> bool:
    """Take an answer for yes: a truth, a number that is not 0, the text ``true`` or ``yes``."""
    if isinstance(value, str):
        told = value.strip().lower()
        as_number = number(told)
        return told in ("true", "yes") or (not math.isnan(as_number) and as_number != 0)
    return truth(value)


_LOG: Final = {
    "log": lambda x: math.log(x) if x > 0 else (-math.inf if x == 0 else math.nan),
    "log10": lambda x: math.log10(x) if x > 0 else (-math.inf if x == 0 else math.nan),
}


def _string(context: Any, *values: Value) -> str:
    return text(values[0]) if values else text_of_node(context.context_node)


TABLE: Final[dict[str, Told]] = {
    "if": (3, 3, "any", _if),
    "coalesce": (1, 1_000, "any", _coalesce),
    "round": (1, 2, "number", _round),
    "int": (1, 1, "number", _int),
    "min": (1, 1_000, "any", _min),
    "max": (1, 1_000, "any", _max),
    "sum": (1, 1_000, "number", _sum),
    "string": (0, 1, "string", _string),
    "number": (0, 1, "number", _number),
    "count-non-empty": (1, 1, "number", _count_non_empty),
    "pow": (2, 2, "number", _safely(_pow)),
    "exp": (1, 1, "number", _safely(math.exp)),
    "exp10": (1, 1, "number", _safely(lambda x: 10.0**x)),
    "sqrt": (1, 1, "number", _safely(math.sqrt)),
    "abs": (1, 1, "number", _safely(abs)),
    "sin": (1, 1, "number", _safely(math.sin)),
    "cos": (1, 1, "number", _safely(math.cos)),
    "tan": (1, 1, "number", _safely(math.tan)),
    "asin": (1, 1, "number", _safely(math.asin)),
    "acos": (1, 1, "number", _safely(math.acos)),
    "atan": (1, 1, "number", _safely(math.atan)),
    "atan2": (2, 2, "number", _safely(math.atan2)),
    "pi": (0, 0, "number", _safely(lambda: math.pi)),
    **{name: (1, 1, "number", _safely(of)) for name, of in _LOG.items()},
    "random": (0, 0, "number", _random, True),
    "boolean-from-string": (1, 1, "boolean", _boolean_from_string),
    "checklist": (2, 1_000, "boolean", _checklist),
    "weighted-checklist": (4, 1_000, "boolean", _weighted_checklist),
}
