"""``kiosk-server``: the central server's command, a sub-command for each thing to do with it.

Exit status: 0 done, 1 the answer is no, 2 wrong use or settings, with one line on stderr.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from server.commands import (
    WrongUseError,
    backup,
    baskets,
    enrol,
    events,
    feed,
    import_products,
    kiosks,
    load_sample,
    manage,
    migrate,
    openapi,
    price,
    publish,
    receipt_keys,
    run,
    sales,
    setup,
    survey,
)
from server.configuration import CONFIG_VARIABLE, ConfigurationError
from server.keys import SecretMissingError

COMMANDS = (
    setup,
    migrate,
    run,
    import_products,
    load_sample,
    enrol,
    kiosks,
    publish,
    price,
    baskets,
    sales,
    survey,
    receipt_keys,
    events,
    feed,
    openapi,
    backup,
    manage,
)


def make_parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = argparse.ArgumentParser(
        prog="kiosk-server", description="The central server of Pishkhan."
    )
    parser.add_argument("--config", metavar="FILE", help="settings (default: config/server.toml)")
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add_to(subparsers)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out one command and give its exit status."""
    arguments = make_parser().parse_args(argv)
    if arguments.config:
        os.environ[CONFIG_VARIABLE] = arguments.config
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "server.settings")
    try:
        status: int = arguments.run(arguments)
    except (ConfigurationError, SecretMissingError, WrongUseError) as error:
        print(f"kiosk-server: {error}", file=sys.stderr)  # noqa: T201
        return 2
    return status


if __name__ == "__main__":
    sys.exit(main())
