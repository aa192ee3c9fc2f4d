"""The catalogue as rows; what a row may not be is refused by the database itself.

Prices, offers, stock and places hang on a product and a store. A price or an offer without a
store is that of the whole chain. Amounts are whole numbers of the chain's smallest unit. What has
an id of its own in the trade has it as its key: categories, offers, pictures.
"""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from retail.catalogue import AGE_MAX, MEASURES
from retail.instants import INSTANT_END, INSTANT_MIN
from retail.values import BASIS_POINTS
from server.catalogue.fields import GtinField
from server.stores.models import ID_LENGTH_MAX, Store, valid_id

MEASURE_NAMES = (("g", _("g")), ("ml", _("ml")), ("piece", _("piece")), ("cm", _("cm")))
valid_sku = RegexValidator(r"^\S(.*\S)?\Z", _("Expected a SKU without spaces around it."))


def valid_instant(at: datetime) -> None:
    """Refuse what no kiosk reads, such as the year 9999 of an offer without an end."""
    if not INSTANT_MIN <= at < INSTANT_END:
        raise ValidationError(_("Expected a day from 2000-01-02 to 2199-12-31."))


class Category(models.Model):
    """A node of the tree that the shopper browses."""

    category_id = models.CharField(
        _("category id"), max_length=ID_LENGTH_MAX, primary_key=True, validators=[valid_id]
    )
    name_fa = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("parent category"),
        on_delete=models.PROTECT,
        related_name="children",
        null=True,
        blank=True,
    )
    icon = models.CharField(_("icon"), max_length=100, blank=True)
    position = models.PositiveIntegerField(
        _("position"), default=0, help_text=_("smaller ones come first on the kiosk")
    )

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ("position", "category_id")
        constraints = (
            models.CheckConstraint(
                name="category_has_id_and_name",
                condition=~Q(category_id="") & ~Q(name_fa=""),
            ),
            models.CheckConstraint(
                name="category_is_not_its_own_parent",
                condition=Q(parent__isnull=True) | ~Q(parent=F("category_id")),
            ),
        )

    def __str__(self) -> str:
        return self.name_fa

    def clean(self) -> None:
        """Refuse a circle of parents."""
        above = self.parent
        while above is not None:
            if above == self:
                raise ValidationError({"parent": _("A category cannot lie within itself.")})
            above = above.parent


class Picture(models.Model):
    """A picture file of the data directory, named by the SHA-256 of its bytes."""

    sha256 = models.CharField(_("SHA-256"), max_length=64, primary_key=True)
    media_type = models.CharField(_("media type"), max_length=50)
    size = models.PositiveIntegerField(_("bytes"))

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ("sha256",)
        constraints = (
            models.CheckConstraint(
                name="picture_sha256_is_64_long", condition=Q(Exact(Length("sha256"), 64))
            ),
        )

    def __str__(self) -> str:
        return self.sha256[:12]


class Product(models.Model):
    """An item of the retailer, known by its SKU."""

    sku = models.CharField(_("SKU"), max_length=64, unique=True, validators=[valid_sku])
    name_fa = models.CharField(_("name"), max_length=300)
    name_en = models.CharField(_("English name"), max_length=300, blank=True)
    brand_fa = models.CharField(_("brand"), max_length=100, blank=True)
    brand_en = models.CharField(_("English brand"), max_length=100, blank=True)
    category = models.ForeignKey(
        Category, verbose_name=_("category"), on_delete=models.PROTECT, related_name="products"
    )
    unit_fa = models.CharField(_("unit"), max_length=50)
    unit_en = models.CharField(_("English unit"), max_length=50, blank=True)
    size_amount = models.PositiveIntegerField(_("size"), null=True, blank=True)
    size_measure = models.CharField(_("measure"), max_length=5, blank=True, choices=MEASURE_NAMES)
    note_fa = models.CharField(_("note"), max_length=500, blank=True)
    note_en = models.CharField(_("English note"), max_length=500, blank=True)
    labels_fa = models.CharField(
        _("labels"), max_length=300, blank=True, help_text=_("Separated by |.")
    )
    labels_en = models.CharField(_("English labels"), max_length=300, blank=True)
    vat_basis_points = models.PositiveIntegerField(_("VAT (basis points)"), default=0)
    popularity = models.PositiveIntegerField(_("popularity"), default=0)
    supplier = models.CharField(
        _("supplier's id"), max_length=ID_LENGTH_MAX, blank=True, db_index=True
    )
    floor = models.PositiveBigIntegerField(
        _("floor (Rial)"),
        null=True,
        blank=True,
        help_text=_("No rule goes below it; of one piece."),
    )
    reducible = models.BooleanField(
        _("may be reduced"),
        default=True,
        help_text=_("Off for goods that no offer may touch, such as tobacco and gift cards."),
    )
    age_min = models.PositiveSmallIntegerField(
        _("from the age of"), default=0, help_text=_("In years; staff look at the shopper.")
    )
    picture = models.ForeignKey(
        Picture,
        verbose_name=_("picture"),
        on_delete=models.SET_NULL,
        related_name="products",
        null=True,
        blank=True,
    )

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ("sku",)
        constraints = (
            models.CheckConstraint(
                name="product_has_sku_name_and_unit",
                condition=~Q(sku="") & ~Q(name_fa="") & ~Q(unit_fa=""),
            ),
            models.CheckConstraint(
                name="product_vat_is_0_to_10000",
                condition=Q(vat_basis_points__gte=0, vat_basis_points__lte=BASIS_POINTS),
            ),
            models.CheckConstraint(
                name="product_floor_is_0_or_more",
                condition=Q(floor__isnull=True) | Q(floor__gte=0),
            ),
            models.CheckConstraint(
                name="product_age_is_0_to_99", condition=Q(age_min__gte=0, age_min__lte=AGE_MAX)
            ),
            models.CheckConstraint(
                name="product_size_is_whole_or_absent",
                condition=Q(size_amount__isnull=True, size_measure="")
                | Q(size_amount__gte=1, size_measure__in=MEASURES),
            ),
        )

    def __str__(self) -> str:
        return self.name_fa

    def clean(self) -> None:
        """Refuse labels that differ in number between the languages."""
        if self.labels_en and self.labels_en.count("|") != self.labels_fa.count("|"):
            raise ValidationError({"labels_en": _("Expected as many as in Persian.")})


class Pack(models.Model):
    """One GTIN of a product: a single piece, or a box of several with its own price."""

    product = models.ForeignKey(
        Product, verbose_name=_("product"), on_delete=models.CASCADE, related_name="packs"
    )
    gtin = GtinField(_("GTIN"), unique=True)
    pieces = models.PositiveIntegerField(_("pieces"), default=1)
    unit_fa = models.CharField(_("unit"), max_length=50, blank=True)
    unit_en = models.CharField(_("English unit"), max_length=50, blank=True)
    price = models.PositiveBigIntegerField(_("price (Rial)"), null=True, blank=True)

    class Meta:
        verbose_name = _("pack")
        verbose_name_plural = _("packs")
        ordering = ("product", "pieces", "gtin")
        constraints = (
            models.CheckConstraint(
                name="pack_gtin_is_14_long", condition=Q(Exact(Length("gtin"), 14))
            ),
            models.CheckConstraint(name="pack_has_pieces", condition=Q(pieces__gte=1)),
            models.CheckConstraint(
                name="pack_price_is_0_or_more", condition=Q(price__isnull=True) | Q(price__gte=0)
            ),
        )

    def __str__(self) -> str:
        return str(self.gtin)


class Price(models.Model):
    """What one piece costs in a store, or, without a store, wherever no other price is set."""

    product = models.ForeignKey(
        Product, verbose_name=_("product"), on_delete=models.CASCADE, related_name="prices"
    )
    store = models.ForeignKey(
        Store,
        verbose_name=_("store"),
        on_delete=models.CASCADE,
        related_name="prices",
        null=True,
        blank=True,
        help_text=_("Empty: the whole chain."),
    )
    amount = models.PositiveBigIntegerField(_("price (Rial)"))

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        ordering = ("product", "store")
        constraints = (
            models.CheckConstraint(name="price_is_0_or_more", condition=Q(amount__gte=0)),
            models.UniqueConstraint(name="one_price_a_store", fields=("product", "store")),
            models.UniqueConstraint(
                name="one_price_of_the_chain",
                fields=("product",),
                condition=Q(store__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.product_id}: {self.amount}"


class Offer(models.Model):
    """A simple reduction on some products, from ``starts_at`` up to, but not at, ``ends_at``.

    It is the one rule that kiosks of before know, so it stays as it is and travels with its
    products; to prices it is an adjustment like any other (``retail.reductions``). All other rules
    are ``server.pricing``'s.
    """

    offer_id = models.CharField(
        _("offer id"), max_length=ID_LENGTH_MAX, primary_key=True, validators=[valid_id]
    )
    name_fa = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    starts_at = models.DateTimeField(_("starts at"), validators=[valid_instant])
    ends_at = models.DateTimeField(_("ends at"), validators=[valid_instant])
    off_basis_points = models.PositiveIntegerField(_("reduction (basis points)"))
    members_only = models.BooleanField(_("members only"), default=False)
    store = models.ForeignKey(
        Store,
        verbose_name=_("store"),
        on_delete=models.CASCADE,
        related_name="offers",
        null=True,
        blank=True,
        help_text=_("Empty: the whole chain."),
    )
    products = models.ManyToManyField(
        Product, verbose_name=_("products"), related_name="offers", blank=True
    )

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        ordering = ("offer_id",)
        constraints = (
            models.CheckConstraint(
                name="offer_starts_before_it_ends", condition=Q(starts_at__lt=F("ends_at"))
            ),
            models.CheckConstraint(
                name="offer_is_in_2000_to_2199",
                condition=Q(starts_at__gte=INSTANT_MIN, ends_at__lt=INSTANT_END),
            ),
            models.CheckConstraint(
                name="offer_reduces_by_1_to_10000",
                condition=Q(off_basis_points__gte=1, off_basis_points__lte=BASIS_POINTS),
            ),
        )

    def __str__(self) -> str:
        return self.name_fa


class Stock(models.Model):
    """How many pieces a store had when it last counted; fewer than none is a wrong count."""

    product = models.ForeignKey(
        Product, verbose_name=_("product"), on_delete=models.CASCADE, related_name="stock"
    )
    store = models.ForeignKey(
        Store, verbose_name=_("store"), on_delete=models.CASCADE, related_name="stock"
    )
    on_hand = models.PositiveIntegerField(_("on hand"))
    counted_at = models.DateTimeField(_("counted at"), validators=[valid_instant])

    class Meta:
        verbose_name = _("stock")
        verbose_name_plural = _("stock")
        ordering = ("product", "store")
        constraints = (
            models.UniqueConstraint(name="one_stock_a_store", fields=("product", "store")),
            models.CheckConstraint(name="stock_is_0_or_more", condition=Q(on_hand__gte=0)),
            models.CheckConstraint(
                name="stock_was_counted_in_2000_to_2199",
                condition=Q(counted_at__gte=INSTANT_MIN, counted_at__lt=INSTANT_END),
            ),
        )

    def __str__(self) -> str:
        return f"{self.product_id}: {self.on_hand}"


class Place(models.Model):
    """Where a product stands in one store."""

    product = models.ForeignKey(
        Product, verbose_name=_("product"), on_delete=models.CASCADE, related_name="places"
    )
    store = models.ForeignKey(
        Store, verbose_name=_("store"), on_delete=models.CASCADE, related_name="places"
    )
    aisle = models.CharField(_("aisle"), max_length=20)
    bay = models.CharField(_("bay"), max_length=20, blank=True)
    shelf = models.CharField(_("shelf"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering = ("product", "store")
        constraints = (
            models.UniqueConstraint(name="one_place_a_store", fields=("product", "store")),
            models.CheckConstraint(name="place_has_an_aisle", condition=~Q(aisle="")),
        )

    def __str__(self) -> str:
        return " / ".join(part for part in (self.aisle, self.bay, self.shelf) if part)
