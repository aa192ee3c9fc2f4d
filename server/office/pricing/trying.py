"""The page on which a rule is tried on a sample basket, before it is published.

The basket is typed: items and how many of each; everything stands in the address, so that it can
be sent to a colleague. The first basket is made up of goods that the rule is about.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET

from retail.basket import LINES_MAX, QUANTITY_MAX
from retail.pricing.book import Shopper
from retail.pricing.records import read_rule
from server.office.persian import JalaliField, in_digits, written
from server.office.pricing import telling
from server.office.pricing.around import SEE, around, check
from server.office.pricing.fields import PickedField, latin
from server.office.pricing.preview import Trial, sample_of, try_rule
from server.pricing.models import PriceRule
from server.stores.models import Store


class BasketField(forms.Field):
    """A basket as text, a line an item: ``001009 × 3``; one piece where no number is told."""

    widget = forms.Textarea(attrs={"rows": 6, "dir": "ltr", "data-basket": ""})

    def to_python(self, value: Any) -> tuple[tuple[str, int], ...]:
        """Read it; raises ``ValidationError``."""
        found: dict[str, int] = {}
        for line in latin(str(value or "")).splitlines():
            words = line.replace("×", " ").replace("*", " ").split()
            if not words:
                continue
            count = words[1] if len(words) > 1 else "1"
            if len(words) > 2 or not count.isdecimal() or not 1 <= int(count) <= QUANTITY_MAX:
                raise forms.ValidationError(
                    _("Expected a SKU and how many, such as 001009 × 3, got %(got)s."),
                    params={"got": line},
                )
            found[words[0]] = min(found.get(words[0], 0) + int(count), QUANTITY_MAX)
        if len(found) > LINES_MAX:
            raise forms.ValidationError(
                _("Expected at most %(n)s items."), params={"n": in_digits(str(LINES_MAX))}
            )
        return tuple(found.items())

    def prepare_value(self, value: Any) -> Any:
        """Write it as it is typed."""
        if isinstance(value, tuple):
            return "\n".join(f"{sku} × {count}" for sku, count in value)
        return value


class TrialForm(forms.Form):
    """For which store, when and whom a rule is tried, and on which basket."""

    basket = BasketField(label=lazy("basket"))
    store = forms.ModelChoiceField(Store.objects.all(), label=lazy("store"), empty_label=None)
    at = JalaliField(label=lazy("at"), required=False)
    groups = PickedField("group", label=lazy("the shopper is of"))
    vouchers = PickedField("voucher", label=lazy("vouchers"))


@require_GET
def trial_page(request: HttpRequest, rule_id: str) -> HttpResponse:
    """Show the basket without the rule and with it."""
    check(request, SEE)
    row = get_object_or_404(PriceRule, pk=rule_id)
    form = TrialForm(request.GET if "basket" in request.GET else _first(row))
    tried = None
    if form.is_valid():
        told = form.cleaned_data
        at = told["at"] or timezone.now()
        shopper = Shopper(frozenset(told["groups"]))
        tried = try_rule(
            row, Trial(told["store"], at, shopper, told["basket"], tuple(told["vouchers"]))
        )
    context = {
        **around(request, _("Try: %(name)s") % {"name": row.name_fa}, "rules"),
        "row": row,
        "told": telling.does(row.body),
        "form": form,
        "tried": tried,
    }
    return render(request, "office/pricing/trial.html", context)


def _first(row: PriceRule) -> dict[str, Any]:
    """Give what is tried first: in one of its stores, while it holds, by one of its shoppers."""
    stores = row.body.get("stores") or list(Store.objects.values_list("pk", flat=True)[:1])
    now = timezone.now()
    begins = _in_force(row, now)
    lines = [f"{sku} × {count}" for sku, count in sample_of(row)]
    return {
        "basket": "\n".join(lines),
        "store": stores[0] if stores else "",
        "at": written(begins) if begins != now else "",
        "groups": "\n".join(row.body.get("groups", [])[:1]),
        "vouchers": "\n".join(row.body.get("vouchers", [])[:1]),
    }


def _in_force(row: PriceRule, now: datetime) -> datetime:
    """Give now where the rule holds, else when it does next."""
    window = read_rule(row.body).scope.window
    zone = timezone.get_default_timezone()
    if window.covers(now, zone):
        return now
    return window.next_turn(now, zone) or now
