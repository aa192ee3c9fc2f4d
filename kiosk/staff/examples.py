"""Every state of the staff's view, the longest texts first, for gallery and tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from kiosk.examples import NOW
from kiosk.rules_fault import RulesFault
from kiosk.staff.report import COUNTED_MAX, Outgoing, Parked, Report, Timing, Who
from kiosk.staff.state import (
    Answering,
    Asking,
    DeviceState,
    Inside,
    Known,
    Line,
    NotRetried,
    Refused,
    Retried,
    State,
)

_WHO = Who(
    "baran-01-k1",
    "baran-01",
    "0.3.0",
    "پیشخان ورودی اصلی",
    "9f2c41d07be85a3316e0c4d98b72f5a1",
)
_DEVICES = (
    DeviceState("camera", is_camera=True, answering=Answering.YES),
    DeviceState("scanner", is_camera=False, answering=Answering.YES),
)
_REASONS = (
    "Expected body.price_minor as a whole number from 0 to 9007199254740991, got '14250000'",
    "HTTP 400: body: Expected an object of text that a database can hold, got a lone surrogate "
    "at position 17 of “text”; the whole row was sent alone and refused, and then its shell was "
    "taken. Tell head office its id: 0193578f-6f1c-7c7e-9a52-2f3d6f6f6a11, or look for it "
    "among the rows of this kiosk on the fleet's page, where it stands under the same id",
    "Expected kind 'item_looked_up' with a gtin or a sku, got neither",
)
_KINDS = ("item_looked_up", "search_made", "a_kind_that_is_newer_than_this_page", "action_done")


def parked(number: int) -> Parked:
    """Make a row that was not taken; a greater number is an older one."""
    return Parked(
        UUID(int=(0x0193578F << 96) + number),
        _KINDS[number % len(_KINDS)],
        NOW - timedelta(hours=5 * number, minutes=7),
        _REASONS[(number + 1) % len(_REASONS)],
        1 + number % 3,
    )


WELL = Inside(
    Report(
        _WHO,
        (Outgoing("ledger"), Outgoing("telemetry", 4, NOW - timedelta(seconds=40))),
        sequence=1_204,
        timing=Timing(error_ms=48, wall_off_ms=130),
        free_bytes=23_400_000_000,
    ),
    Known(NOW, Line(up=True), NOW - timedelta(hours=2), devices=_DEVICES),
)
ILL = Inside(
    Report(
        replace(_WHO, name="پیشخان طبقهٔ دوم، کنار پله‌برقی و بخش لوازم خانگی"),
        (
            Outgoing("ledger", 17, NOW - timedelta(days=3, hours=4), 3,
                     tuple(parked(number) for number in (1, 3, 5))),
            Outgoing("telemetry", COUNTED_MAX + 1, NOW - timedelta(days=3, hours=5),
                     COUNTED_MAX + 1, tuple(parked(number) for number in range(0, 80, 2))),
        ),
        sequence=1_198,
        timing=Timing(error_ms=412, wall_off_ms=-31_536_000_000),
        free_bytes=58_000_000,
        key_refused="key_revoked",
    ),
    Known(
        NOW,
        Line(
            up=False,
            since=NOW - timedelta(hours=26),
            reason="HTTPConnectionPool(host='pishkhan.baran.example', port=443): Max retries "
            "exceeded (Caused by NewConnectionError: [Errno 113] No route to host)",
        ),
        NOW - timedelta(days=2, hours=3),
        Refused(NOW - timedelta(minutes=12), "tampered: Expected the SHA-256 "
                "3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855f, got another",
                "tampered", 1_199),
        devices=(
            DeviceState("camera", True, Answering.NO, "Expected /dev/kiosk-camera, got no device"),
            DeviceState("scanner", False, Answering.NO,
                        "[Errno 13] Permission denied: '/dev/kiosk-scanner'"),
        ),
        rules_fault=RulesFault(
            1_198, "nowruz-1406-second-half-price",
            "offer 'nowruz-1406-second-half-price': combine: Expected one of exclusive, best_of, "
            "compounding, got 'lottery'",
        ),
        selling_stopped=True,
        faults=("K-110", "K-120", "K-122", "K-123", "K-201", "K-202"),
    ),
    outcome=NotRetried("kiosk.db: expected a kiosk's database, got database is locked"),
)  # fmt: skip

EXAMPLES: Mapping[str, State] = {
    "staff, longest texts": ILL,
    "staff, all is well": WELL,
    "staff, tried again": replace(
        WELL,
        report=replace(
            WELL.report,
            streams=(
                Outgoing("ledger", 2, NOW - timedelta(minutes=90), 1, (parked(1),)),
                Outgoing("telemetry", fault="unable to open database file"),
            ),
            who=replace(_WHO, name="", fingerprint=""),
            timing=Timing(),
        ),
        known=replace(WELL.known, faults=("K-112",), refused=replace(
            ILL.known.refused, stands=False) if ILL.known.refused else None),
        outcome=Retried(2),
    ),
    "staff, nothing here yet": replace(
        WELL,
        report=Report(Who("baran-01-k1", "baran-01", ""), timing=Timing()),
        known=Known(
            NOW,
            Line(up=True),
            devices=tuple(replace(each, answering=Answering.NOT_YET) for each in _DEVICES),
            faults=("K-101",),
        ),
    ),
    "staff, the pin": Asking("4938"),
    "staff, wrong pin": Asking(left=4),
    "staff, closed to pins": Asking(closed_s=43),
}  # fmt: skip
