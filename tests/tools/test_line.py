"""The cuttable line: what it forwards, and what a cut does to open and new connections."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from threading import Thread

import pytest

from tools.stage.line import Line


@pytest.fixture
def echo_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    near, _ = listener.accept()
                except OSError:
                    return
                Thread(target=answer, args=(near,), daemon=True).start()

        def answer(near: socket.socket) -> None:
            with near:
                try:
                    while said := near.recv(1_000):
                        near.sendall(said.upper())
                except OSError:
                    return

        Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]


@pytest.fixture
def line(echo_port: int) -> Iterator[Line]:
    made = Line(echo_port).start()
    yield made
    made.stop()


def ended(near: socket.socket) -> bool:
    try:
        return near.recv(100) == b""
    except ConnectionResetError:
        return True


def call(line: Line) -> socket.socket:
    return socket.create_connection(("127.0.0.1", line.port), timeout=2)


def test_what_is_sent_arrives_and_the_answer_comes_back(line: Line) -> None:
    with call(line) as near:
        near.sendall(b"hello")
        assert near.recv(100) == b"HELLO"


def test_a_cut_breaks_what_is_open_and_refuses_what_is_new(line: Line) -> None:
    with call(line) as near:
        near.sendall(b"a")
        assert near.recv(100) == b"A"
        line.cut()
        assert ended(near)
    with pytest.raises(ConnectionRefusedError):
        call(line)


def test_after_mending_the_same_port_answers_again(line: Line) -> None:
    port = line.port
    line.cut()
    line.mend()

    assert line.port == port
    with call(line) as near:
        near.sendall(b"x")
        assert near.recv(100) == b"X"
