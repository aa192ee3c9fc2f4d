"""Fields of the office's forms for rules: amounts, shares, hours, and lists that are picked.

People type Persian or Latin digits, group thousands, and write a share in percent; what comes
out are whole Rial, basis points, and the texts of ``retail.pricing.records``.
"""

from __future__ import annotations

import re
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from retail.pricing.window import DAYS
from retail.values import BASIS_POINTS
from server.office.persian import grouped, in_digits

DAY_NAMES: Final = (
    *(("sat", _("Sat")), ("sun", _("Sun")), ("mon", _("Mon")), ("tue", _("Tue"))),
    *(("wed", _("Wed")), ("thu", _("Thu")), ("fri", _("Fri"))),
)
AMOUNT_MAX = 10**15
assert {name for name, _text in DAY_NAMES} == set(DAYS)

_LATIN = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩٫", "0123456789" * 2 + ".")
_GROUPED = re.compile(r"[0-9]{1,3}([,٬،][0-9]{3})+|[0-9]{1,16}")
_SHARE = re.compile(r"[0-9]{1,5}(\.[0-9]{1,2})?")
_TIME = re.compile(r"([0-9]{1,2})(?::([0-9]{2}))?")
_LTR = {"dir": "ltr", "autocomplete": "off"}


def latin(text: str) -> str:
    """Write the digits and the decimal mark of ``text`` in Latin ones."""
    return text.translate(_LATIN).strip()


class WholeField(forms.Field):
    """A whole number or an amount of Rial, 0 or more; None where nothing is typed."""

    widget = forms.TextInput(attrs={**_LTR, "inputmode": "numeric", "class": "rule-number"})

    def to_python(self, value: Any) -> int | None:
        """Read it; raises ``ValidationError``."""
        if value in self.empty_values:
            return None
        text = latin(str(value))
        if not _GROUPED.fullmatch(text):
            raise ValidationError(
                _("Expected a whole number such as 1,250,000, got %(got)s."), params={"got": value}
            )
        return int(re.sub(r"[,٬،]", "", text))

    def prepare_value(self, value: Any) -> Any:
        """Write it with its thousands apart; what was typed stays as it is."""
        return grouped(value) if isinstance(value, int) else value


class SignedField(WholeField):
    """A whole number that may be below 0, such as a priority."""

    def to_python(self, value: Any) -> int | None:
        """Read it; raises ``ValidationError``."""
        text = latin(str(value or ""))
        if text.startswith(("-", "−")):
            number = super().to_python(text[1:])
            return None if number is None else -number
        return super().to_python(value)


class OffField(forms.Field):
    """A share in percent or an amount: which of them, another field of its form says."""

    widget = forms.TextInput(attrs={**_LTR, "inputmode": "decimal", "class": "rule-number"})

    @staticmethod
    def read(text: str, *, share: bool) -> int:
        """Give basis points or Rial; raises ``ValidationError``."""
        if not share:
            whole = WholeField().to_python(text)
            assert whole is not None, "an empty field is told before"
            return whole
        number = latin(text).strip("%٪ ")
        if not _SHARE.fullmatch(number):
            raise ValidationError(
                _("Expected a percentage such as 12.5, got %(got)s."), params={"got": text}
            )
        whole_part, _mark, rest = number.partition(".")
        return int(whole_part) * 100 + int(rest.ljust(2, "0") or 0)

    @staticmethod
    def written(value: int, *, share: bool) -> str:
        """Write it as people type it."""
        if not share:
            return grouped(value)
        whole, rest = divmod(value, BASIS_POINTS // 100)
        number = f"{whole}.{rest:02}".rstrip("0").rstrip(".")
        return in_digits(number.replace(".", "٫") if get_language() == "fa" else number)


class TimeField(forms.Field):
    """A time on the wall of the store: ``17:00``; in the record the same."""

    widget = forms.TextInput(attrs={**_LTR, "placeholder": "17:00", "class": "rule-time"})

    def to_python(self, value: Any) -> str:
        """Read it; raises ``ValidationError``."""
        if value in self.empty_values:
            return ""
        match = _TIME.fullmatch(latin(str(value)))
        if match is None:
            raise ValidationError(
                _("Expected a time such as 17:00, got %(got)s."), params={"got": value}
            )
        return f"{int(match[1]):02}:{match[2] or '00'}"


class PickedInput(forms.Textarea):
    """A list of ids, one a line; the page's script shows them by name and lets people search."""

    def __init__(self, kind: str) -> None:
        super().__init__(attrs={"rows": 2, "dir": "auto", "data-pick": kind})


class PickedField(forms.Field):
    """Ids of ``kind`` (sku, category, brand, supplier, store, group), or words of any kind."""

    def __init__(self, kind: str, **how: Any) -> None:
        super().__init__(**{"required": False, "widget": PickedInput(kind), **how})
        self.kind = kind

    def to_python(self, value: Any) -> list[str]:
        """Give each once, in the order in which they were typed."""
        if isinstance(value, list):
            return value
        lines = str(value or "").replace("\r", "\n")
        if self.kind in {"sku", "store", "group", "category", "supplier"}:
            lines = re.sub(r"[,،;\t]", "\n", lines)
        if self.kind == "sku":
            lines = latin(lines)
        return list(dict.fromkeys(line.strip() for line in lines.split("\n") if line.strip()))

    def prepare_value(self, value: Any) -> Any:
        """Write one a line."""
        return "\n".join(value) if isinstance(value, list) else value
