"""Signed requests on a link, and enrolment by them: what is done at each answer."""

import json
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.clock import ServerClock
from kiosk.config import Settings, load
from kiosk.errors import ConfigError, DataError, Rejected, Unreachable
from kiosk.identity import fingerprint, keep_identity, load_identity, load_key, make_key
from kiosk.line.enrolment import Offered, Place, await_identity, fetch_identity, use_code
from kiosk.line.opening import open_link, server_key
from kiosk.line.server import ServerLink
from kiosk.line.signing import Signer
from tests.line.scripted import Asked, Scripted, scripted

SERVER_MS = 1_795_000_000_000
CONTRACT = Path(__file__).parents[1] / "contract"
ME: dict[str, Any] = json.loads((CONTRACT / "me.json").read_text("utf-8"))


@pytest.fixture
def server() -> Iterator[Scripted]:
    with scripted() as script:
        script.time_ms = SERVER_MS
        yield script


@pytest.fixture
def clock() -> ServerClock:
    return ServerClock(wall_ms=lambda: 0, boot_id="")


@pytest.fixture
def link(server: Scripted, clock: ServerClock) -> Iterator[ServerLink]:
    made = ServerLink(server.url, Signer(Ed25519PrivateKey.generate(), clock), 2.0, 2.0)
    yield made
    made.close()


def created_s(asked: Asked) -> int:
    found = re.search(r";created=(\d+);", asked.headers["Signature-Input"])
    assert found is not None
    return int(found[1])


# ---- a link that signs


def test_each_request_is_signed_and_has_no_bearer_key(server: Scripted, link: ServerLink) -> None:
    server.will(200, {}).will(200, {}).will(200, {})
    link.get("/a", {"after": "7"})
    link.post("/b", b"{}", packed=True)
    link.put("/c", b"log", "text/plain")
    get, post, put = server.asked
    assert (get.path, post.method, put.method) == ("/a?after=7", "POST", "PUT")
    assert all("Signature" in each.headers for each in server.asked)
    assert not any("Authorization" in each.headers for each in server.asked)
    assert "Content-Digest" not in get.headers
    assert "Content-Digest" in post.headers
    assert post.headers["Content-Encoding"] == "gzip"
    assert put.headers["Content-Type"] == "text/plain"


@pytest.mark.parametrize("code", ["clock", "replayed"])
def test_a_refused_time_or_nonce_is_signed_anew_once_at_once(
    server: Scripted, link: ServerLink, clock: ServerClock, code: str
) -> None:
    server.refuse(401, code).will(200, {"well": True})
    assert link.post("/a", b"{}").status == 200
    first, second = server.asked
    assert (created_s(first), created_s(second)) == (0, SERVER_MS // 1000)
    assert first.headers["Signature"] != second.headers["Signature"]
    assert first.body == second.body
    assert abs(clock.now_ms() - SERVER_MS) < 5_000


def test_it_is_not_tried_a_third_time(server: Scripted, link: ServerLink) -> None:
    server.refuse(401, "clock").refuse(401, "clock").will(200)
    assert link.get("/a").code() == "clock"
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, "signature"), (401, "key_unknown"), (401, "key_revoked"), (403, "not_approved")],
)
def test_any_other_refusal_is_its_callers_affair(
    server: Scripted, link: ServerLink, status: int, code: str
) -> None:
    server.refuse(status, code)
    answer = link.get("/a")
    assert (answer.status, answer.code()) == (status, code)
    assert len(server.asked) == 1


def test_a_download_is_signed_anew_too(server: Scripted, link: ServerLink, tmp_path: Path) -> None:
    server.refuse(401, "clock").will(200, body=b"bytes")
    assert link.download("/a", tmp_path / "file", 10).status == 200
    assert (tmp_path / "file").read_bytes() == b"bytes"


@pytest.mark.parametrize("told", [-1, 0, 10**12 // 2, 10**15, 10**30])
def test_a_time_that_cannot_be_is_not_believed(
    server: Scripted, link: ServerLink, clock: ServerClock, told: int
) -> None:
    server.time_ms = told
    server.will(200)
    link.get("/a")
    assert clock.error_ms() is None


def test_a_bearer_key_signs_nothing_and_a_401_is_not_tried_again(server: Scripted) -> None:
    server.refuse(401, "clock")
    link = ServerLink(server.url, "key")
    assert link.get("/a").status == 401
    assert server.asked[0].headers["Authorization"] == "Bearer key"
    assert "Signature" not in server.asked[0].headers
    link.close()


def test_lines_are_given_as_they_come_until_the_stream_ends(
    server: Scripted, link: ServerLink
) -> None:
    server.will(200, body=b"id: 9\ndata: {}\n\nhalf")
    assert list(link.lines("/push", 1.0)) == [b"id: 9", b"data: {}", b""]
    server.refuse(401, "signature")
    with pytest.raises(Unreachable, match="Expected a stream from /push, got HTTP 401"):
        list(link.lines("/push", 1.0))


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"code": 7}', b"<html>", b"[" * 100_000])
def test_a_refusal_without_a_code_has_an_empty_one(
    server: Scripted, link: ServerLink, body: bytes
) -> None:
    server.will(401, body=body)
    assert link.get("/a").code() == ""


# ---- enrolment


@pytest.fixture
def place(server: Scripted, tmp_path: Path) -> Place:
    return Place(tmp_path / "data", server.url, 2.0)


def let_in(server: Scripted) -> None:
    """Answer an enrolment with the fingerprint of whatever key comes."""

    def answer() -> bytes:
        public_key = bytes.fromhex(json.loads(server.asked[-1].body)["public_key"])
        key_id = fingerprint(Ed25519PublicKey.from_public_bytes(public_key))
        told = {"kiosk": "k", "store": "s", "fingerprint": key_id, "state": "waiting"}
        return json.dumps(told).encode()

    server.replies.append((202, answer))


def test_a_box_shows_the_fingerprint_that_the_office_sees(
    server: Scripted, place: Place, clock: ServerClock
) -> None:
    let_in(server)
    asked = use_code(place, "K7PM-4X2Q", Offered("0.2", "box"), clock)
    key = load_key(place.data_dir)
    assert (asked.kiosk, asked.fingerprint) == ("k", fingerprint(key.public_key()))
    assert json.loads(server.asked[0].body) == {
        "code": "K7PM-4X2Q",
        "public_key": key.public_key().public_bytes_raw().hex(),
        "version": "0.2",
        "hardware": "box",
    }
    assert load_identity(place.data_dir) is None


@pytest.mark.parametrize("code", ["key_revoked", "key_in_use"])
def test_a_key_that_is_taken_no_more_is_set_aside_and_a_new_one_enrolled(
    server: Scripted, place: Place, clock: ServerClock, code: str
) -> None:
    server.refuse(401, code)
    let_in(server)
    use_code(place, "K7PM-4X2Q", Offered(), clock)
    first, second = (json.loads(each.body)["public_key"] for each in server.asked)
    assert first != second
    assert (place.data_dir / "identity" / "key.pem.old-1").exists()


@pytest.mark.parametrize(
    ("status", "code", "told"),
    [(403, "code_wrong", "HTTP 403"), (429, "too_many", "HTTP 429"), (404, "", "version 2")],
)
def test_a_refused_code_is_said_and_leaves_all_as_it_is(
    server: Scripted, place: Place, clock: ServerClock, status: int, code: str, told: str
) -> None:
    server.refuse(status, code)
    with pytest.raises(Rejected, match=told):
        use_code(place, "K7PM-4X2Q", Offered(), clock)
    assert [each.name for each in (place.data_dir / "identity").iterdir()] == ["key.pem"]


@pytest.mark.parametrize("answer", [{}, [], {"kiosk": "k", "store": "s", "fingerprint": "00" * 16}])
def test_an_answer_about_another_key_is_not_believed(
    server: Scripted, place: Place, clock: ServerClock, answer: Any
) -> None:
    server.will(202, answer)
    with pytest.raises(DataError, match=r"^Expected "):
        use_code(place, "K7PM-4X2Q", Offered(), clock)


def enrolled_box(server: Scripted, place: Place, clock: ServerClock) -> None:
    let_in(server)
    use_code(place, "K7PM-4X2Q", Offered(), clock)


def test_it_asks_until_it_is_approved_and_a_cut_line_is_waited_for(
    server: Scripted, place: Place, clock: ServerClock
) -> None:
    enrolled_box(server, place, clock)
    waits: list[float] = []
    told: list[str] = []
    server.refuse(403, "not_approved").will(503).refuse(403, "not_approved").will(200, ME)
    identity = await_identity(place, clock, 60.0, waits.append, told.append)
    assert identity is not None
    assert load_identity(place.data_dir) == identity
    assert waits == [2.0, 2.0, 2.0]
    assert len(told) == 1
    assert "HTTP 503" in told[0]


def test_it_does_not_wait_for_ever(server: Scripted, place: Place, clock: ServerClock) -> None:
    enrolled_box(server, place, clock)
    server.refuse(403, "not_approved")
    assert await_identity(place, clock, 0.0, lambda _: None) is None
    assert load_identity(place.data_dir) is None


def test_a_server_with_another_key_than_the_one_given_is_refused(
    server: Scripted, place: Place, clock: ServerClock
) -> None:
    enrolled_box(server, place, clock)
    other = Ed25519PrivateKey.generate().public_key()
    server.will(200, ME)
    with pytest.raises(ConfigError, match=r"server\.public_key_file: expected the server's key"):
        await_identity(Place(place.data_dir, place.url, 2.0, other), clock, 5.0, lambda _: None)
    assert load_identity(place.data_dir) is None


def test_a_refusal_leaves_the_identity_before_where_it_is(
    server: Scripted, place: Place, clock: ServerClock, link: ServerLink
) -> None:
    enrolled_box(server, place, clock)
    server.will(200, ME).refuse(401, "key_revoked").will(200, body=b"{")
    before = await_identity(place, clock, 5.0, lambda _: None)
    with pytest.raises(Rejected, match="key_revoked"):
        fetch_identity(link, place.data_dir)
    with pytest.raises(DataError):
        fetch_identity(link, place.data_dir)
    assert load_identity(place.data_dir) == before


def test_a_kiosk_that_was_moved_keeps_what_it_is_told(
    server: Scripted, place: Place, clock: ServerClock, link: ServerLink
) -> None:
    enrolled_box(server, place, clock)
    server.will(200, {**ME, "store": "tehran-2"})
    moved = fetch_identity(link, place.data_dir)
    assert moved is not None
    assert moved.store == "tehran-2"
    assert load_identity(place.data_dir) == moved


# ---- what a kiosk has to show


def settings_of(server: Scripted, folder: Path, *lines: str) -> Settings:
    file = folder / "kiosk.toml"
    names = 'kiosk_id = "k"\nstore_id = "s"\n'
    paths = 'data_dir = "data"\n[server]\nkey_file = "server.key"\n'
    file.write_text(names + paths + "\n".join([f'url = "{server.url}"', *lines]), "utf-8")
    return load(file)


def test_a_kiosk_without_an_identity_shows_its_bearer_key(
    server: Scripted, tmp_path: Path, clock: ServerClock
) -> None:
    settings = settings_of(server, tmp_path, f'public_key_file = "{CONTRACT / "server.pub"}"')
    with pytest.raises(ConfigError, match=r"server\.key_file: expected a key"):
        open_link(settings, clock, 2.0)
    (tmp_path / "server.key").write_text("abc")
    server.will(200)
    with closing(open_link(settings, clock, 2.0)) as link:
        link.get("/api/v2/a")
    assert server.asked[0].headers["Authorization"] == "Bearer abc"
    assert server_key(settings) is not None


def test_an_enrolled_kiosk_signs_but_shows_its_bearer_key_to_version_1(
    server: Scripted, tmp_path: Path, clock: ServerClock
) -> None:
    make_key(tmp_path / "data")
    told = keep_identity(tmp_path / "data", json.dumps(ME).encode())
    settings = settings_of(server, tmp_path)
    (tmp_path / "server.key").write_text("abc")
    server.will(404).will(200)
    with closing(open_link(settings, clock, 2.0)) as link:
        link.get("/api/v2/a")
        link.get("/api/v1/a")
    new, old = (each.headers for each in server.asked)
    assert ("Signature" in new, "Authorization" in new) == (True, False)
    assert ("Signature" in old, old["Authorization"]) == (False, "Bearer abc")
    ours, theirs = server_key(settings), told.server_public_key()
    assert ours.public_bytes_raw() == theirs.public_bytes_raw()
