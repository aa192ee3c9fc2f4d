"""The forms that a rule is typed in: its head, goods, weekly hours, steps, parts and needs.

Each gives its piece of the rule's record. Which pieces a kind of rule has is ``editor``'s affair,
what may stand in them ``retail.pricing.refusals``'.
"""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from retail.fields import without_empty
from retail.instants import write_instant
from server.office.persian import JalaliField
from server.office.pricing.fields import (
    DAY_NAMES,
    OffField,
    PickedField,
    SignedField,
    TimeField,
    WholeField,
)
from server.pricing.models import Combination, CustomerGroup, Kind
from server.stores.models import valid_id

SHARES: Final = frozenset({"off_bp", "up_bp"})
OFFS: Final = (("off_bp", _("percent off")), ("off", _("Rial off")), ("price", _("Rial as price")))
OFFS_TOGETHER: Final = OFFS[:2]
CHANGES: Final = (
    ("off_bp", _("percent cheaper")),
    ("off", _("Rial cheaper")),
    ("up_bp", _("percent dearer")),
    ("up", _("Rial dearer")),
)
BY: Final = (("quantity", _("number of pieces")), ("money", _("amount in Rial")))
ONS: Final = (
    ("set", _("the whole set")),
    ("cheapest", _("its cheapest pieces")),
    ("part", _("its last part (buy these, get that)")),
)
LIMITS: Final = ("per_basket", "per_member", "in_all", "off_max", "budget")
_OF_KIND: Final = {  # fields of the head beside those of all rules
    Kind.ADJUSTMENT: ("how", "value", "round_to"),
    Kind.EACH: ("by",),
    Kind.TOGETHER: ("by",),
    Kind.SET: ("on", "count", "how", "value"),
    Kind.GIFT: ("gifts", "quantity"),
}
_OF_OFFERS: Final = ("vouchers", *LIMITS)
_SMALL = {"class": "rule-short"}


class OffMixin(forms.Form):
    """A form with ``how`` and ``value``: what is off, in one field of the record."""

    def clean(self) -> dict[str, Any] | None:
        """Read the value as what it is said to be."""
        told = self.cleaned_data
        how, value = told.get("how"), told.get("value")
        if how and value not in (None, ""):
            try:
                told["off"] = {how: OffField.read(str(value), share=how in SHARES)}
            except ValidationError as error:
                self.add_error("value", error)
        return told

    @staticmethod
    def initial_off(record: Any, names: tuple[str, ...]) -> dict[str, str]:
        """Give what stands in a record as people type it."""
        for how in names:
            if how in record:
                written = OffField.written(record[how], share=how in SHARES)
                return {"how": how, "value": written}
        return {}


class HeadForm(OffMixin):
    """What a rule is called, for whom and when it is, and the numbers of its kind."""

    rule_id = forms.CharField(
        label=_("rule id"),
        max_length=63,
        required=False,
        validators=[valid_id],
        help_text=_("Empty: one is made up."),
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )
    name_fa = forms.CharField(label=_("name"), max_length=200)
    name_en = forms.CharField(
        label=_("English name"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )
    how = forms.ChoiceField(label=_("how much"), choices=OFFS, required=False)
    value = OffField(label=_("value"), required=False)
    round_to = WholeField(
        label=_("rounded to"), required=False, help_text=_("Rial; empty: not rounded.")
    )
    by = forms.ChoiceField(label=_("steps are counted in"), choices=BY, required=False)
    on = forms.ChoiceField(label=_("the reduction is on"), choices=ONS, required=False)
    count = WholeField(
        label=_("how many of the cheapest"), required=False, help_text=_("Only for the cheapest.")
    )
    gifts = PickedField("sku", label=_("gifts, one of which the shopper takes"))
    quantity = WholeField(label=_("how many"), required=False)
    stores = PickedField("store", label=_("stores"), help_text=_("Empty: the whole chain."))
    groups = PickedField("group", label=_("customer groups"), help_text=_("Empty: everybody."))
    starts_at = JalaliField(label=_("starts at"), required=False)
    ends_at = JalaliField(label=_("ends at"), required=False)
    priority = SignedField(
        label=_("priority"), required=False, help_text=_("The greater goes first; usually 0.")
    )
    combine = forms.ChoiceField(label=_("together with others"), choices=Combination.choices)
    vouchers = PickedField("voucher", label=_("vouchers"), help_text=_("One a line; empty: none."))
    per_basket = WholeField(label=_("times in a basket"), required=False)
    per_member = WholeField(label=_("times a member"), required=False)
    in_all = WholeField(label=_("times in all"), required=False)
    off_max = WholeField(label=_("Rial in a basket, at most"), required=False)
    budget = WholeField(label=_("Rial in all, at most"), required=False)

    def __init__(self, kind: Kind, *args: Any, new: bool, **how: Any) -> None:
        super().__init__(*args, **how)
        self.kind = kind
        unused = {name for names in _OF_KIND.values() for name in names} - set(_OF_KIND[kind])
        if kind is Kind.ADJUSTMENT:
            unused |= set(_OF_OFFERS)
        if not new:
            unused.add("rule_id")
        for name in unused:
            del self.fields[name]
        if kind is Kind.ADJUSTMENT:
            self.fields["how"].choices = CHANGES  # type: ignore[attr-defined]

    def only(self, *names: str) -> list[forms.BoundField]:
        """Give the fields of these names that the kind has, in this order."""
        return [self[name] for name in names if name in self.fields]

    @property
    def naming(self) -> list[forms.BoundField]:
        """What it is called."""
        return self.only("name_fa", "name_en", "rule_id")

    @property
    def numbers(self) -> list[forms.BoundField]:
        """The numbers of its kind."""
        return self.only(*_OF_KIND[self.kind])

    @property
    def scoping(self) -> list[forms.BoundField]:
        """For whom and when it is."""
        return self.only("stores", "groups", "starts_at", "ends_at")

    @property
    def combining(self) -> list[forms.BoundField]:
        """How it goes together with others."""
        return self.only("priority", "combine")

    @property
    def limiting(self) -> list[forms.BoundField]:
        """How far it goes."""
        return self.only(*_OF_OFFERS)

    def clean_groups(self) -> list[str]:
        """Refuse a group that there is not."""
        groups: list[str] = self.cleaned_data["groups"]
        known = CustomerGroup.objects.filter(pk__in=groups).values_list("pk", flat=True)
        if unknown := set(groups) - set(known):
            raise ValidationError(
                _("There is no group %(got)s."), params={"got": "، ".join(sorted(unknown))}
            )
        return groups

    def record(self) -> dict[str, Any]:
        """Give its piece of the rule's record."""
        told = self.cleaned_data
        window = {name: told[at] for name, at in (("from", "starts_at"), ("to", "ends_at"))}
        plain = ("round_to", "by", "on", "count", "gifts", "quantity", "vouchers")
        return without_empty(
            {
                "name": without_empty({"fa": told["name_fa"], "en": told["name_en"]}),
                "stores": told["stores"],
                "groups": told["groups"],
                "when": {name: write_instant(at) for name, at in window.items() if at},
                "priority": told["priority"] or None,
                "combine": told["combine"] if told["combine"] != Combination.BEST_OF else None,
                **{name: told.get(name) for name in plain},
                **told.get("off", {}),
                "limits": without_empty({name: told.get(name) for name in LIMITS}),
            }
        )


class GoodsForm(forms.Form):
    """A choice of goods: nothing filled in is everything."""

    skus = PickedField("sku", label=_("items"))
    categories = PickedField("category", label=_("categories"))
    brands = PickedField("brand", label=_("brands"))
    suppliers = PickedField("supplier", label=_("suppliers"))
    except_skus = PickedField("sku", label=_("but not the items"))
    except_categories = PickedField("category", label=_("but not the categories"))
    price_from = WholeField(label=_("price from (Rial)"), required=False)
    price_to = WholeField(label=_("price to (Rial)"), required=False)
    full_price = forms.BooleanField(label=_("only what is not reduced already"), required=False)

    CHOOSING: Final = (
        *("skus", "categories", "brands", "suppliers", "except_skus", "except_categories"),
        *("price_from", "price_to", "full_price"),
    )

    def goods(self) -> dict[str, Any]:
        """Give the goods as a record."""
        told = {name: self.cleaned_data.get(name) for name in self.CHOOSING}
        return without_empty({**told, "full_price": told["full_price"] or None})

    @property
    def choosing(self) -> list[forms.BoundField]:
        """The fields that choose goods."""
        return [self[name] for name in self.CHOOSING if name in self.fields]


class AdjustedGoodsForm(GoodsForm):
    """The goods of an adjustment, which are asked before anything is reduced."""

    full_price = None  # type: ignore[assignment]


class PartForm(GoodsForm):
    """A part of a set."""

    quantity = WholeField(label=_("how many"), required=False, initial=1)

    def record(self) -> dict[str, Any]:
        """Give it as a record."""
        return without_empty({"goods": self.goods(), "quantity": self.cleaned_data["quantity"]})

    @staticmethod
    def initial_of(record: Any) -> dict[str, Any]:
        """Give a record as the form's initial values."""
        return {**record.get("goods", {}), "quantity": record.get("quantity", 1)}


class NeedForm(GoodsForm):
    """What a basket must hold before an offer counts."""

    quantity = WholeField(label=_("pieces, at least"), required=False)
    money = WholeField(label=_("Rial, at least"), required=False)

    def record(self) -> dict[str, Any]:
        """Give it as a record."""
        told = {name: self.cleaned_data[name] for name in ("quantity", "money")}
        return without_empty({"goods": self.goods(), **told})

    @staticmethod
    def initial_of(record: Any) -> dict[str, Any]:
        """Give a record as the form's initial values."""
        told = {name: record.get(name) for name in ("quantity", "money")}
        return {**record.get("goods", {}), **told}


class StepForm(OffMixin):
    """From so many pieces, or so much money, on."""

    at_least = WholeField(label=_("from"), required=False)
    how = forms.ChoiceField(label=_("how much"), choices=OFFS, required=False)
    value = OffField(label=_("value"), required=False)

    def record(self) -> dict[str, Any]:
        """Give it as a record."""
        at_least = self.cleaned_data["at_least"]
        told = {} if at_least is None else {"at_least": at_least}
        return {**told, **self.cleaned_data.get("off", {})}

    @classmethod
    def initial_of(cls, record: Any) -> dict[str, Any]:
        """Give a record as the form's initial values."""
        at_least = record.get("at_least")
        return {"at_least": at_least, **cls.initial_off(record, ("off_bp", "off", "price"))}


class WeeklyForm(forms.Form):
    """Hours on some days of the week, as the clock on the store's wall shows them."""

    days = forms.MultipleChoiceField(
        label=_("days"),
        choices=DAY_NAMES,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "rule-days"}),
    )
    start = TimeField(label=_("from"), required=False)
    end = TimeField(label=_("to"), required=False, help_text=_("Not after the start: next day."))

    def record(self) -> dict[str, Any]:
        """Give it as a record."""
        told = self.cleaned_data
        return {
            "days": told["days"],
            **without_empty({"from": told["start"], "to": told["end"]}),
        }

    @staticmethod
    def initial_of(record: Any) -> dict[str, Any]:
        """Give a record as the form's initial values."""
        return {"days": record["days"], "start": record["from"], "end": record["to"]}
