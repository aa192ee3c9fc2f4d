"""A rule being typed: the forms of its kind together, the record they make, and what is wrong.

What is wrong is told by ``retail.pricing.refusals`` by the way through the record
(``parts[0].goods.skus[2]``), and is shown on the form's field that it was typed in.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from django import forms
from django.forms.formsets import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from retail.instants import read_instant
from retail.pricing.refusals import Refusal, refusals_of
from server.office.pricing.forms import (
    CHANGES,
    LIMITS,
    OFFS,
    OFFS_TOGETHER,
    AdjustedGoodsForm,
    GoodsForm,
    HeadForm,
    NeedForm,
    PartForm,
    StepForm,
    WeeklyForm,
)
from server.pricing.known import Catalogue
from server.pricing.models import Kind

Body = Mapping[str, Any]
ROWS_MAX: Final = 50
_STEPPED: Final = (Kind.EACH, Kind.TOGETHER)
_WAY: Final = re.compile(r"([a-z_]+)(?:\[(\d+)\])?(?:\.(.+))?")
_ON_HEAD: Final = {
    **dict.fromkeys(("off_bp", "off", "up_bp", "up", "price"), "value"),
    **{"rule": "name_fa", "kind": "name_fa", "id": "rule_id"},
}
_ROW_FIELDS: Final = {
    **{"from": "start", "to": "end"},
    **dict.fromkeys(("off_bp", "off", "price"), "value"),
}


class Editor:
    """The forms of a rule of ``kind``, filled from what was posted or from a record."""

    def __init__(
        self, kind: Kind, posted: QueryDict | None = None, body: Body | None = None
    ) -> None:
        self.kind, self._body = kind, body
        there = body or {}
        self.head = HeadForm(kind, posted, new=body is None, initial=_head_of(kind, there))
        if kind in _STEPPED:
            self._widen_together()
        goods = there.get("goods", {})
        self.goods: GoodsForm | None = None
        if kind is Kind.ADJUSTMENT:
            self.goods = AdjustedGoodsForm(posted, prefix="goods", initial=goods)
        elif kind in _STEPPED:
            self.goods = GoodsForm(posted, prefix="goods", initial=goods)
        self.rows: dict[str, BaseFormSet[Any]] = {
            name: _form_set(form, name, posted, initial)
            for name, form, initial in self._row_kinds(there)
        }
        if kind is Kind.TOGETHER:
            for form in (*self.rows["steps"], self.rows["steps"].empty_form):
                form.fields["how"].choices = OFFS_TOGETHER

    def _widen_together(self) -> None:
        if self.kind is Kind.TOGETHER and not self.head.initial.get("by"):
            self.head.initial["by"] = "money"

    def _row_kinds(self, there: Body) -> Iterator[tuple[str, type[forms.Form], list[Any]]]:
        weekly = there.get("when", {}).get("weekly", [])
        yield "weekly", WeeklyForm, [WeeklyForm.initial_of(each) for each in weekly]
        if self.kind in _STEPPED:
            yield "steps", StepForm, [StepForm.initial_of(each) for each in _steps_of(there)]
        if self.kind is Kind.SET:
            yield "parts", PartForm, [PartForm.initial_of(each) for each in there.get("parts", [])]
        if self.kind is not Kind.ADJUSTMENT:
            needs = there.get("needs", [])
            yield "needs", NeedForm, [NeedForm.initial_of(each) for each in needs]

    @property
    def steps(self) -> BaseFormSet[Any] | None:
        """The rows of steps, where the kind has them; so are the others."""
        return self.rows.get("steps")

    @property
    def parts(self) -> BaseFormSet[Any] | None:
        """The rows of a set's parts."""
        return self.rows.get("parts")

    @property
    def needs(self) -> BaseFormSet[Any] | None:
        """The rows of what a basket must hold."""
        return self.rows.get("needs")

    @property
    def weekly(self) -> BaseFormSet[Any]:
        """The rows of weekly hours."""
        return self.rows["weekly"]

    def is_valid(self) -> bool:
        """Tell whether it is a rule; what is wrong is then on the fields."""
        goods = [self.goods.is_valid()] if self.goods else []
        rows = [each.is_valid() for each in self.rows.values()]
        if not all((self.head.is_valid(), *goods, *rows)):  # all of them, so that all is told
            return False
        refused = refusals_of(self.record(), Catalogue())
        for refusal in refused:
            self._place(refusal)
        return not refused

    def record(self) -> dict[str, Any]:
        """Give the rule's record; only after the forms were found readable."""
        head = self.head.record()
        made_up = self.head.cleaned_data.get("rule_id") or f"{self.kind}-{secrets.token_hex(4)}"
        rule_id = self._body["id"] if self._body else made_up
        self._body = {**(self._body or {}), "id": rule_id}  # the same one when asked again
        offer = self.kind is not Kind.ADJUSTMENT
        record = {"rule": "offer" if offer else "adjustment", "id": rule_id, **head}
        if offer:
            record["kind"] = self.kind.value
        if self.goods is not None and (goods := self.goods.goods()):
            record["goods"] = goods
        rows = {name: [form.record() for form in self._filled(name)] for name in self.rows}
        if weekly := rows.pop("weekly"):
            record["when"] = {**record.get("when", {}), "weekly": weekly}
        needed = {"steps", "parts"}
        return record | {name: each for name, each in rows.items() if each or name in needed}

    def _filled(self, name: str) -> list[Any]:
        """Give the rows in which something was typed and that were not taken out."""
        rows = self.rows[name]
        return [
            form
            for form in rows
            if form not in rows.deleted_forms and (form.has_changed() or form.initial)
        ]

    def _place(self, refusal: Refusal) -> None:
        way = _WAY.fullmatch(refusal.field)
        name, index, rest = way.groups() if way else ("name_fa", None, None)
        text = said(refusal)
        if name == "when":
            self._place_window(rest or "", text)
        elif name == "goods" and self.goods is not None:
            _add(self.goods, _first(rest), text)
        elif name in self.rows:
            self._place_row(name, index, rest, text)
        elif name == "limits":
            _add(self.head, _first(rest), text)
        elif name == "name":
            _add(self.head, f"name_{rest or 'fa'}", text)
        else:
            _add(self.head, _ON_HEAD.get(name, name), text)

    def _place_window(self, rest: str, text: SafeString) -> None:
        way = _WAY.fullmatch(rest)
        name, index, of_row = way.groups() if way else ("to", None, None)
        if name == "weekly":
            self._place_row("weekly", index, of_row, text)
        else:
            _add(self.head, "starts_at" if name == "from" else "ends_at", text)

    def _place_row(self, name: str, index: str | None, rest: str | None, text: SafeString) -> None:
        filled = self._filled(name)
        if index is None or int(index) >= len(filled):
            self.rows[name].non_form_errors().append(text)
            return
        field = _first((rest or "").removeprefix("goods."))
        _add(filled[int(index)], _ROW_FIELDS.get(field, field), text)


def _add(form: forms.Form, field: str, text: SafeString) -> None:
    form.add_error(field if field in form.fields else None, text)


def _first(way: str | None) -> str:
    match = _WAY.fullmatch(way or "")
    return match[1] if match else ""


def said(refusal: Refusal) -> SafeString:
    """Say it in the language that is on, and in the other beside it."""
    first, second = (refusal.fa, refusal.en)
    if get_language() != "fa":
        first, second = second, first
    return format_html("{} <bdi>{}</bdi>", first, second)


def _form_set(
    form: type[forms.Form], name: str, posted: QueryDict | None, initial: list[Any]
) -> BaseFormSet[Any]:
    made = formset_factory(
        form, extra=0, can_delete=True, max_num=ROWS_MAX, absolute_max=ROWS_MAX, validate_max=True
    )
    return made(posted, prefix=name, initial=initial)


def _head_of(kind: Kind, body: Body) -> dict[str, Any]:
    """Give a record as the head's initial values."""
    window, limits, name = body.get("when", {}), body.get("limits", {}), body.get("name", {})
    plain = ("stores", "groups", "round_to", "by", "on", "count", "gifts", "vouchers")
    names = tuple(how for how, _text in (CHANGES if kind is Kind.ADJUSTMENT else OFFS))
    return {
        "name_fa": name.get("fa", ""),
        "name_en": name.get("en", ""),
        **{field: body[field] for field in plain if field in body},
        "quantity": body.get("quantity", 1),
        "priority": body.get("priority", 0),
        "combine": body.get("combine", "best_of"),
        "starts_at": _instant(window.get("from")),
        "ends_at": _instant(window.get("to")),
        **{field: limits.get(field) for field in LIMITS},
        **HeadForm.initial_off(body, names),
    }


def _steps_of(body: Body) -> list[Any]:
    """Give the steps; what is off from the first piece or Rial on is written without any."""
    if "steps" in body or not body:
        return list(body.get("steps", []))
    off = {name: body[name] for name, _text in OFFS if name in body}
    by = body.get("by", "quantity" if body["kind"] == Kind.EACH else "money")
    return [{"at_least": int(by == "quantity"), **off}]


def _instant(text: str | None) -> datetime | None:
    return read_instant(text) if text else None
