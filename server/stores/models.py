"""The stores of the chain, as rows.

The id is the row's key, so ``store_id`` is the same text in every table and on the wire.
"""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from retail import catalogue

ID_LENGTH_MAX = 63
valid_id = RegexValidator(
    r"^[a-z0-9][a-z0-9-]{0,62}\Z", _("Expected small letters, digits and hyphens.")
)


class Store(models.Model):
    """A branch; its id stands in snapshots and in the settings of its kiosks."""

    store_id = models.CharField(
        _("store id"), max_length=ID_LENGTH_MAX, primary_key=True, validators=[valid_id]
    )
    name_fa = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    address_fa = models.CharField(_("address"), max_length=400, blank=True)
    address_en = models.CharField(_("English address"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("store")
        verbose_name_plural = _("stores")
        ordering = ("store_id",)
        constraints = (
            models.CheckConstraint(
                name="store_has_id_and_name",
                condition=~models.Q(store_id="") & ~models.Q(name_fa=""),
            ),
        )

    def __str__(self) -> str:
        return self.name_fa

    def value(self) -> catalogue.Store:
        """Give the store as the trade's rules know it."""
        address = catalogue.Text(self.address_fa, self.address_en) if self.address_fa else None
        return catalogue.Store(self.store_id, catalogue.Text(self.name_fa, self.name_en), address)
