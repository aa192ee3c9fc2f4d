"""The command ``python -m tools.sample_chain``: build the CSV files, draw the pictures."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]


def main(arguments: list[str] | None = None) -> int:
    """Run one sub-command; gives the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.sample_chain", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    build = commands.add_parser("build", help="write the CSV files")
    build.add_argument("--out", type=Path, default=ROOT / "config/sample", metavar="DIR")
    build.set_defaults(run=_build)
    pictures = commands.add_parser("pictures", help="draw a picture of every product")
    pictures.add_argument("--out", type=Path, default=ROOT / "build/sample/pictures", metavar="DIR")
    pictures.add_argument("--workers", type=int, default=2, metavar="N", help="processes (2)")
    pictures.add_argument("--only", default="", metavar="WORD", help="only names that hold WORD")
    pictures.set_defaults(run=_pictures)
    options = parser.parse_args(arguments)
    status: int = options.run(options)
    return status


def _build(options: argparse.Namespace) -> int:
    from tools.sample_chain.tables import write_tables

    for name, rows in write_tables(options.out).items():
        print(f"{options.out / name}: {rows} rows")
    return 0


def _pictures(options: argparse.Namespace) -> int:
    from tools.sample_chain.pictures.studio import write_pictures

    start = time.perf_counter()
    drawn = write_pictures(options.out, workers=options.workers, only=options.only)
    print(f"{options.out}: {drawn} pictures drawn in {time.perf_counter() - start:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
