"""``kiosk-server load-sample DIR``: a whole sample chain from a folder of CSV files."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from server.commands import WrongUseError


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the sub-command."""
    parser = subparsers.add_parser("load-sample", help="a sample chain, such as config/sample")
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--pictures", type=Path, help="folder of the pictures (default: FOLDER/pictures, if any)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Load it, and tell how many products it has."""
    import django

    django.setup()
    from django.conf import settings
    from django.utils import timezone

    from server.importing.sample import load_sample
    from server.importing.tables import TableError

    pictures = arguments.pictures or arguments.folder / "pictures"
    if not pictures.is_dir():
        if arguments.pictures:
            raise WrongUseError(f"Expected a folder of pictures, got {pictures}")
        pictures = None
    try:
        report = load_sample(arguments.folder, pictures, settings.CONFIGURATION, timezone.now())
    except TableError as error:
        raise WrongUseError(f"{arguments.folder}: {error}") from None
    sys.stdout.write(f"{report.text()}\n")
    return 0
