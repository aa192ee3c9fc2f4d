"""``kiosk-server feed status|snapshot|restart``: how far each store's feed is, and its repair.

``restart`` is for a server that was restored from a backup: kiosks have numbers that it does not
know any more and refuse what is older. It numbers on from above what they reported.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
from collections.abc import Iterator
from typing import Any

from server.commands import WrongUseError


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the sub-command and its three."""
    parser = subparsers.add_parser("feed", help="how far each store's feed is, and its repair")
    deeds = parser.add_subparsers(required=True, metavar="DO")
    status = deeds.add_parser("status", help="number, segments and snapshots of each store")
    status.add_argument("--json", action="store_true", help="one JSON object a store")
    status.set_defaults(run=run, do=_status)
    snapshot = deeds.add_parser("snapshot", help="make a snapshot, ready to use, now")
    snapshot.add_argument("store", nargs="*", help="default: all")
    snapshot.set_defaults(run=run, do=_snapshot)
    restart = deeds.add_parser("restart", help="number on from above what kiosks reported")
    restart.add_argument("store", nargs="*", help="default: all")
    restart.add_argument(
        "--above", type=int, required=True, help="the highest number that any kiosk has"
    )
    restart.set_defaults(run=run, do=_restart)


def run(arguments: argparse.Namespace) -> int:
    """Do it, and tell what came of it store by store."""
    import django

    django.setup()
    for told in arguments.do(arguments):
        line = json.dumps(told) if getattr(arguments, "json", False) else _line(told)
        sys.stdout.write(f"{line}\n")
    return 0


def _status(_arguments: argparse.Namespace) -> Iterator[dict[str, Any]]:
    from django.db.models import Max, Sum

    from server.feed.models import Feed, Segment, Whole
    from server.feed.notes import is_pending

    for feed in Feed.objects.all():
        store_id = feed.store_id
        segments = Segment.objects.filter(store=store_id)
        wholes = Whole.objects.filter(store=store_id)
        yield {
            "store": store_id,
            "sequence": feed.sequence,
            "segments": segments.count(),
            "segment_bytes": segments.aggregate(sum=Sum("size"))["sum"] or 0,
            "records": wholes.filter(form="records").aggregate(last=Max("sequence"))["last"],
            "built": wholes.filter(form="built").aggregate(last=Max("sequence"))["last"],
            "waiting": is_pending(store_id, feed.batch),
        }


def _snapshot(arguments: argparse.Namespace) -> Iterator[dict[str, Any]]:
    from django.conf import settings
    from django.utils import timezone

    from server.feed.built import BuildError, make_built
    from server.feed.jobs import make_snapshot
    from server.feed.publish import publish_store
    from server.feed.publisher import Publisher

    publisher = Publisher.of(settings.CONFIGURATION)
    for store_id in _stores(arguments.store):
        publish_store(store_id, publisher, timezone.now())
        snapshot = make_snapshot(store_id, publisher, timezone.now())
        try:
            whole = make_built(snapshot, publisher, threading.Event())
        except BuildError as error:
            raise WrongUseError(str(error)) from None
        yield {"store": store_id, "sequence": whole.sequence, "bytes": whole.size}


def _restart(arguments: argparse.Namespace) -> Iterator[dict[str, Any]]:
    from django.conf import settings
    from django.utils import timezone

    from server.feed.publisher import Publisher
    from server.feed.wholes import begin

    if arguments.above < 0:
        raise WrongUseError(f"Expected --above of 0 or more, got {arguments.above}")
    publisher = Publisher.of(settings.CONFIGURATION)
    for store_id in _stores(arguments.store):
        sequence = begin(store_id, publisher, timezone.now(), arguments.above)
        yield {"store": store_id, "sequence": sequence}


def _stores(wanted: list[str]) -> list[str]:
    from server.stores.models import Store

    known = list(Store.objects.values_list("store_id", flat=True))
    if unknown := set(wanted) - set(known):
        raise WrongUseError(f"Expected stores of {', '.join(known)}, got {', '.join(unknown)}")
    return wanted or known


def _line(told: dict[str, Any]) -> str:
    rest = ", ".join(f"{name} {value}" for name, value in told.items() if name != "store")
    return f"{told['store']}: {rest}"
