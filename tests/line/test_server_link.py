"""The link: one request, one answer, within bounds, and the key goes nowhere else."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.errors import ConfigError, DataError, Unreachable
from kiosk.line.fake_server import FakeServer, running
from kiosk.line.server import ANSWER_BYTES_MAX, Answer, ServerLink, read_key


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with running(FakeServer()) as started:
        yield started


@pytest.fixture
def link(server: FakeServer) -> Iterator[ServerLink]:
    made = ServerLink(server.url, "kiosk-key", timeout_s=0.3, answer_s=0.5)
    yield made
    made.close()


def test_an_answer_is_given_as_it_came(server: FakeServer, link: ServerLink) -> None:
    server.files["/a"] = "قیمت".encode()

    assert link.get("/a", {"store": "tehran-1"}) == Answer(200, "قیمت".encode())
    assert link.get("/b").status == 404
    assert server.requests == ["GET /a?store=tehran-1", "GET /b"]


def test_a_redirect_is_not_followed_because_it_would_take_the_key_along(
    server: FakeServer, link: ServerLink
) -> None:
    with running(FakeServer()) as other:
        server.fail(302, {"Location": f"{other.url}/a"})

        assert link.get("/a").status == 302
        assert other.requests == []


def test_nothing_is_taken_from_the_environment(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login someone password else")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    server.files["/a"] = b"x"
    link = ServerLink(server.url, "kiosk-key")

    assert link.get("/a") == Answer(200, b"x")
    link.close()


def test_an_answer_without_end_is_cut_off(server: FakeServer, link: ServerLink) -> None:
    server.files["/a"] = b"x" * (ANSWER_BYTES_MAX + 1)

    with pytest.raises(DataError, match="Expected at most 1048576 bytes, got more"):
        link.get("/a")


def test_a_server_that_drips_is_not_waited_for(server: FakeServer, link: ServerLink) -> None:
    server.files["/a"] = b"x" * 1_000
    server.drip(0.05)
    began = time.monotonic()

    with pytest.raises(Unreachable, match=r"Expected an answer within 0.5 s"):
        link.get("/a")
    assert time.monotonic() - began < 1


def test_a_download_is_whole_on_disk_or_refused(
    server: FakeServer, link: ServerLink, tmp_path: Path
) -> None:
    server.files["/a"] = b"x" * 100_000
    file = tmp_path / "part"

    assert link.download("/a", file, 100_000) == Answer(200)
    assert file.read_bytes() == server.files["/a"]

    with pytest.raises(DataError, match="Expected at most 99999 bytes"):
        link.download("/a", file, 99_999)
    server.cut_mid_body()
    with pytest.raises(Unreachable, match="Expected an answer"):
        link.download("/a", file, 100_000)
    with pytest.raises(Unreachable, match="the order to stop"):
        link.download("/a", file, 100_000, stopped=lambda: True)


def test_a_download_that_drips_is_given_up(
    server: FakeServer, link: ServerLink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.line.server.DOWNLOAD_BEGINS_S", 0.3)
    server.files["/a"] = b"x" * 1_000
    server.drip(0.05)
    began = time.monotonic()

    with pytest.raises(Unreachable, match="Expected a file within 0 s, got a part"):
        link.download("/a", tmp_path / "part", 1_000)
    assert time.monotonic() - began < 1


def test_a_large_download_is_given_the_time_that_a_slow_line_needs(
    server: FakeServer, link: ServerLink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.line.server.DOWNLOAD_BEGINS_S", 0.0)
    monkeypatch.setattr("kiosk.line.server.SLOWEST_BYTES_PER_S", 10.0)
    server.files["/a"] = b"x" * 20
    server.drip(0.01)

    assert link.download("/a", tmp_path / "part", 20) == Answer(200)


def test_a_download_that_is_not_there_writes_nothing(link: ServerLink, tmp_path: Path) -> None:
    assert link.download("/a", tmp_path / "part", 100) == Answer(404, b"nothing here")
    assert not (tmp_path / "part").exists()


@pytest.mark.parametrize(
    "said",
    [b"", b"\x00\x01\x02\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"SSH-2.0-OpenSSH\r\n"],
    ids=["nothing", "noise", "no status", "another protocol"],
)  # fmt: skip
def test_what_is_no_http_counts_as_no_answer(said: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def speak() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(4_096)
                connection.sendall(said)

        thread = threading.Thread(target=speak)
        thread.start()
        link = ServerLink(f"http://127.0.0.1:{listening.getsockname()[1]}", "k", timeout_s=0.5)
        with pytest.raises(Unreachable, match=r"^Expected an answer from [^\n]*$"):
            link.get("/")
        thread.join()
        link.close()


def test_an_answer_in_words_is_one_short_line() -> None:
    assert Answer(500, b"<h1>\nOops\xff" + b"x" * 999).in_words().startswith("HTTP 500: <h1> Oops")
    assert len(Answer(500, b"x" * 999).in_words()) < 220
    assert Answer(500).in_words() == "HTTP 500"


def test_the_key_is_one_line_of_its_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("abc123\n")

    assert read_key(tmp_path / "key") == "abc123"


@pytest.mark.parametrize("key", ["secret\nsecret", "secret\r\nX: y"])
def test_a_key_that_cannot_be_sent_is_never_quoted(server: FakeServer, key: str) -> None:
    link = ServerLink(server.url, key)

    with pytest.raises(Unreachable, match="got a header that cannot be sent") as refused:
        link.get("/a")
    assert "secret" not in str(refused.value)
    link.close()


@pytest.mark.parametrize("content", ["", "\n", "two\nlines", "two words", "کلید"])
def test_what_is_no_key_stops_the_start(tmp_path: Path, content: str) -> None:
    (tmp_path / "key").write_text(content, encoding="utf-8")

    with pytest.raises(ConfigError, match=r"server\.key_file: expected"):
        read_key(tmp_path / "key")
    with pytest.raises(ConfigError, match=r"server\.key_file: expected"):
        read_key(tmp_path / "absent")
