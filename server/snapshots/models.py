"""Which snapshots were published: one row each, the file beside it in the data directory."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from server.stores.models import Store


class Snapshot(models.Model):
    """A published catalogue of one store; its manifest is kept as it was signed."""

    store = models.ForeignKey(
        Store, verbose_name=_("store"), on_delete=models.CASCADE, related_name="snapshots"
    )
    sequence = models.PositiveBigIntegerField(_("sequence"))
    made_at = models.DateTimeField(_("made at"))
    products = models.PositiveIntegerField(_("products"))
    content_sha256 = models.CharField(_("content's SHA-256"), max_length=64)
    manifest = models.JSONField(_("manifest"))

    class Meta:
        verbose_name = _("snapshot")
        verbose_name_plural = _("snapshots")
        ordering = ("store", "-sequence")
        constraints = (
            models.UniqueConstraint(name="one_snapshot_a_sequence", fields=("store", "sequence")),
            models.CheckConstraint(
                name="snapshot_sequence_is_1_or_more", condition=models.Q(sequence__gte=1)
            ),
        )

    def __str__(self) -> str:
        return f"{self.store_id}/{self.sequence}"
