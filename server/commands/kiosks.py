"""``kiosk-server kiosks …``: which there are, and what the office decides about them."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping

from server.commands import WrongUseError
from server.commands.enrol import store_of, who


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the sub-command."""
    parser = subparsers.add_parser("kiosks", help="list, approve, refuse, revoke, move, rename")
    deeds = parser.add_subparsers(required=True, metavar="DEED", dest="deed")
    listed = deeds.add_parser("list", help="each kiosk, its key and the key that waits")
    listed.add_argument("--json", action="store_true", help="one JSON object a kiosk")
    approve = deeds.add_parser("approve", help="let the key that waits be the kiosk's only one")
    approve.add_argument("kiosk")
    approve.add_argument("--fingerprint", default="", help="only if this is the key that waits")
    for name, text in (
        ("refuse", "refuse the key that waits; the one in use stays"),
        ("revoke", "take every key from the kiosk"),
    ):
        deeds.add_parser(name, help=text).add_argument("kiosk")
    move = deeds.add_parser("move", help="let it stand in another store")
    move.add_argument("kiosk")
    move.add_argument("store")
    rename = deeds.add_parser("rename", help="another name for people; the id stays")
    rename.add_argument("kiosk")
    rename.add_argument("name")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Do it; 2 and one line where it cannot be done."""
    import django

    django.setup()
    from server.fleet.deeds import DeedError

    try:
        for line in _list(arguments) if arguments.deed == "list" else _do(arguments):
            sys.stdout.write(f"{line}\n")
    except DeedError as error:
        raise WrongUseError(str(error)) from None
    return 0


def _do(arguments: argparse.Namespace) -> Iterator[str]:
    from django.utils import timezone

    from server.fleet import deeds

    kiosk, at = arguments.kiosk, timezone.now()
    match arguments.deed:
        case "approve":
            yield deeds.approve(kiosk, who(), at, arguments.fingerprint).key_id
        case "refuse":
            yield deeds.refuse(kiosk, who(), at).key_id
        case "revoke":
            yield from deeds.revoke(kiosk, who(), at)
        case "move":
            deeds.move(kiosk, store_of(arguments.store), who(), at)
        case "rename":
            deeds.rename(kiosk, arguments.name, who(), at)


def _list(arguments: argparse.Namespace) -> Iterator[str]:
    for row in _rows():
        if arguments.json:
            yield json.dumps(row, ensure_ascii=False)
        else:
            yield "  ".join(f"{key} {value or 'none'}" for key, value in row.items())


def _rows() -> Iterator[Mapping[str, object]]:
    from retail.snapshot import write_instant
    from server.fleet.models import KeyState, Kiosk

    for kiosk in Kiosk.objects.prefetch_related("keys").order_by("kiosk_id"):
        keys = {key.state: key.key_id for key in kiosk.keys.all()}
        seen = kiosk.last_seen_at
        yield {
            "kiosk": kiosk.kiosk_id,
            "store": kiosk.store_id,
            "name": kiosk.name,
            "active": kiosk.active,
            "key": keys.get(KeyState.ACTIVE, "bearer" if kiosk.key_sha256 else ""),
            "waiting": keys.get(KeyState.WAITING, ""),
            "last_seen_at": write_instant(seen) if seen else "",
        }
