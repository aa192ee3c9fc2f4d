"""``kiosk search TEXT``: what a shopper would find who typed this, with the same filters.

Exit status 0: there are hits; 1: there are none.
"""

from __future__ import annotations

import argparse
import json
from contextlib import closing
from time import perf_counter
from typing import TYPE_CHECKING, Any

from kiosk.commands.catalogue import add_catalogue_options, open_chosen

if TYPE_CHECKING:
    from kiosk.storage import Hits
    from retail.catalogue import Product

LIMIT_MAX = 1_000
AMOUNT_MAX = 10**15  # above all prices and rows, and far below what SQLite can hold


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the sub-command."""
    parser = subparsers.add_parser("search", help="find products by name, brand or code")
    parser.add_argument("text", help="as a shopper would type it; empty: all that the filters let")
    parser.add_argument("--category", default="", metavar="ID", help="in this one or below it")
    parser.add_argument("--price-min", type=_amount, default=0, metavar="MINOR", help="list price")
    parser.add_argument("--price-max", type=_amount, metavar="MINOR", help="in smallest units")
    parser.add_argument("--in-stock", action="store_true", help="in the catalogue's own store")
    parser.add_argument("--aisle", default="", help="where it stands")
    parser.add_argument("--limit", type=_limit, default=20, metavar="N")
    parser.add_argument("--offset", type=_amount, default=0, metavar="N")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    add_catalogue_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Search once and tell the hits; gives the exit status."""
    from kiosk.storage import Filters

    filters = Filters(
        category_id=arguments.category,
        in_stock=arguments.in_stock,
        price_min=arguments.price_min,
        price_max=arguments.price_max,
        aisle=arguments.aisle,
    )
    with closing(open_chosen(arguments)) as catalogue:
        began = perf_counter()
        hits = catalogue.search(arguments.text, filters, arguments.limit, arguments.offset)
        ms = (perf_counter() - began) * 1_000
    if arguments.json:
        print(json.dumps(_told(arguments.text, hits, ms), ensure_ascii=False))  # noqa: T201
    else:
        _print(hits)
    return 0 if hits.products else 1


def _told(text: str, hits: Hits, ms: float) -> dict[str, Any]:
    return {
        "text": text,
        "reading": hits.reading.value,
        "understood_as": hits.understood_as,
        "ms": round(ms, 3),
        "more": hits.more,
        "hits": [_hit(product) for product in hits.products],
    }


def _hit(product: Product) -> dict[str, Any]:
    place = product.place
    return {
        "sku": product.sku,
        "gtins": [pack.gtin.digits for pack in product.packs],
        "name": {"fa": product.name.fa, "en": product.name.en},
        "brand": product.brand.fa if product.brand else "",
        "category": product.category_id,
        "price": product.list_price.minor,
        "currency": product.list_price.currency,
        "place": [place.aisle, place.bay, place.shelf] if place else [],
    }


def _print(hits: Hits) -> None:
    if hits.understood_as:
        print(f"# {hits.understood_as}")  # noqa: T201
    for product in hits.products:
        price = product.list_price
        print(f"{product.sku}  {product.name.fa}  {price.minor:,} {price.currency}")  # noqa: T201


def _amount(text: str) -> int:
    return _whole_number(text, 0, AMOUNT_MAX)


def _limit(text: str) -> int:
    return _whole_number(text, 1, LIMIT_MAX)


def _whole_number(text: str, least: int, most: int) -> int:
    try:
        number = int(text)
    except ValueError:  # of thousands of digits too
        number = -1
    if not least <= number <= most:
        got = text if len(text) <= 30 else f"{text[:30]}…"
        raise argparse.ArgumentTypeError(f"expected {least} to {most}, got {got!r}")
    return number
