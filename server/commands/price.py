"""``kiosk-server price SKU``: what an item cost in a store at any past instant, and why."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from server.commands import WrongUseError


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the sub-command."""
    parser = subparsers.add_parser("price", help="what an item cost at an instant, and why")
    parser.add_argument("sku")
    parser.add_argument("--store", required=True)
    parser.add_argument("--at", metavar="INSTANT", help="with its zone; default: now")
    parser.add_argument("--gtin", help="of the pack (default: one piece)")
    parser.add_argument("--groups", default="", metavar="G,…", help="the shopper's groups")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Tell it; 1 where that is not known."""
    import django

    django.setup()
    from server.pricing.past import NotKnownError

    try:
        told = _told(arguments)
    except NotKnownError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n" if arguments.json else _text(told))
    return 0


def _told(arguments: argparse.Namespace) -> dict[str, Any]:
    from zoneinfo import ZoneInfo

    from django.conf import settings
    from django.utils import timezone

    from retail.fields import RecordError
    from retail.instants import read_instant
    from retail.pricing.book import Shopper
    from retail.values import Gtin, InvalidGtinError
    from server.pricing.past import Asked, price_at
    from server.stores.models import Store

    if not Store.objects.filter(pk=arguments.store).exists():
        raise WrongUseError(f"Expected a store that there is, got {arguments.store!r}")
    try:
        at = read_instant(arguments.at) if arguments.at else timezone.now()
        gtin = Gtin.parse(arguments.gtin) if arguments.gtin else None
    except (RecordError, InvalidGtinError) as error:
        raise WrongUseError(str(error)) from None
    shopper = Shopper(frozenset(filter(None, arguments.groups.split(","))))
    asked = Asked(arguments.sku, arguments.store, at, shopper, gtin)
    chain = settings.CONFIGURATION.chain
    return price_at(asked, ZoneInfo(chain.zone), chain.currency).record()


def _text(told: dict[str, Any]) -> str:
    lines = [
        f"{told['sku']} in {told['store']} at {told['at']}: {told['price']:,} "
        f"(list price {told['list_price']:,})"
    ]
    lines += [
        f"  {step['rule'] or 'floor'}: {step['before']:,} -> {step['after']:,}"
        + (f" until {step['until']}" if step["until"] else "")
        for step in told["why"]
    ]
    return "\n".join(lines) + "\n"
