"""How far an offer is used up, in words and digits for its page.

Source: docs/pricing.md, "At head office".
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from server.office.persian import grouped
from server.pricing.models import PriceRule
from server.pricing.using import standing_of


@dataclass(frozen=True, slots=True)
class UsedRow:
    """One of the two things that are counted; ``left`` says where nothing limits it."""

    name: str
    used: str
    left: str
    over: str


@dataclass(frozen=True, slots=True)
class UsedTold:
    """The rows, and the kiosks that passed a limit: id, times, Rial."""

    rows: tuple[UsedRow, ...]
    by: tuple[tuple[str, str, str], ...]


def used_in_words(rule: PriceRule) -> UsedTold | None:
    """Say how far a rule is used up; none for one that no basket uses up, and for one unused."""
    standing = standing_of(rule)
    if standing is None:
        return None
    used, over = standing.used, standing.over
    return UsedTold(
        (
            _row(_("Times"), used.times, standing.times_left, over.times),
            _row(_("Rial taken off"), used.off, standing.off_left, over.off),
        ),
        tuple((kiosk, grouped(use.times), grouped(use.off)) for kiosk, use in standing.by),
    )


def _row(name: str, used: int, left: int | None, over: int) -> UsedRow:
    said = _("no limit") if left is None else grouped(left)
    return UsedRow(name, grouped(used), said, grouped(over) if over else "")
