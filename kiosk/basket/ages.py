"""Items that not everybody may buy: staff look at the shopper once, and decide.

Source: docs/basket.md, "Age".
"""

from __future__ import annotations

from calendar import isleap
from dataclasses import replace
from datetime import date

from kiosk.basket.handler import Moment, remarked, requote
from kiosk.basket.state import Open, Remark, Sort


def age_wanted(open_: Open) -> int:
    """Give the greatest age, in years, that something in the basket waits for; 0 for nothing."""
    return max((line.age_min for line in open_.waits_for_staff), default=0)


def last_birthday(years: int, today: date) -> date:
    """Give the last day of birth of somebody who is so old ``today``.

    Who was born on 29 February has their birthday on 1 March in a year without one.
    """
    year = today.year - years
    if (today.month, today.day) == (2, 29) and not isleap(year):
        return date(year, 2, 28)
    return today.replace(year=year)


def approve(open_: Open) -> Open:
    """Say that staff have seen a shopper who is old enough for all that waits."""
    seen = max(open_.age_seen, age_wanted(open_))
    basket = open_.basket.approve_up_to(seen)
    return remarked(replace(open_, basket=basket, age_seen=seen), Remark(Sort.APPROVED))


def refuse(open_: Open, moment: Moment) -> Open:
    """Take out all that waits: staff have decided, and nothing of it can be put back."""
    basket = open_.basket
    for line in open_.waits_for_staff:
        basket = basket.without(line.line_id)
    ids = {line.line_id for line in basket.lines}
    entries = {key: entry for key, entry in open_.entries.items() if key in ids}
    after = replace(open_, basket=basket, entries=entries, undo=None)
    return remarked(requote(after, moment), Remark(Sort.REFUSED))
