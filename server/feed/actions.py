"""What the office asks of kiosks: asked for, written into the feed, settled.

Source: docs/feed.md, section 8.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import QuerySet

from retail import segment
from retail.catalogue import Text
from retail.fields import Record
from retail.segment import Doing
from server.feed.models import Action
from server.fleet.models import Kiosk

OUTCOME_CHARS_MAX = 200


@dataclass(frozen=True, slots=True)
class Wish:
    """What a kiosk is to do, for how long it may still do it, and what its screen says."""

    do: Doing
    valid: timedelta = timedelta(hours=1)
    words: Text | None = None

    def __post_init__(self) -> None:
        if self.do == "out_of_service" and self.words is None:
            raise ValueError("Expected words for the screen of a kiosk out of service, got none")


def ask(kiosk: Kiosk, wish: Wish, by: AbstractBaseUser, at: datetime) -> Action:
    """Note who of the office asks ``kiosk`` for what; the next publishing for its store tells it.

    Call ``server.feed.publish.publish_store`` afterwards, to have it told at once.
    """
    return Action.objects.create(
        kiosk=kiosk,
        store_id=kiosk.store_id,
        do=wish.do,
        words_fa=wish.words.fa if wish.words else "",
        words_en=wish.words.en if wish.words else "",
        asked_at=at,
        until=at + wish.valid,
        asked_by_id=by.pk,
    )


def settle(action_id: UUID, kiosk_id: str, outcome: str, at: datetime) -> bool:
    """Note what came of it, as the kiosk's event tells; False where it knows no such action."""
    asked = Action.objects.filter(pk=action_id, kiosk=kiosk_id)
    changed = asked.filter(done_at__isnull=True).update(
        outcome=outcome[:OUTCOME_CHARS_MAX], done_at=at
    )
    return bool(changed) or asked.exists()


def waiting(store_id: str, at: datetime) -> QuerySet[Action]:
    """Give the actions that the store's feed has not told yet, in the order they were asked."""
    live = Action.objects.filter(store=store_id, done_at__isnull=True, until__gt=at)
    return live.filter(sequence__isnull=True).order_by("asked_at", "pk")


def any_waiting(at: datetime) -> bool:
    """Tell whether an action of any store has still to be told."""
    return Action.objects.filter(sequence__isnull=True, done_at__isnull=True, until__gt=at).exists()


def tell_again(store_id: str, up_to: int) -> None:
    """Let the next segment repeat what a kiosk that takes a new snapshot would not hear of."""
    told = Action.objects.filter(store=store_id, done_at__isnull=True, sequence__lte=up_to)
    told.update(sequence=None)


def records(actions: Iterable[Action]) -> list[Record]:
    """Write actions as they stand in a segment."""
    return [segment.action_record(_value(action)) for action in actions]


def _value(action: Action) -> segment.Action:
    do = next(each for each in segment.DOINGS if each == action.do)
    words = Text(action.words_fa, action.words_en) if action.words_fa else None
    return segment.Action(action.action_id, action.kiosk_id, do, action.until, words)
