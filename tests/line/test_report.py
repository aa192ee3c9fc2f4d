"""What is in a report: the contract's examples, and whatever else it is made of, within bounds."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.messages import DiskRoom
from kiosk.outbox.boot import SetBox
from kiosk.report.gathering import Gatherer
from kiosk.report.report import (
    Clock,
    Device,
    Disk,
    Prices,
    Refused,
    Report,
    Stream,
    record,
    write,
)
from kiosk.report.vital import Vital, matters, vital_of

EXAMPLES = json.loads((Path(__file__).parents[1] / "contract" / "status.json").read_text("utf-8"))
BOOT = UUID("3f0c1f6e-6a0e-4c4a-9f60-0f8f6f1b2c3d")
NOON = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
FULL = Report(
    "0.2.0",
    BOOT,
    3_600,
    Prices(41, NOON, Refused(42, "bad_signature")),
    (Stream("ledger", 3, 12, 1), Stream("telemetry", 1_001, 40)),
    Clock(40, -1_200),
    (Device("camera", "lost", "no such file"), Device("scanner", "ready")),
    Disk(12_000, "ample"),
)
NEW = Report(
    "0.2.0",
    BOOT,
    devices=(Device("scanner", "starting"),),
    disk=Disk(None, "short"),
    selling=False,
    in_service=False,
)


@pytest.mark.parametrize(("report", "number"), [(FULL, 0), (NEW, 1)])
def test_reports_are_written_as_the_contract_has_them(report: Report, number: int) -> None:
    assert json.loads(write(report)) == EXAMPLES["right"][number]["body"]


texts = st.text(max_size=300) | st.text(st.characters(categories=["Cs", "Cc", "Lo"]), max_size=20)
numbers = st.integers(-(2**70), 2**70)
maybe = st.none() | numbers
reports = st.builds(
    Report,
    texts,
    st.uuids(),
    numbers,
    st.builds(
        Prices,
        numbers,
        st.none() | st.datetimes(timezones=st.just(UTC)),
        st.none() | st.builds(Refused, numbers, texts),
    ),
    st.lists(st.builds(Stream, texts, numbers, maybe, numbers), max_size=12).map(tuple),
    st.builds(Clock, maybe, maybe),
    st.lists(
        st.builds(Device, texts, st.sampled_from(["starting", "ready", "lost"]), texts), max_size=40
    ).map(tuple),
    st.builds(Disk, maybe, texts),
    st.booleans(),
    st.booleans(),
)


@given(reports)
def test_whatever_it_is_made_of_it_keeps_the_bounds_of_the_page(report: Report) -> None:
    told = json.loads(write(report))
    assert told == record(report)
    assert len(write(report)) <= 64 * 1024
    assert len(told["outbox"]) <= 8
    assert len(told["devices"]) <= 32
    assert 1 <= len(told["version"]) <= 64
    assert all(len(each["name"]) <= 63 for each in told["devices"])
    assert all(len(each.get("reason", "")) <= 200 for each in told["devices"])
    for text in _leaves(told, str):
        assert not re.search(r"[\x00-\x1f\x7f]", text)
    for number in _leaves(told, int):
        assert -(2**53) <= number <= 2**53


def _leaves(node: Any, kind: type) -> list[Any]:
    if isinstance(node, dict):
        return [leaf for each in node.values() for leaf in _leaves(each, kind)]
    if isinstance(node, list):
        return [leaf for each in node for leaf in _leaves(each, kind)]
    return [node] if type(node) is kind else []


# ---- what the core knows


@dataclass(frozen=True)
class Health:
    lost: frozenset[str] = frozenset()
    ready: frozenset[str] = frozenset()
    reasons: dict[str, str] = field(default_factory=dict)
    room: DiskRoom = DiskRoom.AMPLE
    refused: Any = None
    selling_stopped: bool = False


def test_a_device_is_starting_until_it_is_heard_of() -> None:
    health = Health(frozenset({"b"}), frozenset({"c"}), {"b": "no such file"})
    assert vital_of(health, ["c", "b", "a"], NOON, in_service=True).devices == (
        Device("a", "starting"),
        Device("b", "lost", "no such file"),
        Device("c", "ready"),
    )


def test_a_refusal_is_told_while_it_stands() -> None:
    refused = SimpleNamespace(name="tampered", sequence=7, stands=True)
    assert vital_of(Health(refused=refused), [], None, in_service=True).refused == Refused(
        7, "tampered"
    )
    refused.stands = False
    assert vital_of(Health(refused=refused), [], None, in_service=True).refused is None


WELL = Vital((Device("scanner", "ready"),), made_at=NOON)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, False),
        ({"made_at": NOON + timedelta(hours=1)}, False),
        ({"devices": (Device("scanner", "ready", "was lost"),)}, False),
        ({"devices": (Device("scanner", "lost"),)}, True),
        ({"selling": False}, True),
        ({"in_service": False}, True),
        ({"room": DiskRoom.LOW}, True),
        ({"refused": Refused(9, "truncated")}, True),
    ],
)
def test_only_some_changes_are_told_at_once(change: dict[str, Any], expected: bool) -> None:
    assert matters(WELL, replace(WELL, **change)) is expected
    assert matters(None, replace(WELL, **change))


# ---- what is measured


def measured(**other: Any) -> Any:
    told = {
        "who": SimpleNamespace(version="0.2.0"),
        "streams": (),
        "sequence": 41,
        "timing": SimpleNamespace(error_ms=40, wall_off_ms=None),
        "free_bytes": 300 << 20,
    }
    return SimpleNamespace(**{**told, **other})


def stream(name: str, oldest_at: datetime | None = None, fault: str = "") -> Any:
    return SimpleNamespace(stream=name, waiting=3, oldest_at=oldest_at, parked=1, fault=fault)


def test_what_is_measured_and_what_the_core_knows_make_one_report() -> None:
    box = SetBox(NOON)
    gatherer = Gatherer(lambda: measured(), box)
    box.move(90.5)
    report = gatherer.gather(replace(WELL, selling=False, room=DiskRoom.LOW))
    assert (report.version, report.boot_id, report.up_s) == ("0.2.0", box.boot_id, 90)
    assert report.prices == Prices(41, NOON, None)
    assert (report.disk, report.selling, report.devices) == (
        Disk(300, "low"),
        False,
        WELL.devices,
    )


def test_ages_go_by_the_clock_that_the_rows_were_written_by() -> None:
    box = SetBox(NOON)
    streams = (
        stream("ledger", NOON - timedelta(seconds=70)),
        stream("telemetry", NOON + timedelta(days=365)),  # the clock was set back meanwhile
        stream("other"),
    )
    report = Gatherer(lambda: measured(streams=streams), box).gather(WELL)
    assert [each.oldest_s for each in report.outbox] == [70, 0, None]


def test_a_stream_that_cannot_be_read_is_not_told_as_an_empty_one() -> None:
    streams = (stream("ledger", fault="kiosk.db: file is not a database"), stream("telemetry"))
    report = Gatherer(lambda: measured(streams=streams, free_bytes=None), SetBox(NOON)).gather(WELL)
    assert [each.name for each in report.outbox] == ["telemetry"]
    assert report.disk.free_mib is None


def test_staffs_own_view_is_what_is_asked() -> None:
    """The types fit each other; the two packages do not import one another."""
    desk = pytest.importorskip("kiosk.staff.report", reason="the staff's view is not here yet")
    told = desk.Report(
        desk.Who("k1", "s1", "0.2.0"),
        (desk.Outgoing("ledger", 2, NOON),),
        7,
        desk.Timing(1, 2),
        9 << 20,
    )
    report = Gatherer(lambda: told, SetBox(NOON)).gather(WELL)
    assert report.outbox == (Stream("ledger", 2, 0),)
    assert (report.prices.sequence, report.clock, report.disk.free_mib) == (7, Clock(1, 2), 9)
