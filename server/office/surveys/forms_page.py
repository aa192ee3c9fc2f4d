"""A survey's questions: the form as a file, with every problem, or built in the browser."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST, require_safe

from server.office.surveys.around import CHANGE, SEE, around, check, newest, survey_or_404, who
from server.office.surveys.building import QuestionSet, initial_of, questions_of
from server.surveys import deeds
from server.surveys.deeds import DeedError, FormRefused, Upload
from server.surveys.designing import DesignError, DesignQuestion, design_of, sheets_of
from server.surveys.models import FormVersion, Survey
from xforms.problems import Problem

FORM_BYTES_MAX: Final = 4 * 1024 * 1024
FILES_MAX: Final = 60
_TOO_MANY: Final = lazy("Expected at most 60 files of 4 MiB together.")


class _ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class UploadForm(forms.Form):
    """A form's file, and what it names; the files are taken from the request."""

    form = forms.FileField(
        label=lazy("form"),
        help_text=lazy("XLSForm (.xlsx, .xls, .csv, .md) or XForm (.xml)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.csv,.md,.xml"}),
    )
    along = forms.FileField(
        label=lazy("pictures and tables that it names"), required=False, widget=_ManyFiles
    )


@require_safe
def form_page(request: HttpRequest, survey_id: str) -> HttpResponse:
    """Show the form's versions, and the ways to a new one."""
    check(request, SEE)
    return _page(request, survey_or_404(survey_id), UploadForm())


@require_POST
def upload(request: HttpRequest, survey_id: str) -> HttpResponse:
    """Take a file as the new version, or say all that is wrong with it."""
    check(request, CHANGE)
    survey = survey_or_404(survey_id)
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, survey, form)
    sent: UploadedFile[Any] = form.cleaned_data["form"]
    files: list[UploadedFile[Any]] = request.FILES.getlist("along")
    if len(files) > FILES_MAX or sum(each.size or 0 for each in (sent, *files)) > FORM_BYTES_MAX:
        form.add_error(None, _TOO_MANY)
        return _page(request, survey, form)
    told = Upload(sent.name or "", sent.read(), {each.name or "": each.read() for each in files})
    try:
        row, reading = deeds.upload(survey.pk, told, who(request), timezone.now())
    except FormRefused as error:
        return _page(request, survey, form, error.problems)
    except DeedError as error:
        form.add_error(None, str(error))
        return _page(request, survey, form)
    _say(request, row, reading.warnings)
    return redirect("admin:surveys_survey_change", survey.pk)


def build_page(request: HttpRequest, survey_id: str) -> HttpResponse:
    """Edit the questions in the browser; what is saved is a new version."""
    check(request, CHANGE)
    survey = survey_or_404(survey_id)
    before = _designed(newest(survey))
    questions = QuestionSet(request.POST or None, initial=initial_of(before or ()))
    problems: Sequence[Problem] = ()
    refused = ""
    if request.method == "POST" and questions.is_valid():
        try:
            sheets = sheets_of(questions_of(questions), survey.pk, survey.title_fa)
            row, reading = deeds.build(survey.pk, sheets, who(request), timezone.now())
        except FormRefused as error:
            problems = error.problems
        except (DesignError, DeedError) as error:
            refused = str(error)
        else:
            _say(request, row, reading.warnings)
            return redirect("admin:surveys_survey_change", survey.pk)
    context = {
        **around(request, survey, "change", str(survey)),
        "questions": questions,
        "problems": problems,
        "refused": refused,
        "loses": before is None and newest(survey) is not None,
    }
    return render(request, "office/surveys/build.html", context)


@require_safe
def file(request: HttpRequest, survey_id: str, version: int) -> HttpResponse:
    """Give a version back as it was uploaded, or the XForm of one that was built here."""
    check(request, SEE)
    row = FormVersion.objects.filter(survey=survey_id, version=version).first()
    if row is None:
        raise Http404
    content = bytes(row.source) or row.xform.encode()
    name = row.file_name or f"{survey_id}-{version}.xml"
    answer = HttpResponse(content, "application/octet-stream")
    answer.headers["Content-Disposition"] = _attachment(name)
    return answer


def _attachment(name: str) -> str:
    ascii_name = "".join(c if (c.isalnum() and c.isascii()) or c in "-_." else "_" for c in name)
    return f'attachment; filename="{ascii_name}"'


def _designed(row: FormVersion | None) -> tuple[DesignQuestion, ...] | None:
    return design_of(row.rows) if row is not None and row.rows else None


def _say(request: HttpRequest, row: FormVersion, warnings: Sequence[Problem]) -> None:
    messages.success(request, _("Version %(version)s is here.") % {"version": row.version})
    for each in warnings[:20]:
        messages.warning(request, each.message)


def _page(
    request: HttpRequest, survey: Survey, form: UploadForm, problems: Sequence[Problem] = ()
) -> HttpResponse:
    versions: list[dict[str, Any]] = [
        {"row": row, "told": bool(survey.published and survey.published["version"] == row.version)}
        for row in survey.versions.defer("source", "xform").order_by("-version")
    ]
    context = {
        **around(request, survey, "change", str(survey)),
        "form": form,
        "versions": versions,
        "problems": problems,
        "address": request.build_absolute_uri(f"/openrosa/{survey.token}"),
    }
    return render(request, "office/surveys/form.html", context, status=422 if problems else 200)
