"""Text messages that wait, are on their way, or have arrived; and numbers that want none.

Source: docs/members.md, section 9.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from server.members.models import HASH_LENGTH, MOBILE_LENGTH_MAX

KEY_LENGTH_MAX = 120
WHY_LENGTH_MAX = 200


class TextMessage(models.Model):
    """A message; ``key`` is of member, event and period, so each is queued once.

    What a code's message said is let go when it has ended; the number goes with it.
    """

    class State(models.TextChoices):
        """Where it is."""

        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        DELIVERED = "delivered", _("delivered")
        FAILED = "failed", _("failed")
        DROPPED = "dropped", _("not sent")
        UNSURE = "unsure", _("perhaps sent")

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(_("key"), max_length=KEY_LENGTH_MAX, unique=True)
    kind = models.CharField(_("kind"), max_length=20)
    mobile = models.CharField(_("mobile"), max_length=MOBILE_LENGTH_MAX, blank=True)
    body = models.TextField(_("text"), blank=True)
    parts = models.PositiveSmallIntegerField(_("parts"))
    made_at = models.DateTimeField(_("made at"))
    not_before = models.DateTimeField(_("not before"))
    ends_at = models.DateTimeField(_("of no use after"), null=True)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING
    )
    gateway_id = models.CharField(_("the gateway's number"), max_length=80, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    why = models.CharField(_("why"), max_length=WHY_LENGTH_MAX, blank=True)
    changed_at = models.DateTimeField(_("changed at"))

    class Meta:
        verbose_name = _("text message")
        verbose_name_plural = _("text messages")
        indexes = (
            models.Index(
                fields=["not_before"], name="sms_due", condition=Q(state__in=["waiting", "sending"])
            ),
            models.Index(fields=["changed_at"], name="sms_followed", condition=Q(state="sent")),
        )

    def __str__(self) -> str:
        return self.key


class Stopped(models.Model):
    """A number whose owner has answered that they want no messages; codes are sent all the same."""

    number_hash = models.CharField(
        _("hash of the number"), max_length=HASH_LENGTH, primary_key=True
    )
    at = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("number that wants none")
        verbose_name_plural = _("numbers that want none")

    def __str__(self) -> str:
        return self.number_hash[:8]
