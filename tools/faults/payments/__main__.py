"""``python -m tools.faults.payments``: sales at terminals that fail, by kiosks that are killed.

Exit status 0 only if every invariant held. The figures are wall and CPU seconds of this run.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kiosk.hardware.terminal.simulated.personas import PERSONAS
from tools.faults.payments.chance import ANY_TIME, FULL_DISK, NO_POINT
from tools.faults.payments.points import POINTS
from tools.faults.payments.tally import Task
from tools.faults.payments.worker import run_worker

WORKERS = 48  # most of them wait for a link or a time-out
MEMORY = Path("/dev/shm")  # a kill loses nothing of a file system in memory, either
MIX = ("zvt", "zvt", "zvt", "zvt", "behpardakht", "sadad")
SOLD_MIN = 0.1  # a run in which hardly anything is sold shows nothing
APART = ("table", "reached", "broken")  # told in their own way
SUMS = ("sales", "kills", "starts", "cpu_s")


def main() -> int:
    """Run, and say what held; gives the exit status."""
    options = _parser().parse_args()
    folder = options.out or Path(tempfile.mkdtemp(prefix="payments-", dir=_quick()))
    tasks = list(_tasks(options, folder))
    print(f"payments: seed {options.seed}, {len(tasks)} workers, in {folder}", flush=True)
    began = time.monotonic()
    tallies = run_all(tasks)
    seconds = time.monotonic() - began
    report = summary(tallies) | {"seed": options.seed, "seconds": round(seconds, 1)}
    report["sales_a_second"] = round(report["sales"] / seconds, 2)
    report["cpu_ms_a_sale"] = round(1_000 * report["cpu_s"] / max(report["sales"], 1), 1)
    print(json.dumps({name: value for name, value in report.items() if name not in APART}))
    print(table(report["table"], report["reached"]))
    sold = report["ended"].get("settled", 0)
    if sold < SOLD_MIN * report["sales"]:
        report["broken"].append(
            f"expected a tenth of the sales settled, got {sold}: that shows nothing"
        )
    broken = report["broken"] or len(tallies) != len(tasks)
    for each in report["broken"]:
        print(f"BROKEN {each}")
    print("NOT RIGHT" if broken else "nobody charged twice, no sale lost")
    if not broken and options.out is None:
        shutil.rmtree(folder)
    return 1 if broken else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.faults.payments", description=__doc__)
    add = parser.add_argument
    add("--sales", type=int, default=100_000, help="in all (100,000)")
    add("--minutes", type=float, default=30.0, help="at most (30)")
    add("--seed", type=int, default=1, help="of chance (1)")
    add("--workers", type=int, default=WORKERS, help=f"terminals at once ({WORKERS})")
    add("--protocol", choices=("mix", "zvt", "behpardakht", "sadad"), default="mix")
    add("--wire", choices=("tcp", "serial"), default="tcp")
    add("--corrupt", type=float, default=0.0, help="chance of each byte on the wire to be changed")
    add("--out", type=Path, help="a new folder that is kept; without it: in memory")
    return parser


def _quick() -> Path | None:
    return MEMORY if os.access(MEMORY, os.W_OK) else None


def _tasks(options: argparse.Namespace, folder: Path) -> Iterator[Task]:
    ends_at = time.monotonic() + 60 * options.minutes
    workers = min(options.workers, options.sales)
    for number in range(workers):
        sales = options.sales // workers + (number < options.sales % workers)
        mixed = MIX[number % len(MIX)]
        yield Task(
            number,
            folder / f"worker-{number}",
            1_000 * options.seed + number,
            sales,
            ends_at,
            mixed if options.protocol == "mix" else options.protocol,
            options.wire,
            options.corrupt,
        )


def run_all(tasks: list[Task]) -> list[dict[str, Any]]:
    """Run each task in a process of its own; gives the tallies of those that came to an end."""
    running = [_start(task) for task in tasks]
    tallies = []
    for pid, answers in running:
        with os.fdopen(answers) as lines:
            tallies += [json.loads(line) for line in lines]
        os.waitpid(pid, 0)
    return tallies


def _start(task: Task) -> tuple[int, int]:
    reading, writing = os.pipe()
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    status = 1
    try:
        os.close(reading)
        run_worker(task, writing)
        status = 0
    except BaseException:
        sys.stderr.write(f"worker {task.number}: {traceback.format_exc()}\n")
        sys.stderr.flush()
    finally:
        os._exit(status)


def summary(tallies: list[dict[str, Any]]) -> dict[str, Any]:
    """Add them up."""
    report: dict[str, Any] = {name: sum(each[name] for each in tallies) for name in SUMS}
    report["cpu_s"] = round(report["cpu_s"], 1)
    for name in ("faults", "ended", "for_staff", "reached"):
        added: Counter[str] = Counter()
        for each in tallies:
            added.update(each[name])
        report[name] = dict(sorted(added.items()))
    points: Counter[str] = Counter()
    for each in tallies:
        points.update(each["persona_by_point"])
    report["table"] = dict(points)
    slowest = max(tallies, key=lambda each: each["settled_s_max"], default={})
    report["settled_s_max"] = round(slowest.get("settled_s_max", 0.0), 2)
    report["slowest"] = slowest.get("slowest", "")
    report["broken"] = [line for each in tallies for line in each["broken"]]
    return report


def table(drawn: Mapping[str, int], reached: Mapping[str, int]) -> str:
    """Write how many sales each persona had at each kill point, and how many died there."""
    labels = [*POINTS, ANY_TIME, FULL_DISK, NO_POINT]
    rows = ["sales drawn / died there".ljust(26) + " ".join(name.rjust(11) for name in PERSONAS)]
    for label in labels:
        cells = []
        for persona in PERSONAS:
            key = f"{persona} {label}"
            died = "" if label in (ANY_TIME, NO_POINT) else f"/{reached.get(key, 0)}"
            cells.append(f"{drawn.get(key, 0)}{died}".rjust(11))
        rows.append(label.ljust(26) + " ".join(cells))
    return "\n".join(rows)


if __name__ == "__main__":
    sys.exit(main())
