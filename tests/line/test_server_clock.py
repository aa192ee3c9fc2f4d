"""The server's time here: right whatever the wall clock does, and known by how much it may err."""

import json
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.clock import DRIFT_PPM, KEPT_EVERY_MS, ServerClock, boottime_ms

SERVER_MS = 1_795_000_000_000
YEAR_MS = 365 * 86_400_000


class Box:
    """A box whose wall clock is set at will; its mono clock runs from its start."""

    def __init__(self, wall_ms: int = SERVER_MS, kept: Path | None = None) -> None:
        self.wall_ms, self.mono_ms = wall_ms, 1_000
        self.clock = self.restarted(kept)

    def restarted(self, kept: Path | None = None, boot_id: str = "this boot") -> ServerClock:
        return ServerClock(kept, lambda: self.wall_ms, lambda: self.mono_ms, boot_id)

    def passes(self, ms: int) -> None:
        self.wall_ms += ms
        self.mono_ms += ms

    def asks(self, told_ms: int, there_ms: int = 0, back_ms: int = 0) -> None:
        """Ask a server at which it is ``told_ms`` when it answers."""
        asked = self.mono_ms
        self.passes(there_ms + back_ms)
        self.clock.learn(told_ms, asked, self.mono_ms)


def off_ms(clock: ServerClock, server_ms: int) -> int:
    return abs(clock.now_ms() - server_ms)


def test_before_any_answer_the_wall_clock_is_all_there_is() -> None:
    box = Box(wall_ms=SERVER_MS - 5)
    assert box.clock.now() == datetime.fromtimestamp(SERVER_MS / 1000, UTC) - timedelta(
        milliseconds=5
    )
    assert box.clock.error_ms() is None
    assert box.clock.wall_off_ms() is None


@pytest.mark.parametrize("years", [-56, -10, -1, 1, 10, 73])
def test_a_wall_clock_that_is_years_off_is_known_to_be(years: int) -> None:
    box = Box(wall_ms=SERVER_MS + years * YEAR_MS)
    box.asks(SERVER_MS)
    assert box.clock.now_ms() == SERVER_MS
    assert box.clock.wall_off_ms() == years * YEAR_MS


def test_the_wall_clock_may_be_set_while_the_kiosk_runs() -> None:
    box = Box()
    box.asks(SERVER_MS)
    for step_ms in (-YEAR_MS, 10 * YEAR_MS, -1, 3_600_000):
        box.wall_ms += step_ms
        box.passes(60_000)
    assert box.clock.now_ms() == SERVER_MS + 4 * 60_000


@given(st.integers(0, 20_000), st.integers(0, 20_000), st.integers(-YEAR_MS, YEAR_MS))
def test_the_error_is_at_most_half_the_round_trip(there: int, back: int, wall: int) -> None:
    box = Box(wall_ms=SERVER_MS + wall)
    box.asks(SERVER_MS, there, back)
    error_ms = box.clock.error_ms()
    assert error_ms is not None
    assert error_ms <= (there + back + 1) // 2
    assert off_ms(box.clock, SERVER_MS + back) <= error_ms
    assert box.clock.earliest_ms() <= SERVER_MS + back


def test_a_better_answer_takes_the_place_of_a_worse_one_and_not_the_other_way() -> None:
    box = Box()
    box.asks(SERVER_MS, 3_000, 1_000)
    box.asks(SERVER_MS + 1_040, 10, 30)
    assert box.clock.error_ms() == 20
    box.asks(SERVER_MS + 1_100, 2_000, 2_000)
    assert box.clock.error_ms() == 20


def test_what_is_known_grows_old_because_no_two_clocks_run_alike() -> None:
    box = Box()
    box.asks(SERVER_MS, 10, 10)
    box.passes(86_400_000)
    assert box.clock.error_ms() == 10 + 86_400_000 * DRIFT_PPM // 1_000_000 // 2
    box.asks(SERVER_MS + 86_400_000, 500, 500)  # better than that by now
    assert box.clock.error_ms() == 500


def test_a_server_whose_clock_was_set_is_followed() -> None:
    box = Box()
    box.asks(SERVER_MS, 10, 10)
    box.asks(SERVER_MS - 3_600_000, 400, 400)
    assert off_ms(box.clock, SERVER_MS - 3_600_000) <= 400


def test_a_restart_within_one_boot_knows_what_was_learned_and_another_boot_does_not(
    tmp_path: Path,
) -> None:
    kept = tmp_path / "time.json"
    box = Box(wall_ms=0, kept=kept)
    box.asks(SERVER_MS, 10, 10)
    box.passes(5_000)
    assert off_ms(box.restarted(kept), SERVER_MS + 5_010) <= 10
    assert box.restarted(kept, boot_id="another").now_ms() == box.wall_ms
    assert box.restarted(kept, boot_id="").now_ms() == box.wall_ms


def test_it_is_written_down_once_an_hour(tmp_path: Path) -> None:
    kept = tmp_path / "time.json"
    box = Box(kept=kept)
    box.asks(SERVER_MS, 10, 10)
    first = kept.read_bytes()
    box.asks(SERVER_MS + 20, 5, 5)
    assert kept.read_bytes() == first
    box.passes(KEPT_EVERY_MS)
    box.asks(SERVER_MS + KEPT_EVERY_MS, 1, 1)
    assert kept.read_bytes() != first


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "7", '{"boot_id":"this boot"}',
     json.dumps({"boot_id": "this boot", "mono_ms": "1", "earliest_ms": 2, "span_ms": 3})],
)  # fmt: skip
def test_a_broken_file_is_as_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "time.json").write_text(content)
    assert Box(kept=tmp_path / "time.json").clock.error_ms() is None


def test_where_it_cannot_be_written_the_clock_goes_on(tmp_path: Path) -> None:
    box = Box(kept=tmp_path / "absent" / "time.json")
    box.asks(SERVER_MS)
    assert box.clock.now_ms() == SERVER_MS


def test_many_threads_learn_and_read_at_once() -> None:
    clock = ServerClock(wall_ms=lambda: 0, mono_ms=boottime_ms, boot_id="")
    begins, wrong = boottime_ms(), []

    def learn_and_read() -> None:
        for _ in range(500):
            mono = boottime_ms()
            clock.learn(SERVER_MS + mono - begins, mono, boottime_ms())
            if off_ms(clock, SERVER_MS + boottime_ms() - begins) > 2_000:
                wrong.append(clock.now_ms())

    threads = [threading.Thread(target=learn_and_read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_the_real_clocks_run() -> None:
    clock = ServerClock()
    mono = clock.mono_ms()
    clock.learn(SERVER_MS, mono, mono)
    assert off_ms(clock, SERVER_MS) < 5_000
    assert clock.elapsed_s() > 0
