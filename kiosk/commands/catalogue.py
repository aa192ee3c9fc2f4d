"""``kiosk catalogue build|info``: make a catalogue file of a snapshot, and say what is in one.

The kiosk itself builds what it fetched from the server; this is for store IT and developers.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from kiosk.errors import DataError

if TYPE_CHECKING:
    from kiosk.storage import Catalogue, CatalogueInfo

SETTINGS = Path("/etc/kiosk/kiosk.toml")


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the sub-command and its two."""
    parser = subparsers.add_parser("catalogue", help="build a catalogue, or say what is in one")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    build = actions.add_parser("build", help="make a catalogue file of a snapshot")
    build.add_argument("snapshot", type=Path, help="gzip NDJSON as docs/snapshot.md says")
    build.add_argument("--out", type=Path, required=True, metavar="FILE")
    build.add_argument("--json", action="store_true", help="one JSON object a line")
    build.set_defaults(run=run, action=_build)
    info = actions.add_parser("info", help="check a catalogue and say what is in it")
    info.add_argument("file", type=Path)
    info.add_argument("--json", action="store_true", help="one JSON object a line")
    info.set_defaults(run=run, action=_info)


def run(arguments: argparse.Namespace) -> int:
    """Build or describe; raises ``DataError`` for a broken file, which ends with status 2."""
    told: dict[str, Any] = arguments.action(arguments)
    if arguments.json:
        print(json.dumps(told, ensure_ascii=False))  # noqa: T201
    else:
        for key, value in told.items():
            print(f"{key + ':':<12}{value}")  # noqa: T201
    return 0


def add_catalogue_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say which catalogue to ask."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--catalogue", type=Path, metavar="FILE", help="a catalogue file")
    which.add_argument(
        "--config", type=Path, default=SETTINGS, help=f"a kiosk's settings; default: {SETTINGS}"
    )


def open_chosen(arguments: argparse.Namespace) -> Catalogue:
    """Open the catalogue that the options name; raises ``DataError`` or ``ConfigError``.

    With ``--config`` it is the newest that opens. Nothing is set aside or cleared away, so
    this may run beside the kiosk.
    """
    from kiosk.config import load
    from kiosk.storage import Catalogue, editions_in

    if arguments.catalogue:
        return Catalogue(arguments.catalogue)
    folder = load(arguments.config).catalogue_dir
    for file in editions_in(folder):
        try:
            return Catalogue(file)
        except DataError:
            continue  # the kiosk sets it aside at its next start
    raise DataError(f"{folder}: expected a catalogue, got none")


def _build(arguments: argparse.Namespace) -> dict[str, Any]:
    from kiosk.storage import build

    began = perf_counter()
    info = build(arguments.snapshot, arguments.out)
    return _told(info, arguments.out) | {"seconds": round(perf_counter() - began, 2)}


def _info(arguments: argparse.Namespace) -> dict[str, Any]:
    from kiosk.storage import check

    return _told(check(arguments.file), arguments.file)


def _told(info: CatalogueInfo, file: Path) -> dict[str, Any]:
    from retail.snapshot import write_instant

    return asdict(info) | {
        "made_at": write_instant(info.made_at),
        "file": str(file),
        "bytes": file.stat().st_size,
    }
