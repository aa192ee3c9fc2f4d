"""``kiosk-server events``: how many came in; ``events reread``: read what is known by now."""

from __future__ import annotations

import argparse
import json
import sys


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the sub-command."""
    parser = subparsers.add_parser("events", help="count the events by kind, or read unread ones")
    parser.add_argument("--json", action="store_true", help="one JSON object a kind")
    parser.set_defaults(run=run)
    deeds = parser.add_subparsers(metavar="DEED")
    again = deeds.add_parser("reread", help="work off events that came before they were known")
    # not --json: what stands before the deed would be overwritten by its default
    again.add_argument("--json", action="store_true", default=argparse.SUPPRESS)
    again.set_defaults(run=run_reread)


def run(arguments: argparse.Namespace) -> int:
    """Count."""
    import django

    django.setup()
    from django.db.models import Count, Q

    from server.events.models import Event

    kinds = Event.objects.values("kind").order_by("kind")
    unread = Count("pk", filter=Q(read=False))
    for each in kinds.annotate(count=Count("pk"), unread=unread):
        kind, count = each["kind"], each["count"]
        if arguments.json:
            line = json.dumps({"kind": kind, "count": count, "unread": each["unread"]})
        else:
            line = f"{count:8} {kind}" + (f" ({each['unread']} unread)" if each["unread"] else "")
        sys.stdout.write(f"{line}\n")
    return 0


def run_reread(arguments: argparse.Namespace) -> int:
    """Read what is known by now; 1 where a body is wrong."""
    import django

    django.setup()
    from server.ingest.reread import reread

    done = reread()
    if arguments.json:
        line = json.dumps({"read": done.read, "wrong": done.wrong})
    else:
        line = f"{done.read} read, {done.wrong} wrong"
    sys.stdout.write(f"{line}\n")
    return 1 if done.wrong else 0
