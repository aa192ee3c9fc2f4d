"""A real Mosquitto for tests: unprivileged, in a temporary folder, on loopback.

Anybody may read what lies below ``pishkhan/``, and only the server may write there, as
docs/feed.md has it. Nothing of it outlives ``stop``.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

MISSING = (
    "Expected Mosquitto's programs (mosquitto, mosquitto_passwd), got none; "
    "install them: apt-get install --no-install-recommends mosquitto"
)
USER, PASSWORD = "pishkhan-server", "for tests alone"
STARTS_S = 10.0
_CONFIG = """\
listener {port} 127.0.0.1
allow_anonymous true
password_file {folder}/passwords
acl_file {folder}/acl
persistence false
log_dest stderr
"""
_RIGHTS = f"""\
topic read pishkhan/#
user {USER}
topic readwrite pishkhan/#
"""


class Mosquitto:
    """A broker on a port of its own; ``start`` and ``stop`` may follow each other."""

    def __init__(self) -> None:
        self._program, passwords = find_program("mosquitto"), find_program("mosquitto_passwd")
        self.folder = Path(tempfile.mkdtemp(prefix="pishkhan-mosquitto-"))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        (self.folder / "acl").write_text(_RIGHTS)
        config = _CONFIG.format(port=self.port, folder=self.folder)
        (self.folder / "mosquitto.conf").write_text(config)
        made = [passwords, "-c", "-b", str(self.folder / "passwords"), USER, PASSWORD]
        subprocess.run(made, check=True, capture_output=True)
        _give_away(self.folder)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Mosquitto:
        """Start it, and wait until it takes a connection."""
        command = [self._program, "-c", str(self.folder / "mosquitto.conf")]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, **_as_nobody())
        ends = time.monotonic() + STARTS_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return self
            except OSError:
                if time.monotonic() > ends or self._process.poll() is not None:
                    raise RuntimeError((self.folder / "log").read_text()[-2_000:]) from None
                time.sleep(0.02)

    def stop(self) -> None:
        """End it; what was retained is gone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def clear(self) -> None:
        """End it and take its folder away."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def mosquitto_or_skip() -> Mosquitto:
    """Start one; without its programs the test is skipped, or fails where CI is set."""
    try:
        return Mosquitto().start()
    except FileNotFoundError as error:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(str(error))
        raise


def find_program(name: str) -> str:
    """Give the path of one of its programs; raises ``FileNotFoundError``."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/bin")
    if found is None:
        raise FileNotFoundError(MISSING)
    return found


def _as_nobody() -> dict[str, object]:
    if os.geteuid():
        return {}
    who = pwd.getpwnam("nobody")
    return {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}


def _give_away(folder: Path) -> None:
    if not os.geteuid():
        who = pwd.getpwnam("nobody")
        for each in (folder, *folder.iterdir()):
            os.chown(each, who.pw_uid, who.pw_gid)
            each.chmod(0o700)
