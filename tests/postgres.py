"""A real PostgreSQL for tests and benchmarks: unprivileged, in a temporary folder, on loopback.

Nothing of it outlives ``stop``, nor the process that started it, however that ends. It is not tuned but for the number of connections: what PostgreSQL does by itself is what is
tested, with ``synchronous_commit`` on.
"""

from __future__ import annotations

import atexit
import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest

MISSING = (
    "Expected PostgreSQL's programs (initdb, postgres, pg_dump), got none; "
    "install them: apt-get install --no-install-recommends postgresql"
)
USER = "pishkhan"
START_S = 60.0
CONNECTIONS_MAX = 250  # 200 that spend at once, each by its own


class PostgresMissingError(RuntimeError):
    """PostgreSQL's programs are not on this machine; the text says what to install."""


@dataclass(slots=True)
class Postgres:
    """A running server; ``user`` is its superuser and needs no password."""

    folder: Path
    programs: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @classmethod
    def start(cls) -> Postgres:
        """Make a cluster and start it; raises ``PostgresMissingError``."""
        programs = find_programs()
        folder = Path(tempfile.mkdtemp(prefix="pishkhan-postgres-"))
        _give_away(folder)
        server = cls(folder, programs, _free_port())
        server._run("initdb", "-D", str(server.data), "-U", USER, "-A", "trust", "-E", "UTF8", "-N")
        server.again()
        return server

    @property
    def data(self) -> Path:
        """The cluster's own folder."""
        return self.folder / "data"

    def again(self) -> None:
        """Start it, also after it was ended."""
        options = (
            *("-c", "listen_addresses=127.0.0.1", "-c", f"max_connections={CONNECTIONS_MAX}"),
            *("-p", str(self.port), "-k", str(self.folder)),
        )
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(self.programs / "postgres"), "-D", str(self.data), *options],
                cwd=self.folder,
                stdout=log,
                stderr=log,
                preexec_fn=_die_with_parent,
                **_as_nobody(),
            )
        end = time.monotonic() + START_S
        while True:
            try:
                psycopg.connect(self.address("postgres")).close()
            except psycopg.OperationalError:
                if self.process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError((self.folder / "log").read_text()[-2_000:]) from None
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        """End it and take its folder away."""
        if self.process is not None:
            self.process.send_signal(signal.SIGQUIT)  # at once; nothing of it is kept
            self.process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)

    def make(self, name: str) -> None:
        """Make a database of this name; one that was there is dropped."""
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{name}"')

    def copy(self, old: str, new: str) -> None:
        """Make ``new`` a copy of ``old``, which nobody may be using."""
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{new}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{new}" TEMPLATE "{old}"')

    def address(self, name: str) -> str:
        """Give what psycopg connects to for the database of this name."""
        return f"host=127.0.0.1 port={self.port} user={USER} dbname={name}"

    def environment(self, name: str) -> dict[str, str]:
        """Give the variables by which ``kiosk-server`` uses the database of this name."""
        return {
            "PISHKHAN_SERVER_DATABASE_ENGINE": "postgresql",
            "PISHKHAN_SERVER_DATABASE_HOST": "127.0.0.1",
            "PISHKHAN_SERVER_DATABASE_PORT": str(self.port),
            "PISHKHAN_SERVER_DATABASE_NAME": name,
            "PISHKHAN_SERVER_DATABASE_USER": USER,
        }

    def _run(self, program: str, *words: str) -> None:
        command = [str(self.programs / program), *words]
        done = subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, timeout=120, **_as_nobody()
        )
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr[-2_000:]}")


def find_programs() -> Path:
    """Give the folder of the newest PostgreSQL's programs; raises ``PostgresMissingError``."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version)
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path is None:
        raise PostgresMissingError(MISSING)
    return Path(on_path).resolve().parent


def _version(initdb: Path) -> int:
    return int(initdb.parts[-3]) if initdb.parts[-3].isdigit() else 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _as_nobody() -> dict[str, Any]:
    """PostgreSQL refuses to run for root, so root lends it another user."""
    if os.geteuid():
        return {}
    who = pwd.getpwnam("nobody")
    return {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(1, signal.SIGQUIT)  # PR_SET_PDEATHSIG


def _give_away(folder: Path) -> None:
    if not os.geteuid():
        who = pwd.getpwnam("nobody")
        os.chown(folder, who.pw_uid, who.pw_gid)


@cache
def running() -> Postgres:
    """Give the one server of this process; started when first asked for, ended with it."""
    server = Postgres.start()
    atexit.register(server.stop)
    return server


def postgres_or_skip() -> Postgres:
    """Give ``running``; without the programs the test is skipped, or fails where CI is set."""
    try:
        return running()
    except PostgresMissingError as error:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(str(error))
