"""The start of the real kiosk without its window: what stops it, and what must not."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kiosk.bootstrap import Kiosk
from kiosk.config import Settings, load
from kiosk.errors import ConfigError
from kiosk.messages import DeviceLost
from kiosk.outbox.store import OutboxStore, open_database
from kiosk.view import View

SETTINGS = """\
kiosk_id = "k1"
store_id = "vanak"
data_dir = "data"
[server]
url = "http://127.0.0.1:9"
key_file = "key"
public_key_file = "public.pem"
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    key = Ed25519PrivateKey.generate().public_key()
    (tmp_path / "public.pem").write_bytes(
        key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    (tmp_path / "key").write_text("kiosk-key\n", "ascii")
    (tmp_path / "kiosk.toml").write_text(SETTINGS, "utf-8")
    return load(tmp_path / "kiosk.toml")


# ---- what stops it


@pytest.mark.parametrize("content", [b"secret\nsecret\n", b"\xff\xfe", b"secret \xff", b""])
def test_a_file_that_holds_no_key_is_told_in_one_line_without_the_key(
    settings: Settings, content: bytes
) -> None:
    settings.server.key_file.write_bytes(content)

    with pytest.raises(ConfigError, match=r"^server\.key_file: expected [^\n]*$") as refused:
        Kiosk(settings)
    assert "secret" not in str(refused.value)


def test_a_second_kiosk_on_the_same_folder_does_not_start(settings: Settings) -> None:
    with running(settings):
        building = settings.catalogue_dir / "catalogue-000001.db.part"
        building.write_text("the first one's build")

        with pytest.raises(ConfigError, match="got a kiosk that runs"), running(settings):
            pass
        assert building.exists()
    with running(settings):  # the first has let go of it
        assert not building.exists()


def test_a_second_process_says_so_in_one_line_and_ends_with_status_2(settings: Settings) -> None:
    command = [sys.executable, "-m", "kiosk", "run", "--config"]
    with sole_use_of(settings):
        ended = subprocess.run(
            [*command, str(settings.data_dir.parent / "kiosk.toml")],
            capture_output=True, text=True, timeout=30, check=False,
            env=os.environ | {"KIVY_NO_ARGS": "1", "KIVY_NO_FILELOG": "1", "KIVY_NO_CONSOLELOG": "1"},
        )  # fmt: skip

    assert ended.returncode == 2
    assert ended.stderr.splitlines()[-1].startswith("kiosk: data_dir: expected")


def test_the_lock_ends_with_its_process_however_that_ends(settings: Settings) -> None:
    with sole_use_of(settings) as holder:
        holder.kill()
        holder.wait()
        with running(settings):
            pass


@contextmanager
def sole_use_of(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """Let another process hold the folder while the block lasts."""
    script = (
        "import sys, time, pathlib; from kiosk.bootstrap import sole_use\n"
        "with sole_use(pathlib.Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    )
    settings.data_dir.mkdir(exist_ok=True)
    holder = subprocess.Popen(
        [sys.executable, "-c", script, str(settings.data_dir)], stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    try:
        assert holder.stdout.readline() == b"held\n"
        yield holder
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()


# ---- what must not stop it


@contextmanager
def running(settings: Settings) -> Iterator[tuple[Kiosk, queue.Queue[View]]]:
    """Run every thread while the block lasts; gives the views that follow the first."""
    views: queue.Queue[View] = queue.Queue()
    kiosk = Kiosk(settings)
    try:
        kiosk.start(views.put)
        yield kiosk, views
    finally:
        late = kiosk.stop()
    assert late == []


def test_a_damaged_database_is_set_aside_and_told_to_head_office(settings: Settings) -> None:
    settings.data_dir.mkdir()
    settings.database.write_bytes(b"not a database at all, " * 100)

    with running(settings):
        pass

    assert (settings.data_dir / "kiosk.db.corrupt-1").is_file()
    with closing(OutboxStore(open_database(settings.database))) as outbox:
        assert [row.kind for row in outbox.waiting(10)] == [
            "database_damaged",
            "database_salvaged",
        ]
    assert (settings.data_dir / "telemetry.db").is_file()


def test_without_any_database_the_kiosk_starts_and_says_that_it_cannot_write(
    settings: Settings,
) -> None:
    settings.database.mkdir(parents=True)

    with running(settings) as (kiosk, views):
        kiosk.post(DeviceLost("scanner", "unplugged"))
        while not any(each.code == "K-201" for each in views.get(timeout=10).frame.notices):
            pass
