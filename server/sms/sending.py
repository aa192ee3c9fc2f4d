"""What is due is handed to the gateway, once; and what became of it is asked for.

"Being sent" is on the disk before the gateway hears of it. Where nobody can tell whether it has a
message, it is tried again only at a gateway that knows doubles; at others it stays "perhaps sent".

Source: docs/members.md, section 9.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final, assert_never

from django.db.models import Q

from server.sms.gateways.face import Accepted, Fate, Gateway, Outcome, Outgoing, Refused, Unsure
from server.sms.models import WHY_LENGTH_MAX, TextMessage
from server.sms.queueing import CODE

log = logging.getLogger(__name__)
State = TextMessage.State
TRIES_MAX: Final = 8
FIRST_PAUSE: Final = timedelta(seconds=5)
PAUSE_MAX: Final = timedelta(minutes=30)
STUCK: Final = timedelta(minutes=2)  # "being sent" for so long: whoever did it has ended
FOLLOWED: Final = timedelta(days=2)  # what is not delivered by then is not asked for any more


def send_due(gateway: Gateway, now: datetime, limit: int = 100) -> int:
    """Send what is due, the oldest first; gives how many the gateway took."""
    _take_up_stuck(gateway, now)
    due = TextMessage.objects.filter(state=State.WAITING, not_before__lte=now).order_by(
        "not_before"
    )
    taken = 0
    for row in due[:limit]:
        if row.ends_at is not None and row.ends_at <= now:
            _end(row, State.DROPPED, "it came too late", now)
            continue
        # whoever turns it is the one who sends it
        turned = TextMessage.objects.filter(pk=row.pk, state=State.WAITING).update(
            state=State.SENDING, tries=row.tries + 1, changed_at=now
        )
        if turned:
            row.tries += 1
            outcome = gateway.send(Outgoing(row.pk, row.mobile, row.body))
            taken += _settle(row, outcome, gateway, now)
    return taken


def _take_up_stuck(gateway: Gateway, now: datetime) -> None:
    """Take up what was being sent when the server ended."""
    stuck = TextMessage.objects.filter(state=State.SENDING, changed_at__lte=now - STUCK)
    for row in stuck:
        _settle(row, Unsure("the server ended meanwhile"), gateway, now)


def _settle(row: TextMessage, outcome: Outcome, gateway: Gateway, now: datetime) -> bool:
    match outcome:
        case Accepted(gateway_id):
            row.gateway_id = gateway_id
            _end(row, State.SENT, "", now, shown=gateway.shown_here)
            return True
        case Refused(why, later=True):
            _again(row, why, now)
        case Refused(why):
            _end(row, State.FAILED, why, now)
        case Unsure(why) if gateway.knows_doubles:
            _again(row, why, now)
        case Unsure(why):
            _end(row, State.UNSURE, why, now)
        case _:
            assert_never(outcome)
    return False


def _again(row: TextMessage, why: str, now: datetime) -> None:
    if row.tries >= TRIES_MAX:
        _end(row, State.FAILED, why, now)
        return
    row.not_before = now + min(FIRST_PAUSE * 2 ** (row.tries - 1), PAUSE_MAX)
    row.state, row.why, row.changed_at = State.WAITING, why[:WHY_LENGTH_MAX], now
    row.save(update_fields=["state", "why", "not_before", "changed_at"])


def _end(row: TextMessage, state: State, why: str, now: datetime, *, shown: bool = False) -> None:
    row.state, row.why, row.changed_at = state, why[:WHY_LENGTH_MAX], now
    if row.kind == CODE and not shown:
        row.body = ""  # a code stands nowhere longer than it must
    if state is not State.SENT:
        row.mobile = ""
    row.save(update_fields=["state", "why", "changed_at", "gateway_id", "body", "mobile"])
    log.info("sms-ended id=%d kind=%s as=%s", row.pk, row.kind, state)


def follow_up(gateway: Gateway, now: datetime, limit: int = 100) -> int:
    """Ask what became of what was sent; gives of how many that is known now."""
    sent = TextMessage.objects.filter(Q(state=State.SENT), changed_at__gt=now - FOLLOWED).order_by(
        "changed_at"
    )
    known = 0
    for row in sent[:limit]:
        match gateway.fate(row.gateway_id):
            case Fate.DELIVERED:
                _end(row, State.DELIVERED, "", now, shown=gateway.shown_here)
            case Fate.FAILED:
                _end(row, State.FAILED, "the gateway says so", now)
            case _:
                continue
        known += 1
    return known
