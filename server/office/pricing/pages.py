"""The tabs above the pages of prices, as far as the person may see them."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _


def pages_of(request: HttpRequest) -> Iterator[tuple[str, str, str]]:
    """Give name, address and words of each page."""
    has = request.user.has_perm
    if has("pricing.view_pricerule"):
        yield "rules", reverse("admin:pricing_pricerule_changelist"), _("Rules and offers")
    if has("pricing.view_fixedprice"):
        yield "fixed", reverse("admin:pricing_fixedprice_changelist"), _("Fixed prices")
    if has("pricing.change_prices"):
        yield "many", reverse("admin:pricing_pricerule_many"), _("Change many prices")
    if has("pricing.view_pricerule"):
        yield "past", reverse("admin:pricing_pricerule_past"), _("The price on …")
    if has("pricing.view_customergroup"):
        yield "groups", reverse("admin:pricing_customergroup_changelist"), _("Customer groups")
