"""What the pages of prices have in common: rights, the way back, and the frame around each."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _

from retail.fields import RecordError
from server.office.pricing.pages import pages_of
from server.pricing.deeds import DeedError

SEE: Final = "pricing.view_pricerule"
ADD: Final = "pricing.add_pricerule"
CHANGE: Final = "pricing.change_pricerule"
DELETE: Final = "pricing.delete_pricerule"
PUBLISH: Final = "pricing.publish_rule"
PRICES: Final = "pricing.change_prices"


def check(request: HttpRequest, *permissions: str) -> None:
    """Refuse whoever has not all of these; raises ``PermissionDenied``."""
    if not request.user.has_perms(permissions):
        raise PermissionDenied


def who(request: HttpRequest) -> str:
    """Name the person for the log."""
    return str(request.user.get_username())


def around(request: HttpRequest, title: str, here: str) -> dict[str, Any]:
    """Give what every page needs; ``here`` is the name of the page among the tabs."""
    has = request.user.has_perm
    return {
        **admin.site.each_context(request),
        "title": title,
        "tabs": [(address, text, name == here) for name, address, text in pages_of(request)],
        "may_add": has(ADD),
        "may_change": has(CHANGE),
        "may_publish": has(PUBLISH),
        "may_change_prices": has(PRICES),
        "vat": said_of_vat(),
    }


def said_of_vat() -> str:
    """Say whether the prices of the chain include VAT, which its settings decide."""
    if settings.CONFIGURATION.chain.vat_included:
        return _("Prices include VAT.")
    return _("Prices are without VAT; it comes on top.")


def tell_refusal(request: HttpRequest, error: DeedError | RecordError) -> None:
    """Say on the next page why a deed was not done."""
    messages.error(request, _("Nothing was done: %(reason)s") % {"reason": _(str(error))})
