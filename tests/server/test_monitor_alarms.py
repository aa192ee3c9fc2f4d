"""What is an alarm and what is not, as a table: docs/fleet.md, section 3, at each threshold."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.monitor.alarms import Facts, Ingested, Published, Severity, alarms_of
from server.monitor.report import (
    ClockTold,
    DeviceTold,
    DiskTold,
    FeedRefused,
    FeedTold,
    Report,
    StreamTold,
)
from tests.server.line import NOON

RED, AMBER, BLUE = Severity.RED, Severity.AMBER, Severity.BLUE
WELL = Report(
    version="1.4.0",
    feed=FeedTold(9),
    outbox=(StreamTold("ledger", 0), StreamTold("telemetry", 3, 20)),
    clock=ClockTold(20, 100),
    devices=(DeviceTold("scanner", "ready"), DeviceTold("camera", "ready")),
    disk=DiskTold(9_000, "ample"),
)


def facts(report: Report | None = WELL, **other: Any) -> Facts:
    told: dict[str, Any] = {
        "seen_at": NOON,
        "reported_at": NOON if report else None,
        "report": report,
        "published": Published(9, 9, 9),
        "server_version": "1.4.2",
    }
    return Facts(**{**told, **other})


def told(**parts: Any) -> Facts:
    fields = {name: getattr(WELL, name) for name in Report.__struct_fields__}
    return facts(Report(**{**fields, **parts}))


def found(of: Facts, **later: float) -> list[tuple[str, Severity]]:
    return [(alarm.kind, alarm.severity) for alarm in alarms_of(of, NOON + timedelta(**later))]


def ledger(**parts: Any) -> Facts:
    return told(outbox=(StreamTold("ledger", 1, **parts),))


def came_in(**parts: int) -> Facts:
    return facts(ingested=Ingested(**parts))


CASES: list[tuple[str, Facts, list[tuple[str, Severity]]]] = [
    ("all is well", facts(), []),
    ("switched off", facts(active=False, seen_at=None), []),
    ("never heard of", facts(None, seen_at=None), [("never_heard", BLUE)]),
    ("no report", facts(None), [("no_report", BLUE)]),
    ("a copied disk", came_in(branches=1), [("copied_disk", RED)]),
    ("a gap in the ledger", came_in(ledger_gaps=1, telemetry_gaps=2), [("rows_lost", RED)]),
    ("a gap in telemetry", came_in(telemetry_gaps=1), [("rows_lost", BLUE)]),
    ("a refused row", came_in(refusals=3), [("events_refused", BLUE)]),
    ("a key that waits", facts(key_waits=True), [("key_waiting", AMBER)]),
    ("nothing is sold", told(selling=False), [("selling_stopped", RED)]),
    ("the ledger waits 15 minutes", ledger(oldest_s=900), []),
    ("the ledger waits longer", ledger(oldest_s=901), [("outbox_old", AMBER)]),
    ("the ledger waits 4 hours", ledger(oldest_s=4 * 3600), [("outbox_old", AMBER)]),
    ("the ledger waits longer still", ledger(oldest_s=4 * 3600 + 1), [("outbox_old", RED)]),
    ("telemetry waits a day", told(outbox=(StreamTold("telemetry", 1, 86_400),)), []),
    (
        "telemetry waits longer",
        told(outbox=(StreamTold("telemetry", 1, 86_401),)),
        [("outbox_old", BLUE)],
    ),
    ("a stream nobody knows waits", told(outbox=(StreamTold("other", 1, 999_999),)), []),
    ("a row is parked", ledger(parked=1), [("parked", AMBER)]),
    ("no prices", told(feed=FeedTold(0)), [("no_prices", RED)]),
    ("ahead", told(feed=FeedTold(10)), [("feed_ahead", RED)]),
    ("nothing told of prices", told(feed=None), []),
    ("behind, but just now", facts(published=Published(12, 9, 9)), []),
    ("behind for 5 minutes", facts(published=Published(12, 10, 9)), [("feed_behind", AMBER)]),
    ("behind for an hour", facts(published=Published(12, 12, 10)), [("feed_behind", RED)]),
    (
        "prices refused",
        told(feed=FeedTold(9, None, FeedRefused("truncated"))),
        [("feed_refused", AMBER)],
    ),
    *(
        (
            f"prices refused: {reason}",
            told(feed=FeedTold(9, None, FeedRefused(reason))),
            [("feed_refused", RED)],
        )
        for reason in ("bad_signature", "tampered", "replayed", "went_back")
    ),
    (
        "one device of two is lost",
        told(devices=(DeviceTold("scanner", "lost"), DeviceTold("camera", "ready"))),
        [("devices_lost", AMBER)],
    ),
    (
        "every device is lost",
        told(devices=(DeviceTold("scanner", "lost"),)),
        [("devices_lost", RED)],
    ),
    ("a device starts", told(devices=(DeviceTold("scanner", "starting"),)), []),
    ("no device at all", told(devices=()), []),
    ("room on the edge", told(disk=DiskTold(256)), []),
    ("less than that", told(disk=DiskTold(255)), [("disk_low", AMBER)]),
    ("little room", told(disk=DiskTold(None, "low")), [("disk_low", AMBER)]),
    ("no room", told(disk=DiskTold(9_000, "short")), [("disk_low", RED)]),
    ("no room told", told(disk=None), []),
    ("no time since the boot", told(clock=ClockTold()), [("clock_never", AMBER)]),
    ("events without a sure time", facts(boot_unsure=True), [("clock_never", AMBER)]),
    ("a box that is 5 minutes behind", told(clock=ClockTold(20, -300_000)), [("clock_off", AMBER)]),
    ("a box that is less behind", told(clock=ClockTold(20, -299_999)), []),
    ("a time that may be wrong by 5 s", told(clock=ClockTold(5_000, 0)), [("clock_off", AMBER)]),
    ("nothing told of time", told(clock=None), []),
    ("the same version but for its last part", told(version="1.4.0"), []),
    ("a newer version", told(version="1.5.0"), []),
    ("one minor version older", told(version="1.3.9"), [("old_version", BLUE)]),
    ("two minor versions older", told(version="1.2.0"), [("old_version", AMBER)]),
    ("a major version older", told(version="0.9.0"), [("old_version", AMBER)]),
    ("a version that says nothing", told(version="main"), []),
    ("out of service", told(service="out"), [("out_of_service", BLUE)]),
    ("a state of service nobody knows", told(service="half"), []),
]


@pytest.mark.parametrize(
    ("of", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_each_alarm_begins_where_the_page_says(
    of: Facts, expected: list[tuple[str, Severity]]
) -> None:
    assert found(of) == expected


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        ({"minutes": 5}, []),
        ({"minutes": 5, "seconds": 1}, [("silent", AMBER)]),
        ({"hours": 1}, [("silent", AMBER)]),
        ({"hours": 1, "seconds": 1}, [("silent", RED)]),
    ],
)
def test_silence_is_noticed_and_grows_worse(
    later: dict[str, float], expected: list[tuple[str, Severity]]
) -> None:
    assert found(facts(), **later) == expected


def test_whoever_asks_for_prices_and_reports_no_more_is_not_silent() -> None:
    of = facts(seen_at=NOON + timedelta(hours=2))
    assert found(of, hours=2) == [("no_report", BLUE)]


def test_a_silent_kiosk_is_silent_and_not_also_behind_or_lost() -> None:
    gone = told(
        feed=FeedTold(3),
        devices=(DeviceTold("scanner", "lost"),),
        clock=ClockTold(),
        disk=DiskTold(1, "short"),
    )
    assert found(gone, minutes=20) == [("silent", AMBER)]


def test_what_stays_true_is_told_of_a_silent_kiosk_too() -> None:
    gone = told(selling=False, outbox=(StreamTold("ledger", 4, 20_000, parked=2),))
    kinds = {kind for kind, _ in found(gone, hours=9)}
    assert kinds == {"silent", "selling_stopped", "outbox_old", "parked"}


def test_the_worst_comes_first() -> None:
    of = facts(ingested=Ingested(refusals=1, branches=1), key_waits=True)
    assert [severity for _, severity in found(of)] == [RED, AMBER, BLUE]


counts = st.integers(0, 2**53)
reports = st.builds(
    Report,
    version=st.text(min_size=1, max_size=20),
    feed=st.none()
    | st.builds(FeedTold, counts, st.none(), st.none() | st.builds(FeedRefused, st.text())),
    outbox=st.lists(
        st.builds(
            StreamTold,
            st.sampled_from(["ledger", "telemetry", "x"]),
            counts,
            st.none() | counts,
            counts,
        )
    ).map(tuple),
    clock=st.none()
    | st.builds(ClockTold, st.none() | counts, st.none() | st.integers(-(2**53), 2**53)),
    devices=st.lists(st.builds(DeviceTold, st.text(), st.sampled_from(["lost", "ready", "x"]))).map(
        tuple
    ),
    disk=st.none()
    | st.builds(DiskTold, st.none() | counts, st.sampled_from(["ample", "low", "short", "x"])),
    selling=st.booleans(),
    service=st.sampled_from(["in", "out", "x"]),
)


@given(reports, st.timedeltas(timedelta(0), timedelta(days=900)), st.booleans())
def test_whatever_is_told_is_judged_in_order_and_each_kind_once(
    report: Report, later: timedelta, active: bool
) -> None:
    alarms = alarms_of(facts(report, active=active), NOON + later)
    severities = [alarm.severity for alarm in alarms]
    assert severities == sorted(severities, reverse=True)
    assert len({alarm.kind for alarm in alarms}) == len(alarms)
    assert active or not alarms
