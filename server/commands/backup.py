"""``kiosk-server backup DIR`` and ``restore DIR``: the whole server, copied and brought back."""

from __future__ import annotations

import argparse
import json
import socket
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from server.backups import About, BackupError, make_backup, restore_backup
from server.commands import WrongUseError
from server.configuration import Configuration, load


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the sub-commands."""
    for name, deed, text in (
        ("backup", run_backup, "copy database, keys and files, also of a running server"),
        ("restore", run_restore, "bring a backup back; nothing is deleted"),
    ):
        parser = subparsers.add_parser(name, help=text)
        parser.add_argument("folder", type=Path, help="the backup's own folder")
        parser.add_argument("--json", action="store_true", help="one JSON object")
        parser.set_defaults(run=deed)


def run_backup(arguments: argparse.Namespace) -> int:
    """Make a backup."""
    try:
        about = make_backup(load(), arguments.folder.absolute(), datetime.now(UTC))
    except BackupError as error:
        raise WrongUseError(str(error)) from None
    _tell(arguments, about, "backed up")
    return 0


def run_restore(arguments: argparse.Namespace) -> int:
    """Bring a backup back."""
    configuration = load()
    if _runs(configuration):
        raise WrongUseError(f"Expected the server to be stopped, got {configuration.address_file}")
    try:
        about = restore_backup(configuration, arguments.folder.absolute())
    except BackupError as error:
        raise WrongUseError(str(error)) from None
    _tell(arguments, about, "restored")
    return 0


def _tell(arguments: argparse.Namespace, about: About, deed: str) -> None:
    if arguments.json:
        sys.stdout.write(f"{json.dumps({**asdict(about), 'folder': str(arguments.folder)})}\n")
    else:
        told = f"{deed} {about.engine} of {about.made_at} and {about.files} files"
        sys.stdout.write(f"{told}: {arguments.folder}\n")


def _runs(configuration: Configuration) -> bool:
    """Tell whether a server answers at the address that it left."""
    try:
        address = urlsplit(configuration.address_file.read_text("ascii").strip())
        with socket.create_connection((address.hostname or "", address.port or 0), 2):
            return True
    except (OSError, ValueError):
        return False
