"""What the kiosks told, as rows: each event once, whatever came twice over the line."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from server.fleet.models import Kiosk
from server.stores.models import Store


class Event(models.Model):
    """One thing that happened at a kiosk; its id was made there."""

    event_id = models.UUIDField(_("event id"), primary_key=True)
    kiosk = models.ForeignKey(
        Kiosk, verbose_name=_("kiosk"), on_delete=models.PROTECT, related_name="events"
    )
    kind = models.CharField(_("kind"), max_length=63)
    at = models.DateTimeField(_("happened at"))
    body = models.JSONField(_("body"))
    received_at = models.DateTimeField(_("received at"))

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ("-at",)
        indexes = (
            models.Index(name="event_by_kind", fields=("kind", "-at")),
            models.Index(name="event_by_instant", fields=("-at",)),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"


class UnknownCode(models.Model):
    """A code that shoppers scanned and the catalogue does not know, for head office to settle.

    Counted from the events in the transaction that stores them.
    """

    code = models.CharField(_("code"), max_length=512)
    symbology = models.CharField(_("symbology"), max_length=10, blank=True)
    count = models.PositiveIntegerField(_("times scanned"))
    first_seen_at = models.DateTimeField(_("first seen at"))
    last_seen_at = models.DateTimeField(_("last seen at"))
    last_store = models.ForeignKey(
        Store, verbose_name=_("last seen in"), on_delete=models.CASCADE, related_name="+"
    )

    class Meta:
        verbose_name = _("unknown code")
        verbose_name_plural = _("unknown codes")
        ordering = ("-count", "code")
        constraints = (
            models.UniqueConstraint(name="one_row_an_unknown_code", fields=("code", "symbology")),
            models.CheckConstraint(name="unknown_code_was_seen", condition=models.Q(count__gte=1)),
        )

    def __str__(self) -> str:
        return self.code
