"""The box's own clocks: the name of the boot, and what nobody can set."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.outbox.boot import BOOT_ID_FILE, SystemBox
from kiosk.outbox.rows import instant_of, milliseconds_of


def test_the_boot_has_the_name_that_the_kernel_gave_it() -> None:
    assert str(SystemBox().boot_id) == BOOT_ID_FILE.read_text().strip()


def test_time_since_the_boot_goes_on() -> None:
    box = SystemBox()
    first = box.mono_ms()

    assert 0 <= first <= box.mono_ms()
    assert abs(box.wall() - datetime.now(UTC)).total_seconds() < 5


@pytest.mark.parametrize("content", [None, b"", b"no name", b"\xff"])
def test_where_boots_have_no_names_each_start_counts_as_one(
    tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "boot_id"
    if content is not None:
        file.write_bytes(content)
    one, other = SystemBox(file), SystemBox(file)

    assert one.boot_id != other.boot_id
    assert one.boot_id.version == 7


@pytest.mark.parametrize("milliseconds", [-(1 << 63), (1 << 63) - 1])
def test_an_instant_beyond_the_calendar_is_told_as_its_edge(milliseconds: int) -> None:
    assert instant_of(milliseconds).year in (1, 9999)
    assert milliseconds_of(instant_of(0)) == 0
