"""The catalogue coming down, against a real server on the loopback that can do everything wrong."""

import base64
import gzip
import hashlib
import json
import queue
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.errors import DataError
from kiosk.feed.feed import UNFIT_AGAIN_S, Feed, FeedConfig
from kiosk.feed.manifest import signed_text
from kiosk.feed.pictures import Pictures
from kiosk.feed.standing import Standing
from kiosk.line.backoff import Backoff
from kiosk.line.fake_server import FakeServer, running
from kiosk.line.server import ServerLink
from kiosk.line.watch import LineWatch
from kiosk.messages import CatalogueBuilt, CatalogueRefused, LineDown, LineUp, Message

KEY = Ed25519PrivateKey.generate()
MANIFEST = "/api/v1/catalogue/manifest"
SNAPSHOT = "/api/v1/catalogue/snapshots/tehran-1/7"
PNG = b"\x89PNG\r\n\x1a\n" + b"a picture"
WEBP = b"RIFF\x10\x00\x00\x00WEBPVP8 " + b"another"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def snapshot(sequence: int = 7, store: str = "tehran-1", *pictures: str) -> bytes:
    heading = {"kind": "catalogue", "format": 1, "store": store, "sequence": sequence}
    products = [{"kind": "product", "sku": str(n), "picture": p} for n, p in enumerate(pictures)]
    end = {"kind": "end", "records": len(products)}
    lines = [json.dumps(line, separators=(",", ":")) for line in (heading, *products, end)]
    return gzip.compress("".join(f"{line}\n" for line in lines).encode(), mtime=0)


def manifest(content: bytes, **changes: Any) -> dict[str, Any]:
    fields = {
        "format": 1,
        "store": "tehran-1",
        "sequence": 7,
        "made_at": "2026-11-23T08:30:00Z",
        "sha256": sha256(content),
        "size": len(content),
        "path": SNAPSHOT,
    } | changes
    return fields | {"signature": base64.b64encode(KEY.sign(signed_text(fields))).decode()}


class Down:
    """A kiosk's feed and the server, with what was posted to the core."""

    def __init__(self, folder: Path, server: FakeServer) -> None:
        self.folder, self.server = folder, server
        self.posted: queue.Queue[Message] = queue.Queue()
        self.link = ServerLink(server.url, "kiosk-key", timeout_s=0.3, answer_s=0.5)
        self.watch = LineWatch(self.posted.put)
        self.built: list[bytes] = []
        self.build_fails = ""
        (folder / "feed").mkdir()
        self.standing = Standing()
        self.pictures = Pictures(folder / "pictures")
        self.feed = self.start()

    def start(self, sequence: int = 0) -> Feed:
        self.standing = Standing(sequence)
        config = FeedConfig("tehran-1", KEY.public_key(), self.folder / "feed", poll_s=30)
        backoff = Backoff(chance=lambda: 1.0)
        self.feed = Feed(
            config, self.link, self.watch, self.posted.put, self.build, self.pictures,
            lambda: self.standing, backoff,
        )  # fmt: skip
        return self.feed

    def build(self, file: Path, stopped: Callable[[], bool]) -> Path:
        if self.build_fails:
            raise DataError(self.build_fails)
        self.built.append(file.read_bytes())
        return self.folder / f"catalogue-{len(self.built)}.db"

    def publish(self, content: bytes, **changes: Any) -> None:
        self.server.files[SNAPSHOT] = content
        self.server.files[MANIFEST] = json.dumps(manifest(content, **changes)).encode()

    def told(self) -> list[Message]:
        return [self.posted.get_nowait() for _ in range(self.posted.qsize())]

    def refusal(self) -> str:
        """Make a round; give the reason that was told, and see that nothing else happened."""
        self.feed.step()
        *_, refused = self.told()
        assert isinstance(refused, CatalogueRefused)
        assert self.built == []
        assert list((self.folder / "feed").iterdir()) == []
        return refused.reason


@pytest.fixture
def down(tmp_path: Path) -> Iterator[Down]:
    with running(FakeServer()) as server:
        made = Down(tmp_path, server)
        yield made
        made.link.close()


def test_a_newer_catalogue_is_fetched_checked_built_and_told_of(down: Down) -> None:
    content = snapshot()
    down.publish(content)

    assert down.feed.step() == 30

    assert down.built == [content]
    assert down.told() == [LineUp(), CatalogueBuilt(down.folder / "catalogue-1.db", 7)]
    assert down.feed.snapshot.read_bytes() == content
    assert [f.name for f in (down.folder / "feed").iterdir()] == ["snapshot.ndjson.gz"]


def test_what_is_in_use_already_is_not_fetched_again(down: Down) -> None:
    down.publish(snapshot())
    down.feed.step()
    down.feed.step()
    down.start(sequence=7).step()

    assert len(down.built) == 1
    assert [request for request in down.server.requests if SNAPSHOT in request] == [
        f"GET {SNAPSHOT}"
    ]
    assert f"GET {MANIFEST}?store=tehran-1" in down.server.requests


def test_a_server_that_has_published_nothing_is_no_fault(down: Down) -> None:
    assert down.feed.step() == 30
    assert down.told() == [LineUp()]


# ---- what is refused; the catalogue in use stays


def test_a_snapshot_that_was_signed_once_and_is_older_is_refused(down: Down) -> None:
    down.publish(snapshot(6), sequence=6)
    down.start(sequence=7)

    assert down.refusal() == "manifest: expected sequence 7 or more, got 6"


@pytest.mark.parametrize(
    ("content", "changes", "reason"),
    [
        (snapshot(), {"store": "tehran-2"}, "manifest: expected store 'tehran-1', got 'tehran-2'"),
        (snapshot(), {"format": 2}, "manifest: expected format 1, got 2"),
        (snapshot(), {"size": 5_000_000_000}, "manifest: expected at most 1073741824 bytes"),
        (snapshot(), {"size": 0}, "manifest: expected size of 1 or more, got 0"),
        (snapshot(), {"size": 12.5}, "manifest: expected int in 'size', got 12.5"),
        (snapshot(), {"size": 10}, "Expected at most 10 bytes, got more"),
        (snapshot(), {"size": 9_999}, "snapshot: expected 9999 bytes, got"),
        (snapshot(), {"sequence": "8"}, "manifest: expected int in 'sequence'"),
        (snapshot(), {"sequence": True}, "manifest: expected int in 'sequence'"),
        (snapshot(), {"sha256": "0" * 64}, "snapshot: expected SHA-256 000000"),
        (snapshot(), {"sha256": "../../etc/passwd"}, "manifest: expected sha256 as"),
        (snapshot(), {"made_at": "today"}, "manifest: made_at: Expected an instant"),
        (snapshot(), {"path": "https://else.example/x"}, "manifest: expected path as"),
        (snapshot(), {"path": "@else.example/x"}, "manifest: expected path as"),
        (snapshot(), {"path": "//else.example/x"}, "manifest: expected path as"),
        (snapshot(6), {}, "snapshot: expected sequence 7 in its heading, got 6"),
        (snapshot(7, "tehran-2"), {}, "snapshot: expected store 'tehran-1' in its heading"),
        (b"not gzip at all", {}, "snapshot: expected a heading"),
        (snapshot()[:40], {}, "snapshot: expected a heading"),
        (gzip.compress(b"[]\n"), {}, "snapshot: expected a heading, got []"),
        (gzip.compress(b""), {}, "snapshot: expected a heading"),
    ],
)  # fmt: skip
def test_a_signed_snapshot_that_is_not_right_is_refused(
    down: Down, content: bytes, changes: dict[str, Any], reason: str
) -> None:
    down.publish(content, **changes)

    assert down.refusal().startswith(reason)


@pytest.mark.parametrize(
    "tampered",
    [
        {"sequence": 8},
        {"sha256": "0" * 64},
        {"made_at": "2027-01-01T00:00:00Z"},
        {"more": 1},
        {"signature": base64.b64encode(bytes(64)).decode()},
        {"signature": "not base64!"},
    ],
)
def test_a_manifest_that_was_changed_after_signing_is_refused(
    down: Down, tampered: dict[str, Any]
) -> None:
    down.publish(snapshot())
    changed = json.loads(down.server.files[MANIFEST]) | tampered
    down.server.files[MANIFEST] = json.dumps(changed).encode()

    assert down.refusal() == "manifest: expected the server's signature, got another"


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b"7", b"{}", b'{"format":1}', b'{"format":1,"format":1}', b"[" * 99_999],
)  # fmt: skip
def test_a_manifest_that_is_none_is_refused(down: Down, body: bytes) -> None:
    down.server.files[MANIFEST] = body

    assert down.refusal().startswith("manifest: expected")


def test_another_servers_key_is_refused(down: Down) -> None:
    down.publish(snapshot())
    down.feed._config = FeedConfig(
        "tehran-1", Ed25519PrivateKey.generate().public_key(), down.folder / "feed"
    )

    assert down.refusal() == "manifest: expected the server's signature, got another"


def test_a_refusal_is_told_once_until_something_changes(down: Down) -> None:
    down.server.files[MANIFEST] = b"{}"
    down.feed.step()
    down.feed.step()
    assert [type(m) for m in down.told()] == [LineUp, CatalogueRefused]

    down.publish(snapshot())
    down.feed.step()
    assert [type(m) for m in down.told()] == [CatalogueBuilt]


def test_a_snapshot_that_cannot_be_built_is_not_fetched_over_and_over(
    down: Down, monkeypatch: pytest.MonkeyPatch
) -> None:
    down.publish(snapshot())
    down.build_fails = "snapshot line 2: price: Expected int"
    assert down.refusal() == "snapshot line 2: price: Expected int"
    down.feed.step()
    down.feed.step()
    assert down.server.requests.count(f"GET {SNAPSHOT}") == 1

    down.build_fails = ""
    later = time.monotonic() + UNFIT_AGAIN_S + 1
    monkeypatch.setattr("kiosk.feed.feed.monotonic", lambda: later)
    down.feed.step()
    assert len(down.built) == 1


def test_the_next_snapshot_is_fetched_although_the_last_could_not_be_built(down: Down) -> None:
    down.publish(snapshot())
    down.build_fails = "no"
    down.feed.step()
    down.build_fails = ""
    down.publish(snapshot(8), sequence=8)
    down.feed.step()

    assert down.told()[-1] == CatalogueBuilt(down.folder / "catalogue-1.db", 8)


# ---- what becomes of it in the core


def test_one_that_the_core_has_yet_to_see_is_not_fetched_again(down: Down) -> None:
    down.publish(snapshot())
    down.feed.step()
    down.feed.step()

    assert len(down.built) == 1


def test_one_that_turned_out_to_be_damaged_is_fetched_again_at_once(down: Down) -> None:
    down.publish(snapshot())
    down.feed.step()
    down.standing = Standing(in_use=7, answered=1)
    down.feed.step()
    down.standing = Standing(in_use=0, answered=1)  # the core fell back, and there was none before
    down.feed.step()

    assert [m.sequence for m in down.told() if isinstance(m, CatalogueBuilt)] == [7, 7]
    down.feed.step()
    assert len(down.built) == 2  # not again before the core has seen the second


def test_one_that_was_damaged_before_the_feed_looked_again_is_fetched_again(down: Down) -> None:
    down.start(sequence=6)
    down.publish(snapshot())
    down.feed.step()
    down.standing = Standing(in_use=6, answered=1)  # taken and lost within one poll
    down.feed.step()

    assert len(down.built) == 2


def test_one_that_the_core_refused_is_fetched_again_after_an_hour(
    down: Down, monkeypatch: pytest.MonkeyPatch
) -> None:
    down.publish(snapshot())
    down.feed.step()
    down.standing = Standing(in_use=0, answered=1, refused=True)
    down.feed.step()
    down.feed.step()
    assert len(down.built) == 1

    later = time.monotonic() + UNFIT_AGAIN_S + 1
    monkeypatch.setattr("kiosk.feed.feed.monotonic", lambda: later)
    down.feed.step()
    assert len(down.built) == 2


def test_a_file_in_the_way_of_the_folder_is_a_refusal_and_not_the_end(down: Down) -> None:
    (down.folder / "feed").rmdir()
    (down.folder / "feed").write_text("in the way")
    down.publish(snapshot())

    assert down.feed.step() == 30
    assert isinstance(down.told()[-1], CatalogueRefused)
    (down.folder / "feed").unlink()
    down.feed.step()
    assert isinstance(down.told()[-1], CatalogueBuilt)


def test_a_file_in_the_way_of_the_pictures_is_not_the_end_either(
    down: Down, caplog: pytest.LogCaptureFixture
) -> None:
    (down.folder / "pictures").write_text("in the way")
    down.publish(snapshot())

    assert down.feed.step() == 30
    assert isinstance(down.told()[-1], CatalogueBuilt)
    assert "pictures-failed" in caplog.text


# ---- a line that fails


def test_a_snapshot_that_is_cut_is_fetched_anew_and_leaves_nothing_behind(down: Down) -> None:
    content = snapshot()
    down.publish(content)
    down.server.let_pass()
    down.server.cut_mid_body()

    assert down.feed.step() == 1
    assert isinstance(down.told()[-1], LineDown)
    assert list((down.folder / "feed").iterdir()) == []

    assert down.feed.step() == 30
    assert down.built == [content]


@pytest.mark.parametrize("status", [401, 403, 500, 502, 302])
def test_any_other_answer_means_later(down: Down, status: int) -> None:
    down.publish(snapshot())
    down.server.fail(status)

    assert down.feed.step() == 1
    (told,) = down.told()
    assert isinstance(told, LineDown)
    assert told.reason == f"HTTP {status}"
    assert down.feed.step() == 30
    assert len(down.built) == 1


def test_a_busy_server_is_left_alone_as_long_as_it_asks(down: Down) -> None:
    down.server.fail(429, {"Retry-After": "90"})

    assert down.feed.step() == 90
    assert down.told() == []


def test_a_snapshot_that_was_taken_away_meanwhile_means_later(down: Down) -> None:
    down.publish(snapshot())
    del down.server.files[SNAPSHOT]

    assert down.feed.step() == 1
    assert down.built == []


def test_a_stop_is_obeyed_in_the_middle_of_a_download(down: Down) -> None:
    down.publish(snapshot())
    down.server.let_pass()
    down.server.drip(0.02)
    stop = threading.Event()
    thread = threading.Thread(target=down.feed.run, args=(stop,))
    thread.start()
    ends = time.monotonic() + 3
    while f"GET {SNAPSHOT}" not in down.server.requests:
        assert time.monotonic() < ends
        time.sleep(0.005)
    stop.set()
    thread.join(timeout=1)

    assert not thread.is_alive()
    assert down.told() == [LineUp()]  # a stop is not news of the line


# ---- pictures


def test_pictures_come_after_the_catalogue_and_once(down: Down) -> None:
    names = [sha256(PNG), sha256(WEBP)]
    for name, content in zip(names, (PNG, WEBP), strict=True):
        down.server.files[f"/api/v1/pictures/{name}"] = content
    down.publish(snapshot(7, "tehran-1", names[0], names[1], names[0]))
    down.feed.step()

    assert [Path(request).name for request in down.server.requests[2:]] == names
    file = down.pictures.file_of(names[0])
    assert file is not None
    assert file.read_bytes() == PNG
    down.start(sequence=7).step()
    assert len(down.server.requests) == 5  # one more manifest


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (sha256(PNG), WEBP),
        (sha256(b"<svg onload='x'/>"), b"<svg onload='x'/>"),
        (sha256(b""), b""),
        (sha256(PNG + bytes(1 << 20)), PNG + bytes(1 << 20)),
        (sha256(PNG), None),
    ],
    ids=["another picture", "no picture", "nothing", "too large", "not there"],
)
def test_a_bad_picture_is_dropped_and_the_others_come(
    down: Down, name: str, content: bytes | None, caplog: pytest.LogCaptureFixture
) -> None:
    good = sha256(WEBP)
    down.server.files[f"/api/v1/pictures/{good}"] = WEBP
    if content is not None:
        down.server.files[f"/api/v1/pictures/{name}"] = content
    down.publish(snapshot(7, "tehran-1", name, good))

    assert down.feed.step() == 30
    down.feed.step()

    assert down.pictures.file_of(name) is None
    assert down.pictures.file_of(good) is not None
    assert caplog.text.count(f"picture-dropped name={name}") == 1
    assert [type(m) for m in down.told()] == [LineUp, CatalogueBuilt]


def test_pictures_that_a_cut_left_out_come_when_the_line_returns(down: Down) -> None:
    name = sha256(PNG)
    down.server.files[f"/api/v1/pictures/{name}"] = PNG
    down.publish(snapshot(7, "tehran-1", name))
    down.server.let_pass(times=2)
    down.server.hang_up()

    assert down.feed.step() == 1
    assert down.pictures.file_of(name) is None
    assert isinstance(down.told()[1], CatalogueBuilt)  # prices did not wait for it

    down.start(sequence=7).step()  # the same after a new start
    assert down.pictures.file_of(name) is not None


def test_a_name_that_is_no_hash_leads_to_no_file(down: Down) -> None:
    (down.folder / "secret").write_text("x")

    down.publish(snapshot(7, "tehran-1", "../secret"))
    down.feed.step()

    assert len(down.server.requests) == 2
    assert down.pictures.file_of("../secret") is None
    assert down.pictures.file_of("") is None


def test_a_picture_half_written_at_a_power_cut_is_cleared_away(tmp_path: Path) -> None:
    (tmp_path / f"{sha256(PNG)}.part").write_bytes(PNG[:5])

    Pictures(tmp_path).prepare()

    assert Pictures(tmp_path).file_of(sha256(PNG)) is None
    assert list(tmp_path.iterdir()) == []
