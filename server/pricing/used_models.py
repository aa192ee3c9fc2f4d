"""How often and how much of each offer was used: a row a basket, and their sums.

Source: docs/pricing.md, sections 4 ("Limits") and 10.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from server.stores.models import ID_LENGTH_MAX

NO_LEDGER: Final = UUID(int=0)  # of a kiosk that does not count its own baskets


class OfferUse(models.Model):
    """What one basket had of one offer; only ever added to, once a basket."""

    basket_id = models.UUIDField(_("basket"))
    rule_id = models.CharField(_("rule id"), max_length=ID_LENGTH_MAX)
    kiosk_id = models.CharField(_("kiosk"), max_length=ID_LENGTH_MAX)
    store_id = models.CharField(_("store"), max_length=ID_LENGTH_MAX)
    at = models.DateTimeField(_("at"))
    times = models.PositiveBigIntegerField(_("times"))
    off = models.PositiveBigIntegerField(_("taken off"))

    class Meta:
        db_table = "pricing_offeruse"
        verbose_name = _("use of an offer")
        verbose_name_plural = _("uses of offers")
        ordering = ("rule_id", "at", "basket_id")
        constraints = (
            models.UniqueConstraint(
                name="one_use_a_basket_and_offer", fields=("basket_id", "rule_id")
            ),
        )
        indexes = (
            models.Index(fields=["rule_id", "at", "basket_id"], name="uses_of_an_offer_in_order"),
        )

    def __str__(self) -> str:
        return f"{self.rule_id} {self.basket_id}"


class OfferUsed(models.Model):
    """The sum of the uses of an offer that one ledger of one kiosk has told.

    ``epoch`` is the ledger's, so that the kiosk knows which of its baskets are in; it is
    ``NO_LEDGER`` where the kiosk does not count them itself.
    """

    pk = models.CompositePrimaryKey("rule_id", "kiosk_id", "epoch")
    rule_id = models.CharField(max_length=ID_LENGTH_MAX)
    kiosk_id = models.CharField(max_length=ID_LENGTH_MAX)
    epoch = models.UUIDField(default=NO_LEDGER)
    times = models.PositiveBigIntegerField()
    off = models.PositiveBigIntegerField()

    class Meta:
        db_table = "pricing_offerused"
