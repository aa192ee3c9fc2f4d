"""Values as they are kept, by the type of their node: what a calculation gives, what is typed.

Source: docs/surveys.md, section 4; ODK XForms specification, "Data types".
"""

from __future__ import annotations

import math
import re
from typing import Any, Final

from xforms.xpath import values

TEXT_MAX: Final = 10_000  # characters of one answer
_DIGITS: Final = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩٫", "0123456789" * 2 + ".")
_NUMBERS: Final = frozenset({"int", "integer", "decimal", "long"})
_WHOLE: Final = re.compile(r"-?\d{1,18}")
_DECIMAL: Final = re.compile(r"-?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})")


def worked_out(told: Any, kind: str) -> str:
    """Write what a calculation gave, as the type of its node has it; what is no number is empty."""
    if isinstance(told, bool | list):
        told = values.text(told)
    if isinstance(told, float):
        if math.isnan(told) or math.isinf(told):
            return ""
        if kind == "date":
            return values.date_of_days(told)
        if kind == "dateTime":
            return values.instant_of_days(told)
    text = values.text(told)
    if kind in ("int", "integer", "long"):
        number = values.number(text)
        return "" if math.isnan(number) or math.isinf(number) else str(math.trunc(number))
    if kind == "date" and "T" in text:
        return text.partition("T")[0]
    return tidied(text)


def typed(text: str, kind: str) -> str:
    """Write what a person typed: Latin digits where it is a number or a date, no odd signs."""
    told = tidied(text)
    if kind in _NUMBERS or kind in ("date", "time", "dateTime"):
        told = told.strip().translate(_DIGITS).replace("−", "-").replace("٬", "")
    return told


def tidied(text: str) -> str:
    """Leave out what XML cannot hold, and what is too long for an answer."""
    return values.NOT_XML.sub("", text)[:TEXT_MAX]


def fits(text: str, kind: str) -> bool:
    """Tell whether a text is a value of a type; an empty one is of every type."""
    if text == "":
        return True
    match kind:
        case "int" | "integer" | "long":
            return _WHOLE.fullmatch(text) is not None
        case "decimal":
            return _DECIMAL.fullmatch(text) is not None
        case "date":
            return "T" not in text and values.days_of(text) is not None
        case "dateTime":
            return values.days_of(text) is not None
        case "time":
            return values.time_of(text) is not None
        case _:
            return True
