"""What holds for all prices of a store's feed: whether they include VAT, and the zone.

They stand in the heading of its snapshots, so when the chain's settings say another thing, the
feed goes on with a snapshot to which no segment leads.

Source: docs/feed.md, section 1; docs/snapshot.md, "The file".
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from server.configuration import ChainSettings
from server.feed.models import Feed, Terms


class Said(NamedTuple):
    """Of all prices: whether they include VAT, and in which zone their hours are."""

    vat_included: bool
    zone: str


def of_chain(chain: ChainSettings) -> Said:
    """Give what the settings say now."""
    return Said(chain.vat_included, chain.zone)


def differ(store_id: str, chain: ChainSettings) -> bool:
    """Tell whether a store's kiosks were told otherwise than the settings say now."""
    row = Terms.objects.filter(store=store_id).order_by("-sequence").first()
    if row is None:  # it was begun when there was no such setting
        return not chain.vat_included
    return Said(row.vat_included, row.zone) != of_chain(chain)


def any_differ(chain: ChainSettings) -> bool:
    """Tell whether the kiosks of some store were told otherwise."""
    begun = Feed.objects.filter(sequence__gt=0).values_list("store_id", flat=True)
    return any(differ(store_id, chain) for store_id in begun)


def note(store_id: str, sequence: int, chain: ChainSettings, at: datetime) -> None:
    """Note what is said from a number on."""
    said = {"vat_included": chain.vat_included, "zone": chain.zone, "at": at}
    Terms.objects.update_or_create(store_id=store_id, sequence=sequence, defaults=said)


def included_at(store_id: str, at: datetime) -> bool:
    """Tell whether the prices that kiosks had at an instant include VAT."""
    row = Terms.objects.filter(store=store_id, at__lte=at).order_by("-sequence").first()
    return row is None or row.vat_included


def included_of(store_id: str, sequence: int) -> bool:
    """Tell whether the prices of a publication include VAT."""
    row = Terms.objects.filter(store=store_id, sequence__lte=sequence)
    found = row.order_by("-sequence").first()
    return found is None or found.vat_included
