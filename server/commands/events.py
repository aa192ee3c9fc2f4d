"""``kiosk-server events``: how many events of each kind have come in."""

from __future__ import annotations

import argparse
import json
import sys


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the sub-command."""
    parser = subparsers.add_parser("events", help="count the events by kind")
    parser.add_argument("--json", action="store_true", help="one JSON object a kind")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Count."""
    import django

    django.setup()
    from django.db.models import Count

    from server.events.models import Event

    kinds = Event.objects.values("kind").annotate(count=Count("pk")).order_by("kind")
    for each in kinds.values("kind", "count"):
        line = json.dumps(each) if arguments.json else f"{each['count']:8} {each['kind']}"
        sys.stdout.write(f"{line}\n")
    return 0
