"""``kiosk outbox`` as store IT calls it."""

import argparse
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from kiosk.commands import outbox
from kiosk.errors import KioskError
from kiosk.outbox.store import OutboxStore, open_database, transaction
from kiosk.outbox.streams import TELEMETRY

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    file = tmp_path / "kiosk.toml"
    file.write_text('kiosk_id = "k-1"\nstore_id = "tehran-1"\ndata_dir = "data"\n')
    (tmp_path / "data").mkdir()
    return file


@pytest.fixture
def store(settings: Path) -> Iterator[OutboxStore]:
    opened = OutboxStore(open_database(settings.parent / "data/kiosk.db"))
    with transaction(opened._connection):
        for kind in ("taken", "odd", "waits"):
            opened.put(kind, {}, NOON)
    batch = opened.in_sequence(50, 1 << 20)
    assert batch is not None
    opened.settle_through(2, batch, {2: "no such kind"}, NOON)
    yield opened
    opened.close()


@pytest.fixture
def telemetry(settings: Path) -> Iterator[OutboxStore]:
    opened = OutboxStore(open_database(settings.parent / "data/telemetry.db", TELEMETRY))
    yield opened
    opened.close()


def call(*words: str) -> int:
    parser = argparse.ArgumentParser()
    outbox.add_to(parser.add_subparsers(required=True))
    arguments = parser.parse_args(["outbox", *words])
    status = arguments.run(arguments)
    assert isinstance(status, int)
    return status


def test_status_tells_of_each_stream_and_then_each_parked_row(
    settings: Path,
    store: OutboxStore,
    telemetry: OutboxStore,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert call("status", "--config", str(settings), "--json") == 0

    ledger, parked, searches = map(json.loads, capsys.readouterr().out.splitlines())
    assert ledger == {
        "stream": "ledger",
        "waiting": 1,
        "oldest_waiting_at": "2026-11-23T12:00:00Z",
        "parked": 1,
        "accepted": 1,
        "acked_through": 2,
        "epoch": str(store.epoch),
    }
    assert parked == {
        "parked_id": str(store.parked()[0].event_id),
        "stream": "ledger",
        "seq": 2,
        "kind": "odd",
        "at": "2026-11-23T12:00:00Z",
        "reason": "no such kind",
        "attempts": 0,
    }
    assert (searches["stream"], searches["waiting"], searches["oldest_waiting_at"]) == (
        "telemetry",
        0,
        None,
    )


def test_status_without_json_is_for_people_and_makes_no_file(
    settings: Path, store: OutboxStore, capsys: pytest.CaptureFixture[str]
) -> None:
    call("status", "--config", str(settings))

    assert (
        capsys.readouterr()
        .out.splitlines()[0]
        .startswith(
            "stream ledger  waiting 1  oldest_waiting_at 2026-11-23T12:00:00Z  parked 1  accepted 1"
        )
    )
    assert not (settings.parent / "data/telemetry.db").exists()


def test_retry_lets_parked_rows_wait_again_and_says_whether_there_were_any(
    settings: Path, store: OutboxStore, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("retry", "--config", str(settings), "--json") == 0
    assert call("retry", "--config", str(settings), "--json") == 1

    assert capsys.readouterr().out.splitlines() == ['{"put_back": 1}', '{"put_back": 0}']
    assert store.status().waiting == 2


def test_retry_of_one_id_leaves_the_others_parked(
    settings: Path,
    store: OutboxStore,
    telemetry: OutboxStore,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (odd,) = store.parked()

    assert call("retry", str(UUID(int=7)), "--config", str(settings)) == 1
    assert len(store.parked()) == 1
    assert call("retry", str(odd.event_id), "--config", str(settings)) == 0
    assert store.parked() == ()


def test_what_is_no_id_is_told_in_one_line(settings: Path, store: OutboxStore) -> None:
    with pytest.raises(KioskError, match="expected ids of events, got 7"):
        call("retry", "7", "--config", str(settings))
    with pytest.raises(KioskError, match="expected no id"):
        call("status", str(UUID(int=7)), "--config", str(settings))


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
