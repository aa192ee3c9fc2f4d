"""Who is asked, where and when: one form, and what it says as the survey's terms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from retail.fields import Record, without_empty
from retail.instants import write_instant
from server.fleet.models import Kiosk
from server.office.persian import JalaliField
from server.office.pricing.forms import WeeklyForm
from server.office.surveys.around import CHANGE, SEE, around, check, survey_or_404, who
from server.pricing.models import CustomerGroup
from server.stores.models import Store
from server.surveys import deeds
from server.surveys.deeds import DeedError, Terms
from server.surveys.models import Survey

_WINDOWS_MAX: Final = 20
WeeklySet = forms.formset_factory(WeeklyForm, extra=2, max_num=_WINDOWS_MAX, can_delete=True)


class _Ticked(forms.MultipleChoiceField):
    def __init__(self, **how: Any) -> None:
        super().__init__(widget=forms.CheckboxSelectMultiple, **how)


class TermsForm(forms.Form):
    """The terms as head office types them."""

    shown_at = _Ticked(
        label=lazy("where"),
        choices=[
            ("menu", lazy("in the menu of the start screen")),
            ("attract", lazy("on the start screen: one touch on a smiley")),
            ("after_sale", lazy("after a sale")),
        ],
    )
    asks = forms.ChoiceField(
        label=lazy("whom"),
        choices=[
            ("anyone", lazy("everybody")),
            ("members", lazy("members")),
            ("anonymous", lazy("only who is not logged in")),
        ],
    )
    groups = _Ticked(label=lazy("customer groups"), required=False)
    once = forms.ChoiceField(
        label=lazy("how often"),
        required=False,
        choices=[
            ("", lazy("as often as one likes")),
            ("member", lazy("once a member")),
            ("day", lazy("once a member and day")),
        ],
    )
    stores = _Ticked(label=lazy("stores"), required=False, help_text=lazy("None: all."))
    kiosks = _Ticked(label=lazy("kiosks"), required=False, help_text=lazy("None: all."))
    starts_at = JalaliField(label=lazy("starts at"), required=False)
    ends_at = JalaliField(label=lazy("ends at"), required=False)
    quota = forms.IntegerField(
        label=lazy("quota"),
        required=False,
        min_value=1,
        max_value=2**31 - 1,
        help_text=lazy("Complete answers; empty: no limit."),
    )
    reward_points = forms.IntegerField(
        label=lazy("points for members"), required=False, min_value=0, max_value=1_000_000
    )
    warn_s = forms.IntegerField(label=lazy("warns after (s)"), min_value=5, max_value=600)
    end_s = forms.IntegerField(label=lazy("ends after (s) more"), min_value=5, max_value=600)
    at_idle = forms.ChoiceField(
        label=lazy("what was answered by then"),
        choices=[("discard", lazy("is thrown away")), ("partial", lazy("is sent as partial"))],
    )
    gap_s = forms.IntegerField(
        label=lazy("a touch counts as repeated within (s)"), min_value=0, max_value=600
    )
    thanks_fa = forms.CharField(label=lazy("thanks"), max_length=200, required=False)
    thanks_en = forms.CharField(label=lazy("thanks in English"), max_length=200, required=False)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        for name, rows in (
            ("groups", CustomerGroup.objects.values_list("group_id", "name_fa")),
            ("stores", Store.objects.values_list("store_id", "name_fa")),
            ("kiosks", [(key, key) for key in Kiosk.objects.values_list("kiosk_id", flat=True)]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = list(rows)

    def clean(self) -> dict[str, Any] | None:
        """Refuse an end before the start."""
        told = self.cleaned_data
        starts, ends = told.get("starts_at"), told.get("ends_at")
        if starts and ends and ends <= starts:
            raise ValidationError(_("Expected an end after the start."))
        return told

    def asking(self, weekly: Sequence[Record]) -> Record:
        """Give the terms of a valid form."""
        told = self.cleaned_data
        when = {
            "from": write_instant(told["starts_at"]) if told["starts_at"] else None,
            "to": write_instant(told["ends_at"]) if told["ends_at"] else None,
            "weekly": weekly,
        }
        thanks = {"fa": told["thanks_fa"], "en": told["thanks_en"]}
        names = ("shown_at", "asks", "groups", "once", "kiosks", "at_idle")
        return {
            **without_empty({name: told[name] for name in names}),
            **without_empty({"when": without_empty(when)}),
            **({"thanks": without_empty(thanks)} if told["thanks_fa"] else {}),
            **{name: told[name] for name in ("warn_s", "end_s", "gap_s")},
            **({"reward_points": told["reward_points"]} if told["reward_points"] else {}),
        }


def terms_page(request: HttpRequest, survey_id: str) -> HttpResponse:
    """Show the terms, and change them."""
    check(request, SEE if request.method == "GET" else CHANGE)
    survey = survey_or_404(survey_id)
    form = TermsForm(request.POST or None, initial=_initial(survey))
    hours = survey.terms.get("when", {}).get("weekly", ())
    weekly = WeeklySet(request.POST or None, initial=[WeeklyForm.initial_of(h) for h in hours])
    if request.method == "POST" and form.is_valid() and weekly.is_valid():
        told = form.cleaned_data
        kept = [each for each in weekly.forms if each not in weekly.deleted_forms]
        windows = [each.record() for each in kept if each.cleaned_data.get("days")]
        terms = Terms(form.asking(windows), told["stores"], told["quota"])
        try:
            deeds.set_terms(survey.pk, terms, who(request), timezone.now())
        except DeedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Kept. Kiosks have it once it is published again."))
            return redirect("admin:surveys_survey_terms", survey.pk)
    context = {
        **around(request, survey, "terms", str(survey)),
        "form": form,
        "weekly": weekly,
    }
    return render(request, "office/surveys/terms.html", context)


def _initial(survey: Survey) -> dict[str, Any]:
    usual = {"shown_at": ["menu"], "asks": "anyone", "once": "", "at_idle": "discard"}
    numbers = {"warn_s": 45, "end_s": 15, "gap_s": 5, "reward_points": 0}
    told, thanks = survey.terms, survey.terms.get("thanks", {})
    when = told.get("when", {})
    return {
        **usual,
        **numbers,
        **told,
        "stores": list(survey.stores.values_list("pk", flat=True)),
        "quota": survey.quota,
        "starts_at": parse_datetime(when["from"]) if "from" in when else None,
        "ends_at": parse_datetime(when["to"]) if "to" in when else None,
        "thanks_fa": thanks.get("fa", ""),
        "thanks_en": thanks.get("en", ""),
    }
