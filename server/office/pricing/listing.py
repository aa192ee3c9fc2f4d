"""The list of rules: how far each is, what it does, for whom and when; filtered by the address."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET

from server.office.persian import grouped, in_digits, written
from server.office.pricing import telling
from server.office.pricing.around import SEE, around, check
from server.pricing.models import CustomerGroup, Kind, PriceRule, State
from server.stores.models import Store

A_PAGE: Final = 50
STATES: Final = {  # in the order of the tiles: tone and words
    "now": ("well", lazy("in force")),
    "soon": ("blue", lazy("scheduled")),
    "changed": ("amber", lazy("changed since published")),
    "draft": ("off", lazy("drafts")),
    "over": ("off", lazy("over or taken back")),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for; empty is everything."""

    state: str = ""
    kind: str = ""
    store: str = ""
    text: str = ""
    page: int = 1

    @classmethod
    def of(cls, asked: dict[str, Any]) -> Wanted:
        """Read the address; what is not known is passed over."""
        page = str(asked.get("page", "1"))
        return cls(
            asked.get("state", "") if asked.get("state") in STATES else "",
            asked.get("kind", "") if asked.get("kind") in Kind.values else "",
            str(asked.get("store", ""))[:63],
            str(asked.get("q", ""))[:100].strip(),
            int(page) if page.isdecimal() and len(page) < 6 else 1,
        )

    def address(self, **other: Any) -> str:
        """Give the address of what is wanted, with something else in its place."""
        told = {"state": self.state, "kind": self.kind, "store": self.store, "q": self.text}
        return "?" + urlencode({name: v for name, v in {**told, **other}.items() if v})


@dataclass(frozen=True, slots=True)
class Row:
    """A rule for the page."""

    rule_id: str
    name: str
    tone: str
    state: str
    changed: bool
    kind: str
    does: str
    stores: str
    groups: str
    window: str
    weekly: str
    priority: str
    combine: str
    at: str
    who: str


@require_GET
def list_page(request: HttpRequest) -> HttpResponse:
    """Show the rules."""
    check(request, SEE)
    now, wanted = timezone.now(), Wanted.of(request.GET.dict())
    near = [rule for rule in PriceRule.objects.all() if _is_near(rule, wanted)]
    counts = Counter(name for rule in near for name in _states(rule, now))
    chosen = [rule for rule in near if not wanted.state or wanted.state in _states(rule, now)]
    first = (wanted.page - 1) * A_PAGE
    names = _Names()
    context = {
        **around(request, _("Prices and offers"), "rules"),
        "wanted": wanted,
        "filtered": wanted.address() != "?",
        "rows": [_row(rule, now, names) for rule in chosen[first : first + A_PAGE]],
        "count": grouped(len(chosen)),
        "all": grouped(PriceRule.objects.count()),
        "tiles": [_tile(name, counts, wanted) for name in STATES],
        "kinds": [(value, text, value == wanted.kind) for value, text in Kind.choices],
        "stores": [(pk, text, pk == wanted.store) for pk, text in names.stores.items()],
        "pages": _pages(len(chosen), wanted),
    }
    return render(request, "office/pricing/rules.html", context)


def chosen_of(asked: dict[str, Any], now: datetime) -> list[PriceRule]:
    """Give the rules that a list's address asks for, whatever page it shows."""
    wanted = Wanted.of(asked)
    near = (rule for rule in PriceRule.objects.all() if _is_near(rule, wanted))
    return [rule for rule in near if not wanted.state or wanted.state in _states(rule, now)]


class _Names:
    """Stores and groups by their names."""

    def __init__(self) -> None:
        self.stores = dict(Store.objects.values_list("pk", "name_fa"))
        self.groups = dict(CustomerGroup.objects.values_list("pk", "name_fa"))

    def of_stores(self, ids: list[str]) -> str:
        return "، ".join(self.stores.get(each, each) for each in ids) or _("whole chain")

    def of_groups(self, ids: list[str]) -> str:
        return "، ".join(self.groups.get(each, each) for each in ids)


def _is_near(rule: PriceRule, wanted: Wanted) -> bool:
    """Tell whether a rule is what the filters other than the state ask for."""
    stores = rule.body.get("stores", [])
    text = wanted.text.casefold()
    return (
        (not wanted.kind or rule.kind == wanted.kind)
        and (not wanted.store or not stores or wanted.store in stores)
        and (not text or any(text in word.casefold() for word in _words(rule)))
    )


def _words(rule: PriceRule) -> list[str]:
    goods = [rule.body.get("goods", {})]
    goods += [part.get("goods", {}) for part in rule.body.get("parts", [])]
    names = [name for each in goods for field in ("skus", "brands") for name in each.get(field, [])]
    vouchers = rule.body.get("vouchers", [])
    return [rule.rule_id, rule.name_fa, rule.name_en, *names, *vouchers]


def _states(rule: PriceRule, now: datetime) -> list[str]:
    if rule.state == State.DRAFT:
        return ["draft"]
    when = telling.when_of(rule.starts_at, rule.ends_at, now)
    if rule.state == State.WITHDRAWN or when == telling.OVER:
        return ["over"]
    return [when, "changed"] if rule.differs else [when]


def _row(rule: PriceRule, now: datetime, names: _Names) -> Row:
    tone, state = telling.state_of(rule, now)
    body = rule.body
    return Row(
        rule.rule_id,
        rule.name_fa,
        tone,
        state,
        rule.differs,
        rule.get_kind_display(),
        telling.does(body),
        names.of_stores(body.get("stores", [])),
        names.of_groups(body.get("groups", [])),
        telling.window(body),
        telling.weekly(body),
        in_digits(str(rule.priority)),
        rule.get_combine_display(),
        written(rule.changed_at),
        rule.changed_by,
    )


def _tile(name: str, counts: Counter[str], wanted: Wanted) -> dict[str, Any]:
    tone, text = STATES[name]
    on = wanted.state == name
    return {
        "tone": tone,
        "text": text,
        "count": grouped(counts[name]),
        "on": on,
        "address": wanted.address(state="" if on else name),
    }


def _pages(count: int, wanted: Wanted) -> list[tuple[str, str, bool]]:
    last = max(1, -(-count // A_PAGE))
    numbers = range(1, last + 1) if last > 1 else ()
    return [(grouped(n), wanted.address(page=n), n == wanted.page) for n in numbers]
