"""``kiosk-server migrate``: bring the database to this version's tables."""

from __future__ import annotations

import argparse


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the sub-command."""
    parser = subparsers.add_parser("migrate", help="bring the database up to date")
    parser.set_defaults(run=run)


def run(_arguments: argparse.Namespace) -> int:
    """Apply what is missing."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False)
    return 0
