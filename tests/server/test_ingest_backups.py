"""The drill: a backup of a running server, more events, a restore, and nothing lost or doubled."""

import json
import os
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from server.__main__ import main
from server.backups import BackupError, make_backup, read_about, restore_backup
from server.configuration import Configuration
from server.events.models import Event, Head, UnknownCode
from tests.server.boxes import Box, as_bytes
from tests.server.engines import EACH
from tests.server.running import running
from tests.server.signing import SignedLine, a_kiosk

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


def close_connections() -> None:
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()  # type: ignore[attr-defined]


def kiosk_sends(line: SignedLine, box: Box, acked: int) -> int:
    """Send as docs/outbox.md, section 4 has it, until all is acknowledged."""
    while acked < len(box.rows):
        answer = line.ask("POST", "/api/v2/events", body=as_bytes(box.batch(acked, 10)))
        told: dict[str, Any] = answer.json()
        assert answer.status_code in (200, 409), told
        acked = told["acked_through"]
    return acked


@EACH
def test_after_an_older_backup_a_kiosk_sends_again_and_nothing_is_lost_or_doubled(
    chain: Configuration, tmp_path: Path
) -> None:
    from server.asgi import make_application

    box, key = Box().fill(25), a_kiosk()
    picture = chain.pictures_dir / "ab" / "picture"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"seen")
    with running(make_application()) as url:
        line = SignedLine(url, key)
        acked = kiosk_sends(line, box, 0)
        about = make_backup(chain, tmp_path / "backup", NOW)  # of a running server
        assert (about.engine, about.made_at) == (chain.database.engine, NOW.isoformat())
        box.put()
        box.fill(30)
        acked = kiosk_sends(line, box, acked)
    assert (acked, Event.objects.count(), UnknownCode.objects.count()) == (56, 56, 1)
    picture.unlink()

    close_connections()
    assert restore_backup(chain, tmp_path / "backup") == about
    assert picture.read_bytes() == b"seen"
    assert (Event.objects.count(), Head.objects.get().seq) == (25, 25)

    box.put()
    with running(make_application()) as url:
        line = SignedLine(url, key)
        first = line.ask("POST", "/api/v2/events", body=as_bytes(box.batch(acked)))
        assert (first.status_code, first.json()["code"]) == (409, "gap")
        assert first.json()["acked_through"] == 25
        assert kiosk_sends(line, box, acked) == 57
    stored = Event.objects.order_by("seq").values_list("seq", "event_id")
    assert [(seq, str(pk)) for seq, pk in stored] == [(row["seq"], row["id"]) for row in box.rows]
    assert UnknownCode.objects.get().count == 2
    assert Head.objects.get().branch == 0


@EACH
def test_a_backup_is_for_its_owners_eyes_and_has_the_keys(
    chain: Configuration, tmp_path: Path
) -> None:
    make_backup(chain, tmp_path / "backup", NOW)
    assert stat.S_IMODE((tmp_path / "backup").stat().st_mode) == 0o700
    kept = (tmp_path / "backup" / "signing.key").read_bytes()
    assert kept == (chain.data_dir / "signing.key").read_bytes()
    assert not (tmp_path / "backup.part").exists()


def test_what_stood_there_is_set_aside_and_not_deleted(
    chain: Configuration, tmp_path: Path
) -> None:
    make_backup(chain, tmp_path / "backup", NOW)
    connection.close()
    before = chain.database_file.read_bytes()
    (chain.data_dir / "signing.key").write_bytes(b"another")
    restore_backup(chain, tmp_path / "backup")
    names = {file.name for file in chain.data_dir.glob("*.before-1")}
    assert {"server.db.before-1", "signing.key.before-1"} <= names
    assert (chain.data_dir / "server.db.before-1").read_bytes() == before


def test_a_backup_that_was_cut_short_or_is_another_engines_is_refused(
    chain: Configuration, tmp_path: Path
) -> None:
    folder = tmp_path / "backup"
    make_backup(chain, folder, NOW)
    with pytest.raises(BackupError, match="Expected a new folder"):
        make_backup(chain, folder, NOW)
    about = json.loads((folder / "backup.json").read_text())
    (folder / "backup.json").write_text(json.dumps({**about, "engine": "postgresql"}))
    with pytest.raises(BackupError, match="Expected a backup of sqlite, got one of postgresql"):
        restore_backup(chain, folder)
    (folder / "backup.json").unlink()
    with pytest.raises(BackupError, match="Expected a whole backup"):
        read_about(folder)


def test_a_running_server_is_not_restored(
    chain: Configuration,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from server.asgi import make_application

    monkeypatch.setitem(os.environ, "PISHKHAN_SERVER_DATA_DIR", str(chain.data_dir))
    folder = str(tmp_path / "backup")
    assert main(["backup", folder, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["folder"] == folder
    with running(make_application()) as url:
        settings.CONFIGURATION.address_file.write_text(f"{url}\n", "ascii")
        assert main(["restore", folder]) == 2
        assert "Expected the server to be stopped" in capsys.readouterr().err
    connection.close()
    assert main(["restore", folder]) == 0
