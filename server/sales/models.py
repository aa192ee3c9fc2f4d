"""Sales as rows: each once by the id that its kiosk gave it; amounts in the smallest unit.

Kiosks fill these tables by their events. Of a card there is nothing but BIN and last four.

Source: docs/events.md, "Payments"; docs/payment.md.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from server.pricing.models import Verdict
from server.stores.models import ID_LENGTH_MAX

REFERENCE_LENGTH_MAX = 20
WHY_LENGTH_MAX = 512
WHO_LENGTH_MAX = 150


class Sale(models.Model):
    """A basket that was paid at a kiosk, worked out again by head office.

    The row is written when the event arrives; verdict and differences soon after.
    """

    sale_id = models.UUIDField(_("sale id"), primary_key=True)
    event_id = models.UUIDField(_("event id"), unique=True)
    attempt_id = models.UUIDField(_("payment"), unique=True)
    kiosk_id = models.CharField(_("kiosk"), max_length=ID_LENGTH_MAX)
    store_id = models.CharField(_("store"), max_length=ID_LENGTH_MAX)
    at = models.DateTimeField(_("at"), db_index=True)
    total = models.BigIntegerField(_("total"))
    currency = models.CharField(_("currency"), max_length=3)
    tenders = models.JSONField(_("paid by"))
    evidence = models.CharField(_("who told that it is paid"), max_length=20)
    computed = models.BigIntegerField(_("total by head office"), null=True)
    verdict = models.CharField(
        _("verdict"), max_length=10, choices=Verdict.choices, blank=True, db_index=True
    )
    differences = models.JSONField(_("differences"), default=list)
    checked_at = models.DateTimeField(_("worked out at"), null=True)

    class Meta:
        verbose_name = _("sale")
        verbose_name_plural = _("sales")
        ordering = ("-at",)
        constraints = (
            models.CheckConstraint(name="sale_is_of_1_or_more", condition=Q(total__gte=1)),
        )
        indexes = (
            models.Index(
                fields=["at"], name="sales_to_be_checked", condition=Q(checked_at__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return str(self.sale_id)


class GivenBack(models.Model):
    """A reversal or a refund; the sale may be one that was never completed."""

    class Kind(models.TextChoices):
        """What it is."""

        REVERSAL = "reversal", _("reversal")
        REFUND = "refund", _("refund")

    attempt_id = models.UUIDField(_("payment"), primary_key=True)
    sale_id = models.UUIDField(_("sale id"), db_index=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    kiosk_id = models.CharField(_("kiosk"), max_length=ID_LENGTH_MAX)
    store_id = models.CharField(_("store"), max_length=ID_LENGTH_MAX)
    at = models.DateTimeField(_("at"))
    amount = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    who = models.CharField(_("who"), max_length=WHO_LENGTH_MAX, blank=True)
    completed = models.BooleanField(_("of a completed sale"))

    class Meta:
        verbose_name = _("money given back")
        verbose_name_plural = _("money given back")
        ordering = ("-at",)

    def __str__(self) -> str:
        return str(self.attempt_id)


class Doubt(models.Model):
    """A payment of which the kiosk could not tell the outcome, and what became of it."""

    class State(models.TextChoices):
        """How far it is."""

        IN_DOUBT = "in_doubt", _("in doubt: the kiosk asks the terminal")
        ATTENDANT = "attendant", _("staff are to look it up")
        APPROVED = "approved", _("charged")
        NOT_CHARGED = "not_charged", _("not charged")
        REVERSED = "reversed", _("reversed")

    attempt_id = models.UUIDField(_("payment"), primary_key=True)
    sale_id = models.UUIDField(_("sale id"), db_index=True)
    kind = models.CharField(_("kind"), max_length=15)
    kiosk_id = models.CharField(_("kiosk"), max_length=ID_LENGTH_MAX)
    store_id = models.CharField(_("store"), max_length=ID_LENGTH_MAX)
    amount = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    reference = models.CharField(_("reference"), max_length=REFERENCE_LENGTH_MAX)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, db_index=True)
    why = models.CharField(_("why"), max_length=WHY_LENGTH_MAX, blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("payment in doubt")
        verbose_name_plural = _("payments in doubt")
        ordering = ("-at",)

    def __str__(self) -> str:
        return str(self.attempt_id)
