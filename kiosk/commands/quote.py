"""``kiosk quote``: what a typed basket costs by typed rules, and why; at any instant.

Both files are described in docs/formats/. Exit status 0: quoted; 2: one of them is wrong.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


T = TypeVar("T")


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the sub-command."""
    parser = subparsers.add_parser("quote", help="what a basket costs by given rules, and why")
    parser.add_argument(
        "--rules", type=Path, required=True, metavar="RULES.json", help="items and rules"
    )
    parser.add_argument(
        "--basket", type=Path, required=True, metavar="BASKET.json", help="what is bought"
    )
    parser.add_argument(
        "--at",
        metavar="INSTANT",
        help="such as 2026-11-26T17:30:00+03:30; default: the basket's, or now",
    )
    parser.add_argument("--store", metavar="S", help="the store's id; default: the basket's")
    parser.add_argument(
        "--member-groups",
        metavar="G,…",
        help="all customer groups of the shopper, such as member,gold; default: the basket's",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Quote the basket and tell it; gives the exit status."""
    import json

    from kiosk.clock import SystemClock
    from kiosk.commands.quote_table import table_of
    from kiosk.commands.typed_file import read_json
    from retail.quoting.asking import Given, quote_files
    from retail.quoting.basket_file import skus_named
    from retail.quoting.quote_record import quote_record
    from retail.quoting.rules_file import read_rules_file

    given = Given(SystemClock().now(), _instant(arguments.at), arguments.store, _groups(arguments))
    typed = read_json(arguments.rules)
    basket = read_json(arguments.basket)
    rules = _naming(arguments.rules, lambda: read_rules_file(typed, skus_named(basket)))
    told = _naming(arguments.basket, lambda: quote_files(rules, basket, given))
    if arguments.json:
        print(json.dumps(quote_record(told), ensure_ascii=False))  # noqa: T201
    else:
        print("\n".join(table_of(quote_record(told))))  # noqa: T201
    return 0


def _groups(arguments: argparse.Namespace) -> frozenset[str] | None:
    """Give the groups that are named, none where the basket is to say them."""
    if arguments.member_groups is None:
        return None
    return frozenset(filter(None, map(str.strip, arguments.member_groups.split(","))))


def _instant(text: str | None) -> datetime | None:
    from retail.instants import read_instant

    return None if text is None else _naming("--at", lambda: read_instant(text))


def _naming(what: Path | str, read: Callable[[], T]) -> T:
    """Put the file's name before what is wrong with it."""
    from kiosk.errors import DataError
    from retail.fields import RecordError

    try:
        return read()
    except RecordError as error:
        raise DataError(f"{what}: {error}") from None
