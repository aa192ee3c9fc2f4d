"""A new survey, and publishing, pausing and closing one: asked for here, done by ``deeds``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from retail.catalogue import Text
from server.office.surveys.around import ADD, PUBLISH, around, check, survey_or_404, who
from server.stores.models import ID_LENGTH_MAX
from server.surveys import deeds
from server.surveys.deeds import DeedError
from server.surveys.models import Survey


class NewForm(forms.Form):
    """What a survey is called."""

    survey_id = forms.SlugField(
        label=lazy("survey id"),
        max_length=ID_LENGTH_MAX,
        help_text=lazy("Latin letters, digits and -; it stays."),
    )
    title_fa = forms.CharField(label=lazy("title"), max_length=200)
    title_en = forms.CharField(label=lazy("English title"), max_length=200, required=False)


def add_page(request: HttpRequest) -> HttpResponse:
    """Ask how it is called, and go on to its questions."""
    check(request, ADD)
    form = NewForm(request.POST or None)
    if form.is_valid():
        told = form.cleaned_data
        title = Text(told["title_fa"], told["title_en"])
        try:
            deeds.create(told["survey_id"], title, who(request), timezone.now())
        except DeedError as error:
            form.add_error(None, str(error))
        else:
            return redirect("admin:surveys_survey_change", told["survey_id"])
    context = {**around(request, None, "add", _("New survey")), "form": form}
    return render(request, "office/surveys/add.html", context)


_DEEDS: Final[dict[str, tuple[Callable[..., Survey], Any]]] = {
    "publish": (deeds.publish, lazy("Published: kiosks have it within seconds.")),
    "pause": (deeds.pause, lazy("Paused: kiosks ask it no more within seconds.")),
    "close": (deeds.close, lazy("Closed: what kiosks still bring is taken in.")),
}


@require_POST
def do_page(request: HttpRequest, survey_id: str) -> HttpResponse:
    """Publish, pause or close a survey."""
    check(request, PUBLISH)
    survey = survey_or_404(survey_id)
    if (do := request.POST.get("do", "")) not in _DEEDS:
        raise Http404
    deed, told = _DEEDS[do]
    try:
        deed(survey.pk, who(request), timezone.now())
        messages.success(request, told)
    except DeedError as error:
        messages.error(request, _("Nothing was done: %(reason)s") % {"reason": error})
    return redirect("admin:surveys_survey_change", survey.pk)
