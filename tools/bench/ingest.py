"""Measure taking in events: ours beside what one would write instead, in one run.

PostgreSQL: 64 kiosks send as fast as they are answered, 50 rows a request, to one server
process of each kind; the same table, the same checks, ``synchronous_commit`` on. *Staged COPY*
has no server in front of it: a temporary table, 5,000 rows a commit; it is the ceiling.
SQLite: 16 kiosks; what counts there is how long one of them waits. No signature is looked at.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import psutil

from tests.postgres import Postgres

KIOSKS, KIOSKS_ON_SQLITE = 64, 16  # that send at once
ROWS, SLOW_ROWS = 600, 100  # of each in a round; the second for what takes its time
ROUNDS = 3  # in turns, so that a busy moment of the machine meets all of them
ORM_RATIO_MIN, RAW_RATIO_MIN, COPY_SHARE_MIN, P99_RATIO_MIN = 5.0, 1.5, 0.6, 10.0
PATHS = {"ours": "/api/v2/events", "ninja": "/bench/events", "litestar": "/api/events"}
Environment = dict[str, str]


@dataclass(frozen=True, slots=True)
class Figure:
    """What one server did: rows a second, milliseconds, and microseconds of CPU a row."""

    rows_a_second: float
    p50_ms: float
    p99_ms: float
    server_us: float
    database_us: float = 0.0


def main() -> int:
    """Measure and print; exit status 1 where a promised ratio is not reached."""
    folder = Path(tempfile.mkdtemp(prefix="ingest-bench-"))
    postgres = Postgres.start()
    try:
        missed = _on_postgresql(folder, postgres) + _on_sqlite(folder)
    finally:
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if missed else 0


def _on_postgresql(folder: Path, postgres: Postgres) -> int:
    postgres.make("migrated")
    _prepare(_environment(folder, postgres.environment("migrated")))
    print(f"PostgreSQL, {KIOSKS} kiosks at once, 50 rows a request, one server process each")
    rounds: dict[str, list[Figure]] = {"ours": [], "litestar": [], "ninja": []}
    for turn in range(ROUNDS):
        for which, figures in rounds.items():
            name = f"{which}_{turn}"
            postgres.copy("migrated", name)
            environment = _environment(folder, postgres.environment(name))
            rows = SLOW_ROWS if which == "ninja" else ROWS
            figures.append(_measure(which, environment, KIOSKS, rows, postgres))
    middle = {which: _middle(figures) for which, figures in rounds.items()}
    for which, figure in middle.items():
        _print(which, figure)
    ceiling, writer = _without_server(folder, postgres)
    print(f"  {'staged COPY, 5,000 a commit, no server':<44}{ceiling:>9,.0f} rows/s")
    print(f"  {'our writer alone, 5,000 a commit, no server':<44}{writer:>9,.0f} rows/s")
    ours, orm, raw = (middle[each] for each in ("ours", "ninja", "litestar"))
    return (
        _ratio("ours / django-ninja + ORM", ours.rows_a_second / orm.rows_a_second, ORM_RATIO_MIN)
        + _ratio("ours / Litestar + psycopg", ours.rows_a_second / raw.rows_a_second, RAW_RATIO_MIN)
        + _ratio("  the same by CPU, server and database", _cpu(raw) / _cpu(ours), 0)
        + _ratio("our writer / staged COPY", writer / ceiling, COPY_SHARE_MIN)
        + _ratio("ours, with HTTP, / staged COPY", ours.rows_a_second / ceiling, 0)
    )


def _on_sqlite(folder: Path) -> int:
    print(f"SQLite, {KIOSKS_ON_SQLITE} kiosks at once, 50 rows a request")
    rounds: dict[str, list[Figure]] = {"ours": [], "ninja": []}
    for turn in range(ROUNDS):
        for which, figures in rounds.items():
            environment = _environment(folder / f"sqlite-{which}-{turn}", {})
            _prepare(environment)
            rows = 4 * (SLOW_ROWS if which == "ninja" else ROWS)
            figures.append(_measure(which, environment, KIOSKS_ON_SQLITE, rows, None))
    ours, orm = _middle(rounds["ours"]), _middle(rounds["ninja"])
    _print("ours", ours)
    _print("ninja", orm)
    return _ratio("p99 of the ORM / ours", orm.p99_ms / ours.p99_ms, P99_RATIO_MIN)


def _middle(figures: list[Figure]) -> Figure:
    """Give the median of each number."""
    return Figure(*(statistics.median(each) for each in zip(*map(astuple, figures), strict=True)))


def _cpu(figure: Figure) -> float:
    return figure.server_us + figure.database_us


def _environment(folder: Path, more: Environment) -> Environment:
    return {**os.environ, "PISHKHAN_SERVER_DATA_DIR": str(folder / "data"), **more}


def _prepare(environment: Environment) -> None:
    """Make tables, a store and the kiosks."""
    _run(["-m", "server", "setup"], environment)
    script = (
        "from django.utils.timezone import now; from server.fleet.models import Kiosk;"
        "from server.stores.models import Store;"
        "store = Store.objects.create(store_id='bench', name_fa='x');"
        "Kiosk.objects.bulk_create([Kiosk(kiosk_id=f'bench-{n}', store=store, enrolled_at=now())"
        f" for n in range({KIOSKS})])"
    )
    _run(["-m", "server", "manage", "shell", "-c", script], environment)


def _run(words: list[str], environment: Environment) -> str:
    done = subprocess.run([sys.executable, *words], env=environment, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{words}: {done.stderr[-2_000:]}")
    return done.stdout


@contextmanager
def _server(which: str, environment: Environment) -> Iterator[tuple[int, psutil.Process]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tools.bench.ingesting.serving", which],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline()), psutil.Process(process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _measure(
    which: str, environment: Environment, kiosks: int, rows: int, postgres: Postgres | None
) -> Figure:
    with _server(which, environment) as (port, process):
        _send(port, which, kiosks, 50, environment)  # so that all is loaded and planned
        before = _spent(process), _spent_by(postgres)
        sent = _send(port, which, kiosks, rows, environment)
        after = _spent(process), _spent_by(postgres)
    latencies = sorted(sent["latencies_s"])
    return Figure(
        sent["rows"] / sent["took_s"],
        1_000 * statistics.median(latencies),
        1_000 * latencies[int(0.99 * len(latencies))],
        1e6 * (after[0] - before[0]) / sent["rows"],
        1e6 * (after[1] - before[1]) / sent["rows"],
    )


def _spent(process: psutil.Process) -> float:
    """Give the seconds of CPU that a process has had."""
    times = process.cpu_times()
    return times.user + times.system


def _spent_by(postgres: Postgres | None) -> float:
    if postgres is None:
        return 0.0
    pid = int((postgres.data / "postmaster.pid").read_text().split()[0])
    return sum(_spent(each) for each in psutil.Process(pid).children())


def _send(
    port: int, which: str, kiosks: int, rows: int, environment: Environment
) -> dict[str, Any]:
    command = [sys.executable, "-m", "tools.bench.ingesting.sending"]
    process = subprocess.Popen(
        [*command, str(port), str(kiosks), str(rows), PATHS[which]],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None and process.stdout is not None  # noqa: PT018
    process.stdout.readline()
    said, _ = process.communicate("\n")
    told: dict[str, Any] = json.loads(said)
    return told


def _without_server(folder: Path, postgres: Postgres) -> tuple[float, float]:
    """Give rows a second of staged COPY and of our writer, both without a server, in turns."""
    figures: dict[str, list[float]] = {"copy": [], "writer": []}
    for turn in range(3):
        for which, told in figures.items():
            name = f"{which}_{turn}"
            postgres.copy("migrated", name)
            environment = _environment(folder, postgres.environment(name))
            told.append(float(_run(["-m", "tools.bench.ingesting.writing", which], environment)))
    return statistics.median(figures["copy"]), statistics.median(figures["writer"])


def _print(which: str, figure: Figure) -> None:
    name = {"ours": "ours", "ninja": "django-ninja + ORM", "litestar": "Litestar + psycopg"}[which]
    print(
        f"  {name:<44}{figure.rows_a_second:>9,.0f} rows/s   p50 {figure.p50_ms:,.0f} ms"
        f"   p99 {figure.p99_ms:,.0f} ms   CPU a row: server {figure.server_us:,.0f} µs,"
        f" database {figure.database_us:,.0f} µs",
        flush=True,
    )


def _ratio(name: str, value: float, least: float) -> int:
    limit = f"  (at least {least:g})" if least else ""
    missed = bool(least) and value < least
    print(f"  {name:<44}{value:>9.2f}{limit}{'  MISSED' if missed else ''}", flush=True)
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
