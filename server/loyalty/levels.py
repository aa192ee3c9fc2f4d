"""Which level each member is on: worked out from what they bought, as often as one likes.

Source: docs/members.md, section 5.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from django.db import transaction

from retail.loyalty.levels import Change, Happened, Reviewing, changes
from retail.loyalty.scheme import Ladder, Scheme
from server.loyalty.models import Fact, LevelChange, Purchase, ReturnedLine
from server.members.models import Member
from server.members.registering import merged_into_of


def history_of(member: Member) -> tuple[Happened, ...]:
    """Give what each day brought a member, and who was merged into it, in the order of days."""
    days: defaultdict[date, Happened] = defaultdict(lambda: Happened(date.min))
    members = [member.pk, *merged_into_of(member)]
    bought = Purchase.objects.filter(member__in=members).values_list("day", "points", "paid")
    back = ReturnedLine.objects.filter(purchase__member__in=members)
    for day, points, paid in bought:
        days[day] = _and(days[day], points, paid)
    for day, points, paid in back.values_list("day", "points", "paid"):
        days[day] = _and(days[day], -points, -paid)
    for day, name, value in Fact.objects.filter(member__in=members).values_list(
        "day", "name", "value"
    ):
        days[day] = replace(days[day], facts={**days[day].facts, name: value})
    return tuple(replace(days[day], day=day) for day in sorted(days))


def _and(happened: Happened, points: int, paid: int) -> Happened:
    return replace(happened, earned=happened.earned + points, spent=happened.spent + paid)


def bring_up_to_date(
    member: Member, scheme: Scheme, reviewing: Reviewing, until: date
) -> tuple[LevelChange, ...]:
    """Write the changes of level that follow up to a day; what is there already stays.

    What came late, from a kiosk that was offline, is counted on its day: the changes behind it are
    then other ones, and replace those that were.
    """
    history = history_of(member)
    rows = tuple(
        _row(member, ladder, change)
        for ladder in scheme.ladders
        for change in changes(ladder, history, reviewing, until)
    )
    with transaction.atomic():
        Member.objects.select_for_update().get(pk=member.pk)
        known = LevelChange.objects.filter(
            member=member, ladder_id__in=[ladder.ladder_id for ladder in scheme.ladders]
        )
        if {_of(row) for row in known} != {_of(row) for row in rows}:
            known.delete()
            LevelChange.objects.bulk_create(rows)
    return rows


def _row(member: Member, ladder: Ladder, change: Change) -> LevelChange:
    return LevelChange(
        member=member,
        ladder_id=ladder.ladder_id,
        day=change.day,
        review=change.review,
        before=ladder.levels[change.before].group,
        after=ladder.levels[change.after].group,
        count=change.count,
    )


def _of(row: LevelChange) -> tuple[object, ...]:
    return row.ladder_id, row.day, row.review, row.before, row.after, row.count


def groups_of(member: Member, scheme: Scheme, day: date) -> frozenset[str]:
    """Give the customer groups that a member's levels are on a day."""
    return frozenset(_groups(member, scheme.ladders, day))


def _groups(member: Member, ladders: Iterable[Ladder], day: date) -> Iterable[str]:
    for ladder in ladders:
        last = (
            LevelChange.objects.filter(member=member, ladder_id=ladder.ladder_id, day__lte=day)
            .order_by("-day", "-review")
            .first()
        )
        yield last.after if last is not None else ladder.levels[0].group
