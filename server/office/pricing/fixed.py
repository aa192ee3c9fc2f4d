"""The form of a fixed price: typed as people type, refused as ``retail.pricing`` refuses."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, TypeAlias

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from retail.fields import without_empty
from retail.instants import write_instant
from retail.pricing.refusals import refusals_of
from retail.values import Gtin, InvalidGtinError
from server.importing.columns import A_GTIN, CellError
from server.office.pricing.editor import said
from server.office.pricing.exchange import hours_of, read_hours
from server.office.pricing.fields import WholeField, latin
from server.pricing.known import Catalogue
from server.pricing.models import FixedPrice

if TYPE_CHECKING:  # Django's class takes a row's type in its stubs only
    RowForm: TypeAlias = forms.ModelForm[FixedPrice]
else:
    RowForm = forms.ModelForm
_FIELDS = {"stores": "store", "groups": "group", "gtin": "gtin", "sku": "product"}


class HoursField(forms.CharField):
    """Weekly hours as text: ``thu,fri 17:00-20:00``, several separated by ``|``."""

    def to_python(self, value: Any) -> Any:
        """Read them; raises ``ValidationError``."""
        if isinstance(value, list):
            return value
        try:
            return read_hours(latin(str(value or "")))
        except CellError as error:
            raise ValidationError(_(error.expected)) from None

    def prepare_value(self, value: Any) -> Any:
        """Write them as they are typed."""
        return hours_of(value) if isinstance(value, list) else value

    def run_validators(self, value: Any) -> None:
        """Nothing more than reading them."""


class FixedPriceForm(RowForm):
    """A fixed price; what is wrong with it is said on its fields, in both languages."""

    rule_id = forms.SlugField(
        label=lazy("rule id"),
        required=False,
        max_length=63,
        help_text=lazy("Empty: one is made up."),
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )
    amount = WholeField(label=lazy("price (Rial)"))
    weekly = HoursField(
        label=lazy("weekly hours"),
        required=False,
        help_text=lazy("weekly hours such as thu,fri 17:00-20:00, separated by |"),
        widget=forms.TextInput(attrs={"dir": "ltr", "size": 60}),
    )

    class Meta:
        model = FixedPrice
        fields = "__all__"

    def clean_rule_id(self) -> str:
        """Make an id up where none is typed."""
        return self.cleaned_data["rule_id"].lower() or f"fp-{secrets.token_hex(6)}"

    def clean_gtin(self) -> str:
        """Read a GTIN of any length."""
        text = latin(self.cleaned_data["gtin"] or "")
        try:
            return Gtin.parse(text).digits if text else ""
        except InvalidGtinError:
            raise ValidationError(_(A_GTIN)) from None

    def clean(self) -> dict[str, Any]:
        """Ask the rules what they refuse."""
        told = super().clean() or {}
        if self.errors:
            return told
        for refusal in refusals_of(self._record(told), Catalogue()):
            self.add_error(_field_of(refusal.field), said(refusal))
        return told

    def _record(self, told: dict[str, Any]) -> dict[str, Any]:
        """Write what was typed as the record of a rule."""
        ends = {"from": told["starts_at"], "to": told["ends_at"]}
        window = {name: write_instant(at) for name, at in ends.items() if at}
        record = {
            "rule": "fixed_price",
            "id": told.get("rule_id") or self.instance.rule_id,
            "sku": told["product"].sku,
            "price": told["amount"],
            "gtin": told["gtin"],
            "stores": [told["store"].pk] if told["store"] else [],
            "groups": [told["group"].pk] if told["group"] else [],
            "when": without_empty({**window, "weekly": told["weekly"]}),
        }
        return without_empty(record)


def _field_of(way: str) -> str:
    """Give the form's field for a way through the record."""
    if way.startswith("when"):
        return "weekly" if "weekly" in way else "starts_at" if way == "when.from" else "ends_at"
    return _FIELDS.get(way.split("[")[0], "amount")
