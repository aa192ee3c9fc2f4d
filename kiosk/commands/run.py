"""``kiosk run``: the kiosk itself, until its window is closed or it is told to stop."""

from __future__ import annotations

import argparse
import gc
import logging

from kiosk.commands import add_config_option


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the sub-command."""
    parser = subparsers.add_parser("run", help="run the kiosk with its window")
    add_config_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run; wrong settings end with status 2 before anything starts."""
    gc.disable()  # until the window has drawn: nothing that a start makes is garbage
    from kiosk.config import load

    settings = load(arguments.config)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    from kiosk.bootstrap import run as run_kiosk

    return run_kiosk(settings)
