"""``kiosk-server baskets``: work finished baskets out again now, and tell those that differ."""

from __future__ import annotations

import argparse
import json
import sys

WAITING_MAX = 100_000


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the sub-command."""
    parser = subparsers.add_parser("baskets", help="work finished baskets out again")
    parser.add_argument("--json", action="store_true", help="one JSON object a basket")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Do it; 1 where a basket differs."""
    import django

    django.setup()
    from django.utils import timezone

    from server.pricing.checking import check_some
    from server.pricing.models import Verdict

    differing = 0
    for row in check_some(timezone.now(), WAITING_MAX):
        differing += row.verdict == Verdict.DIFFERS
        told = {
            "event": str(row.pk),
            "kiosk": row.kiosk_id,
            "verdict": row.verdict,
            "told": row.told,
            "computed": row.computed,
            "differences": row.differences,
        }
        if arguments.json:
            sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
        else:
            sys.stdout.write(
                f"{row.pk} {row.kiosk_id}: {row.verdict}, {row.told:,} / {row.computed}\n"
            )
    return 1 if differing else 0
