"""Counting how far offers are used up, once a basket, and what is left of their limits.

A basket tells its offers when it has ended: at the till or paid, whichever event it is. The counts
are kept a basket and summed a ledger, in the transaction that stores the event.

Source: docs/pricing.md, sections 4 ("Limits") and 10; docs/feed.md, section 6 ("Counts").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet, Sum

from retail.pricing.records import read_rule
from retail.pricing.rules import UNLIMITED, Limits, Offer
from retail.used_lines import NO_USE, ToldUsed, Use, used_line
from server.fleet.models import Kiosk
from server.pricing.models import PriceRule, RuleRevision, State
from server.pricing.rules import of_store
from server.pricing.used_models import NO_LEDGER, OfferUse, OfferUsed
from server.stores.models import ID_LENGTH_MAX

if TYPE_CHECKING:
    from server.ingest.effects import Happened

COUNT_MAX: Final = 10**15  # of one basket; sums of a thousand times as many still fit
_ADD: Final = """
INSERT INTO pricing_offerused AS old (rule_id, kiosk_id, epoch, times, off)
VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (rule_id, kiosk_id, epoch) DO UPDATE SET
  times = old.times + excluded.times, off = old.off + excluded.off
"""


@dataclass(frozen=True, slots=True)
class Beyond:
    """What of a basket's use of an offer lies beyond the offer's limits."""

    rule_id: str
    use: Use

    def record(self) -> dict[str, Any]:
        """Write it as JSON, as one of a basket's differences."""
        return {"overrun": self.rule_id, "times": self.use.times, "off": self.use.off}


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an offer is used up; ``left`` is none where nothing limits it.

    ``over`` is by how much its limits were passed, and ``by`` which kiosks did so last, by id.
    """

    used: Use
    times_left: int | None
    off_left: int | None
    over: Use = NO_USE
    by: tuple[tuple[str, Use], ...] = ()


# ---- counting


def uses_of(quote: Mapping[str, Any]) -> dict[str, Use]:
    """Give what a basket had of each offer, from the quote as docs/events.md has it."""
    rules: Sequence[str] = quote.get("rules", [])
    found: dict[str, Use] = {}
    for place, *use in quote.get("offers", []):
        if place < len(rules) and _plausible(rules[place], use):
            found[rules[place]] = found.get(rules[place], NO_USE).plus(Use(*use))
    return found


def _plausible(rule_id: str, use: Sequence[int]) -> bool:
    """Tell whether a table can hold it: one wrong basket keeps no other from being stored."""
    return len(rule_id) <= ID_LENGTH_MAX and len(use) == 2 and max(use) <= COUNT_MAX


def count_finished(events: Sequence[Happened]) -> None:
    """Count baskets that were finished at the till."""
    count((event.event_id, event, event.body) for event in events)


def count_sold(events: Sequence[Happened]) -> None:
    """Count baskets that were paid; a sale that is told twice counts once."""
    count((UUID(event.body["sale"]), event, event.body["basket"]) for event in events)


def count(baskets: Iterable[tuple[UUID, Happened, Mapping[str, Any]]]) -> None:
    """Count baskets by their ids; to be called in the transaction that stores the events."""
    by_id = {basket_id: (event, quote) for basket_id, event, quote in baskets}
    known = OfferUse.objects.filter(basket_id__in=list(by_id)).values_list("basket_id", flat=True)
    for basket_id in set(known):
        del by_id[basket_id]
    rows = [
        OfferUse(
            basket_id=basket_id,
            rule_id=rule_id,
            kiosk_id=event.kiosk_id,
            store_id=event.store_id,
            at=event.at,
            times=use.times,
            off=use.off,
        )
        for basket_id, (event, quote) in sorted(by_id.items())
        for rule_id, use in uses_of(quote).items()
    ]
    OfferUse.objects.bulk_create(rows)
    _add_up((row, *by_id[row.basket_id]) for row in rows)


def _add_up(counted: Iterable[tuple[OfferUse, Happened, Mapping[str, Any]]]) -> None:
    sums: dict[tuple[str, str, UUID], Use] = {}
    for row, event, quote in counted:
        # a kiosk that tells what it knew of counts keeps its own
        epoch = (event.epoch if "used" in quote else None) or NO_LEDGER
        key = row.rule_id, row.kiosk_id, epoch
        sums[key] = sums.get(key, NO_USE).plus(Use(row.times, row.off))
    prepared = OfferUsed._meta.get_field("epoch").get_db_prep_value
    rows = [
        (rule_id, kiosk_id, prepared(epoch, connection), *use)
        for (rule_id, kiosk_id, epoch), use in sorted(sums.items())
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_ADD, rows)


# ---- what kiosks are told


def used_lines(store_id: str, at: datetime) -> list[dict[str, Any]]:
    """Give the counts that a store's kiosks are to know, as lines of a segment, by rule."""
    rules = sorted(_limited(store_id, at))
    if not rules:
        return []
    rows = OfferUsed.objects.filter(rule_id__in=rules)
    by: dict[str, dict[UUID, Use]] = {}
    kiosks = Kiosk.objects.filter(store=store_id).values("pk")
    own = rows.filter(kiosk_id__in=kiosks).exclude(epoch=NO_LEDGER)
    for rule_id, epoch, times, off in own.values_list("rule_id", "epoch", "times", "off"):
        by.setdefault(rule_id, {})[epoch] = Use(times, off)
    told = {rule_id: use for rule_id in rules if (use := used_in_all(rule_id)) != NO_USE}
    return [used_line(ToldUsed(key, use, by.get(key, {}))) for key, use in told.items()]


def used_in_all(rule_id: str) -> Use:
    """Give how far an offer is used up by all kiosks."""
    sums = OfferUsed.objects.filter(rule_id=rule_id).aggregate(times=Sum("times"), off=Sum("off"))
    return Use(int(sums["times"] or 0), int(sums["off"] or 0))


def _limited(store_id: str, at: datetime) -> Iterable[str]:
    """Give the published offers of a store for which it matters what all baskets have used."""
    limited = Q(published__limits__in_all__isnull=False)
    limited |= Q(published__limits__budget__isnull=False)
    not_past = Q(ends_at__isnull=True) | Q(ends_at__gt=at)
    rows = PriceRule.objects.filter(limited, not_past, state=State.PUBLISHED)
    records: list[Any] = list(rows.values_list("published", flat=True))
    return (record["id"] for record in of_store(records, store_id))


# ---- what head office sees


def standing_of(rule: PriceRule) -> Standing | None:
    """Give how far a rule is used up; none for one that no basket can use up."""
    limits = _limits(rule.published or rule.body)
    used = used_in_all(rule.pk)
    if limits is None or (used == NO_USE and not limits.over_baskets):
        return None
    over = _over(limits, used)
    return Standing(
        used,
        None if limits.in_all is None else max(limits.in_all - used.times, 0),
        None if limits.budget is None else max(limits.budget - used.off, 0),
        over,
        tuple(_over_by(rule.pk, over)) if over != NO_USE else (),
    )


def beyond_limits(basket_id: UUID) -> list[Beyond]:
    """Give what of a basket lies beyond limits as they were then, in the order of instants."""
    found = []
    for row in OfferUse.objects.filter(basket_id=basket_id).order_by("rule_id"):
        limits = _limits_at(row.rule_id, row.at)
        if not limits.of_all or _over(limits, used_in_all(row.rule_id)) == NO_USE:
            continue
        before, own = _sum(_before(row)), Use(row.times, row.off)
        over = _over(limits, before.plus(own)).beyond(_over(limits, before))
        if over != NO_USE:
            found.append(Beyond(row.rule_id, over))
    return found


def _before(row: OfferUse) -> QuerySet[OfferUse]:
    earlier = Q(at__lt=row.at) | Q(at=row.at, basket_id__lt=row.basket_id)
    return OfferUse.objects.filter(earlier, rule_id=row.rule_id)


def _sum(rows: QuerySet[OfferUse]) -> Use:
    sums = rows.aggregate(all_times=Sum("times"), all_off=Sum("off"))
    return Use(int(sums["all_times"] or 0), int(sums["all_off"] or 0))


def _over(limits: Limits, used: Use) -> Use:
    return Use(
        0 if limits.in_all is None else max(used.times - limits.in_all, 0),
        0 if limits.budget is None else max(used.off - limits.budget, 0),
    )


def _over_by(rule_id: str, over: Use) -> Iterable[tuple[str, Use]]:
    """Give to the last baskets what was too much, by kiosk."""
    by: dict[str, Use] = {}
    rows = OfferUse.objects.filter(rule_id=rule_id).order_by("-at", "-basket_id")
    for kiosk_id, times, off in rows.values_list("kiosk_id", "times", "off").iterator():
        part = Use(min(times, over.times), min(off, over.off))
        if part != NO_USE:
            by[kiosk_id] = by.get(kiosk_id, NO_USE).plus(part)
        over = over.beyond(part)
        if over == NO_USE:
            break
    return sorted(by.items())


def _limits_at(rule_id: str, at: datetime) -> Limits:
    revisions = RuleRevision.objects.filter(rule=rule_id, published__isnull=False)
    row = revisions.filter(at__lte=at).order_by("-number").first()
    row = row or revisions.order_by("number").first()
    return (_limits(row.published) if row else None) or UNLIMITED


def _limits(record: Any) -> Limits | None:
    rule = read_rule(record)
    return rule.limits if isinstance(rule, Offer) else None
