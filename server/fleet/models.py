"""The kiosks, as rows. A kiosk's key is stored as a hash; nobody can read it back."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from server.stores.models import ID_LENGTH_MAX, Store, valid_id


class Kiosk(models.Model):
    """One terminal in one store."""

    kiosk_id = models.CharField(
        _("kiosk id"), max_length=ID_LENGTH_MAX, primary_key=True, validators=[valid_id]
    )
    store = models.ForeignKey(
        Store, verbose_name=_("store"), on_delete=models.PROTECT, related_name="kiosks"
    )
    key_sha256 = models.CharField(_("key's SHA-256"), max_length=64, unique=True, editable=False)
    active = models.BooleanField(_("active"), default=True)
    enrolled_at = models.DateTimeField(_("enrolled at"), editable=False)
    last_seen_at = models.DateTimeField(_("last seen at"), null=True, editable=False)

    class Meta:
        verbose_name = _("kiosk")
        verbose_name_plural = _("kiosks")
        ordering = ("kiosk_id",)
        constraints = (
            models.CheckConstraint(name="kiosk_has_an_id", condition=~models.Q(kiosk_id="")),
        )

    def __str__(self) -> str:
        return self.kiosk_id
