"""``kiosk lookup CODE``: what a code means, and what the catalogue knows of it.

Reads the code as the kiosk would if it were scanned or typed. Exit status 0: the item is
known; 1: it is not, or the code is none of an item's.
"""

from __future__ import annotations

import argparse
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from kiosk.commands.catalogue import add_catalogue_options, open_chosen

if TYPE_CHECKING:
    from kiosk.storage import Catalogue
    from retail.barcodes import Code, CodeRules
    from retail.values import Gtin


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the sub-command."""
    parser = subparsers.add_parser("lookup", help="what a code leads to in the catalogue")
    parser.add_argument("code", help="GTIN, UPC-E, GS1 elements, GS1 Digital Link or SKU")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    add_catalogue_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Look one code up and tell it; gives the exit status."""
    from contextlib import closing

    from kiosk.clock import SystemClock

    with closing(open_chosen(arguments)) as catalogue:
        told = look_up(arguments.code, catalogue, _rules(arguments), SystemClock().now())
    if arguments.json:
        print(json.dumps(told, ensure_ascii=False))  # noqa: T201
    else:
        _print(told)
    return 0 if told["found"] else 1


def look_up(code: str, catalogue: Catalogue, rules: CodeRules, now: datetime) -> dict[str, Any]:
    """Say what ``code`` leads to; prices are in the currency's smallest unit, offers at ``now``."""
    from zoneinfo import ZoneInfo

    from retail.barcodes import read_typed

    today = now.astimezone(ZoneInfo(catalogue.info.zone)).date()
    read = read_typed(code, rules, today)
    told: dict[str, Any] = {"code": code, "kind": type(read).__name__, "found": False}
    gtin = _gtin_of(read)
    if gtin is not None:
        told["gtin"] = gtin.digits
    told |= _found(gtin, code, catalogue, now)
    return told


def _gtin_of(code: Code) -> Gtin | None:
    from retail.barcodes import MemberCard, TradeItem, Unreadable, VariableMeasure

    match code:
        case TradeItem():
            return code.gtin
        case VariableMeasure():
            return code.item
        case MemberCard() | Unreadable():
            return None


def _found(gtin: Gtin | None, code: str, catalogue: Catalogue, now: datetime) -> dict[str, Any]:
    from kiosk.own_use import NOTHING_OF_OWN, used_of
    from kiosk.shelf_price import price_of
    from retail.catalogue import Pack
    from retail.snapshot import product_record
    from retail.tags import tag_of
    from retail.values import Gtin

    found = catalogue.by_gtin(gtin) if gtin else None
    product = found.product if found else catalogue.by_sku(code.strip())
    if product is None:
        return {}
    pack = found.pack if found else Pack(Gtin("0" * 14))
    tag = tag_of(product, pack, catalogue.categories_above(product.category_id))
    book = catalogue.rules.shelf_book
    used = used_of(book.limited, catalogue.used, NOTHING_OF_OWN)
    shelf = price_of(tag, book, now, used=used)
    made = [step.rule_id for step in shelf.line.price.steps if step.before != step.after]
    return {
        "found": True,
        "sku": product.sku,
        "name": {"fa": product.name.fa, "en": product.name.en},
        "pieces": pack.pieces,
        "list_price": shelf.list_price.minor,
        "price_before": shelf.before.minor,
        "price": shelf.price.minor,
        "currency": shelf.currency,
        "rules": [*made, *(offer.rule_id for offer in shelf.offers)],
        "product": product_record(product),
    }


def _rules(arguments: argparse.Namespace) -> CodeRules:
    from kiosk.config import load
    from retail.barcodes import CodeRules

    return CodeRules() if arguments.catalogue else load(arguments.config).barcodes.rules()


def _print(told: dict[str, Any]) -> None:
    if told["found"]:
        name = told["name"]["fa"]
        print(f"{told['sku']}  {name}  {told['price']:,} {told['currency']}")  # noqa: T201
    else:
        print(f"{told['code']}: not in the catalogue ({told['kind']})")  # noqa: T201
