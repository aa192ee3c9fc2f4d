"""The feed coming down to a kiosk, from a real server on the loopback that can do all wrong."""

from __future__ import annotations

import hashlib
import json
import queue
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.errors import DataError
from kiosk.feed.actions import Actions
from kiosk.feed.bases import Bases
from kiosk.feed.fake_shelf import FakeShelf
from kiosk.feed.follower import Follower, FollowerConfig, Here, Outside
from kiosk.feed.picture_round import PictureRound
from kiosk.feed.pictures import Pictures
from kiosk.feed.pushed import Pushed
from kiosk.line.backoff import Backoff
from kiosk.line.fake_feed import FakeFeed, FeedServer
from kiosk.line.fake_server import running
from kiosk.line.server import Answer, ServerLink
from kiosk.line.versions import Versions
from kiosk.line.watch import LineWatch
from kiosk.messages import CatalogueChanged, CatalogueRefused, LineDown, LineUp
from tests.line.feed_rig import Box, Kept, Pens, check_lines, lay_out
from tests.line.feeding import TEA, change, gone, product

PNG = b"\x89PNG\r\n\x1a\n" + b"a picture"
PICTURE = hashlib.sha256(PNG).hexdigest()
HEAD = "GET /api/v2/feed/head?after="


class Down:
    """A kiosk's feed and its server, with what was posted to the core."""

    def __init__(self, folder: Path, server: FeedServer) -> None:
        self.folder, self.server, self.feed = folder, server, server.feed
        self.posted: queue.Queue[Any] = queue.Queue()
        self.shelf, self.pictures = FakeShelf(), Pictures(folder / "pictures")
        self.pens, self.clock = Pens(folder / "kiosk.db"), Box()
        self.build_fails, self.moved = "", 0
        self.link = ServerLink(server.url, "kiosk-key", timeout_s=0.3, answer_s=0.5)
        self.follower = self.start()

    def start(self, **changes: Any) -> Follower:
        config = FollowerConfig(
            "tehran-1", "k1", self.feed.key.public_key(), self.folder / "feed",
            **{"schema": 2, "fold_after": 5} | changes,
        )  # fmt: skip
        bases = Bases(self.folder / "catalogue", self.build, check_lines)
        outside = Outside(LineWatch(self.posted.put), self.posted.put, None, self.note_move)
        here = Here(
            self.shelf,
            PictureRound(self.pictures, self.link, self.shelf.named_pictures),
            Actions(self.pens, Kept(), self.clock),
        )
        backoff = Backoff(chance=lambda: 1.0)
        self.follower = Follower(
            config, self.link, bases, lambda: here, outside, backoff, lambda: 1.0
        )
        return self.follower

    def build(self, snapshot: Path, stopped: Callable[[], bool]) -> Path:
        if self.build_fails:
            raise DataError(self.build_fails)
        return lay_out(self.folder / "catalogue", snapshot)

    def note_move(self) -> None:
        self.moved += 1

    def told(self) -> list[Any]:
        return [self.posted.get_nowait() for _ in range(self.posted.qsize())]

    def changes(self) -> list[int]:
        return [each.sequence for each in self.told() if isinstance(each, CatalogueChanged)]

    def refusals(self) -> list[tuple[str, int]]:
        told = [each for each in self.told() if isinstance(each, CatalogueRefused)]
        return [(each.name, each.sequence) for each in told]

    def prices(self) -> dict[str, int]:
        return {sku: each.list_price.minor for sku, each in self.shelf.stock.products.items()}

    def begin(self, form: str = "built") -> None:
        """Publish two products, and let the kiosk have them."""
        self.feed.publish([TEA, product("1"), product("2")])
        self.feed.add_snapshot(form, [TEA, product("1"), product("2")])
        assert self.follower.step() == 30
        self.told()
        self.server.requests.clear()

    def left(self) -> list[str]:
        """What lies about that should not."""
        return [each.name for each in self.folder.rglob("*.part")]


@pytest.fixture
def down(tmp_path: Path) -> Iterator[Down]:
    with running(FeedServer()) as server:
        assert isinstance(server, FeedServer)
        made = Down(tmp_path, server)
        yield made
        made.link.close()
        assert made.left() == []


# ---- as it should be


@pytest.mark.parametrize("form", ["built", "records"])
def test_a_new_box_takes_the_snapshot_and_then_the_segments(down: Down, form: str) -> None:
    down.feed.publish([TEA, product("1"), product("2")])
    down.feed.add_snapshot(form, [TEA, product("1"), product("2")])
    down.feed.publish([change("1", 150)])
    down.feed.publish([gone("2"), product("3")])

    assert down.follower.step() == 0
    assert down.changes() == [1]
    assert down.follower.step() == 30

    assert down.prices() == {"1": 150, "3": 100}
    assert down.told() == [CatalogueChanged(each, down.feed.made_at(each)) for each in (2, 3)]
    files = [each.name for each in (down.folder / "catalogue").iterdir()]
    assert files == ["catalogue-000001.db"]


def test_one_changed_price_costs_two_questions(down: Down) -> None:
    down.begin()
    down.feed.publish([change("1", 150)])

    assert down.follower.step() == 30
    assert down.server.requests == [f"{HEAD}1", "GET /api/v2/feed/segments/tehran-1/2"]
    assert down.prices() == {"1": 150, "2": 100}


def test_a_segment_that_comes_with_the_head_costs_no_further_question(down: Down) -> None:
    down.begin()
    down.feed.publish([change("1", 150)])
    down.feed.along[2] = down.feed.segments[2].content

    assert down.follower.step() == 30
    assert down.server.requests == [f"{HEAD}1"]
    assert down.prices() == {"1": 150, "2": 100}


@pytest.mark.parametrize("along", [b"", b"tampered", None])
def test_what_came_along_and_is_not_what_was_offered_is_fetched(
    down: Down, along: bytes | None
) -> None:
    down.begin()
    down.feed.publish([change("1", 150)])
    right = down.feed.segments[2].content
    down.feed.along[2] = right[:-1] + b"x" if along is None else along

    assert down.follower.step() == 30
    assert down.server.requests == [f"{HEAD}1", "GET /api/v2/feed/segments/tehran-1/2"]
    assert down.prices() == {"1": 150, "2": 100}


def test_nothing_new_costs_one_question(down: Down) -> None:
    down.begin()
    assert down.follower.step() == 30
    assert down.server.requests == [f"{HEAD}1"]
    assert down.told() == []


def test_a_store_that_has_published_nothing_is_no_fault(down: Down) -> None:
    assert down.follower.step() == 30
    assert down.told() == [LineUp()]


def test_more_segments_than_one_head_tells_are_taken_in_one_go(down: Down) -> None:
    down.begin()
    for number in range(101):
        down.feed.publish([change("1", number)])

    assert down.follower.step() == 0
    assert down.follower.step() == 30
    assert down.changes() == list(range(2, 103))


def test_many_segments_are_passed_over_by_a_snapshot_of_fewer_bytes(down: Down) -> None:
    down.begin()
    for number in range(20):
        down.feed.publish([product(str(each), number) for each in range(9)])
    down.feed.add_snapshot("built", [TEA, product("1", 7)])

    assert down.follower.step() == 30
    assert down.changes() == [21]
    assert down.prices() == {"1": 7}


def test_where_the_next_segment_is_kept_no_more_the_snapshot_is_taken(down: Down) -> None:
    down.begin()
    for number in range(3):
        down.feed.publish([change("1", number)])
    down.feed.add_snapshot("records", [TEA, product("1", 7)])
    down.feed.kept_from = 4
    down.follower.step()

    assert down.changes() == [4]


def test_a_built_catalogue_of_another_schema_is_left_for_the_records(down: Down) -> None:
    down.feed.publish([TEA, product("1")])
    down.feed.schema = 3
    down.feed.add_snapshot("built", [TEA, product("1")])
    down.feed.add_snapshot("records", [TEA, product("1")])
    down.follower.step()

    assert "GET /api/v2/feed/snapshots/tehran-1/1/records" in down.server.requests
    assert down.changes() == [1]


def test_a_newer_base_is_put_under_what_was_applied_since(down: Down) -> None:
    down.begin()
    for number in range(5):
        down.feed.publish([change("1", number)])
        down.follower.step()
    down.feed.add_snapshot("built", [TEA, product("1", 4), product("2")])
    down.feed.publish([change("2", 9)])
    down.follower.step()
    assert (down.shelf.base_sequence, down.shelf.sequence) == (1, 7)
    down.follower.step()

    assert (down.shelf.base_sequence, down.shelf.sequence) == (6, 7)
    assert down.prices() == {"1": 4, "2": 9}
    down.server.requests.clear()
    down.follower.step()
    assert down.server.requests == [f"{HEAD}7"]


def test_changes_that_have_grown_too_large_get_a_newer_base(down: Down) -> None:
    down.begin()
    down.feed.publish([change("1", 3)])
    down.feed.add_snapshot("records", [TEA, product("1", 3), product("2")])
    down.follower.step()
    down.follower.step()
    assert down.shelf.base_sequence == 1

    down.shelf.wants_base = True
    down.follower.step()
    assert down.shelf.base_sequence == 2


def test_what_is_here_of_another_store_counts_for_nothing(down: Down) -> None:
    down.begin()
    for number in range(3):
        down.feed.publish([change("1", number)])
    down.server.feed = other = FakeFeed(store="tehran-1", key=down.feed.key)
    down.shelf.stock = type(down.shelf.stock)(9, "karaj-1")
    other.publish([product("8")])
    other.add_snapshot("built", [product("8")])
    down.follower.step()

    assert down.server.requests[0] == f"{HEAD}0"
    assert (down.shelf.store_id, down.shelf.sequence) == ("tehran-1", 1)


# ---- what is refused; the catalogue in use stays


def refused_twice_then_taken(down: Down, mend: Callable[[], None]) -> list[tuple[str, int]]:
    before = down.prices()
    assert down.follower.step() == 1
    assert down.prices() == before
    assert down.follower.step() == 2
    refusals = down.refusals()
    mend()
    assert down.follower.step() == 30
    assert down.changes() == [2]
    return refusals


@pytest.mark.parametrize(
    ("harm", "name"),
    [
        (lambda content: content[:-4], "truncated"),
        (lambda content: content + b"x", "tampered"),
        (lambda content: b"x" + content[1:], "tampered"),
    ],
)
def test_a_file_that_was_harmed_on_the_way_is_refused_and_fetched_again(
    down: Down, harm: Callable[[bytes], bytes], name: str
) -> None:
    down.begin()
    down.feed.publish([change("1", 150)])
    path = "/api/v2/feed/segments/tehran-1/2"
    down.server.files[path] = harm(down.feed.segments[2].content)

    told = refused_twice_then_taken(down, lambda: down.server.files.clear())
    assert told == [(name, 2)]  # once, though it happened twice


def head_of(down: Down, change: Callable[[dict[str, Any]], None]) -> None:
    head = down.feed.head(1)
    change(head)
    down.server.files["/api/v2/feed/head"] = json.dumps(head).encode()


@pytest.mark.parametrize(
    ("change_head", "told"),
    [
        (lambda head: head["segments"][0].update(sequence=3), ("bad_signature", 3)),
        (lambda head: head["segments"].pop(0), ("hole", 3)),
        (lambda head: head.update(segments=head["segments"][1:] + head["segments"][:1]), ("hole", 3)),
        (lambda head: head.update(segments=[], snapshots=[]), ("hole", 2)),
        (lambda head: head.update(sequence=0), ("went_back", 0)),
        (lambda head: head.update(store="karaj-1"), ("other_store", 0)),
        (lambda head: head.pop("segments"), ("bad_format", 0)),
    ],
)  # fmt: skip
def test_a_head_that_was_changed_on_the_way_changes_nothing_here(
    down: Down, change_head: Callable[[dict[str, Any]], None], told: tuple[str, int]
) -> None:
    down.begin()
    down.feed.publish([change("1", 150)])
    down.feed.publish([change("1", 151)])
    head_of(down, change_head)
    assert down.follower.step() == 1
    assert down.refusals() == [told]
    assert down.prices() == {"1": 100, "2": 100}
    down.server.files.clear()
    down.follower.step()
    assert down.changes() == [2, 3]


def test_an_old_segment_that_was_signed_once_is_refused(down: Down) -> None:
    down.begin()
    down.feed.publish([change("1", 150)])
    down.follower.step()
    down.feed.publish([change("1", 151)])
    head_of(down, lambda _: None)  # as it was for one who has 1
    down.told()
    down.follower.step()
    assert down.refusals() == [("replayed", 2)]


def test_another_stores_feed_makes_this_kiosk_ask_who_it_is(down: Down) -> None:
    down.server.feed = FakeFeed(store="karaj-1", key=down.feed.key)
    down.server.feed.publish([TEA])
    down.follower.step()
    assert (down.moved, down.refusals()) == (1, [("other_store", 0)])


def test_a_segment_that_does_not_fit_is_refused_and_the_snapshot_taken_after_three(
    down: Down,
) -> None:
    down.begin()
    down.feed.publish([change("unknown", 150)])
    assert [down.follower.step() for _ in range(3)] == [1, 2, 4]
    assert down.refusals() == [("not_applied", 2)]
    assert down.shelf.sequence == 1

    down.feed.add_snapshot("records", [TEA, product("1", 150)])
    assert down.follower.step() == 30
    assert down.prices() == {"1": 150}
    assert down.changes() == [2]


def test_a_record_that_is_wrong_leaves_the_whole_segment_out(down: Down) -> None:
    down.begin()
    down.feed.publish([change("1", 150), change("2", -1)])
    down.follower.step()
    assert down.prices() == {"1": 100, "2": 100}
    assert down.refusals() == [("bad_record", 2)]


def test_a_snapshot_that_cannot_be_built_is_fetched_once_an_hour(
    down: Down, monkeypatch: pytest.MonkeyPatch
) -> None:
    down.feed.publish([product("1")])
    down.feed.add_snapshot("records", [product("1")])
    down.build_fails = "snapshot line 2: price: Expected int"
    down.follower.step()
    down.follower.step()
    fetched = "GET /api/v2/feed/snapshots/tehran-1/1/records"
    assert down.server.requests.count(fetched) == 1
    assert down.refusals() == [("not_built", 1)]

    down.build_fails = ""
    later = time.monotonic() + 3_601
    monkeypatch.setattr("kiosk.feed.fetching.monotonic", lambda: later)
    down.follower.step()
    assert down.changes() == [1]


def test_a_built_catalogue_that_is_not_sound_gives_way_to_the_records(down: Down) -> None:
    down.feed.publish([product("1")])
    down.feed.add_snapshot_file("built", b"SQLite format 3\x00 or not")
    down.feed.add_snapshot("records", [product("1")])
    down.follower.step()
    assert down.refusals() == [("bad_file", 1)]
    down.follower.step()
    assert down.changes() == [1]


@pytest.mark.parametrize("form", ["built", "records"])
def test_a_snapshot_of_another_sequence_than_was_signed_is_refused(down: Down, form: str) -> None:
    down.feed.publish([product("1")])
    down.feed.add_snapshot(form, [product("1")], sequence=2)
    down.feed.publish([product("1")])
    down.follower.step()
    assert down.refusals() == [("bad_heading", 2)]
    assert not list((down.folder / "catalogue").glob("*.db"))


@pytest.mark.parametrize("form", ["built", "records"])
def test_a_snapshot_that_unpacks_to_more_than_was_told_is_refused(down: Down, form: str) -> None:
    down.feed.publish([product("1")])
    down.feed.add_snapshot(form, [product("1")], unpacked=100)
    down.follower.step()
    assert down.refusals() == [("bomb", 1)]


def test_a_base_that_was_lost_is_fetched_again_at_once(down: Down) -> None:
    down.begin()
    down.shelf = FakeShelf()  # set aside because it was damaged
    down.start().step()
    assert down.changes() == [1]


def test_a_refusal_is_told_again_after_something_came_between(down: Down) -> None:
    down.begin()
    for _ in range(2):
        down.server.files["/api/v2/feed/head"] = b"{}"
        down.follower.step()
        down.server.files.clear()
        down.follower.step()
    assert down.refusals() == [("bad_format", 0)] * 2


def test_a_file_in_the_way_is_a_refusal_and_not_the_end(down: Down) -> None:
    (down.folder / "feed").write_text("in the way")
    down.feed.publish([product("1")])
    down.feed.add_snapshot("built", [product("1")])
    assert down.follower.step() == 1
    assert down.refusals() == [("not_applied", 0)]
    (down.folder / "feed").unlink()
    down.follower.step()
    assert down.changes() == [1]


# ---- a line that fails


@pytest.mark.parametrize("status", [401, 403, 500, 502, 302, 404])
def test_any_other_answer_means_later(down: Down, status: int) -> None:
    down.server.fail(status)
    assert down.follower.step() == 1
    assert down.told() == [LineDown(f"HTTP {status}")]
    assert down.follower.step() == 30


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_left_alone_as_long_as_it_asks(down: Down, status: int) -> None:
    down.server.fail(status, {"Retry-After": "90"})
    assert down.follower.step() == 90


def test_a_segment_that_is_cut_is_fetched_anew(down: Down) -> None:
    down.begin()
    down.feed.publish([change("1", 150)])
    down.server.let_pass()
    down.server.cut_mid_body()
    assert down.follower.step() == 1
    assert isinstance(down.told()[-1], LineDown)
    assert down.follower.step() == 30
    assert down.changes() == [2]


def test_a_file_that_was_taken_away_meanwhile_is_no_fault_of_the_line(down: Down) -> None:
    down.begin()
    down.feed.publish([change("1", 150)])
    down.server.let_pass()
    down.server.fail(404)
    assert down.follower.step() == 1
    assert down.told() == []
    assert down.follower.step() == 30


# ---- a server of version 1


class Old:
    def __init__(self) -> None:
        self.steps = 0

    def step(self, stopped: Callable[[], bool]) -> float:
        self.steps += 1
        return 17.0

    def close(self) -> None:
        pass


def with_old(down: Down) -> Old:
    old = Old()
    down.follower._outside = Outside(LineWatch(down.posted.put), down.posted.put, old)
    return old


def test_a_server_that_knows_no_feed_is_asked_as_version_1_has_it(down: Down) -> None:
    old = with_old(down)
    down.server.fail(404, times=3)

    assert [down.follower.step() for _ in range(3)] == [17, 17, 17]
    assert (old.steps, len(down.server.requests)) == (3, 3)
    assert down.told() == []


def test_a_404_at_the_start_is_over_with_the_next_poll(down: Down) -> None:
    old = with_old(down)
    down.server.fail(404)

    assert [down.follower.step() for _ in range(2)] == [17, 30]
    assert old.steps == 1


@pytest.mark.parametrize(
    "answered", [(200, b"{}"), (401, b'{"code": "clock"}'), (503, b'{"code": "setup"}')]
)
def test_a_404_after_version_2_was_heard_is_waited_out(
    down: Down, answered: tuple[int, bytes]
) -> None:
    old = with_old(down)
    down.server.fail(answered[0], body=answered[1])
    down.follower.step()
    down.server.fail(404)

    assert down.follower.step() == 2
    assert old.steps == 0


def test_a_404_that_is_version_2s_own_turns_nothing(down: Down) -> None:
    old = with_old(down)
    down.server.fail(404, body=b'{"code": "not_found"}')

    assert down.follower.step() == 1
    assert old.steps == 0


def test_what_the_uploader_heard_counts_for_the_feed_too(down: Down) -> None:
    old, versions = Old(), Versions()
    versions.heard(Answer(200))
    watch = LineWatch(down.posted.put)
    down.follower._outside = Outside(watch, down.posted.put, old, versions=versions)
    down.server.fail(404)

    assert down.follower.step() == 1
    assert old.steps == 0


# ---- pictures


def test_pictures_come_after_the_segment_that_names_them(down: Down) -> None:
    down.begin()
    down.server.files[f"/api/v2/pictures/{PICTURE}"] = PNG
    down.feed.publish([product("3", picture=PICTURE)])
    down.follower.step()

    assert down.server.requests[2:] == [f"GET /api/v2/pictures/{PICTURE}"]
    file = down.pictures.file_of(PICTURE)
    assert file is not None
    assert file.read_bytes() == PNG


def test_pictures_of_a_snapshot_come_too_and_each_once(down: Down) -> None:
    down.server.files[f"/api/v2/pictures/{PICTURE}"] = PNG
    down.feed.publish([product("1")])
    down.feed.add_snapshot("built", [product(each, picture=PICTURE) for each in "12"])
    down.follower.step()
    down.start().step()
    assert down.server.requests.count(f"GET /api/v2/pictures/{PICTURE}") == 1


@pytest.mark.parametrize("content", [None, b"another", b"<svg/>"])
def test_a_bad_picture_is_asked_for_once_and_keeps_nothing_back(
    down: Down, content: bytes | None
) -> None:
    down.begin()
    if content is not None:
        down.server.files[f"/api/v2/pictures/{PICTURE}"] = content
    down.feed.publish([product("3", picture=PICTURE), product("4", picture="../../etc/passwd")])
    assert down.follower.step() == 30
    assert down.follower.step() == 30
    assert down.server.requests.count(f"GET /api/v2/pictures/{PICTURE}") == 1
    assert not any("passwd" in each for each in down.server.requests)
    assert down.changes() == [2]


def test_pictures_that_a_cut_left_out_come_when_the_line_returns(down: Down) -> None:
    down.begin()
    down.server.files[f"/api/v2/pictures/{PICTURE}"] = PNG
    down.feed.publish([product("3", picture=PICTURE)])
    down.server.let_pass(times=2)
    down.server.hang_up()
    assert down.follower.step() == 1
    assert down.changes() == [2]  # prices did not wait for it
    down.follower.step()
    assert down.pictures.file_of(PICTURE) is not None


def test_more_pictures_than_are_remembered_at_a_time_come_too_and_bad_ones_end(
    down: Down, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.feed.picture_round.AT_A_TIME", 2)
    names = [f"{number:064}" for number in range(5)] + [PICTURE]
    down.server.files[f"/api/v2/pictures/{PICTURE}"] = PNG
    down.feed.publish([product("1")])
    down.feed.add_snapshot("built", [product(name[-2:], picture=name) for name in names])
    assert down.follower.step() == 30
    assert down.pictures.file_of(PICTURE) is not None
    assert sum("pictures" in each for each in down.server.requests) == 6


def test_news_comes_before_pictures_and_they_go_on_after_it(down: Down) -> None:
    names = [hashlib.sha256(PNG + bytes([each])).hexdigest() for each in range(3)]
    for each, name in enumerate(names):
        down.server.files[f"/api/v2/pictures/{name}"] = PNG + bytes([each])
    down.begin()
    down.feed.publish([product(name[:5], picture=name) for name in names])
    down.follower.hear(Pushed(3))
    assert down.follower.step() == 30  # the rest ends it in its time
    assert not list((down.folder / "pictures").glob("*"))
    down.feed.publish([change("1", 1)])
    down.follower.step()
    assert [down.pictures.file_of(name) is not None for name in names] == [True] * 3


def test_a_picture_that_nothing_names_any_more_goes_a_day_later(tmp_path: Path) -> None:
    pictures = Pictures(tmp_path)
    for content in (PNG, PNG + b"2"):
        pictures.keep(hashlib.sha256(content).hexdigest(), content)
    now, day = 1_763_886_600.0, 86_400.0

    assert pictures.sweep([PICTURE], lambda: now) == 0
    assert pictures.sweep([PICTURE], lambda: now + day - 1) == 0
    assert pictures.sweep([PICTURE], lambda: now + day) == 1
    assert [each.name for each in tmp_path.iterdir()] == [PICTURE]


def test_a_picture_that_is_named_again_in_time_stays(tmp_path: Path) -> None:
    pictures = Pictures(tmp_path)
    pictures.keep(PICTURE, PNG)
    now, day = 1_763_886_600.0, 86_400.0
    pictures.sweep([], lambda: now)
    pictures.sweep([PICTURE], lambda: now + day - 1)
    assert pictures.sweep([], lambda: now + day) == 0
    assert pictures.sweep([], lambda: now + day + day) == 1


# ---- the thread


def test_a_push_is_followed_within_its_spread_and_one_that_is_late_asks_nothing(
    down: Down,
) -> None:
    down.begin()
    stop = threading.Event()
    thread = threading.Thread(target=down.follower.run, args=(stop,))
    thread.start()
    try:
        wait_for(lambda: len(down.server.requests) == 1)
        down.feed.publish([change("1", 150)])
        down.follower.hear(Pushed(2, 20))
        assert down.posted.get(timeout=5) == CatalogueChanged(2, down.feed.made_at(2))
        asked = len(down.server.requests)
        for late in (2, 1, 2):
            down.follower.hear(Pushed(late))
        time.sleep(0.1)
        assert len(down.server.requests) == asked
    finally:
        stop.set()
        down.follower.wake()
        thread.join(timeout=2)
    assert not thread.is_alive()


def test_a_flood_of_forged_pushes_is_no_flood_of_questions(down: Down) -> None:
    down.begin()
    stop = threading.Event()
    thread = threading.Thread(target=down.follower.run, args=(stop,))
    thread.start()
    ends = time.monotonic() + 1.2
    while time.monotonic() < ends:
        down.follower.hear(Pushed(1_000_000))
        time.sleep(0.001)
    stop.set()
    down.follower.wake()
    thread.join(timeout=2)
    assert 2 <= len(down.server.requests) <= 4


def test_a_stop_is_obeyed_in_the_middle_of_a_download(down: Down) -> None:
    down.begin()
    down.feed.publish([change("1", 150)])
    down.server.let_pass()
    down.server.drip(0.02)
    stop = threading.Event()
    thread = threading.Thread(target=down.follower.run, args=(stop,))
    thread.start()
    wait_for(lambda: len(down.server.requests) == 2)
    stop.set()
    down.follower.wake()
    thread.join(timeout=1)
    assert not thread.is_alive()
    assert down.told() == []  # a stop is not news of the line


def wait_for(happened: Callable[[], bool]) -> None:
    ends = time.monotonic() + 5
    while not happened():
        assert time.monotonic() < ends
        time.sleep(0.005)
