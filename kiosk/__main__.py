"""The ``kiosk`` command: one sub-command for each thing that is done without a screen, or with.

Exit status 0: done; 1: the answer is no; 2: wrong use or settings, one line on standard error.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import unicodedata
from collections.abc import Sequence
from typing import Final

from kiosk.errors import ConfigError, KioskError

LINE_MAX: Final = 1_000  # characters of what is told of a fault
_UNSHOWN: Final = ("Cc", "Cs", "Zl", "Zp")  # control characters, half characters, ends of lines

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
    "refund",
    "terminal",
    "receipt",
    "survey",
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
        print(f"kiosk: {_one_line(str(error))}", file=sys.stderr)  # noqa: T201  (for the caller)
        return 2
    except BrokenPipeError:  # the reader of our lines went away, as "head" does
        sys.stderr.close()
        return 1
    return status


def _one_line(text: str) -> str:
    """Write a text as one line that a terminal can show; of a very long one beginning and end."""
    if len(text) > LINE_MAX:
        text = f"{text[: LINE_MAX // 2]} … {text[-LINE_MAX // 2 :]}"
    return "".join(c if unicodedata.category(c) not in _UNSHOWN else ascii(c)[1:-1] for c in text)


def _check_text(words: Sequence[str]) -> None:
    """Refuse bytes that are no text: nothing could look them up, nor tell of them."""
    for word in words:
        try:
            word.encode()
        except UnicodeEncodeError:
            raise ConfigError(f"expected arguments in UTF-8, got {os.fsencode(word)!r}") from None


if __name__ == "__main__":
    sys.exit(main())
