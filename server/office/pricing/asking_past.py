"""The page "the price on …": what an item cost in a store at any instant, and why."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET

from retail.pricing.book import Shopper
from server.office.persian import JalaliField, grouped, written
from server.office.pricing.around import SEE, around, check
from server.office.pricing.fields import PickedField, latin
from server.pricing.past import Asked, NotKnownError, PastPrice, price_at
from server.stores.models import Store


class PastForm(forms.Form):
    """Which item, where, when, by whom."""

    sku = forms.CharField(
        label=lazy("SKU"), max_length=64, widget=forms.TextInput(attrs={"dir": "ltr"})
    )
    store = forms.ModelChoiceField(Store.objects.all(), label=lazy("store"), empty_label=None)
    at = JalaliField(label=lazy("at"), required=False)
    groups = PickedField("group", label=lazy("the shopper is of"))

    def clean_sku(self) -> str:
        """Read Persian digits."""
        return latin(self.cleaned_data["sku"])


@require_GET
def past_page(request: HttpRequest) -> HttpResponse:
    """Show the form, and the answer."""
    check(request, SEE)
    form = PastForm(request.GET if "sku" in request.GET else None)
    told: dict[str, Any] | None = None
    if form.is_valid():
        try:
            told = _drawn(_asked(form.cleaned_data))
        except NotKnownError as error:
            form.add_error(None, _("Not known: %(reason)s") % {"reason": error})
    context = {**around(request, _("The price on …"), "past"), "form": form, "told": told}
    return render(request, "office/pricing/past.html", context)


def _asked(told: dict[str, Any]) -> PastPrice:
    chain, shopper = settings.CONFIGURATION.chain, Shopper(frozenset(told["groups"]))
    asked = Asked(told["sku"], told["store"].pk, told["at"] or timezone.now(), shopper)
    return price_at(asked, ZoneInfo(chain.zone), chain.currency)


def _drawn(past: PastPrice) -> dict[str, Any]:
    price = past.price
    return {
        "at": written(past.asked.at),
        "list_price": grouped(price.list_price),
        "base": grouped(price.base),
        "price": grouped(price.price),
        "steps": [
            {
                "name": step.name_fa or step.rule_id or _("floor"),
                "rule": step.rule_id,
                "before": grouped(step.before),
                "after": grouped(step.after),
                "until": written(step.until) if step.until else "",
            }
            for step in price.steps
        ],
        "changes_at": written(past.changes_at) if past.changes_at else "",
    }
