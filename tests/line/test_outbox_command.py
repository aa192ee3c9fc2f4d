"""``kiosk outbox`` as store IT calls it."""

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.commands import outbox
from kiosk.errors import KioskError
from kiosk.outbox.store import Accepted, OutboxStore, Refused, open_database, transaction

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    file = tmp_path / "kiosk.toml"
    file.write_text('kiosk_id = "k-1"\nstore_id = "tehran-1"\ndata_dir = "data"\n')
    (tmp_path / "data").mkdir()
    return file


@pytest.fixture
def store(settings: Path) -> OutboxStore:
    opened = OutboxStore(open_database(settings.parent / "data/kiosk.db"))
    with transaction(opened._connection):
        ids = [opened.put(kind, {}, NOON) for kind in ("taken", "odd", "waits")]
    opened.settle([Accepted(ids[0]), Refused(ids[1], "no such kind")])
    return opened


def call(*words: str) -> int:
    parser = argparse.ArgumentParser()
    outbox.add_to(parser.add_subparsers(required=True))
    arguments = parser.parse_args(["outbox", *words])
    status = arguments.run(arguments)
    assert isinstance(status, int)
    return status


def test_status_tells_the_whole_and_then_each_refused_event(
    settings: Path, store: OutboxStore, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("status", "--config", str(settings), "--json") == 0

    whole, refused = map(json.loads, capsys.readouterr().out.splitlines())
    assert whole == {
        "waiting": 1,
        "oldest_waiting_at": "2026-11-23T12:00:00Z",
        "rejected": 1,
        "accepted": 1,
    }
    assert (refused["kind"], refused["reason"], refused["attempts"]) == ("odd", "no such kind", 0)
    store.close()


def test_status_without_json_is_for_people(
    settings: Path, store: OutboxStore, capsys: pytest.CaptureFixture[str]
) -> None:
    call("status", "--config", str(settings))

    assert capsys.readouterr().out.splitlines()[0] == (
        "waiting 1  oldest_waiting_at 2026-11-23T12:00:00Z  rejected 1  accepted 1"
    )
    store.close()


def test_retry_lets_refused_events_wait_again_and_says_whether_there_were_any(
    settings: Path, store: OutboxStore, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("retry", "--config", str(settings), "--json") == 0
    assert call("retry", "--config", str(settings), "--json") == 1

    assert capsys.readouterr().out.splitlines() == ['{"put_back": 1}', '{"put_back": 0}']
    assert store.depth() == 2
    store.close()


def test_a_kiosk_that_never_ran_and_a_wrong_file_are_told_in_one_line(
    settings: Path, tmp_path: Path
) -> None:
    with pytest.raises(KioskError, match="expected the kiosk's database, got none"):
        call("status", "--config", str(settings))
    with pytest.raises(KioskError, match="expected a settings file"):
        call("status", "--config", str(tmp_path / "absent.toml"))
    (tmp_path / "data/kiosk.db").write_bytes(b"scribble" * 999)
    with pytest.raises(KioskError, match="expected a kiosk's database"):
        call("status", "--config", str(settings))
