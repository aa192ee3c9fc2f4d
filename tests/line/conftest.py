"""Generated cases have no deadline each: on a busy machine it would measure the neighbours."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from kiosk.line.fake_server import FakeServer, running
from tests.line.outbox_line import Line

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    with running(FakeServer()) as server:
        made = Line(tmp_path, server)
        yield made
        made.close()


@pytest.fixture
def old_line(tmp_path: Path) -> Iterator[Line]:
    """A line to a server that knows version 1 alone."""
    with running(FakeServer()) as server:
        server.versions = {1}
        made = Line(tmp_path, server, old=True)
        yield made
        made.close()
