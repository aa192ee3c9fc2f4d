"""A rule typed in and changed, and what is done with it: published, taken back, copied."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from retail.fields import RecordError
from server.office.persian import JalaliField, in_digits, written
from server.office.pricing import telling
from server.office.pricing.around import (
    ADD,
    CHANGE,
    DELETE,
    PUBLISH,
    SEE,
    around,
    check,
    tell_refusal,
    who,
)
from server.office.pricing.editor import Editor
from server.office.pricing.usage import used_in_words
from server.pricing import deeds
from server.pricing.deeds import DeedError
from server.pricing.models import Kind, PriceRule, State

HINTS: Final = {
    Kind.ADJUSTMENT: lazy("Some goods become cheaper or dearer, already on the shelf."),
    Kind.EACH: lazy("Each piece of some goods costs less, from so many pieces or Rial on."),
    Kind.TOGETHER: lazy("Some goods together, or the whole basket, cost less."),
    Kind.SET: lazy("Bundle, mix and match, cheapest free, buy these and get that."),
    Kind.GIFT: lazy("An item for nothing, offered to baskets that earn it."),
}


def choose_page(request: HttpRequest) -> HttpResponse:
    """Let one choose what kind of rule it is to be."""
    check(request, SEE, ADD)
    kinds = [(kind.value, kind.label, HINTS[kind]) for kind in Kind]
    context = {**around(request, _("New rule"), "rules"), "kinds": kinds}
    return render(request, "office/pricing/choose.html", context)


def add_page(request: HttpRequest, kind: str) -> HttpResponse:
    """Type a new rule in."""
    check(request, SEE, ADD)
    if kind not in Kind.values:
        raise Http404
    editor = Editor(Kind(kind), request.POST if request.method == "POST" else None)
    if request.method == "POST" and editor.is_valid():
        record = editor.record()
        if PriceRule.objects.filter(pk=record["id"]).exists():
            editor.head.add_error("rule_id", _("There is a rule with this id already."))
        else:
            row = deeds.save(record, who(request), timezone.now())
            return _saved(request, row)
    return _form(request, editor, _("New rule: %(kind)s") % {"kind": Kind(kind).label})


def edit_page(request: HttpRequest, rule_id: str) -> HttpResponse:
    """Show a rule with all that is done with it; change what was typed."""
    check(request, SEE)
    row = get_object_or_404(PriceRule, pk=rule_id)
    if request.method == "POST":
        check(request, CHANGE)
    posted = request.POST if request.method == "POST" else None
    editor = Editor(Kind(row.kind), posted, row.body)
    if posted is not None and editor.is_valid():
        return _saved(request, deeds.save(editor.record(), who(request), timezone.now()))
    return _form(request, editor, row.name_fa, row)


@require_POST
def do_page(request: HttpRequest, rule_id: str) -> HttpResponse:
    """Publish, schedule, take back, copy or delete a rule."""
    do = request.POST.get("do", "")
    row = get_object_or_404(PriceRule, pk=rule_id)
    try:
        return _DEEDS[do](request, row)
    except KeyError:
        raise Http404 from None
    except (DeedError, RecordError) as error:
        tell_refusal(request, error)
    return _back(row)


def _publish(request: HttpRequest, row: PriceRule) -> HttpResponse:
    check(request, PUBLISH)
    deeds.publish(row.pk, who(request), timezone.now())
    messages.success(request, _("Published: kiosks have it within seconds."))
    return _back(row)


def _schedule(request: HttpRequest, row: PriceRule) -> HttpResponse:
    check(request, PUBLISH)
    field = JalaliField(required=True)
    try:
        at = field.clean(request.POST.get("starts_at", ""))
    except Exception as error:
        messages.error(request, "، ".join(getattr(error, "messages", [str(error)])))
        return _back(row)
    deeds.publish(row.pk, who(request), timezone.now(), at)
    messages.success(request, _("Scheduled: it holds from %(at)s on.") % {"at": written(at)})
    return _back(row)


def _withdraw(request: HttpRequest, row: PriceRule) -> HttpResponse:
    check(request, PUBLISH)
    deeds.withdraw(row.pk, who(request), timezone.now())
    messages.success(request, _("Taken back: kiosks forget it within seconds."))
    return _back(row)


def _copy(request: HttpRequest, row: PriceRule) -> HttpResponse:
    check(request, ADD)
    copied = deeds.copy(row.pk, who(request), timezone.now())
    messages.success(request, _("Copied: this is the draft of another rule."))
    return _back(copied)


def _delete(request: HttpRequest, row: PriceRule) -> HttpResponse:
    check(request, DELETE)
    deeds.delete(row.pk, who(request), timezone.now())
    messages.success(request, _("Deleted."))
    return redirect("admin:pricing_pricerule_changelist")


_DEEDS: Final = {
    "publish": _publish,
    "schedule": _schedule,
    "withdraw": _withdraw,
    "copy": _copy,
    "delete": _delete,
}


def _saved(request: HttpRequest, row: PriceRule) -> HttpResponse:
    if row.differs:
        text = _("Saved. Kiosks have it as it was, until you publish it.")
    elif row.state == State.PUBLISHED:
        text = _("Saved; nothing is different from what kiosks have.")
    else:
        text = _("Saved as a draft. Try it on a basket, then publish it.")
    messages.success(request, text)
    return _back(row)


def _back(row: PriceRule) -> HttpResponse:
    return redirect("admin:pricing_pricerule_change", row.pk)


def _form(
    request: HttpRequest, editor: Editor, title: str, row: PriceRule | None = None
) -> HttpResponse:
    context: dict[str, Any] = {
        **around(request, title, "rules"),
        "editor": editor,
        "hint": HINTS[editor.kind],
        "kind": editor.kind.label,
        "row": row,
        "wrong": request.method == "POST",
    }
    if row is not None:
        tone, state = telling.state_of(row, timezone.now())
        context |= {
            "tone": tone,
            "state": state,
            "told": telling.does(row.body),
            "window": telling.window(row.body),
            "weekly": telling.weekly(row.body),
            "used": used_in_words(row),
            "may_withdraw": row.state == State.PUBLISHED,
            "may_be_published": row.published != row.body,
            "may_be_deleted": not row.revisions.exists(),
            "revisions": [
                {
                    "number": in_digits(str(each.number)),
                    "at": written(each.at),
                    "who": each.who,
                    "told": telling.does(each.published) if each.published else _("taken back"),
                    "window": telling.window(each.published) if each.published else "",
                }
                for each in row.revisions.all()[:20]
            ],
        }
    return render(request, "office/pricing/rule.html", context)
