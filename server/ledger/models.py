"""Accounts, entries and postings, lots and holds; rows are added and, but for holds, never changed.

Amounts are whole numbers in the unit's smallest part: Rial, or thousandths of a point. The
database itself keeps what was written (``server.ledger.guards``).

Source: docs/members.md, sections 2 and 3.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

POINTS = "PTS"  # the unit of points, in thousandths
KEY_LENGTH_MAX = 160
OWNER_LENGTH_MAX = 64
WHO_LENGTH_MAX = 150


class Account(models.Model):
    """Of one owner and one unit; ``floor`` is how far its balance may go down, 0 or below."""

    class Kind(models.TextChoices):
        """Whose it is, and what for."""

        POINTS = "points", _("points")
        CREDIT = "credit", _("credit")
        GIFT_CARD = "gift_card", _("gift card")
        ORGANISATION = "organisation", _("an organisation's credit")
        CHAIN = "chain", _("the chain's own")

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    owner = models.CharField(_("owner"), max_length=OWNER_LENGTH_MAX)
    unit = models.CharField(_("unit"), max_length=3)
    floor = models.BigIntegerField(_("may go down to"), default=0)
    blocked = models.BooleanField(_("blocked"), default=False)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = (
            models.UniqueConstraint("kind", "owner", "unit", name="ledger_one_account"),
            models.CheckConstraint(name="ledger_floor_is_not_above_0", condition=Q(floor__lte=0)),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.owner} {self.unit}"


class Entry(models.Model):
    """A thing that happened: its cause's key makes it one. ``at`` is when it counts from."""

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(_("key"), max_length=KEY_LENGTH_MAX, unique=True)
    kind = models.CharField(_("kind"), max_length=30, db_index=True)
    at = models.DateTimeField(_("at"), db_index=True)
    written_at = models.DateTimeField(_("written at"))
    by = models.CharField(_("who"), max_length=WHO_LENGTH_MAX, blank=True)
    told = models.JSONField(_("what it is of"), default=dict)
    undoes = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="undone_by", verbose_name=_("undoes")
    )

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")

    def __str__(self) -> str:
        return self.key


class Posting(models.Model):
    """What an entry adds to an account, or (below 0) takes from it."""

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="postings")
    account = models.ForeignKey(Account, models.PROTECT, related_name="postings")
    amount = models.BigIntegerField(_("amount"))
    at = models.DateTimeField(_("at"))  # the entry's, for a balance's index

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        indexes = (models.Index(fields=["account", "at"], name="ledger_balance"),)
        constraints = (
            models.CheckConstraint(name="ledger_posts_something", condition=~Q(amount=0)),
        )

    def __str__(self) -> str:
        return f"{self.account_id} {self.amount:+}"


class Lot(models.Model):
    """What a posting gave: it may be spent from ``vests_at`` up to ``expires_at``."""

    posting = models.OneToOneField(Posting, models.PROTECT, primary_key=True, related_name="lot")
    account = models.ForeignKey(Account, models.PROTECT, related_name="lots")
    amount = models.BigIntegerField(_("amount"))
    given_at = models.DateTimeField(_("given at"))
    vests_at = models.DateTimeField(_("vests at"))
    expires_at = models.DateTimeField(_("expires at"), null=True, db_index=True)

    class Meta:
        verbose_name = _("lot")
        verbose_name_plural = _("lots")
        constraints = (models.CheckConstraint(name="ledger_lot_of_1", condition=Q(amount__gte=1)),)

    def __str__(self) -> str:
        return f"{self.account_id} {self.amount}"


class LotUse(models.Model):
    """How much of a lot a posting used; below 0 where it put it back."""

    id = models.BigAutoField(primary_key=True)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="uses")
    posting = models.ForeignKey(Posting, models.PROTECT, related_name="lots_used")
    amount = models.BigIntegerField(_("amount"))

    class Meta:
        verbose_name = _("use of a lot")
        verbose_name_plural = _("uses of lots")
        constraints = (
            models.UniqueConstraint("lot", "posting", name="ledger_a_lot_once_a_posting"),
            models.CheckConstraint(name="ledger_uses_something", condition=~Q(amount=0)),
        )

    def __str__(self) -> str:
        return f"{self.lot_id} {self.amount:+}"


class GiftBatch(models.Model):
    """Cards that were made together; their serials were given out once and are kept nowhere."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(_("name"), max_length=80, unique=True)
    unit = models.CharField(_("currency"), max_length=3)
    made_at = models.DateTimeField(_("made at"))
    made_by = models.CharField(_("made by"), max_length=WHO_LENGTH_MAX)
    expires_at = models.DateTimeField(_("expires at"), null=True)

    class Meta:
        verbose_name = _("batch of gift cards")
        verbose_name_plural = _("batches of gift cards")

    def __str__(self) -> str:
        return self.name


class GiftCard(models.Model):
    """A card, known by the hash of its serial; ``last4`` is for people who hold it.

    Its money is the balance of its account; without one it was never sold.
    """

    card_id = models.UUIDField(_("card"), primary_key=True)
    batch = models.ForeignKey(GiftBatch, models.PROTECT, related_name="cards")
    serial_sha256 = models.CharField(_("hash of its serial"), max_length=64, unique=True)
    last4 = models.CharField(_("last four"), max_length=4)
    account = models.OneToOneField(Account, models.PROTECT, null=True, related_name="card")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")

    class Meta:
        verbose_name = _("gift card")
        verbose_name_plural = _("gift cards")

    def __str__(self) -> str:
        return f"…{self.last4}"


class Hold(models.Model):
    """An amount set aside until ``ends_at``; ``entry`` is that which captured it."""

    class State(models.TextChoices):
        """What became of it; one whose end has passed counts no more, whatever stands here."""

        HELD = "held", _("held")
        CAPTURED = "captured", _("captured")
        RELEASED = "released", _("released")

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(_("key"), max_length=KEY_LENGTH_MAX, unique=True)
    account = models.ForeignKey(Account, models.PROTECT, related_name="holds")
    amount = models.BigIntegerField(_("amount"))
    held_at = models.DateTimeField(_("held at"))
    ends_at = models.DateTimeField(_("ends at"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.HELD)
    entry = models.OneToOneField(Entry, models.PROTECT, null=True, related_name="hold")

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        indexes = (
            models.Index(
                fields=["account", "ends_at"], name="ledger_held", condition=Q(state="held")
            ),
        )
        constraints = (
            models.CheckConstraint(name="ledger_hold_of_1", condition=Q(amount__gte=1)),
            models.CheckConstraint(
                name="ledger_captured_by_an_entry",
                condition=Q(state="captured", entry__isnull=False)
                | (~Q(state="captured") & Q(entry__isnull=True)),
            ),
        )

    def __str__(self) -> str:
        return self.key
