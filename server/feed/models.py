"""The feed as rows: what was touched, what was published, and where its files are.

A store has one row of ``Feed``, which is the lock of its numbers. The files lie beside, in the
data directory (``server.feed.files``).

Source: docs/feed.md, sections 1, 2 and 8.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from retail.segment import DOINGS
from server.fleet.models import Kiosk
from server.stores.models import ID_LENGTH_MAX, Store

KIND_LENGTH_MAX = 10


class Change(models.Model):
    """A note that something was touched, written by a trigger; ``store_id`` empty: of all."""

    kind = models.CharField(max_length=KIND_LENGTH_MAX)
    key = models.CharField(max_length=ID_LENGTH_MAX)
    store_id = models.CharField(max_length=ID_LENGTH_MAX, null=True)

    class Meta:
        db_table = "feed_change"


class Batch(models.Model):
    """One row: the number of the last batch of notes, given while it is locked."""

    last = models.PositiveBigIntegerField(default=0)

    class Meta:
        db_table = "feed_batch"


class Touched(models.Model):
    """Notes that were taken, each once a batch, until every store has published them."""

    batch = models.PositiveBigIntegerField(db_index=True)
    kind = models.CharField(max_length=KIND_LENGTH_MAX)
    key = models.CharField(max_length=ID_LENGTH_MAX)
    store_id = models.CharField(max_length=ID_LENGTH_MAX, null=True)

    class Meta:
        db_table = "feed_touched"


class Feed(models.Model):
    """How far a store's feed is; whoever gives the next number has locked this row."""

    store = models.OneToOneField(
        Store, verbose_name=_("store"), on_delete=models.CASCADE, primary_key=True
    )
    sequence = models.PositiveBigIntegerField(_("sequence"), default=0)
    batch = models.PositiveBigIntegerField(default=0)  # all notes up to it are published
    categories = models.BinaryField(default=b"")  # digest of all of them, in their order
    wanted_at = models.DateTimeField(null=True)  # a kiosk of version 1 asked for what is new
    counts_at = models.DateTimeField(null=True)  # when counts of offers were told last

    class Meta:
        verbose_name = _("feed")
        verbose_name_plural = _("feeds")
        ordering = ("store",)

    def __str__(self) -> str:
        return f"{self.store_id}/{self.sequence}"


class PublishedProduct(models.Model):
    """What of a product was published last in a store: its SKU, and a digest of each part."""

    pk = models.CompositePrimaryKey("store_id", "product_id")
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+", db_index=False)
    product_id = models.BigIntegerField()  # also of a product that there is no more
    sku = models.CharField(max_length=64)
    digests = models.BinaryField()

    class Meta:
        db_table = "feed_publishedproduct"


class PublishedRow(models.Model):
    """What of a category or a store was published last in a store: a digest of its record."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=KIND_LENGTH_MAX)
    key = models.CharField(max_length=ID_LENGTH_MAX)
    digest = models.BinaryField()

    class Meta:
        db_table = "feed_publishedrow"
        constraints = (
            models.UniqueConstraint(name="one_published_row", fields=("store", "kind", "key")),
        )


class Segment(models.Model):
    """What changed from the number before to this one; its manifest is kept as it was signed."""

    store = models.ForeignKey(
        Store, verbose_name=_("store"), on_delete=models.CASCADE, related_name="segments"
    )
    sequence = models.PositiveBigIntegerField(_("sequence"))
    made_at = models.DateTimeField(_("made at"))
    records = models.PositiveIntegerField(_("records"))
    size = models.PositiveBigIntegerField(_("bytes"))
    manifest = models.JSONField(_("manifest"))
    counts_only = models.BooleanField(default=False)  # of offers: it changes no product or rule

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        ordering = ("store", "-sequence")
        constraints = (
            models.UniqueConstraint(name="one_segment_a_sequence", fields=("store", "sequence")),
        )

    def __str__(self) -> str:
        return f"{self.store_id}/{self.sequence}"


class Whole(models.Model):
    """A snapshot in one of its forms, of the feed's second version; its manifest as signed."""

    store = models.ForeignKey(
        Store, verbose_name=_("store"), on_delete=models.CASCADE, related_name="wholes"
    )
    sequence = models.PositiveBigIntegerField(_("sequence"))
    form = models.CharField(_("form"), max_length=KIND_LENGTH_MAX)
    made_at = models.DateTimeField(_("made at"))
    size = models.PositiveBigIntegerField(_("bytes"))
    manifest = models.JSONField(_("manifest"))

    class Meta:
        verbose_name = _("snapshot of the feed")
        verbose_name_plural = _("snapshots of the feed")
        ordering = ("store", "-sequence")
        constraints = (
            models.UniqueConstraint(
                name="one_whole_a_sequence_and_form", fields=("store", "sequence", "form")
            ),
        )

    def __str__(self) -> str:
        return f"{self.store_id}/{self.sequence} {self.form}"


class Terms(models.Model):
    """What holds for all prices of a store's feed from a number on."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+")
    sequence = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    vat_included = models.BooleanField()
    zone = models.CharField(max_length=63)

    class Meta:
        db_table = "feed_terms"
        constraints = (
            models.UniqueConstraint(name="one_row_of_terms", fields=("store", "sequence")),
        )


class Action(models.Model):
    """What somebody asked a kiosk to do: who, when, in which segment, and what came of it.

    This row is the audit: it is never deleted with the person or the kiosk that it names.
    """

    action_id = models.UUIDField(_("id"), primary_key=True, default=uuid.uuid4, editable=False)
    kiosk = models.ForeignKey(
        Kiosk, verbose_name=_("kiosk"), on_delete=models.PROTECT, related_name="actions"
    )
    store = models.ForeignKey(
        Store, verbose_name=_("store"), on_delete=models.PROTECT, related_name="+"
    )
    do = models.CharField(_("what"), max_length=20, choices=[(each, each) for each in DOINGS])
    words_fa = models.CharField(_("words"), max_length=200, blank=True)
    words_en = models.CharField(_("English words"), max_length=200, blank=True)
    asked_at = models.DateTimeField(_("asked at"))
    until = models.DateTimeField(_("until"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("asked by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    sequence = models.PositiveBigIntegerField(_("sequence"), null=True, editable=False)
    outcome = models.CharField(_("outcome"), max_length=200, blank=True, editable=False)
    done_at = models.DateTimeField(_("done at"), null=True, editable=False)

    class Meta:
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        ordering = ("-asked_at",)
        constraints = (
            models.CheckConstraint(
                name="action_is_one_that_kiosks_know", condition=models.Q(do__in=DOINGS)
            ),
        )

    def __str__(self) -> str:
        return f"{self.kiosk_id}: {self.do}"
