"""Numbers and instants as people read and type them: Persian digits, Jalali calendar.

Only at the edge: in the database and on the wire an instant is UTC and a share is in basis
points, see ``retail.snapshot``.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from persiantools.jdatetime import JalaliDate, JalaliDateTime

_PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_LATIN = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "0123456789" * 2)
_WRITTEN = re.compile(r"(\d{4})[/-](\d{1,2})[/-](\d{1,2})(?:[ ,،T]+(\d{1,2}):(\d\d))?")
FIRST_GREGORIAN_YEAR = 1700  # a smaller year was meant in the Jalali calendar


def in_digits(text: str) -> str:
    """Write the digits of ``text`` in the digits of the language that is on."""
    return text.translate(_PERSIAN) if get_language() == "fa" else text


def grouped(amount: int) -> str:
    """Write a whole number with its thousands apart."""
    mark = "٬" if get_language() == "fa" else ","
    return in_digits(f"{amount:,}".replace(",", mark))


def percent(basis_points: int) -> str:
    """Write a share in percent: 1250 is ``٪۱۲٫۵``, in English ``12.5%``."""
    whole, rest = divmod(basis_points, 100)
    number = f"{whole}.{rest:02}".rstrip("0").rstrip(".")
    if get_language() != "fa":
        return f"{number}%"
    return "٪" + in_digits(number.replace(".", "٫"))


def written(at: datetime) -> str:
    """Write an aware instant in the chain's zone: ``۱۴۰۵/۰۹/۰۲ ۱۷:۰۰``; in English as ISO.

    So is in Persian what no Jalali year has: a page is shown whatever a clock has told.
    """
    local = _local(at)
    if get_language() == "fa":
        with suppress(ValueError, OverflowError):  # JalaliDateTime knows the years 1 to 9377
            return in_digits(JalaliDateTime(local).strftime("%Y/%m/%d %H:%M"))
    return in_digits(local.replace(tzinfo=None).isoformat(" ", "minutes"))


def written_day(day: date) -> str:
    """Write a day of the calendar on the wall: ``۱۴۰۵/۰۹/۰۲``; in English as ISO."""
    if get_language() == "fa":
        with suppress(ValueError, OverflowError):
            return in_digits(JalaliDate(day).strftime("%Y/%m/%d"))
    return in_digits(day.isoformat())


def _local(at: datetime) -> datetime:
    try:
        return timezone.localtime(at)
    except OverflowError:  # the first and the last hours of the calendar, in another zone
        return at


def read(text: str) -> datetime:
    """Read a Jalali or Gregorian day with or without its time, in the chain's zone.

    Raises ``ValueError`` where there is no such day or time.
    """
    match = _WRITTEN.fullmatch(" ".join(text.translate(_LATIN).split()))
    if match is None:
        raise ValueError(f"Expected a day such as 1405/09/02 17:00, got {text!r}")
    year, month, day, hour, minute = (int(part or 0) for part in match.groups())
    if year >= FIRST_GREGORIAN_YEAR:
        naive = datetime(year, month, day, hour, minute)  # noqa: DTZ001  (the zone comes below)
    else:
        naive = JalaliDateTime(year, month, day, hour, minute).to_gregorian()
    return timezone.make_aware(naive)


class JalaliField(forms.Field):
    """A form's field for an instant, written and read as above."""

    widget = forms.TextInput(attrs={"dir": "ltr", "placeholder": "۱۴۰۵/۰۹/۰۲ ۱۷:۰۰"})

    def prepare_value(self, value: Any) -> Any:
        """Write an instant into the form; what was typed stays as it is."""
        return written(value) if isinstance(value, datetime) else value

    def to_python(self, value: Any) -> datetime | None:
        """Read what was typed; raises ``ValidationError``."""
        if value in self.empty_values:
            return None
        try:
            return read(str(value))
        except ValueError:
            raise ValidationError(
                _("Expected a day such as 1405/09/02 17:00, got %(got)s."),
                params={"got": value},
            ) from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether another instant was typed; the form shows minutes only."""
        return bool(self.prepare_value(initial) != data)
