"""``kiosk-server setup``: data directory, keys and database; again and again without harm."""

from __future__ import annotations

import argparse
import sys

from server.configuration import load
from server.keys import PUBLIC_FILE, make_secrets


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the sub-command."""
    parser = subparsers.add_parser("setup", help="make the data directory, the keys, the database")
    parser.set_defaults(run=run)


def run(_arguments: argparse.Namespace) -> int:
    """Make what is missing."""
    configuration = load()
    # before Django is set up: its settings read the secret key
    for file in make_secrets(configuration.data_dir):
        sys.stdout.write(f"made {file}\n")
    sys.stdout.write(f"public key for the kiosks: {configuration.data_dir / PUBLIC_FILE}\n")

    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    sys.stdout.write("database ready\n")
    return 0
