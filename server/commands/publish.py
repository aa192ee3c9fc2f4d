"""``kiosk-server publish``: a new snapshot for each store whose catalogue changed."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the sub-command."""
    parser = subparsers.add_parser("publish", help="make new snapshots where something changed")
    parser.add_argument("--json", action="store_true", help="one JSON object a store")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Publish, and tell what came of it store by store."""
    import django

    django.setup()
    from django.conf import settings
    from django.utils import timezone

    from server.snapshots.publish import publish

    for store in publish(settings.CONFIGURATION, timezone.now()):
        if arguments.json:
            sys.stdout.write(f"{json.dumps(asdict(store))}\n")
        else:
            sys.stdout.write(
                f"{store.store_id}: {'published' if store.new else 'unchanged'}, "
                f"sequence {store.sequence}, {store.products} products, "
                f"{store.unpriced} without a price\n"
            )
    return 0
