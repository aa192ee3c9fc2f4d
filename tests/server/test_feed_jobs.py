"""What runs beside the answering: one runner, publishing by itself, snapshots, forgetting."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import zstandard
from django.contrib.auth.models import User

from retail.catalogue import Text
from retail.segment import read_action
from server.configuration import Configuration, FeedSettings
from server.feed import actions, built, jobs, runner
from server.feed.actions import Wish
from server.feed.built import BuildError, make_built
from server.feed.files import segment_file, whole_file
from server.feed.jobs import built_is_due, make_snapshot, prune, snapshot_is_wanted
from server.feed.models import Action, Feed, Segment, Whole
from server.feed.publisher import Publisher
from server.feed.runner import Runner, Settling
from server.fleet.models import Kiosk
from server.snapshots.models import Snapshot
from tests.server.engines import EACH
from tests.server.feeding import milk, publish, published, segments, sequence, set_price
from tests.server.line import NOON, Line
from tests.server.signing import a_kiosk

FOREVER = threading.Event()


def eventually(true: Callable[[], bool], timeout_s: float = 20) -> None:
    """Wait for what another thread or process does to the database."""
    end = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < end, "expected it to come true, got the end of patience"
        threading.Event().wait(0.02)


def with_feed(chain: Configuration, **feed: Any) -> Configuration:
    return replace(chain, feed=FeedSettings(**feed))


def make_built_now(chain: Configuration, store: str = "tehran-1") -> Whole:
    publisher = Publisher.of(chain)
    return make_built(make_snapshot(store, publisher, NOON), publisher, FOREVER)


@pytest.fixture
def begun(chain: Configuration) -> Configuration:
    publish(chain)
    return chain


@EACH
def test_what_was_edited_is_published_by_itself_as_one_segment(begun: Configuration) -> None:
    runs = Runner(with_feed(begun, settle_s=0.3))
    runs.start()
    try:
        for amount in range(5):
            set_price(amount)
        eventually(lambda: sequence() == 2)
        set_price(99)
        eventually(lambda: sequence() == 3)
    finally:
        runs.stop()
    assert segments() == [2, 3]


def test_it_publishes_by_hand_alone_where_the_settings_say_so(begun: Configuration) -> None:
    set_price(1)
    for _ in range(3):
        Settling(with_feed(begun, settle_s=0)).look()
    assert sequence() == 1


def test_a_publishing_cut_short_after_its_notes_were_taken_is_found_again(
    begun: Configuration,
) -> None:
    from server.feed.notes import take

    set_price(1)
    take()
    settling = Settling(with_feed(begun, settle_s=0.01))
    settling.look()
    threading.Event().wait(0.02)
    settling.look()
    assert sequence() == 2


@EACH
def test_of_two_runners_one_works_and_the_other_takes_over(
    begun: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "AGAIN_S", 0.05)
    working: list[str] = []

    class Named(Runner):
        def __init__(self, name: str) -> None:
            super().__init__(with_feed(begun, settle_s=0))
            self.name = name

        def _work(self, still_held: Callable[[], bool]) -> None:
            working.append(self.name)
            assert still_held()
            self._stop.wait(20)

    one, two = Named("one"), Named("two")
    one.start()
    eventually(lambda: working == ["one"])
    two.start()
    threading.Event().wait(0.3)  # nothing tells that it tried and failed
    assert working == ["one"]
    one.stop()
    eventually(lambda: working == ["one", "two"])
    two.stop()


@EACH
def test_a_snapshot_is_the_kiosks_own_file_ready_to_use(
    begun: Configuration, tmp_path: Path
) -> None:
    set_price(77)
    publish(begun)
    whole = make_built_now(begun)
    assert (whole.sequence, whole.manifest["form"]) == (2, "built")
    packed = whole_file(begun, "tehran-1", 2, "built").read_bytes()
    plain = tmp_path / "catalogue.db"
    plain.write_bytes(zstandard.decompress(packed))
    assert (len(packed), plain.stat().st_size) == (whole.size, whole.manifest["unpacked"])
    info = [sys.executable, "-m", "kiosk", "catalogue", "info", str(plain), "--json"]
    told = json.loads(subprocess.run(info, capture_output=True, text=True, timeout=60).stdout)
    assert (told["sequence"], told["store_id"], told["products"]) == (2, "tehran-1", 1)
    assert isinstance(whole.manifest["schema"], int)
    assert make_built_now(begun) == whole  # there is one


def test_a_build_that_fails_says_why_and_leaves_nothing(
    begun: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(built, "BUILDER", (sys.executable, "-c", "raise SystemExit('no room')"))
    with pytest.raises(BuildError, match="no room"):
        make_built_now(begun)
    assert {file.name for file in (begun.snapshots_dir / "tehran-1").iterdir()} == {"1.ndjson.gz"}


def test_a_build_is_ended_when_the_server_stops(
    begun: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(built, "BUILDER", (sys.executable, "-c", "import time; time.sleep(60)"))
    publisher, stop = Publisher.of(begun), threading.Event()
    stop.set()
    with pytest.raises(BuildError):
        make_built(make_snapshot("tehran-1", publisher, NOON), publisher, stop)


def test_a_snapshot_is_due_after_so_many_segments_or_when_they_outweigh_it(
    begun: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert built_is_due("tehran-1", every=3)  # there is none
    make_built_now(begun)
    assert not built_is_due("tehran-1", every=3)
    for amount in range(3):
        set_price(amount)
        publish(begun)
    assert built_is_due("tehran-1", every=3)
    assert not built_is_due("tehran-1", every=4)
    monkeypatch.setattr(jobs, "SEGMENTS_BYTES_MIN", 10)
    Whole.objects.filter(form="built").update(size=100)
    assert built_is_due("tehran-1", every=4)


@EACH
def test_the_runner_makes_snapshots_that_are_due(
    begun: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "MAKING_LOOK_S", 0.05)
    monkeypatch.setattr(runner, "MAKING_SHARE", 0)
    runs = Runner(with_feed(begun, settle_s=0))
    runs.start()
    try:
        eventually(lambda: Whole.objects.filter(form="built").count() == 2, 60)
    finally:
        runs.stop()


def test_a_kiosk_of_version_1_that_asks_gets_what_is_new_with_the_next_snapshot(
    begun: Configuration, line: Line
) -> None:
    make_built_now(begun)
    assert line.get("/api/v1/catalogue/manifest?store=tehran-1").json()["sequence"] == 1
    assert not snapshot_is_wanted("tehran-1")
    set_price(5)
    publish(begun)
    assert line.get("/api/v1/catalogue/manifest?store=tehran-1").json()["sequence"] == 1
    assert snapshot_is_wanted("tehran-1")
    runner.Making(begun, threading.Event()).look()
    assert not snapshot_is_wanted("tehran-1")
    told = line.get("/api/v1/catalogue/manifest?store=tehran-1").json()
    assert told["sequence"] == 2
    assert line.get(told["path"]).status_code == 200


@EACH
def test_old_things_are_forgotten_and_what_is_needed_is_kept(begun: Configuration) -> None:
    publisher = Publisher.of(begun)
    for day in range(1, 7):
        set_price(day)
        publish_at(begun, day)
        make_snapshot("tehran-1", publisher, NOON + timedelta(day))
    prune("tehran-1", begun, NOON + timedelta(20))
    assert segments() == [2, 3, 4, 5, 6, 7]  # 30 days are not over
    kept = list(Snapshot.objects.filter(store="tehran-1").values_list("sequence", flat=True))
    assert kept == [7, 6, 5]
    prune("tehran-1", begun, NOON + timedelta(40))
    assert segments() == [7]  # all that leads on from the second-newest snapshot
    files = {file.name for file in (begun.feed_dir / "tehran-1").iterdir()}
    assert files == {"7.ndjson.zst"}
    assert Whole.objects.filter(store="tehran-1").count() == 3


def publish_at(chain: Configuration, day: int) -> None:
    publish(chain, NOON + timedelta(day))


def test_files_without_a_row_are_forgotten_a_day_later(begun: Configuration) -> None:
    set_price(1)
    publish(begun)
    young, old = (segment_file(begun, "tehran-1", number) for number in (98, 99))
    young.write_bytes(b"x")
    old.write_bytes(b"x")
    yesterday = time.time() - jobs.STRAY_AGE_S - 60
    os.utime(old, (yesterday, yesterday))
    kept = segment_file(begun, "tehran-1", 2)
    os.utime(kept, (yesterday, yesterday))
    prune("tehran-1", begun, NOON)
    assert (young.exists(), old.exists(), kept.exists()) == (True, False, True)


# ---- actions


@pytest.fixture
def kiosk(begun: Configuration) -> Kiosk:
    a_kiosk("tehran-1-k2")
    return Kiosk.objects.get(pk="tehran-1-k2")


@pytest.fixture
def clerk(begun: Configuration) -> User:
    return User.objects.create_user("clerk")


@EACH
def test_an_action_stands_in_the_next_segment_once_and_tells_who_asked(
    begun: Configuration, kiosk: Kiosk, clerk: User
) -> None:
    words = Text("تعمیر می‌شود", "Being repaired")
    asked = actions.ask(kiosk, Wish("out_of_service", words=words), clerk, NOON)
    set_price(1)
    records = published(begun)
    assert [each["kind"] for each in records] == ["change", "action"]
    action = read_action(records[1])
    assert (action.action_id, action.kiosk, action.words) == (asked.pk, kiosk.pk, words)
    assert action.until == NOON + timedelta(hours=1)
    row = Action.objects.get()
    assert (row.sequence, row.asked_by, row.store_id) == (2, clerk, "tehran-1")
    assert (published(begun), sequence("tehran-2")) == ([], 2)


def test_an_action_that_is_past_or_done_is_not_told(
    begun: Configuration, kiosk: Kiosk, clerk: User
) -> None:
    actions.ask(kiosk, Wish("restart", timedelta(0)), clerk, NOON)
    done = actions.ask(kiosk, Wish("restart"), clerk, NOON)
    assert actions.settle(done.pk, kiosk.pk, "done", NOON)
    assert published(begun) == []


def test_what_came_of_an_action_is_noted_once_and_from_its_kiosk_alone(
    begun: Configuration, kiosk: Kiosk, clerk: User
) -> None:
    asked = actions.ask(kiosk, Wish("send_logs"), clerk, NOON)
    assert not actions.settle(asked.pk, "tehran-1-k9", "done", NOON)
    assert actions.settle(asked.pk, kiosk.pk, "done", NOON)
    assert actions.settle(asked.pk, kiosk.pk, "failed", NOON + timedelta(1))  # told twice
    row = Action.objects.get()
    assert (row.outcome, row.done_at) == ("done", NOON)


def test_a_kiosk_that_takes_a_snapshot_hears_of_actions_that_still_wait(
    begun: Configuration, kiosk: Kiosk, clerk: User
) -> None:
    asked = actions.ask(kiosk, Wish("restart"), clerk, NOON)
    publish(begun)
    make_snapshot("tehran-1", Publisher.of(begun), NOON)
    (again,) = published(begun)
    assert again["id"] == str(asked.pk)
    assert sequence() == 3


def test_nobody_is_put_out_of_service_without_a_word() -> None:
    with pytest.raises(ValueError, match="Expected words"):
        Wish("out_of_service")


# ---- the command


def command(chain: Configuration, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PISHKHAN_SERVER_DATA_DIR": str(chain.data_dir)}
    return subprocess.run(
        [sys.executable, "-m", "server", "feed", *words],
        env=environment, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def test_the_command_tells_repairs_and_refuses(begun: Configuration) -> None:
    set_price(1)
    told = [json.loads(line) for line in command(begun, "status", "--json").stdout.splitlines()]
    assert told[0] == {
        "store": "tehran-1", "sequence": 1, "segments": 0, "segment_bytes": 0,
        "records": 1, "built": None, "waiting": True,
    }  # fmt: skip
    done = command(begun, "snapshot", "tehran-1")
    assert done.stdout.startswith("tehran-1: sequence 2, bytes "), done.stderr
    done = command(begun, "restart", "--above", "500")
    assert done.stdout == "tehran-1: sequence 501\ntehran-2: sequence 501\n"
    assert not Segment.objects.exists()
    refused = command(begun, "snapshot", "nowhere")
    assert (refused.returncode, "Expected stores of" in refused.stderr) == (2, True)
    assert milk().pk
    assert Feed.objects.get(pk="tehran-1").sequence == 501
