"""``kiosk-server manage …``: Django's own commands, such as createsuperuser."""

from __future__ import annotations

import argparse


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the sub-command."""
    parser = subparsers.add_parser("manage", help="Django's own commands", add_help=False)
    parser.add_argument("rest", nargs=argparse.REMAINDER)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Hand everything behind ``manage`` to Django."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["kiosk-server manage", *arguments.rest])
    return 0
