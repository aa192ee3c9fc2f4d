"""The page of a survey's report: narrowed by what is asked for, drawn, printed, and as files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET

from server.fleet.audit import note
from server.office.persian import JalaliField
from server.office.surveys.around import ANSWERS, around, check, survey_or_404, who
from server.office.surveys.charts import charts_of
from server.office.surveys.sheets import (
    Sheet,
    as_csv,
    as_xlsx,
    crossed_sheet,
    sheets_of,
    steps_sheet,
)
from server.stores.models import Store
from server.surveys.asked import questions_of_survey
from server.surveys.models import Response
from server.surveys.reports.asked import Asked
from server.surveys.reports.questions import AskedQuestion
from server.surveys.reports.report import Report, cross, report

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_HOURS: Final = [(str(hour), f"{hour:02}:00") for hour in range(24)]


class _Several(forms.MultipleChoiceField):
    """Any of several, ticked; none stands for all."""

    def __init__(self, **how: Any) -> None:
        super().__init__(required=False, widget=forms.CheckboxSelectMultiple, **how)


class NarrowForm(forms.Form):
    """What a report is narrowed to; what is left empty narrows nothing."""

    which = forms.ChoiceField(
        label=lazy("answers given"),
        required=False,
        choices=[
            ("complete", lazy("complete")),
            ("partial", lazy("partial")),
            ("repeat", lazy("repeats")),
            ("beyond", lazy("beyond the quota")),
        ],
    )
    stores = _Several(label=lazy("stores"))
    kiosks = _Several(label=lazy("kiosks"))
    since = JalaliField(label=lazy("from day"), required=False)
    until = JalaliField(label=lazy("to day"), required=False)
    hours = _Several(label=lazy("hours"), choices=_HOURS)
    languages = _Several(label=lazy("language"))
    members = forms.ChoiceField(
        label=lazy("who"),
        required=False,
        choices=[
            ("", lazy("everybody")),
            ("members", lazy("members")),
            ("anonymous", lazy("others")),
        ],
    )
    version = forms.TypedChoiceField(
        label=lazy("version"), required=False, coerce=int, empty_value=None
    )
    row = forms.ChoiceField(label=lazy("one question"), required=False)
    column = forms.ChoiceField(label=lazy("against another"), required=False)

    def __init__(self, survey_id: str, questions: Sequence[AskedQuestion], *given: Any) -> None:
        super().__init__(*given)
        told = Response.objects.filter(survey_id=survey_id)
        names = dict(Store.objects.values_list("store_id", "name_fa"))
        self._offer("stores", [(each, names.get(each, each)) for each in _each(told, "store_id")])
        for field, column in (("kiosks", "kiosk_id"), ("languages", "language")):
            self._offer(field, [(each, each) for each in _each(told, column)])
        versions = [(each, each) for each in _each(told, "version")]
        self._offer("version", [("", _("all")), *versions])
        crossable = [(each.path, each.label) for each in questions if each.sort in _CROSSABLE]
        for field in ("row", "column"):
            self._offer(field, [("", "—"), *crossable])

    def _offer(self, field: str, choices: list[tuple[str, Any]]) -> None:
        offered = self.fields[field]
        assert isinstance(offered, forms.ChoiceField)
        offered.choices = choices

    def asked(self, survey_id: str) -> Asked:
        """Give what is asked for; of a form that is wrong, what of it is right."""
        told = self.cleaned_data if self.is_bound and self.is_valid() else {}
        since, until = told.get("since"), told.get("until")
        return Asked(
            survey_id,
            which=told.get("which") or "complete",
            version=told.get("version"),
            stores=tuple(told.get("stores", ())),
            kiosks=tuple(told.get("kiosks", ())),
            since=timezone.localdate(since) if since else None,
            until=timezone.localdate(until) if until else None,
            hours=frozenset(map(int, told.get("hours", ()))),
            languages=tuple(told.get("languages", ())),
            members=told.get("members") or "",
        )


_CROSSABLE: Final = frozenset({"choices", "scores", "numbers"})


def _each(told: Any, column: str) -> list[str]:
    found = told.values_list(column, flat=True).order_by(column).distinct()
    return [str(each) for each in found if each != ""]


@require_GET
def report_page(request: HttpRequest, survey_id: str) -> HttpResponse:
    """Show the report, or give it as a file where ``as`` says so."""
    check(request, ANSWERS)
    survey = survey_or_404(survey_id)
    questions = questions_of_survey(survey, get_language() or "fa")
    form = NarrowForm(survey_id, questions, request.GET or None)
    asked = form.asked(survey_id)
    told = report(asked, questions)
    crossed = _crossed(form, asked, questions)
    if kind := request.GET.get("as", ""):
        sheets = [*sheets_of(told), *([crossed] if crossed else [])]
        return _file(request, survey_id, kind, sheets)
    context = {
        **around(request, survey, "report", str(survey)),
        "form": form,
        "told": told,
        "drawn": _drawn(told),
        "steps": steps_sheet(told),
        "charts": charts_of(told),
        "crossed": crossed,
        "query": urlencode([(k, v) for k, vs in request.GET.lists() for v in vs if v]),
    }
    return render(request, "office/surveys/report.html", context)


def _drawn(told: Report) -> list[dict[str, Any]]:
    """Pair each question with its table and the id of its chart."""
    sheets = sheets_of(told)[-len(told.questions) :] if told.questions else ()
    return [
        {"chart": f"question-{number}", "of": each, "sheet": sheet}
        for number, (each, sheet) in enumerate(zip(told.questions, sheets, strict=True))
    ]


def _crossed(form: NarrowForm, asked: Asked, questions: Sequence[AskedQuestion]) -> Sheet | None:
    if not (form.is_bound and form.is_valid()):
        return None
    known = {each.path: each for each in questions}
    row = known.get(form.cleaned_data["row"])
    column = known.get(form.cleaned_data["column"])
    if row is None or column is None or row == column:
        return None
    return crossed_sheet(row, column, cross(asked, row, column))


def _file(request: HttpRequest, survey_id: str, kind: str, sheets: Sequence[Sheet]) -> HttpResponse:
    note(who(request), "export report", "", timezone.now(), survey=survey_id, form=kind)
    if kind == "xlsx":
        answer = HttpResponse(as_xlsx(sheets), _XLSX)
    else:
        kind, answer = "csv", HttpResponse(as_csv(sheets), "text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{slugify(survey_id)}.{kind}"'
    return answer
