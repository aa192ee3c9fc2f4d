"""Asking kiosks for something: a page that asks once more, and then the deed with its audit.

Source: docs/fleet.md, section 5.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, cast

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from retail.catalogue import Text
from retail.segment import DOINGS, Doing
from server.feed import actions
from server.feed.actions import Wish
from server.feed.publish import publish_store
from server.feed.publisher import Publisher
from server.fleet.audit import note
from server.fleet.models import Kiosk
from server.keys import SecretMissingError
from server.office.fleet.views import ASK, SEE, check
from server.office.fleet.words import DOINGS as DOING_WORDS
from server.office.persian import grouped

KIOSKS_MAX: Final = 200
WORDS_MAX: Final = 200


class WordsForm(forms.Form):
    """What the screens of kiosks out of service say."""

    words_fa = forms.CharField(
        label=lazy("Words on the screen, in Persian"),
        max_length=WORDS_MAX,
        initial=lazy("This kiosk is out of service for a short time. Please use another one."),
        widget=forms.TextInput(attrs={"dir": "rtl", "size": 70}),
    )
    words_en = forms.CharField(
        label=lazy("In English"),
        max_length=WORDS_MAX,
        required=False,
        initial="This kiosk is out of service for a short time. Please use another one.",
        widget=forms.TextInput(attrs={"dir": "ltr", "size": 70}),
    )


@require_POST
def ask_page(request: HttpRequest) -> HttpResponse:
    """Ask once more, and then do it; whatever is wrong is said on the page of the fleet."""
    check(request, SEE, ASK)
    do = next((each for each in DOINGS if each == request.POST.get("do")), None)
    kiosks = list(_chosen(request))
    if do is None or not 0 < len(kiosks) <= KIOSKS_MAX:
        messages.warning(request, _wrong(do, kiosks))
        return redirect(_back(request))
    sure = request.POST.get("sure") == "yes"
    form = WordsForm(request.POST if sure else None) if do == "out_of_service" else None
    if not sure or (form is not None and not form.is_valid()):
        return _ask_once_more(request, do, kiosks, form)
    words = form.cleaned_data if form else None
    _ask(request, kiosks, _wish(do, words), timezone.now())
    return redirect(_back(request))


def _chosen(request: HttpRequest) -> Any:
    ids = request.POST.getlist("kiosk")[: KIOSKS_MAX + 1]
    return Kiosk.objects.filter(pk__in=ids).select_related("store").order_by("pk")


def _wrong(do: Doing | None, kiosks: list[Kiosk]) -> str:
    if do is None:
        return _("Choose what to ask for.")
    if not kiosks:
        return _("Choose one kiosk or more.")
    return _("Choose at most %(n)s kiosks.") % {"n": grouped(KIOSKS_MAX)}


def _wish(do: Doing, words: dict[str, str] | None) -> Wish:
    return Wish(do, words=Text(words["words_fa"], words["words_en"]) if words else None)


def _ask_once_more(
    request: HttpRequest, do: Doing, kiosks: list[Kiosk], form: WordsForm | None
) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": DOING_WORDS[do],
        "do": do,
        "kiosks": kiosks,
        "count": grouped(len(kiosks)),
        "form": form,
        "back": _back(request),
    }
    return render(request, "office/fleet/ask.html", context)


def _ask(request: HttpRequest, kiosks: list[Kiosk], wish: Wish, at: datetime) -> None:
    who = cast(AbstractBaseUser, request.user)
    with transaction.atomic():
        for kiosk in kiosks:
            action = actions.ask(kiosk, wish, who, at)
            detail = {"action": str(action.pk)}
            note(who.get_username(), f"ask {wish.do}", kiosk.pk, at, **detail)
    told = {"what": DOING_WORDS[wish.do], "n": grouped(len(kiosks))}
    messages.success(request, _("%(what)s: asked of %(n)s kiosks.") % told)
    if not settings.CONFIGURATION.feed.settle_s:  # else the server's runner tells them by itself
        _tell(request, {kiosk.store_id for kiosk in kiosks}, at)


def _tell(request: HttpRequest, stores: set[str], at: datetime) -> None:
    try:
        publisher = Publisher.of(settings.CONFIGURATION)
    except SecretMissingError as error:
        messages.error(request, str(error))
        return
    for store_id in sorted(stores):
        publish_store(store_id, publisher, at)


def _back(request: HttpRequest) -> str:
    """Give the page that one came from, if it is one of ours, else the fleet's."""
    from django.urls import reverse

    fleet = reverse("admin:monitor_report_changelist")
    back = request.POST.get("back", "")
    ours = back.startswith(fleet) and back.isprintable() and "//" not in back and "\\" not in back
    return back if ours else fleet
