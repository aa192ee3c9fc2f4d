"""What the pages of surveys have in common: rights, the way back, and the frame around each."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from server.surveys.models import FormVersion, Survey

SEE: Final = "surveys.view_survey"
ADD: Final = "surveys.add_survey"
CHANGE: Final = "surveys.change_survey"
PUBLISH: Final = "surveys.publish_survey"
ANSWERS: Final = "surveys.view_response"


def check(request: HttpRequest, *permissions: str) -> None:
    """Refuse whoever has not all of these; raises ``PermissionDenied``."""
    if not request.user.has_perms(permissions):
        raise PermissionDenied


def who(request: HttpRequest) -> str:
    """Name the person for the log."""
    return str(request.user.get_username())


def survey_or_404(survey_id: str) -> Survey:
    """Give a survey, or the page that says there is none."""
    survey = Survey.objects.filter(pk=survey_id).first()
    if survey is None:
        raise Http404
    return survey


def newest(survey: Survey) -> FormVersion | None:
    """Give the newest version of a survey's form, published or not."""
    return survey.versions.order_by("-version").first()


def around(request: HttpRequest, survey: Survey | None, here: str, title: str) -> dict[str, Any]:
    """Give what every page needs; ``here`` is the name of the page among the tabs."""
    has = request.user.has_perm
    return {
        **admin.site.each_context(request),
        "title": title,
        "survey": survey,
        "tabs": list(_tabs(request, survey, here)) if survey else [],
        "may_add": has(ADD),
        "may_change": has(CHANGE),
        "may_publish": has(PUBLISH),
        "may_see_answers": has(ANSWERS),
    }


def _tabs(request: HttpRequest, survey: Survey, here: str) -> list[tuple[str, str, bool]]:
    pages = [
        ("change", _("Questions"), SEE),
        ("terms", _("Who is asked, and when"), SEE),
        ("preview", _("Preview"), SEE),
        ("report", _("Report"), ANSWERS),
    ]
    return [
        (reverse(f"admin:surveys_survey_{name}", args=(survey.pk,)), text, name == here)
        for name, text, right in pages
        if request.user.has_perm(right)
    ]
