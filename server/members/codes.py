"""A code to a mobile number, and the proof that it arrived.

Whoever asks gets the same answer, member or not: whether a number is a member's is told to who
has its phone alone. Six digits, three minutes, five tries; how many codes a number and a kiosk may
ask for, and how many wrong ones a kiosk may try, is limited.

Source: docs/members.md, section 8.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from server.members.limits import Limit, count
from server.members.models import LoginCode, Member, Tried

DIGITS: Final = 6
LIVES: Final = timedelta(minutes=3)
TRIES: Final = 5
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SENT_HOUR: Final = Limit("sent-hour", 3, HOUR)  # to a number
SENT_DAY: Final = Limit("sent-day", 8, DAY)
ASKED_HOUR: Final = Limit("asked-hour", 40, HOUR)  # by a kiosk
WRONG_HOUR: Final = Limit("wrong-hour", 30, HOUR)  # at a kiosk


class WrongCodeError(Exception):
    """It is not the code, or there is none any more; which of the two is not told."""


@dataclass(frozen=True, slots=True)
class Proved:
    """The number is its asker's; ``member`` is none where nobody is registered by it."""

    mobile: str
    member: Member | None


def send_code(mobile: str, kiosk_id: str, at: datetime, send: Callable[[str, str], None]) -> None:
    """Make a code and have it sent; raises ``TooOftenError``.

    ``mobile`` is as ``retail.people`` gives it. ``send(mobile, code)`` is called in the transaction
    that keeps the code: a code that could not be queued is of no use.
    """
    number = number_hash(mobile)
    with transaction.atomic():
        count([(SENT_HOUR, number), (SENT_DAY, number), (ASKED_HOUR, kiosk_id)], at)
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    with transaction.atomic():
        LoginCode.objects.filter(number_hash=number, used_at=None).delete()
        LoginCode.objects.create(
            number_hash=number, code_hash=_code_hash(mobile, code), sent_at=at, ends_at=at + LIVES
        )
        send(mobile, code)


def use_code(mobile: str, code: str, kiosk_id: str, at: datetime) -> Proved:
    """Use a code up; raises ``WrongCodeError`` and ``TooOftenError``."""
    with transaction.atomic():
        count([(WRONG_HOUR, kiosk_id)], at)
    sent = LoginCode.objects.filter(number_hash=number_hash(mobile), used_at=None)
    found = sent.order_by("-pk").first()
    if found is None or found.ends_at <= at:
        raise WrongCodeError
    # a try is taken before it is looked at: many at once have no more than five
    taken = LoginCode.objects.filter(pk=found.pk, wrong__lt=TRIES, used_at=None)
    if not taken.update(wrong=F("wrong") + 1):
        raise WrongCodeError
    if not hmac.compare_digest(found.code_hash, _code_hash(mobile, code)):
        raise WrongCodeError
    if not LoginCode.objects.filter(pk=found.pk, used_at=None).update(used_at=at):
        raise WrongCodeError  # somebody was quicker with the very same code
    _forget_try(kiosk_id, at)
    return Proved(mobile, Member.objects.filter(mobile=mobile, erased_at=None).first())


def _forget_try(kiosk_id: str, at: datetime) -> None:
    """Take a try that was right out of the count of wrong ones."""
    last = Tried.objects.filter(what=WRONG_HOUR.what, of=kiosk_id, at=at).order_by("-pk").first()
    if last is not None:
        last.delete()


def number_hash(mobile: str) -> str:
    """Hash a number under the server's secret key: the tables of tries and codes hold no number."""
    return salted_hmac("pishkhan.member.number", mobile, algorithm="sha256").hexdigest()


def _code_hash(mobile: str, code: str) -> str:
    return salted_hmac("pishkhan.member.code", f"{mobile} {code}", algorithm="sha256").hexdigest()
