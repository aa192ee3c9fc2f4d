"""``kiosk-server sales``: work sales out again now; tell those that differ, and open doubts."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from typing import Any

WAITING_MAX = 100_000


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the sub-command."""
    parser = subparsers.add_parser("sales", help="work sales out again, list payments in doubt")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Do it; 1 where a sale differs or a payment is still in doubt."""
    import django

    django.setup()
    from django.utils import timezone

    from server.pricing.models import Verdict
    from server.sales.checking import check_sales
    from server.sales.models import Doubt

    differing = 0
    for row in check_sales(timezone.now(), WAITING_MAX):
        differing += row.verdict == Verdict.DIFFERS
        told = {"sale": str(row.pk), "kiosk": row.kiosk_id, "verdict": row.verdict}
        sums = {"told": row.total, "computed": row.computed, "differences": row.differences}
        _say({**told, **sums}, as_json=arguments.json)
    open_ = Doubt.objects.filter(state__in=(Doubt.State.IN_DOUBT, Doubt.State.ATTENDANT))
    for doubt in open_.order_by("at"):
        told = {"payment": str(doubt.pk), "kiosk": doubt.kiosk_id, "state": doubt.state}
        _say({**told, "amount": doubt.amount, "why": doubt.why}, as_json=arguments.json)
        differing += 1
    return 1 if differing else 0


def _say(line: Mapping[str, Any], *, as_json: bool) -> None:
    text = json.dumps(line, ensure_ascii=False)
    if not as_json:
        text = "  ".join(f"{name} {value}" for name, value in line.items())
    sys.stdout.write(text + "\n")
