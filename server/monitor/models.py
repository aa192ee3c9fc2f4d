"""What each kiosk reported last, and the logs that were sent.

Source: docs/fleet.md, sections 2 and 5.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from server.feed.models import Action
from server.fleet.models import Kiosk


class Report(models.Model):
    """The newest report of a kiosk; ``told`` is the JSON of ``server.monitor.report.Report``."""

    kiosk = models.OneToOneField(
        Kiosk,
        verbose_name=_("kiosk"),
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="report",
    )
    received_at = models.DateTimeField(_("received at"))
    boot_id = models.UUIDField(_("boot"), null=True)  # of ``told``, to be joined by
    told = models.TextField(_("report"))

    class Meta:
        verbose_name = _("report of a kiosk")
        verbose_name_plural = _("fleet now")
        default_permissions = ("view",)
        permissions = (("ask_kiosk", _("Can ask kiosks to restart, close, open or send logs")),)

    def __str__(self) -> str:
        return self.kiosk_id


class SentLog(models.Model):
    """A log that a kiosk sent because it was asked to; the file is ``server.monitor.logs``'."""

    action = models.OneToOneField(
        Action,
        verbose_name=_("action"),
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="log",
    )
    kiosk = models.ForeignKey(
        Kiosk, verbose_name=_("kiosk"), on_delete=models.PROTECT, related_name="logs"
    )
    size = models.PositiveIntegerField(_("bytes"))
    received_at = models.DateTimeField(_("received at"), db_index=True)

    class Meta:
        verbose_name = _("log of a kiosk")
        verbose_name_plural = _("logs of kiosks")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.kiosk_id} {self.received_at:%Y-%m-%d %H:%M}"
