"""What a store's kiosks are told of surveys: the published ones that are for this store.

A survey whose time is over is told no more; one that has not begun is told, and kiosks begin
with it by themselves.

Source: docs/surveys.md, section 5; docs/feed.md, section 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from retail.fields import Record
from retail.instants import read_instant
from server.surveys.models import State, Survey


@dataclass(frozen=True, slots=True)
class Running:
    """A survey that kiosks ask, as they are told of it; without ``stores`` all of the chain."""

    line: Record
    stores: frozenset[str]

    def is_for(self, store_id: str) -> bool:
        """Tell whether a store's kiosks are told of it."""
        return not self.stores or store_id in self.stores


def running(at: datetime) -> list[Running]:
    """Give the surveys that kiosks are to have at an instant, by id."""
    rows = Survey.objects.filter(state=State.PUBLISHED).order_by("pk")
    return [
        Running(row.published, frozenset(row.published_stores))
        for row in rows
        if row.published is not None and not _over(row.published, at)
    ]


def lines_for(store_id: str, at: datetime) -> list[Record]:
    """Give the lines for a store, by id."""
    return [each.line for each in running(at) if each.is_for(store_id)]


def _over(line: Record, at: datetime) -> bool:
    ends = line.get("when", {}).get("to")
    return isinstance(ends, str) and read_instant(ends) <= at
