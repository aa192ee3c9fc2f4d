"""Run every benchmark, each in a process of its own, one after the other.

Exit status 1 where a figure that was promised is not reached; all of them run all the same.
"""

from __future__ import annotations

import argparse
import subprocess
import sys

BENCHES = (
    "decoding",
    "catalogue",
    "screens",
    "kiosk",
    "ingest",
    "feed",
    "pricing",
    "surveys",
    "terminal_fuzz",
)


def main() -> int:
    """Run those that are named, or all."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    parser.add_argument("bench", nargs="*", choices=[*BENCHES, []], help="default: all")
    missed = []
    for name in parser.parse_args().bench or BENCHES:
        print(f"\n==== {name}", flush=True)
        if subprocess.run([sys.executable, "-m", f"tools.bench.{name}"]).returncode:
            missed.append(name)
    if missed:
        print(f"\nnot all reached: {', '.join(missed)}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
