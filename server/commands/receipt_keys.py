"""``kiosk-server receipt-keys``: the keys of a store's kiosks, for gates that check receipts.

Nothing in it is secret. Only keys that are in use are in it: of one that was revoked nobody knows
any more whether it was ever approved, and a box that was refused must not date receipts back.
"""

from __future__ import annotations

import argparse
import base64
import json
import sys
from collections.abc import Iterator
from typing import Any

FORMAT = 1  # of docs/receipts.md, section 3


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the sub-command."""
    parser = subparsers.add_parser("receipt-keys", help="a store's keys, to check receipts with")
    parser.add_argument("--store", required=True, metavar="STORE")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print one JSON object; raises ``WrongUseError`` where there is no such store."""
    import django

    django.setup()
    from server.commands.enrol import store_of

    store = store_of(arguments.store)
    keys = list(_keys(store.pk))
    told = {"format": FORMAT, "store": store.pk, "keys": keys}
    sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    return 0


def _keys(store_id: str) -> Iterator[dict[str, Any]]:
    from server.fleet.models import KeyState, KioskKey

    in_use = KioskKey.objects.filter(kiosk__store=store_id, state=KeyState.ACTIVE)
    for key in in_use.order_by("kiosk_id"):
        raw = base64.b64encode(bytes(key.public_key)).decode()
        yield {"kiosk": key.kiosk_id, "key": raw, "until": None}
