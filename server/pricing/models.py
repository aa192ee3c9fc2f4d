"""Rules of prices as rows: fixed prices in columns of their own, the others as JSON with columns.

A rule's JSON is the form of ``retail.pricing.records``, the same in the office, in files and on
the wire. What may not be is refused by ``retail.pricing`` before a row is written, and the
simplest of it by the database itself.

Source: docs/pricing.md, "At head office".
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from retail.instants import INSTANT_END, INSTANT_MIN
from retail.values import Gtin, InvalidGtinError
from server.catalogue.models import Product, valid_instant
from server.pricing.used_models import OfferUse as OfferUse
from server.pricing.used_models import OfferUsed as OfferUsed
from server.stores.models import ID_LENGTH_MAX, Store, valid_id

WHO_LENGTH_MAX = 150
GTIN_DIGITS = 14


def valid_gtin(text: str) -> None:
    """Refuse all but the 14 digits of a GTIN."""
    try:
        Gtin(text)
    except InvalidGtinError as error:
        raise ValidationError(str(error)) from None


class Kind(models.TextChoices):
    """What a rule in JSON is; a fixed price is a row of its own kind."""

    ADJUSTMENT = "adjustment", _("prices up or down")
    EACH = "each", _("off each piece")
    TOGETHER = "together", _("off a basket")
    SET = "set", _("off a set")
    GIFT = "gift", _("a gift")


class Combination(models.TextChoices):
    """How a rule goes together with others."""

    BEST_OF = "best_of", _("the best of several")
    COMPOUNDING = "compounding", _("on top of others")
    EXCLUSIVE = "exclusive", _("alone")


class State(models.TextChoices):
    """How far a rule is; one that is published for a later instant is called scheduled."""

    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("taken back")


class CustomerGroup(models.Model):
    """Whom a rule is for; ``member`` is built in and has everybody who shows a member's card."""

    group_id = models.CharField(
        _("group id"), max_length=ID_LENGTH_MAX, primary_key=True, validators=[valid_id]
    )
    name_fa = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("customer group")
        verbose_name_plural = _("customer groups")
        ordering = ("group_id",)
        constraints = (
            models.CheckConstraint(
                name="group_has_id_and_name", condition=~Q(group_id="") & ~Q(name_fa="")
            ),
        )

    def __str__(self) -> str:
        return self.name_fa


class Windowed(models.Model):
    """From when to when a rule holds; none is always. In Rial and UTC like everything."""

    starts_at = models.DateTimeField(
        _("starts at"), null=True, blank=True, validators=[valid_instant]
    )
    ends_at = models.DateTimeField(_("ends at"), null=True, blank=True, validators=[valid_instant])
    priority = models.IntegerField(_("priority"), default=0)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.DRAFT, db_index=True
    )

    class Meta:
        abstract = True


class FixedPrice(Windowed):
    """What one piece of a product costs, or the pack that ``gtin`` names; there may be 100,000s.

    Without a store it is for the whole chain, without a group for everybody. A published row
    reaches kiosks with its product; ``rule_id`` is how the explanation of a price names it.
    """

    rule_id = models.CharField(
        _("rule id"), max_length=ID_LENGTH_MAX, unique=True, validators=[valid_id]
    )
    product = models.ForeignKey(
        Product, verbose_name=_("product"), on_delete=models.CASCADE, related_name="fixed_prices"
    )
    gtin = models.CharField(
        _("GTIN of the pack"),
        max_length=GTIN_DIGITS,
        blank=True,
        validators=[valid_gtin],
        help_text=_("14 digits. Empty: one piece."),
    )
    amount = models.PositiveBigIntegerField(_("price (Rial)"))
    store = models.ForeignKey(
        Store,
        verbose_name=_("store"),
        on_delete=models.CASCADE,
        related_name="fixed_prices",
        null=True,
        blank=True,
        help_text=_("Empty: the whole chain."),
    )
    group = models.ForeignKey(
        CustomerGroup,
        verbose_name=_("customer group"),
        on_delete=models.PROTECT,
        related_name="fixed_prices",
        null=True,
        blank=True,
        help_text=_("Empty: everybody."),
    )
    weekly = models.JSONField(_("weekly hours"), default=list, blank=True)

    class Meta:
        verbose_name = _("fixed price")
        verbose_name_plural = _("fixed prices")
        ordering = ("rule_id",)
        constraints = (
            models.CheckConstraint(name="fixed_price_has_an_id", condition=~Q(rule_id="")),
            models.CheckConstraint(name="fixed_price_is_0_or_more", condition=Q(amount__gte=0)),
            models.CheckConstraint(
                name="fixed_price_gtin_is_14_long",
                condition=Q(gtin="") | Q(Exact(Length("gtin"), GTIN_DIGITS)),
            ),
            models.CheckConstraint(
                name="fixed_price_starts_before_it_ends",
                condition=Q(starts_at__isnull=True)
                | Q(ends_at__isnull=True)
                | Q(starts_at__lt=F("ends_at")),
            ),
            models.CheckConstraint(
                name="fixed_price_is_in_2000_to_2199",
                condition=(Q(starts_at__isnull=True) | Q(starts_at__gte=INSTANT_MIN))
                & (Q(ends_at__isnull=True) | Q(ends_at__lt=INSTANT_END)),
            ),
            models.CheckConstraint(
                name="fixed_price_state_is_known", condition=Q(state__in=State.values)
            ),
        )

    def __str__(self) -> str:
        return self.rule_id


class PriceRule(Windowed):
    """An adjustment or an offer.

    ``body`` is as it was last saved, ``published`` as kiosks have it (none: they do not). Name,
    window, priority and kind stand in columns besides, for lists; ``body`` is what counts.
    """

    rule_id = models.CharField(
        _("rule id"), max_length=ID_LENGTH_MAX, primary_key=True, validators=[valid_id]
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    name_fa = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    combine = models.CharField(
        _("together with others"),
        max_length=11,
        choices=Combination.choices,
        default=Combination.BEST_OF,
    )
    body = models.JSONField(_("rule"))
    published = models.JSONField(_("as kiosks have it"), null=True, editable=False)
    changed_at = models.DateTimeField(_("changed at"))
    changed_by = models.CharField(_("changed by"), max_length=WHO_LENGTH_MAX)

    class Meta:
        verbose_name = _("rule of prices")
        verbose_name_plural = _("rules of prices")
        ordering = ("-changed_at", "rule_id")
        permissions = (
            ("publish_rule", _("Can publish prices and offers, and take them back")),
            ("change_prices", _("Can change many prices at once, and undo it")),
        )
        constraints = (
            models.CheckConstraint(
                name="rule_has_id_and_name", condition=~Q(rule_id="") & ~Q(name_fa="")
            ),
            models.CheckConstraint(name="rule_kind_is_known", condition=Q(kind__in=Kind.values)),
            models.CheckConstraint(
                name="rule_is_published_where_kiosks_have_it",
                condition=Q(state=State.PUBLISHED, published__isnull=False)
                | Q(state__in=(State.DRAFT, State.WITHDRAWN), published__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return self.name_fa

    @property
    def differs(self) -> bool:
        """Whether it was changed since it was published."""
        return self.published is not None and self.published != self.body


class RuleRevision(models.Model):
    """From ``at`` on, kiosks had this; up to the next revision of the rule. Only ever added to."""

    rule = models.ForeignKey(
        PriceRule, verbose_name=_("rule"), on_delete=models.PROTECT, related_name="revisions"
    )
    number = models.PositiveIntegerField(_("number"))
    at = models.DateTimeField(_("from"))
    who = models.CharField(_("who"), max_length=WHO_LENGTH_MAX)
    published = models.JSONField(_("as kiosks have it"), null=True)  # none: taken back

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ("rule", "-number")
        constraints = (
            models.UniqueConstraint(name="one_revision_a_number", fields=("rule", "number")),
        )
        indexes = (models.Index(fields=["at"], name="revisions_by_instant"),)

    def __str__(self) -> str:
        return f"{self.rule_id}/{self.number}"


class Past(models.Model):
    """What a row of another table said from ``at`` on; ``told`` is none where it was deleted.

    Triggers write it, whatever wrote the row itself. ``of`` is what it is looked up by: a
    product's key for its prices, packs and fixed prices; the SKU for a product; the id of a
    category.

    Source: docs/pricing.md, "At head office"; ``server.pricing.noting`` (the triggers).
    """

    kind = models.CharField(max_length=10)
    key = models.CharField(max_length=ID_LENGTH_MAX)
    of = models.CharField(max_length=64)
    at = models.DateTimeField()
    told = models.JSONField(null=True)

    class Meta:
        db_table = "pricing_past"
        indexes = (models.Index(fields=["kind", "of", "at"], name="past_by_what_it_is_of"),)


class PriceChange(models.Model):
    """Many list prices or fixed prices changed at once: what was asked, and by whom.

    ``starts_at`` none: the list prices themselves were changed, at once. Otherwise fixed prices
    were made that begin then.
    """

    change_id = models.UUIDField(_("id"), primary_key=True, editable=False)
    at = models.DateTimeField(_("at"))
    who = models.CharField(_("who"), max_length=WHO_LENGTH_MAX)
    asked = models.JSONField(_("what was asked"))
    starts_at = models.DateTimeField(_("holds from"), null=True)
    count = models.PositiveIntegerField(_("prices"))
    undone_at = models.DateTimeField(_("undone at"), null=True)
    undone_by = models.CharField(_("undone by"), max_length=WHO_LENGTH_MAX, blank=True)

    class Meta:
        verbose_name = _("change of prices")
        verbose_name_plural = _("changes of prices")
        ordering = ("-at",)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} ({self.count})"


class ChangedPrice(models.Model):
    """One price of a change: before and after; ``before`` none: there was no such row."""

    change = models.ForeignKey(PriceChange, on_delete=models.CASCADE, related_name="prices")
    product_id = models.BigIntegerField()  # also of a product that there is no more
    sku = models.CharField(max_length=64)
    store_id = models.CharField(max_length=ID_LENGTH_MAX, null=True)
    before = models.PositiveBigIntegerField(null=True)
    after = models.PositiveBigIntegerField()

    class Meta:
        db_table = "pricing_changedprice"
        indexes = (models.Index(fields=["change", "sku"], name="changed_prices_by_sku"),)


class Verdict(models.TextChoices):
    """What came of working a basket out again."""

    AGREES = "agrees", _("agrees")
    BEHIND = "behind", _("right by the prices that the kiosk had, which were not the newest")
    OVERRUN = "overrun", _("right, and beyond the limit of an offer")
    DIFFERS = "differs", _("differs")
    UNKNOWN = "unknown", _("cannot be worked out")


class BasketCheck(models.Model):
    """A basket that a kiosk finished, worked out again by head office; amounts in Rial.

    The row is written when the event arrives; the rest of it soon after.
    """

    event_id = models.UUIDField(_("event id"), primary_key=True)
    kiosk_id = models.CharField(_("kiosk"), max_length=ID_LENGTH_MAX)
    store_id = models.CharField(_("store"), max_length=ID_LENGTH_MAX)
    at = models.DateTimeField(_("at"))
    told = models.BigIntegerField(_("total by the kiosk"))
    computed = models.BigIntegerField(_("total by head office"), null=True)
    verdict = models.CharField(
        _("verdict"), max_length=10, choices=Verdict.choices, blank=True, db_index=True
    )
    differences = models.JSONField(_("differences"), default=list)
    checked_at = models.DateTimeField(_("worked out at"), null=True)

    class Meta:
        verbose_name = _("basket worked out again")
        verbose_name_plural = _("baskets worked out again")
        ordering = ("-at",)
        indexes = (
            models.Index(
                fields=["at"], name="baskets_to_be_checked", condition=Q(checked_at__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return str(self.event_id)
