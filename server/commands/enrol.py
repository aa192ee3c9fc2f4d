"""``kiosk-server enrol KIOSK STORE``: make a kiosk and show its key, this once."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from server.commands import WrongUseError


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the sub-command."""
    parser = subparsers.add_parser("enrol", help="make a kiosk, or give it a new key")
    parser.add_argument("kiosk", help="its id: small letters, digits, hyphens")
    parser.add_argument("store", help="the id of its store")
    parser.add_argument(
        "--key-file", type=Path, help="write the key there, for its owner's eyes only"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Make the kiosk."""
    import django

    django.setup()
    from django.core.exceptions import ValidationError
    from django.utils import timezone

    from server.fleet.keys import enrol, write_key
    from server.stores.models import Store, valid_id

    try:
        valid_id(arguments.kiosk)
    except ValidationError:
        raise WrongUseError(
            f"Expected a kiosk id of small letters, digits and hyphens, got {arguments.kiosk!r}"
        ) from None
    store = Store.objects.filter(store_id=arguments.store).first()
    if store is None:
        known = ", ".join(Store.objects.values_list("store_id", flat=True)) or "no store yet"
        raise WrongUseError(f"Expected a store of {known}; got {arguments.store!r}")
    key = enrol(arguments.kiosk, store, timezone.now())
    if arguments.key_file:
        write_key(arguments.key_file, key)
    shown = {"kiosk": arguments.kiosk, "store": arguments.store, "key": key}
    if arguments.key_file:
        shown["key"] = str(arguments.key_file)
    sys.stdout.write(f"{json.dumps(shown)}\n" if arguments.json else f"{shown['key']}\n")
    return 0
