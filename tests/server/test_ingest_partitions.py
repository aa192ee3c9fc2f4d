"""The events' table by months, on PostgreSQL; and its way there and back, on both engines."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from server.events.models import Event
from server.events.partitions import lowest_id, make_months_ahead, months_from
from server.fleet.models import Kiosk
from server.stores.models import Store
from tests.server.engines import EACH
from tests.server.line import NOON

POSTGRESQL = pytest.mark.parametrize("engine", ["postgresql"])


def store(event_id: UUID) -> None:
    kiosk, _ = Kiosk.objects.get_or_create(
        kiosk_id="k1", defaults={"store": Store.objects.first(), "enrolled_at": NOON}
    )
    Event.objects.create(
        event_id=event_id, kiosk=kiosk, kind="x", at=NOON, body={"a": 1.0}, received_at=NOON
    )


def places() -> dict[str, list[UUID]]:
    found: dict[str, list[UUID]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text, event_id FROM events_event ORDER BY 2")
        for name, event_id in cursor.fetchall():
            found.setdefault(name, []).append(event_id)
    return found


@given(st.integers(1970, 9_000), st.integers(1, 12), st.integers(1, 30))
def test_the_months_follow_each_other_without_a_hole(year: int, month: int, count: int) -> None:
    months = months_from((year, month), count)
    lows = [lowest_id(each) for each in months]
    assert lows == sorted(set(lows))
    assert months_from(months[-1], 1) == months[-1:]
    assert len(months) == count


@POSTGRESQL
@pytest.mark.usefixtures("chain")
def test_months_are_made_ahead_once() -> None:
    at = datetime(2030, 11, 30, tzinfo=UTC)
    names = [f"events_event_{month}" for month in ("2030_11", "2030_12", "2031_01", "2031_02")]
    assert make_months_ahead(at) == names
    assert make_months_ahead(at) == []


@POSTGRESQL
@pytest.mark.usefixtures("chain")
def test_an_id_of_a_month_without_a_partition_lies_apart_until_there_is_one() -> None:
    march, april = lowest_id((2031, 3)), lowest_id((2031, 4))
    random = UUID("e3b0c442-98fc-4c14-9afb-f4c8996fb924")  # of version 4
    for event_id in (march, april, random):
        store(event_id)
    assert places() == {"events_event_rest": [march, april, random]}
    make_months_ahead(datetime(2030, 12, 1, tzinfo=UTC))
    assert places() == {"events_event_2031_03": [march], "events_event_rest": [april, random]}


@EACH
@pytest.mark.usefixtures("chain")
def test_nothing_is_lost_on_the_way_back_to_the_first_table_and_forward_again() -> None:
    now = lowest_id((datetime.now(UTC).year, datetime.now(UTC).month))
    ids = [now, lowest_id((2020, 1)), UUID("e3b0c442-98fc-4c14-9afb-f4c8996fb924")]
    for event_id in ids:
        store(event_id)
    call_command("migrate", "events", "0001", interactive=False, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM events_event")
        assert cursor.fetchone() == (3,)
    call_command("migrate", interactive=False, verbosity=0)
    assert set(Event.objects.values_list("pk", flat=True)) == set(ids)
    assert {(event.sure, event.read, event.ver) for event in Event.objects.all()} == {
        (False, True, 1)
    }


@EACH
@pytest.mark.usefixtures("chain")
def test_on_either_engine_there_are_months_ahead_or_no_need_of_them(engine: str) -> None:
    assert make_months_ahead(datetime.now(UTC)) == []  # the migration made them
    assert (engine == "sqlite") == (connection.vendor == "sqlite")
