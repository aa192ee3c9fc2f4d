"""The ``kiosk`` command: one sub-command for each thing that is done without a screen, or with.

Exit status 0: done; 1: the answer is no; 2: wrong use or settings, one line on standard error.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from kiosk.errors import ConfigError, KioskError

COMMANDS = (
    "run",
    "doctor",
    "decode",
    "lookup",
    "quote",
    "search",
    "catalogue",
    "outbox",
    "enrol",
    "staff_pin",
    "pay",
    "recover",
    "payments",
    "terminal",
)


def parser() -> argparse.ArgumentParser:
    """Build the parser from the modules of ``kiosk.commands``."""
    made = argparse.ArgumentParser(prog="kiosk", description="The self-service kiosk of a store")
    subparsers = made.add_subparsers(required=True, metavar="COMMAND")
    for name in COMMANDS:
        importlib.import_module(f"kiosk.commands.{name}").add_to(subparsers)
    return made


def main(argv: Sequence[str] | None = None) -> int:
    """Run one sub-command and give its exit status."""
    words = sys.argv[1:] if argv is None else argv
    try:
        _check_text(words)
        arguments = parser().parse_args(words)
        status: int = arguments.run(arguments)
    except KioskError as error:
        print(f"kiosk: {error}", file=sys.stderr)  # noqa: T201  (its one line for the caller)
        return 2
    except BrokenPipeError:  # the reader of our lines went away, as "head" does
        sys.stderr.close()
        return 1
    return status


def _check_text(words: Sequence[str]) -> None:
    """Refuse bytes that are no text: nothing could look them up, nor tell of them."""
    for word in words:
        try:
            word.encode()
        except UnicodeEncodeError:
            raise ConfigError(f"expected arguments in UTF-8, got {os.fsencode(word)!r}") from None


if __name__ == "__main__":
    sys.exit(main())
