"""Days some months away, as people count them.

>>> months_after(date(2026, 1, 31), 1)
datetime.date(2026, 2, 28)
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Final

_YEAR: Final = 12


def months_after(day: date, months: int) -> date:
    """Give the same day of the month ``months`` later (or before), or that month's last day."""
    count = day.year * _YEAR + day.month - 1 + months
    year, month = divmod(count, _YEAR)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
