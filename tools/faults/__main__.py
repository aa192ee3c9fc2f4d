"""``python -m tools.faults``: the long run. Exit status 0 only if nothing was lost or doubled."""

from __future__ import annotations

import argparse
import json
import logging
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from tests.postgres import Postgres, PostgresMissingError
from tools.faultproxy.faults import UNSTEADY, parse_weights
from tools.faults.crowd import Run, RunFailedError, carry_out
from tools.faults.truth import count
from tools.stage.server import ROOT, StageError

STREAMS_A_KIOSK = 2
ROWS_A_SECOND_MIN = 100  # slower than this, and something is wrong
START_S = 120.0


def main() -> int:
    """Run, count, and say both."""
    parser = argparse.ArgumentParser(prog="python -m tools.faults", description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000, help="in all (1,000,000)")
    parser.add_argument("--kiosks", type=int, default=4, help="how many at once (4)")
    parser.add_argument("--seed", type=int, default=1, help="of chance (1)")
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--faults", metavar="NAME=N,…", help="of the line (one of ten requests)")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "faults")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(name)s: %(message)s")
    shutil.rmtree(options.out, ignore_errors=True)
    try:
        line = parse_weights(options.faults) if options.faults else UNSTEADY
        with _database(options.engine) as (settings, address):
            run = Run(
                options.out,
                options.kiosks,
                rows=options.events // (options.kiosks * STREAMS_A_KIOSK),
                seed=options.seed,
                within_s=START_S + options.events / ROWS_A_SECOND_MIN,
                line=line,
                server_settings=settings,
            )
            happened = carry_out(run)
            counted = count(options.out, options.kiosks, address)
    except (RunFailedError, StageError, PostgresMissingError, ValueError) as error:
        print(f"faults: {error}", file=sys.stderr)
        return 2
    print(json.dumps({"engine": options.engine, **asdict(counted), **asdict(happened)}))
    print("nothing lost, nothing doubled" if counted.right else "NOT RIGHT")
    return 0 if counted.right else 1


@contextmanager
def _database(engine: str) -> Iterator[tuple[Mapping[str, str], str]]:
    """Give the server's settings, and where to read its tables; PostgreSQL is started for it."""
    if engine == "sqlite":
        yield {}, ""
        return
    postgres = Postgres.start()
    try:
        postgres.make("faults")
        yield postgres.environment("faults"), postgres.address("faults")
    finally:
        postgres.stop()


if __name__ == "__main__":
    sys.exit(main())
