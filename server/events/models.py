"""What the kiosks told, as rows: each event once, whatever came twice over the line.

An event of the line's first version has no epoch, chain or boot; all else of it is the same.

Source: docs/outbox.md, sections 2, 5 and 6.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from server.events.fields import ExactJSONField
from server.fleet.models import Kiosk
from server.stores.models import Store

STREAM_LENGTH_MAX = 10


class Event(models.Model):
    """One thing that happened at a kiosk; its id was made there.

    ``at`` is *sure* where it goes by the server's clock, and else what the box believed. An
    event is *read* once its body is checked and what it does elsewhere is done.
    """

    event_id = models.UUIDField(_("event id"), primary_key=True)
    kiosk = models.ForeignKey(
        Kiosk,
        verbose_name=_("kiosk"),
        on_delete=models.PROTECT,
        related_name="events",
        db_index=False,  # event_in_chain begins with it
    )
    kind = models.CharField(_("kind"), max_length=63)
    ver = models.PositiveIntegerField(_("version of the body"), default=1)
    at = models.DateTimeField(_("happened at"))
    sure = models.BooleanField(_("by the server's clock"), default=False)
    read = models.BooleanField(_("read"), default=True)
    body = ExactJSONField(_("body"))
    received_at = models.DateTimeField(_("received at"))
    stream = models.CharField(_("stream"), max_length=STREAM_LENGTH_MAX, blank=True)
    epoch = models.UUIDField(_("epoch"), null=True)
    branch = models.PositiveIntegerField(_("branch"), default=0)
    seq = models.BigIntegerField(_("place in the stream"), null=True)
    chain = models.BinaryField(_("chain"), max_length=32, null=True)
    boot = models.UUIDField(_("boot"), null=True)
    wall_ms = models.BigIntegerField(_("the kiosk's clock"), null=True)
    mono_ms = models.BigIntegerField(_("since the boot"), null=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ("-at",)
        indexes = (
            models.Index(name="event_by_kind", fields=("kind", "-at")),
            models.Index(name="event_by_instant", fields=("-at",)),
            models.Index(name="event_in_chain", fields=("kiosk", "epoch", "seq")),
            models.Index(
                name="event_unread", fields=("kind", "ver"), condition=models.Q(read=False)
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"


class Head(models.Model):
    """How far a stream of a kiosk has come: the last row that is stored or refused.

    Branch 0 is the one that came first. Another is a copied disk's: it has in common with its
    ``parent`` what lies at or before ``fork_seq``, and after that its own.
    """

    kiosk = models.ForeignKey(
        Kiosk, verbose_name=_("kiosk"), on_delete=models.PROTECT, related_name="heads"
    )
    epoch = models.UUIDField(_("epoch"))
    branch = models.PositiveIntegerField(_("branch"), default=0)
    stream = models.CharField(_("stream"), max_length=STREAM_LENGTH_MAX)
    seq = models.BigIntegerField(_("place in the stream"), default=0)
    chain = models.BinaryField(_("chain"), max_length=32)
    parent = models.PositiveIntegerField(_("branches off"), null=True)
    fork_seq = models.BigIntegerField(_("after place"), default=0)
    made_at = models.DateTimeField(_("first heard of at"))
    moved_at = models.DateTimeField(_("last moved at"))

    class Meta:
        verbose_name = _("head of a stream")
        verbose_name_plural = _("heads of streams")
        ordering = ("kiosk", "stream", "epoch", "branch")
        constraints = (
            models.UniqueConstraint(name="one_head_a_branch", fields=("kiosk", "epoch", "branch")),
        )

    def __str__(self) -> str:
        return f"{self.kiosk_id} {self.stream} {self.branch}: {self.seq}"


class Boot(models.Model):
    """A time between two starts of a box; ``zero_ms`` ties its clock to the server's.

    It is the server's time, in milliseconds since 1970 UTC, at which the boot began; none where
    the boot never spoke to the server, so that what it told goes by the box's own clock.
    """

    kiosk = models.ForeignKey(
        Kiosk, verbose_name=_("kiosk"), on_delete=models.PROTECT, related_name="boots"
    )
    boot_id = models.UUIDField(_("boot"))
    zero_ms = models.BigIntegerField(_("began at"), null=True)
    first_seen_at = models.DateTimeField(_("first heard of at"))

    class Meta:
        verbose_name = _("boot")
        verbose_name_plural = _("boots")
        ordering = ("kiosk", "-first_seen_at")
        constraints = (models.UniqueConstraint(name="one_row_a_boot", fields=("kiosk", "boot_id")),)

    def __str__(self) -> str:
        return f"{self.kiosk_id} {self.boot_id}"


class Gap(models.Model):
    """Rows that a box lost before they were sent, both ends included."""

    kiosk = models.ForeignKey(
        Kiosk, verbose_name=_("kiosk"), on_delete=models.PROTECT, related_name="gaps"
    )
    epoch = models.UUIDField(_("epoch"))
    branch = models.PositiveIntegerField(_("branch"), default=0)
    stream = models.CharField(_("stream"), max_length=STREAM_LENGTH_MAX)
    from_seq = models.BigIntegerField(_("from place"))
    to_seq = models.BigIntegerField(_("to place"))
    noted_at = models.DateTimeField(_("noted at"))

    class Meta:
        verbose_name = _("gap")
        verbose_name_plural = _("gaps")
        ordering = ("-noted_at",)
        constraints = (
            models.UniqueConstraint(
                name="one_row_a_gap", fields=("kiosk", "epoch", "branch", "from_seq")
            ),
            models.CheckConstraint(
                name="gap_has_rows", condition=models.Q(to_seq__gte=models.F("from_seq"))
            ),
        )

    def __str__(self) -> str:
        return f"{self.kiosk_id} {self.stream} {self.from_seq}–{self.to_seq}"


class Refusal(models.Model):
    """A row that is part of a chain and not stored: refused here, or parked at the kiosk."""

    kiosk = models.ForeignKey(
        Kiosk, verbose_name=_("kiosk"), on_delete=models.PROTECT, related_name="refusals"
    )
    event_id = models.UUIDField(_("event id"))
    epoch = models.UUIDField(_("epoch"))
    branch = models.PositiveIntegerField(_("branch"), default=0)
    stream = models.CharField(_("stream"), max_length=STREAM_LENGTH_MAX)
    seq = models.BigIntegerField(_("place in the stream"))
    chain = models.BinaryField(_("chain"), max_length=32)
    kind = models.CharField(_("kind"), max_length=63, blank=True)
    parked = models.BooleanField(_("parked at the kiosk"), default=False)
    reason = models.TextField(_("reason"))
    refused_at = models.DateTimeField(_("refused at"))

    class Meta:
        verbose_name = _("refused event")
        verbose_name_plural = _("refused events")
        ordering = ("-refused_at",)
        indexes = (models.Index(name="refusal_in_chain", fields=("kiosk", "epoch", "seq")),)
        constraints = (
            models.UniqueConstraint(name="one_row_a_refusal", fields=("kiosk", "event_id")),
        )

    def __str__(self) -> str:
        return f"{self.kiosk_id} {self.event_id}"


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
