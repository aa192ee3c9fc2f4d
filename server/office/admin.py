"""What head office sees and changes, table by table."""

from __future__ import annotations

import json

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy

from server.catalogue.models import (
    Category,
    Offer,
    Pack,
    Place,
    Price,
    Product,
    Stock,
)
from server.events.models import Event, UnknownCode
from server.office.exchange.admin import Exports, Imports
from server.office.exchange.catalogue import (
    CategoryResource,
    OfferResource,
    PlaceResource,
    ProductResource,
    StoreResource,
)
from server.office.exchange.shelves import PriceResource, StockResource
from server.office.exchange.told import EventResource, SnapshotResource, UnknownCodeResource
from server.office.fleet.admin import FleetAdmin
from server.office.kiosks import AuditEntryAdmin, KioskAdmin
from server.office.pages import import_page, publish_now
from server.office.persian import grouped, percent
from server.office.pricing.admin import (
    BasketCheckAdmin,
    CustomerGroupAdmin,
    FixedPriceAdmin,
    PriceRuleAdmin,
)
from server.office.sales import DoubtAdmin, GivenBackAdmin, SaleAdmin
from server.office.surveys.admin import (
    AnswerAdmin,
    LeftAdmin,
    ResponseAdmin,
    SurveyAdmin,
    UnreadResponseAdmin,
)
from server.office.tables import INSTANTS, Inline, KeyedAdmin, Table, ToldAdmin, instant, number
from server.snapshots.models import Snapshot
from server.stores.models import Store

__all__ = [  # registered where they are written
    "AnswerAdmin",
    "AuditEntryAdmin",
    "BasketCheckAdmin",
    "CustomerGroupAdmin",
    "DoubtAdmin",
    "FixedPriceAdmin",
    "FleetAdmin",
    "GivenBackAdmin",
    "KioskAdmin",
    "LeftAdmin",
    "PriceRuleAdmin",
    "ResponseAdmin",
    "SaleAdmin",
    "SurveyAdmin",
    "UnreadResponseAdmin",
]


@admin.register(Store)
class StoreAdmin(Exports, KeyedAdmin):
    """The stores."""

    resource_classes = (StoreResource,)
    key = "store_id"
    list_display = ("name_fa", "name_en", "store_id", "address_fa")
    search_fields = ("store_id", "name_fa", "name_en")


@admin.register(Category)
class CategoryAdmin(Exports, KeyedAdmin):
    """The tree of categories."""

    resource_classes = (CategoryResource,)
    key = "category_id"
    list_display = ("name_fa", "name_en", "category_id", "parent", "position")
    list_editable = ("position",)
    list_select_related = ("parent",)
    search_fields = ("category_id", "name_fa", "name_en")
    autocomplete_fields = ("parent",)


class PackInline(Inline):
    """The packs of a product."""

    model = Pack
    extra = 0


class PriceInline(Inline):
    """The prices of a product: the chain's, and those of single stores."""

    model = Price
    extra = 0


class StockInline(Inline):
    """What the stores have of a product."""

    model = Stock
    extra = 0
    formfield_overrides = INSTANTS


class PlaceInline(Inline):
    """Where the product stands in each store."""

    model = Place
    extra = 0


@admin.register(Product)
class ProductAdmin(Exports, Table):
    """The products, with all that hangs on them; files are imported from here."""

    resource_classes = (ProductResource,)
    also_seen = (Pack, Price)
    change_list_template = "admin/catalogue/product/change_list.html"
    list_display = ("name_fa", "sku", "brand_fa", "category", "chain_price", "shown_popularity")
    list_select_related = ("category",)
    list_filter = ("category",)
    list_per_page = 50
    search_fields = ("sku", "name_fa", "name_en", "brand_fa", "packs__gtin")
    autocomplete_fields = ("category",)
    raw_id_fields = ("picture",)
    fields = (
        ("sku", "category"),
        ("name_fa", "name_en"),
        ("brand_fa", "brand_en"),
        ("unit_fa", "unit_en"),
        ("size_amount", "size_measure"),
        ("note_fa", "note_en"),
        ("labels_fa", "labels_en"),
        ("vat_basis_points", "popularity"),
        ("supplier", "floor"),
        ("reducible", "age_min"),
        "picture",
    )
    inlines = (PackInline, PriceInline, StockInline, PlaceInline)
    shown_popularity = number("popularity", gettext_lazy("popularity"))

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Product]:
        """Fetch the prices of a page at once."""
        products: models.QuerySet[Product] = super().get_queryset(request)
        return products.prefetch_related("prices")

    @admin.display(description=gettext_lazy("price (Rial)"))
    def chain_price(self, product: Product) -> str:
        """Show the price of the whole chain."""
        amounts = [price.amount for price in product.prices.all() if price.store_id is None]
        return grouped(amounts[0]) if amounts else "—"

    def get_urls(self) -> list[URLPattern]:
        """Add the page that imports a file."""
        page = self.admin_site.admin_view(import_page)
        return [path("import/", page, name="catalogue_product_import"), *super().get_urls()]


@admin.register(Price)
class PriceAdmin(Imports, Exports, Table):
    """The prices."""

    resource_classes = (PriceResource,)
    list_display = ("product", "store", "shown_amount")
    list_select_related = ("product", "store")
    list_filter = ("store",)
    search_fields = ("product__sku", "product__name_fa")
    autocomplete_fields = ("product", "store")
    shown_amount = number("amount", gettext_lazy("price (Rial)"))


@admin.register(Offer)
class OfferAdmin(Exports, KeyedAdmin):
    """The offers."""

    resource_classes = (OfferResource,)
    key = "offer_id"
    list_display = ("name_fa", "reduction", "shown_start", "shown_end", "store", "members_only")
    list_select_related = ("store",)
    list_filter = ("members_only", "store")
    search_fields = ("offer_id", "name_fa", "name_en", "products__sku")
    autocomplete_fields = ("products", "store")
    shown_start = instant("starts_at", gettext_lazy("starts at"))
    shown_end = instant("ends_at", gettext_lazy("ends at"))

    @admin.display(ordering="off_basis_points", description=gettext_lazy("reduction"))
    def reduction(self, offer: Offer) -> str:
        """Show the reduction in percent."""
        return percent(offer.off_basis_points)


@admin.register(Stock)
class StockAdmin(Imports, Exports, Table):
    """What the stores have."""

    resource_classes = (StockResource,)
    formfield_overrides = INSTANTS
    list_display = ("product", "store", "shown_on_hand", "shown_counted")
    list_select_related = ("product", "store")
    list_filter = ("store",)
    search_fields = ("product__sku", "product__name_fa")
    autocomplete_fields = ("product", "store")
    shown_on_hand = number("on_hand", gettext_lazy("on hand"))
    shown_counted = instant("counted_at", gettext_lazy("counted at"))


@admin.register(Place)
class PlaceAdmin(Exports, Table):
    """Where products stand in the stores."""

    resource_classes = (PlaceResource,)
    list_display = ("product", "store", "aisle", "bay", "shelf")
    list_select_related = ("product", "store")
    list_filter = ("store",)
    search_fields = ("product__sku", "product__name_fa", "aisle")
    autocomplete_fields = ("product", "store")


@admin.register(Snapshot)
class SnapshotAdmin(Exports, ToldAdmin):
    """What was published; new snapshots are made from here."""

    resource_classes = (SnapshotResource,)
    change_list_template = "admin/snapshots/snapshot/change_list.html"
    list_display = ("store", "shown_sequence", "shown_made", "shown_products")
    list_select_related = ("store",)
    list_filter = ("store",)
    fields = ("store", "shown_sequence", "shown_made", "shown_products", "manifest")
    readonly_fields = fields
    shown_sequence = number("sequence", gettext_lazy("sequence"))
    shown_made = instant("made_at", gettext_lazy("made at"))
    shown_products = number("products", gettext_lazy("products"))

    def get_urls(self) -> list[URLPattern]:
        """Add the address that the button "publish" posts to."""
        view = self.admin_site.admin_view(publish_now)
        return [path("publish/", view, name="snapshots_snapshot_publish"), *super().get_urls()]


@admin.register(Event)
class EventAdmin(Exports, ToldAdmin):
    """What happened at the kiosks."""

    resource_classes = (EventResource,)
    list_display = ("kind", "kiosk", "shown_at", "shown_body")
    list_select_related = ("kiosk",)
    list_filter = ("kind", "kiosk")
    fields = ("event_id", "kind", "kiosk", "shown_at", "shown_received", "shown_body")
    readonly_fields = fields
    shown_at = instant("at", gettext_lazy("happened at"))
    shown_received = instant("received_at", gettext_lazy("received at"))

    @admin.display(description=gettext_lazy("body"))
    def shown_body(self, event: Event) -> str:
        """Show the body as it was told, from left to right."""
        body = json.dumps(event.body, ensure_ascii=False)
        return format_html('<code dir="ltr" class="office-body">{}</code>', body)


@admin.register(UnknownCode)
class UnknownCodeAdmin(Exports, ToldAdmin):
    """The codes that shoppers scanned and the catalogue does not know."""

    resource_classes = (UnknownCodeResource,)
    list_display = ("code", "symbology", "shown_count", "shown_last", "last_store")
    list_select_related = ("last_store",)
    list_filter = ("last_store",)
    search_fields = ("code",)
    fields = ("code", "symbology", "shown_count", "shown_first", "shown_last", "last_store")
    readonly_fields = fields
    shown_count = number("count", gettext_lazy("times scanned"))
    shown_first = instant("first_seen_at", gettext_lazy("first seen at"))
    shown_last = instant("last_seen_at", gettext_lazy("last seen at"))

    def has_delete_permission(self, request: HttpRequest, obj: UnknownCode | None = None) -> bool:
        """Let a code that was settled be taken off the list."""
        return request.user.has_perm("events.delete_unknowncode")
