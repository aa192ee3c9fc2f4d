"""A rule in words, as the office's lists and previews show it: what it does, for whom, when.

It decides nothing and reads the rule's record alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from retail.instants import read_instant
from server.office.persian import grouped, in_digits, percent, written
from server.office.pricing.fields import DAY_NAMES
from server.pricing.models import PriceRule, State

Body = Mapping[str, Any]
_DAYS = dict(DAY_NAMES)
NOW, SOON, OVER = "now", "soon", "over"


def when_of(starts_at: datetime | None, ends_at: datetime | None, at: datetime) -> str:
    """Tell whether a window holds now, soon, or is over; whatever its weekly hours are."""
    if ends_at is not None and ends_at <= at:
        return OVER
    return SOON if starts_at is not None and starts_at > at else NOW


def state_of(rule: PriceRule, at: datetime) -> tuple[str, str]:
    """Give the tone and the word of how far a rule is."""
    if rule.state == State.DRAFT:
        return "off", _("draft")
    if rule.state == State.WITHDRAWN:
        return "off", _("taken back")
    match when_of(rule.starts_at, rule.ends_at, at):
        case "soon":
            return "blue", _("scheduled")
        case "over":
            return "off", _("is over")
        case _other:
            return "well", _("in force")


def does(body: Body) -> str:
    """Say what a rule does, in one line."""
    if body["rule"] == "adjustment":
        return change(body)
    match body["kind"]:
        case "each":
            return _("each piece: %(off)s") % {"off": _steps(body)}
        case "together":
            what = _("the goods together: %(off)s") if "goods" in body else _("basket: %(off)s")
            return what % {"off": _steps(body)}
        case "set":
            return _set(body)
        case _gift:
            return _("a gift: %(gifts)s") % {"gifts": "، ".join(body["gifts"])}


def window(body: Body) -> str:
    """Say when a rule holds."""
    when = body.get("when", {})
    parts = []
    if "from" in when:
        parts.append(_("from %(at)s") % {"at": written(read_instant(when["from"]))})
    if "to" in when:
        parts.append(_("to %(at)s") % {"at": written(read_instant(when["to"]))})
    return " ".join(parts) or _("always")


def weekly(body: Body) -> str:
    """Say in which hours of the week it holds; empty for all."""
    return "؛ ".join(_hours(each) for each in body.get("when", {}).get("weekly", []))


def _hours(hours: Body) -> str:
    days = "، ".join(str(_DAYS[day]) for day in hours["days"])
    return f"{days} {in_digits(hours['from'])}–{in_digits(hours['to'])}"


def change(body: Body) -> str:
    """Say how a price moves."""
    if "price" in body:
        return _off(body)
    if "off_bp" in body:
        return _("%(n)s cheaper") % {"n": percent(body["off_bp"])}
    if "up_bp" in body:
        return _("%(n)s dearer") % {"n": percent(body["up_bp"])}
    if "off" in body:
        return _("%(n)s Rial cheaper") % {"n": grouped(body["off"])}
    return _("%(n)s Rial dearer") % {"n": grouped(body["up"])}


def _off(body: Body) -> str:
    if "off_bp" in body:
        return _("%(n)s off") % {"n": percent(body["off_bp"])}
    if "off" in body:
        return _("%(n)s Rial off") % {"n": grouped(body["off"])}
    return _("at %(n)s Rial") % {"n": grouped(body["price"])}


def _steps(body: Body) -> str:
    usual = "quantity" if body["kind"] == "each" else "money"
    unit = _("from %(n)s on") if body.get("by", usual) == "quantity" else _("from %(n)s Rial on")
    if "steps" not in body:
        return _off(body)
    return "؛ ".join(
        f"{unit % {'n': grouped(step['at_least'])}}: {_off(step)}" for step in body["steps"]
    )


def _set(body: Body) -> str:
    pieces = grouped(sum(part.get("quantity", 1) for part in body["parts"]))
    match body.get("on", "set"):
        case "cheapest":
            text = _("of %(n)s, the cheapest %(count)s: %(off)s")
        case "part":
            text = _("set of %(n)s, on its last part: %(off)s")
        case _whole:
            text = _("set of %(n)s: %(off)s")
    return text % {"n": pieces, "count": grouped(body.get("count", 1)), "off": _off(body)}
