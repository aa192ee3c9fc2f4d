"""The page on which many prices are changed at once, shown before and after, and undone.

Nothing is written before a person has seen what will be; what is then done is compared with
what was shown.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from retail.goods import EVERYTHING
from retail.pricing.off import Amount, Percent, ToPrice
from retail.pricing.rule_parts import read_goods
from retail.pricing.rules import Raise
from server.office.persian import JalaliField, grouped, written
from server.office.pricing import telling
from server.office.pricing.around import PRICES, around, check, tell_refusal, who
from server.office.pricing.fields import PickedField, WholeField
from server.office.pricing.forms import CHANGES, AdjustedGoodsForm, OffMixin
from server.pricing import changing
from server.pricing.changing import Move, Moved, Plan, Wish
from server.pricing.deeds import DeedError
from server.pricing.models import PriceChange
from server.stores.models import Store

SHOWN_MAX: Final = 200
CHANGES_SHOWN: Final = 20
ALL_CHANGES: Final = (*CHANGES, ("price", lazy("Rial as price")))


class ManyForm(OffMixin):
    """How prices are to change, where, and from when on."""

    how = forms.ChoiceField(label=lazy("how much"), choices=ALL_CHANGES)
    value = forms.CharField(
        label=lazy("value"), widget=forms.TextInput(attrs={"dir": "ltr", "class": "rule-number"})
    )
    round_to = WholeField(
        label=lazy("rounded to"), required=False, help_text=lazy("Rial; empty: not rounded.")
    )
    stores = PickedField(
        "store",
        label=lazy("stores"),
        help_text=lazy("Empty: the chain's prices; those that a store has for itself stay."),
    )
    starts_at = JalaliField(
        label=lazy("from"),
        required=False,
        help_text=lazy("Empty: at once. Later: kiosks switch by themselves."),
    )

    def clean_stores(self) -> list[str]:
        """Refuse a store that there is not."""
        stores: list[str] = self.cleaned_data["stores"]
        known = Store.objects.filter(pk__in=stores).values_list("pk", flat=True)
        if unknown := set(stores) - set(known):
            raise forms.ValidationError(
                _("There is no store %(got)s."), params={"got": "، ".join(sorted(unknown))}
            )
        return stores

    def clean(self) -> dict[str, Any] | None:
        """Refuse what is no move, and an instant that has passed."""
        told = super().clean() or {}
        if off := told.get("off"):
            (how, value), *_none = off.items()
            try:
                told["move"] = _MOVES[how](value)
            except ValueError as error:
                self.add_error("value", str(error))
        at = told.get("starts_at")
        if at is not None and at <= timezone.now():
            self.add_error("starts_at", _("Expected an instant that is to come, or nothing."))
        return told


_MOVES: Final = {
    "off_bp": Percent,
    "off": Amount,
    "up_bp": lambda value: Raise(basis_points=value),
    "up": lambda value: Raise(minor=value),
    "price": ToPrice,
}


def many_page(request: HttpRequest) -> HttpResponse:
    """Show the form; with it filled in, what it comes to; and do that."""
    check(request, PRICES)
    posted = request.POST if request.method == "POST" else None
    form, goods = ManyForm(posted), AdjustedGoodsForm(posted, prefix="goods")
    shown: dict[str, Any] = {}
    if posted is not None and form.is_valid() and goods.is_valid():
        wish = _wish(form, goods)
        if digest := posted.get("shown"):
            try:
                return _do(request, wish, digest)
            except DeedError as error:
                tell_refusal(request, error)
        if wish.goods == EVERYTHING and not posted.get("everything"):
            form.add_error(None, _("Choose goods, or say that all prices are meant."))
        else:
            shown = _shown(changing.plan(wish))
    context = {
        **around(request, _("Change many prices"), "many"),
        "form": form,
        "goods": goods,
        "asked": posted is not None,
        "changes": [_change(each) for each in PriceChange.objects.all()[:CHANGES_SHOWN]],
        **shown,
    }
    return render(request, "office/pricing/many.html", context)


@require_POST
def undo_page(request: HttpRequest, change_id: UUID) -> HttpResponse:
    """Undo a change."""
    check(request, PRICES)
    try:
        done, left = changing.undo(change_id, who(request), timezone.now())
    except DeedError as error:
        tell_refusal(request, error)
    else:
        messages.success(request, _("Undone: %(n)s prices.") % {"n": grouped(done)})
        if left:
            text = _("%(n)s prices were changed since, and stay as they are.")
            messages.warning(request, text % {"n": grouped(left)})
    return redirect("admin:pricing_pricerule_many")


def _wish(form: ManyForm, goods: AdjustedGoodsForm) -> Wish:
    told = form.cleaned_data
    move: Move = told["move"]
    return Wish(
        read_goods(goods.goods()),
        move,
        max(told["round_to"] or 1, 1),
        tuple(told["stores"]),
        told["starts_at"],
    )


def _do(request: HttpRequest, wish: Wish, digest: str) -> HttpResponse:
    change = changing.carry_out(wish, digest, who(request), timezone.now())
    text = _("Changed: %(n)s prices.")
    if change.starts_at is not None:
        text = _("Scheduled: %(n)s prices.")
    messages.success(request, text % {"n": grouped(change.count)})
    return redirect("admin:pricing_pricerule_many")


def _shown(plan: Plan) -> dict[str, Any]:
    return {
        "plan": plan,
        "digest": plan.digest,
        "count": grouped(len(plan.moved)),
        "more": len(plan.moved) > SHOWN_MAX,
        "shown_max": grouped(SHOWN_MAX),
        "rows": [_row(each) for each in plan.moved[:SHOWN_MAX]],
        "low": [_row(each) for each in plan.low[:SHOWN_MAX]],
        "low_count": grouped(len(plan.low)),
    }


def _row(moved: Moved) -> dict[str, Any]:
    difference = moved.after - moved.shown
    return {
        "name": moved.name,
        "sku": moved.sku,
        "store": moved.store_id or "",
        "before": grouped(moved.shown),
        "after": grouped(moved.after),
        "tone": "well" if difference < 0 else "amber",
        "difference": f"{'−' if difference < 0 else '+'}{grouped(abs(difference))}",
    }


def _change(change: PriceChange) -> dict[str, Any]:
    return {
        "id": change.pk,
        "at": written(change.at),
        "who": change.who,
        "count": grouped(change.count),
        "starts_at": written(change.starts_at) if change.starts_at else "",
        "undone": written(change.undone_at) if change.undone_at else "",
        "undone_by": change.undone_by,
        "move": telling.change(change.asked["move"]),
        "stores": "، ".join(change.asked["stores"]),
    }
