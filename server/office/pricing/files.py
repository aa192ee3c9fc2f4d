"""Rules in files: RULES.json as ``kiosk quote`` reads it, CSV and XLSX with the rule as JSON.

An import is all or nothing: every rule is read, refused or kept as a draft. What kiosks have
stays as it is until somebody publishes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Final

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET

from retail.pricing.refusals import Refusal, refusals_of
from server.fleet.audit import note
from server.importing.guard import freed
from server.importing.tables import FILE_BYTES_MAX, TableError, read_table
from server.office.persian import grouped
from server.office.pricing.around import ADD, CHANGE, SEE, around, check, who
from server.office.pricing.listing import chosen_of
from server.pricing import deeds
from server.pricing.known import Catalogue

FORMAT: Final = 1
RULES_MAX: Final = 10_000
REFUSED_MAX: Final = 500
COLUMN: Final = "rule"


class RulesFileForm(forms.Form):
    """A file of rules."""

    file = forms.FileField(
        label=lazy("JSON, CSV or XLSX file"),
        widget=forms.FileInput(attrs={"accept": ".json,.csv,.txt,.xlsx"}),
    )

    def clean_file(self) -> Any:
        """Refuse a file too large before it is read."""
        file = self.cleaned_data["file"]
        if (file.size or 0) > FILE_BYTES_MAX:
            raise forms.ValidationError(lazy("The file is too large."))
        return file


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a rule of a file is refused; ``rule`` is its id, or its number in the file."""

    rule: str
    field: str
    fa: str
    en: str


@require_GET
def rules_file(request: HttpRequest) -> HttpResponse:
    """Give the rules of the list as one JSON file, each as it was last saved."""
    check(request, SEE)
    bodies = [rule.body for rule in chosen_of(request.GET.dict(), timezone.now())]
    chain = settings.CONFIGURATION.chain
    told = {"format": FORMAT, "currency": chain.currency, "zone": chain.zone, "rules": bodies}
    told |= {} if chain.vat_included else {"vat_included": False}
    note(who(request), "export", "", timezone.now(), table="pricing.pricerule", rows=len(bodies))
    answer = HttpResponse(
        json.dumps(told, ensure_ascii=False, indent=1) + "\n",
        content_type="application/json; charset=utf-8",
    )
    name = f"rules-{timezone.localdate():%Y-%m-%d}.json"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def import_page(request: HttpRequest) -> HttpResponse:
    """Show the form; keep the rules of a file as drafts, or say what is wrong with them."""
    check(request, SEE, ADD, CHANGE)
    form = RulesFileForm(request.POST or None, request.FILES or None)
    refused: list[Refused] = []
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            records = read_rules(file.name or "", file.read())
        except (ValueError, TableError) as error:
            form.add_error("file", _("The file cannot be read: %(reason)s") % {"reason": error})
        else:
            refused = list(refusals(records))[:REFUSED_MAX]
            if not refused:
                return _keep(request, records, str(file.name or ""))
    context = {
        **around(request, _("Import rules"), "rules"),
        "form": form,
        "refused": refused,
    }
    return render(request, "office/pricing/import.html", context)


def read_rules(name: str, content: bytes) -> list[Any]:
    """Read the rules' records of a file; raises ``ValueError`` and ``TableError``."""
    if PurePath(name).suffix.lower() == ".json":
        told = json.loads(content)
        records = told.get("rules") if isinstance(told, dict) else told
        if not isinstance(records, list):
            raise ValueError("expected an object with a list of rules")
    else:
        table = read_table(name, content)
        if COLUMN not in table.header:
            raise TableError(f"expected a column {COLUMN}, got {', '.join(table.header)}")
        records = [json.loads(freed(row.cells[COLUMN])) for row in table.rows]
    if len(records) > RULES_MAX:
        raise ValueError(f"expected at most {RULES_MAX} rules, got {len(records)}")
    return records


def refusals(records: list[Any]) -> Iterator[Refused]:
    """Give all that is wrong with the rules."""
    known, seen = Catalogue(), set[str]()
    for number, record in enumerate(records, 1):
        found = refusals_of(record, known)
        rule = record.get("id") if isinstance(record, Mapping) else None
        named = rule if isinstance(rule, str) and rule else str(number)
        yield from (_refused(named, each) for each in found)
        if not found and record["rule"] == "fixed_price":
            yield Refused(
                named,
                "rule",
                "قیمت‌های ثابت در فهرست خودشان وارد می‌شوند",
                "Fixed prices are imported in their own list",
            )
        if named in seen:
            yield Refused(named, "id", "این شناسه دو بار آمده است", "This id is there twice")
        seen.add(named)


def _refused(rule: str, refusal: Refusal) -> Refused:
    return Refused(rule, refusal.field, refusal.fa, refusal.en)


def _keep(request: HttpRequest, records: list[Any], name: str) -> HttpResponse:
    at = timezone.now()
    with transaction.atomic():
        for record in records:
            deeds.save(record, who(request), at)
        told = {"table": "pricing.pricerule", "file": name[:100], "rows": len(records)}
        note(who(request), "import", "", at, **told)
    messages.success(request, _("Imported as drafts: %(n)s rules.") % {"n": grouped(len(records))})
    return redirect("admin:pricing_pricerule_changelist")
