"""``kiosk-server run`` as processes: one on SQLite, several on PostgreSQL; stopped and killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests
from django.conf import settings

from server.configuration import Configuration
from server.events.models import Event
from tests.postgres import running as postgres_running
from tests.server.boxes import Box, as_bytes
from tests.server.engines import EACH
from tests.server.signing import SignedLine, a_kiosk

ROOT = Path(__file__).parents[2]


def environment(configuration: Configuration, **more: str) -> dict[str, str]:
    database = configuration.database
    told = {"PISHKHAN_SERVER_DATA_DIR": str(configuration.data_dir)}
    if database.engine == "postgresql":
        told |= postgres_running().environment(database.name)
    return {**os.environ, **told, **more}


@contextmanager
def started(configuration: Configuration, **more: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "server", "run", "--port", "0"],
        cwd=ROOT,
        env=environment(configuration, **more),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("listening at http://127.0.0.1:")
        yield process
    finally:
        process.kill()
        process.wait(10)
        if process.stdout is not None:
            process.stdout.close()


def url(configuration: Configuration) -> str:
    return configuration.address_file.read_text("ascii").strip()


def send(line: SignedLine, batch: dict[str, Any]) -> requests.Response:
    """Send as a kiosk does: what one process that remembers nonces by itself may have seen before
    it started is signed anew."""
    answer = line.ask("POST", "/api/v2/events", body=as_bytes(batch))
    while answer.status_code == 401 and answer.json()["code"] == "clock":
        answer = line.ask("POST", "/api/v2/events", body=as_bytes(batch))
    return answer


@EACH
def test_what_was_answered_is_there_after_the_process_was_killed(chain: Configuration) -> None:
    key, box = a_kiosk(), Box().fill(50)
    with started(chain) as process:
        line = SignedLine(url(chain), key)
        assert send(line, box.batch()).json()["acked_through"] == 50
        process.kill()
        process.wait(10)
        assert not psutil.pid_exists(process.pid)
    assert Event.objects.count() == 50
    box.fill(1)
    with started(chain):
        line = SignedLine(url(chain), key)
        assert send(line, box.batch(40)).json()["acked_through"] == 51
    assert Event.objects.count() == 51


def test_it_stops_within_seconds_though_a_connection_stays_open(chain: Configuration) -> None:
    with started(chain) as process, requests.Session() as session:
        assert session.get(f"{url(chain)}/api/v1/health", timeout=10).status_code == 200
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        assert time.monotonic() - began < 6
    assert not chain.address_file.exists()


@pytest.mark.parametrize("engine", ["postgresql"])
def test_several_processes_share_a_port_and_their_numbers(chain: Configuration) -> None:
    key, box = a_kiosk(), Box().fill(60)
    with started(chain, PISHKHAN_SERVER_LISTEN_WORKERS="2") as process:
        watcher = psutil.Process(process.pid)
        workers = [each.pid for each in watcher.children()]
        assert len(workers) == 2
        line = SignedLine(url(chain), key)
        for after in range(0, 60, 5):  # a connection each: the kernel shares them out
            assert send(line, box.batch(after, 5)).json()["acked_through"] == after + 5
        told = requests.get(f"{url(chain)}/metrics", timeout=10).text
        assert 'pishkhan_ingest_rows_total{outcome="stored"} 60.0' in told
        os.kill(workers[0], signal.SIGKILL)
        wait_for(lambda: len(watcher.children()) == 2 and workers[0] not in pids(watcher))
        assert send(line, box.batch(50)).status_code == 200
        workers = pids(watcher)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert not any(psutil.pid_exists(pid) for pid in workers)


@pytest.mark.parametrize("engine", ["postgresql"])
def test_whoever_kills_the_watcher_has_killed_all(chain: Configuration) -> None:
    with started(chain, PISHKHAN_SERVER_LISTEN_WORKERS="2") as process:
        workers = psutil.Process(process.pid).children()
        process.kill()
        gone, alive = psutil.wait_procs(workers, timeout=10)
        assert (len(gone), alive) == (2, [])


def test_a_port_that_another_server_has_is_refused(chain: Configuration) -> None:
    with started(chain):
        port = url(chain).rpartition(":")[2]
        done = subprocess.run(
            [sys.executable, "-m", "server", "run", "--port", port],
            cwd=ROOT,
            env=environment(chain),
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert f"Expected to listen at 127.0.0.1 port {port}, got " in done.stderr


def test_tables_of_another_version_are_refused_in_one_line(chain: Configuration) -> None:
    from django.core.management import call_command

    call_command("migrate", "events", "0001", interactive=False, verbosity=0)
    done = subprocess.run(
        [sys.executable, "-m", "server", "run", "--port", "0"],
        cwd=ROOT,
        env=environment(settings.CONFIGURATION),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "run: kiosk-server migrate" in done.stderr


def pids(process: psutil.Process) -> list[int]:
    return [each.pid for each in process.children()]


def wait_for(true: Any, most_s: float = 30.0) -> None:
    end = time.monotonic() + most_s
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def test_a_worker_whose_watcher_has_ended_ends_before_it_serves() -> None:
    code = "from server.processes import become_worker; become_worker(); print('serving')"
    for watcher, said in ((os.getpid(), "serving\n"), (1, "")):
        environment = {**os.environ, "PISHKHAN_WATCHER_PID": str(watcher)}
        run = subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True
        )
        assert (run.returncode, run.stdout) == (0, said)
