"""When an event happened, by the clocks that its box told."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.ingest.batch import Clock
from server.ingest.clocks import Instant, better_zero, happened_at, zero_of

NOW = 1_763_886_600_000
HERE, BEFORE, NEVER = UUID(int=1), UUID(int=2), UUID(int=3)
CLOCK = Clock(HERE, mono_ms=90_000, wall_ms=5)
ZEROS = {HERE: zero_of(CLOCK, NOW), BEFORE: NOW - 3_600_000, NEVER: None}


@pytest.mark.parametrize(
    ("boot", "mono_ms", "wall_ms", "expected"),
    [
        # a row of the boot that sends, written 30 s before it sent
        (HERE, 60_000, 5, Instant(NOW - 30_000, sure=True)),
        # a row of a boot that spoke to the server an hour ago, at its start
        (BEFORE, 60_000, 5, Instant(NOW - 3_540_000, sure=True)),
        # a row of a boot that never did: what the box believed
        (NEVER, 60_000, NOW - 7, Instant(NOW - 7, sure=False)),
        (UUID(int=9), 0, NOW - 7, Instant(NOW - 7, sure=False)),
        # a clock of another century: no sooner than 1970, no later than it came
        (NEVER, 0, -(2**63), Instant(0, sure=False)),
        (NEVER, 0, NOW + 1, Instant(NOW, sure=False)),
        (NEVER, 0, 2**63 - 1, Instant(NOW, sure=False)),
        # a row from after its own sending: nothing that came lies in the future
        (HERE, 95_000, 5, Instant(NOW, sure=True)),
        (HERE, 2**63 - 1, 5, Instant(NOW, sure=True)),
    ],
)
def test_a_row_happened_when_its_boot_says(
    boot: UUID, mono_ms: int, wall_ms: int, expected: Instant
) -> None:
    assert happened_at(boot, mono_ms, wall_ms, ZEROS, NOW) == expected


def test_a_boots_zero_is_the_earliest_that_was_seen() -> None:
    assert better_zero(None, CLOCK, NOW) == NOW - 90_000
    assert better_zero(NOW - 90_000, CLOCK, NOW) is None
    assert better_zero(NOW - 60_000, CLOCK, NOW) == NOW - 90_000  # the other one came late
    assert better_zero(NOW - 90_100, CLOCK, NOW) is None


@given(st.sampled_from([HERE, BEFORE, NEVER]), st.integers(0, 2**63 - 1),
       st.integers(-(2**63), 2**63 - 1))  # fmt: skip
def test_nothing_that_has_arrived_lies_in_the_future(boot: UUID, mono: int, wall: int) -> None:
    assert 0 <= happened_at(boot, mono, wall, ZEROS, NOW).at_ms <= NOW


@given(written=st.integers(0, 10**9), waited=st.integers(0, 10**9), late=st.integers(0, 60_000),
       wall=st.integers(-(2**63), 2**63 - 1))  # fmt: skip
def test_whatever_the_wall_clock_says_the_error_is_what_the_request_took(
    written: int, waited: int, late: int, wall: int
) -> None:
    clock = Clock(HERE, mono_ms=written + waited, wall_ms=wall)
    zeros = {HERE: zero_of(clock, NOW)}
    true_ms = NOW - late - waited
    told = happened_at(HERE, written, wall, zeros, NOW)
    assert told.sure
    assert 0 <= told.at_ms - max(true_ms, 0) <= late
