"""The central server as a process of its own, with the sample chain in it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.clock import ServerClock
from kiosk.line.enrolment import Offered, Place, await_identity, use_code

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "config" / "sample"
ENROL_S = 10.0
START_S = 30.0  # Django's start on a busy machine


class StageError(RuntimeError):
    """A part of the stage did not come up; the text says which and what it said."""


@dataclass(slots=True)
class Server:
    """A server whose data lies in ``folder``; ``prepare`` once, then ``start`` and ``stop``."""

    folder: Path
    url: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)  # variables, as PISHKHAN_SERVER_…
    process: subprocess.Popen[bytes] | None = None

    def prepare(self, pictures: Path | None = None) -> None:
        """Make keys and database, load the sample chain and publish it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.command("setup")
        self.command("load-sample", str(SAMPLE), *_flag("--pictures", pictures))
        self.command("publish")

    def enrol(self, kiosk_id: str, store_id: str, key_file: Path) -> None:
        """Make a kiosk whose key lies in ``key_file``."""
        self.command("enrol", kiosk_id, store_id, "--key-file", str(key_file))

    def enrol_box(self, kiosk_id: str, store_id: str, data_dir: Path) -> None:
        """Make a kiosk of the box in ``data_dir``, as store IT does: by a code; it must run."""
        code = self.command("enrol", kiosk_id, store_id, "--approve").strip()
        data_dir.mkdir(parents=True, exist_ok=True)
        place, clock = Place(data_dir, self.url, ENROL_S), ServerClock()
        use_code(place, code, Offered("", "stage"), clock)
        if await_identity(place, clock, ENROL_S, time.sleep, lambda _: None) is None:
            raise StageError(f"expected {kiosk_id} to be enrolled within {ENROL_S:g} s")

    @property
    def public_key_file(self) -> Path:
        """What proves this server's catalogues to a kiosk."""
        from server.keys import PUBLIC_FILE

        return self.folder / PUBLIC_FILE

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.url.rpartition(":")[2])

    def start(self) -> None:
        """Run it and wait until it listens; a second time on the same port."""
        address, until = self.folder / "address", time.monotonic() + START_S
        address.unlink(missing_ok=True)  # of a server that was killed
        port = self.port if self.url else 0
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*_COMMAND, "run", "--port", str(port)],
                env=self._environment,
                stdout=log,
                stderr=log,
                cwd=ROOT,
            )
        while not address.is_file():
            if self.process.poll() is not None or time.monotonic() > until:
                self.stop()
                raise StageError(f"server: {(self.folder / 'server.log').read_text()[-2_000:]}")
            time.sleep(0.05)
        self.url = address.read_text().strip()

    def stop(self) -> None:
        """End the process that ``start`` made."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(10)
        self.process = None

    def kill(self) -> None:
        """End it at once, as a crash would."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self.process = None

    def price(self, sku: str, rial: int) -> None:
        """Give a product another price in the whole chain, as head office does by a file."""
        file = self.folder / "new-price.csv"
        file.write_text(f"sku,price\n{sku},{rial}\n", "utf-8")
        self.command("import-products", str(file))

    def ask(self, kiosk_id: str, do: str, fa: str = "", en: str = "") -> None:
        """Ask a kiosk for what the fleet page asks for, in the name of somebody of the office."""
        self.command("manage", "shell", "--no-imports", "-c", _ASKING.format(
            kiosk=kiosk_id, do=do, words=f"Text({fa!r}, {en!r})" if fa else None))  # fmt: skip

    def events(self) -> dict[str, int]:
        """Count what has come in, by kind."""
        lines = self.command("events", "--json").splitlines()
        return {each["kind"]: each["count"] for each in map(json.loads, lines)}

    def command(self, *arguments: str) -> str:
        """Carry out one ``kiosk-server`` command and give what it printed."""
        run = subprocess.run(
            [*_COMMAND, *arguments], env=self._environment, capture_output=True, text=True, cwd=ROOT
        )
        if run.returncode:
            raise StageError(f"kiosk-server {arguments[0]}: {run.stderr or run.stdout}")
        return run.stdout

    @property
    def _environment(self) -> Mapping[str, str]:
        return {**os.environ, **self.settings, "PISHKHAN_SERVER_DATA_DIR": str(self.folder)}


_ASKING = """
from django.contrib.auth import get_user_model
from django.utils import timezone
from retail.catalogue import Text
from server.feed.actions import Wish, ask
from server.fleet.models import Kiosk
by, _ = get_user_model().objects.get_or_create(username="stage")
ask(Kiosk.objects.get(pk="{kiosk}"), Wish("{do}", words={words}), by, timezone.now())
"""
_COMMAND = [sys.executable, "-m", "server"]


def _flag(name: str, path: Path | None) -> list[str]:
    return [] if path is None else [name, str(path)]
