"""Storing batches: once, whole, in order, on both engines."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, OperationalError, connection

from server.configuration import Configuration
from server.events.models import Boot, Event, Gap, Head, Refusal, UnknownCode
from server.events.store import store_events
from server.fleet.models import Kiosk
from server.ingest import effects
from server.ingest.batch import read_again, read_batch
from server.ingest.committer import BusyError, Committer
from server.ingest.metrics import Metrics
from server.ingest.place import Missing
from server.ingest.reread import Reread, reread
from server.ingest.store import Answer, Stored, Submitted, Told, store_group
from server.stores.models import Store
from tests.server.boxes import UNKNOWN, Box, as_bytes
from tests.server.engines import EACH
from tests.server.line import NOON

ARRIVED = int(NOON.timestamp() * 1000)
K1, K2 = "tehran-1-k1", "tehran-2-k1"


@pytest.fixture
def kiosks(chain: Configuration) -> None:
    for kiosk_id in (K1, K2):
        store = Store.objects.get(pk=kiosk_id[:8])
        Kiosk.objects.create(kiosk_id=kiosk_id, store=store, enrolled_at=NOON)


pytestmark = [EACH, pytest.mark.usefixtures("kiosks")]


def submitted(batch: dict[str, Any], kiosk_id: str = K1, arrived_ms: int = ARRIVED) -> Submitted:
    reading = read_batch if "after" in batch else read_again
    return Submitted(kiosk_id, kiosk_id[:8], reading(as_bytes(batch)), arrived_ms)


def send(*batches: dict[str, Any], kiosk_id: str = K1, arrived_ms: int = ARRIVED) -> Answer:
    """Store batches in one transaction; gives the last one's answer."""
    each = [submitted(batch, kiosk_id, arrived_ms) for batch in batches]
    return store_group(each, Told())[-1]


def stored_ids(**where: Any) -> list[str]:
    return [
        str(pk) for pk in Event.objects.filter(**where).order_by("seq").values_list("pk", flat=True)
    ]


def ids(box: Box) -> list[str]:
    return [row["id"] for row in box.rows]


def head(branch: int = 0) -> tuple[int, str]:
    found = Head.objects.get(branch=branch)
    return found.seq, bytes(found.chain).hex()


# ---- a stream


def test_rows_are_stored_with_all_that_was_told_and_the_head_moves() -> None:
    box = Box()
    row = box.put(body={"code": "۱۲", "symbology": "E0"})
    box.mono_ms += 30_000
    assert send(box.batch()) == Stored(acked_through=1, branch=0, rejected=())
    event = Event.objects.get()
    assert (str(event.pk), event.kiosk_id, event.kind, event.ver) == (
        row["id"],
        K1,
        "unknown_code",
        1,
    )
    assert (event.stream, event.epoch, event.branch, event.seq) == ("ledger", box.epoch, 0, 1)
    assert bytes(event.chain or b"").hex() == row["chain"]
    assert (event.boot, event.mono_ms, event.wall_ms) == (box.boot, 1_000, row["wall_ms"])
    assert (event.at.timestamp() * 1000, event.sure, event.read) == (ARRIVED - 30_000, True, True)
    assert (event.received_at, event.body) == (NOON, {"code": "۱۲", "symbology": "E0"})
    assert head() == (1, row["chain"])


def test_a_body_is_kept_as_the_very_text_that_its_chain_is_of() -> None:
    box = Box().fill(1)
    box.put("x", {"b": 1, "a": [1.0, "a b"]})
    send(box.batch())
    with connection.cursor() as cursor:
        cursor.execute("SELECT CAST(body AS text) FROM events_event WHERE seq = 2")
        assert cursor.fetchone() == ('{"b":1,"a":[1.0,"a b"]}',)


def test_a_batch_whose_answer_was_lost_is_known_and_what_is_behind_it_is_new() -> None:
    box = Box().fill(3)
    box.put()
    send(box.batch(0, 4))
    box.put()
    assert send(box.batch(2)) == Stored(acked_through=5, branch=0, rejected=())
    assert send(box.batch(0, 2)) == Stored(acked_through=2, branch=0, rejected=())
    assert stored_ids() == ids(box)
    assert UnknownCode.objects.get().count == 2
    assert head()[0] == 5


def test_a_request_that_was_doubled_on_the_way_is_stored_once_even_in_one_transaction() -> None:
    box = Box()
    box.put()
    assert send(box.batch(), box.batch()) == Stored(acked_through=1, branch=0, rejected=())
    assert (stored_ids(), UnknownCode.objects.get().count) == (ids(box), 1)


def test_many_batches_of_many_kiosks_stand_in_one_transaction() -> None:
    boxes = {K1: Box().fill(120), K2: Box(stream="telemetry").fill(60)}
    group = [
        submitted(box.batch(after), kiosk_id)
        for after in (0, 50, 100)
        for kiosk_id, box in boxes.items()
        if after < len(box.rows)
    ]
    answers = store_group(group, Told())
    assert [each.acked_through for each in answers if isinstance(each, Stored)] == [
        50,
        50,
        100,
        60,
        120,
    ]
    for kiosk_id, box in boxes.items():
        assert stored_ids(kiosk=kiosk_id) == ids(box)


def test_rows_that_can_still_be_had_are_asked_for() -> None:
    box = Box().fill(10)
    assert send(box.batch(5)) == Missing(0)
    send(box.batch(0, 3))
    assert send(box.batch(5)) == Missing(3)
    assert send(box.batch(3)) == Stored(acked_through=10, branch=0, rejected=())
    assert stored_ids() == ids(box)


def test_rows_that_are_no_more_are_noted_as_a_gap_once() -> None:
    box = Box(stream="telemetry").fill(10)
    send(box.batch(0, 2))
    assert send(box.batch(6, lost_through=5)) == Missing(2)
    for _ in range(2):
        answer = send(box.batch(6, lost_through=6))
        assert answer == Stored(acked_through=10, branch=0, rejected=())
    gap = Gap.objects.get()
    assert (gap.from_seq, gap.to_seq, gap.stream, gap.kiosk_id) == (3, 6, "telemetry", K1)
    assert stored_ids() == ids(box)[:2] + ids(box)[6:]


def test_a_copied_disk_is_a_branch_and_nothing_of_it_is_merged_or_refused() -> None:
    box = Box().fill(3)
    send(box.batch())
    copy = box.cloned()
    box.fill(2)
    copy.fill(3)
    assert send(box.batch(3)) == Stored(acked_through=5, branch=0, rejected=())
    assert send(copy.batch(3, 2)) == Stored(acked_through=5, branch=1, rejected=())
    assert send(copy.batch(5)) == Stored(acked_through=6, branch=1, rejected=())
    box.fill(1)
    assert send(box.batch(5)) == Stored(acked_through=6, branch=0, rejected=())
    assert stored_ids(branch=0) == ids(box)
    assert stored_ids(branch=1) == ids(copy)[3:]
    branch = Head.objects.get(branch=1)
    assert (branch.parent, branch.fork_seq, branch.seq) == (0, 3, 6)


def test_a_server_that_lost_its_last_rows_gets_them_again() -> None:
    box = Box().fill(8)
    send(box.batch())
    Event.objects.filter(seq__gt=4).delete()  # as of an older backup
    Head.objects.update(seq=4, chain=bytes.fromhex(box.chain_at(4)))
    assert send(box.batch(6)) == Missing(4)
    assert send(box.batch(4)) == Stored(acked_through=8, branch=0, rejected=())
    assert stored_ids() == ids(box)


# ---- rows that are refused


def test_a_refused_row_is_kept_as_part_of_the_chain_until_it_is_accepted() -> None:
    box = Box().fill(1)
    wrong = box.put("unknown_code", {"code": "", "symbology": "E0"})
    box.fill(1)
    answer = send(box.batch())
    assert isinstance(answer, Stored)
    assert [str(each.id) for each in answer.rejected] == [wrong["id"]]
    refusal = Refusal.objects.get()
    assert (refusal.seq, refusal.parked, refusal.reason[:9]) == (2, False, "body.code")
    assert bytes(refusal.chain).hex() == wrong["chain"]
    assert isinstance(send(box.batch()), Stored)  # the same once more
    assert Refusal.objects.count() == 1
    assert Head.objects.count() == 1
    mended = {**wrong, "body": UNKNOWN}
    tried = send(box.again(mended))
    assert tried == Stored(acked_through=2, branch=0, rejected=(), accepted=(UUID(wrong["id"]),))
    assert not Refusal.objects.exists()
    assert stored_ids() == ids(box)
    assert UnknownCode.objects.get().count == 1


def test_a_row_that_is_tried_again_twice_has_its_effect_once() -> None:
    box = Box()
    row = box.put()
    for _ in range(2):
        answer = send(box.again(row), box.again(row))
        assert isinstance(answer, Stored)
        assert answer.accepted == (UUID(row["id"]),)
    assert UnknownCode.objects.get().count == 1


def test_a_parked_rows_shell_is_shown_and_not_rejected() -> None:
    box = Box().fill(3)
    row = box.rows[1]
    shell = {"seq": 2, "id": row["id"], "chain": row["chain"], "parked": "HTTP 400"}
    assert send(box.batch(rows=[box.rows[0], shell, box.rows[2]])) == Stored(3, 0, ())
    refusal = Refusal.objects.get()
    assert (str(refusal.event_id), refusal.parked, refusal.reason) == (row["id"], True, "HTTP 400")
    assert stored_ids() == [ids(box)[0], ids(box)[2]]
    send(box.again(row))
    assert stored_ids() == ids(box)
    # a shell of what is stored by now says nothing against it
    assert send(box.batch(rows=[box.rows[0], shell, box.rows[2]])) == Stored(3, 0, ())
    assert not Refusal.objects.exists()


def test_a_parked_row_of_a_copied_disk_is_stored_where_it_was_refused() -> None:
    box = Box().fill(3)
    send(box.batch())
    copy = box.cloned()
    box.fill(3)
    copy.fill(1)
    wrong = copy.put("unknown_code", {"code": "", "symbology": "E0"})
    copy.fill(1)
    send(box.batch(3))
    send(copy.batch(3))
    other_place = {**wrong, "body": UNKNOWN, "seq": 2, "chain": "00" * 32}
    answer = send(copy.again(other_place))
    assert isinstance(answer, Stored)
    assert answer.accepted == (UUID(wrong["id"]),)
    event = Event.objects.get(pk=wrong["id"])
    assert (event.branch, event.seq) == (1, 5)
    assert bytes(event.chain or b"").hex() == wrong["chain"]
    assert send(box.batch(3)) == Stored(acked_through=6, branch=0, rejected=())
    assert send(copy.batch(3)) == Stored(acked_through=6, branch=1, rejected=())
    assert Head.objects.count() == 2


def test_a_row_tried_again_that_is_a_head_is_stored_on_its_branch() -> None:
    box = Box().fill(3)
    send(box.batch())
    copy = box.cloned()
    box.fill(2)
    copy.fill(2)
    send(box.batch(3))
    send(copy.batch(3))
    Event.objects.filter(pk=copy.rows[4]["id"]).delete()
    send(copy.again(copy.rows[4]))
    assert Event.objects.get(pk=copy.rows[4]["id"]).branch == 1


@pytest.mark.parametrize("body", [UNKNOWN, {"code": ""}])
def test_a_row_tried_again_of_which_nothing_is_known_places_no_other(body: Any) -> None:
    box = Box().fill(6)
    stray = box.cloned()
    stray.rows = stray.rows[:3]
    row = stray.put(body=body)  # another fourth row
    send(box.batch())
    assert isinstance(send(stray.again(row)), Stored)
    found = [*Event.objects.filter(pk=row["id"]), *Refusal.objects.all()]
    assert [(each.branch, each.seq, bytes(each.chain or b"")) for each in found] == [(0, 4, b"")]
    for after in (2, 3):
        assert send(box.batch(after, 2)) == Stored(after + 2, branch=0, rejected=())
    assert Head.objects.count() == 1
    answer = send(stray.again({**row, "body": UNKNOWN}))  # by now the server knows more of it
    assert isinstance(answer, Stored)
    assert answer.accepted == (UUID(row["id"]),)
    assert send(box.batch(3)) == Stored(acked_through=6, branch=0, rejected=())


def test_an_id_of_another_kiosk_is_rejected_and_its_event_stays() -> None:
    box, thief = Box(), Box()
    row = box.put()
    send(box.batch())
    thief.rows = [{**row, "chain": ""}]
    before = hashlib.sha256(thief.epoch.bytes).digest()
    body = as_bytes(row["body"])
    thief.rows[0]["chain"] = hashlib.sha256(before + UUID(row["id"]).bytes + body).hexdigest()
    thief.fill(1)
    for _ in range(2):
        answer = send(thief.batch(), kiosk_id=K2)
        assert isinstance(answer, Stored)
        assert [str(each.id) for each in answer.rejected] == [row["id"]]
    assert Event.objects.get(pk=row["id"]).kiosk_id == K1
    assert stored_ids(kiosk=K2) == [thief.rows[1]["id"]]
    assert UnknownCode.objects.get().count == 1


# ---- clocks


def test_rows_of_an_earlier_boot_go_by_what_was_noted_of_it() -> None:
    box = Box().fill(1)
    earlier = box.boot
    send(box.batch(), arrived_ms=ARRIVED - 3_600_000)
    box.mono_ms += 60_000
    box.fill(1)  # and the power went
    box.boot, box.mono_ms = UUID(int=7), 5_000
    box.fill(1)
    send(box.batch(1))
    at = {event.seq: (event.at, event.sure) for event in Event.objects.all()}
    assert at[2] == (datetime.fromtimestamp((ARRIVED - 3_600_000 + 60_000) / 1000, UTC), True)
    assert at[3] == (NOON, True)
    assert {boot.boot_id: boot.zero_ms for boot in Boot.objects.all()} == {
        earlier: ARRIVED - 3_600_000 - 1_000,
        box.boot: ARRIVED - 5_000,
    }


def test_a_boot_that_never_spoke_is_noted_as_never_synchronised() -> None:
    box = Box().fill(1)
    silent = box.boot
    box.boot = UUID(int=7)
    send(box.batch())
    event = Event.objects.get()
    assert (event.at.timestamp() * 1000, event.sure) == (box.wall_ms, False)
    assert Boot.objects.get(boot_id=silent).zero_ms is None


# ---- unread


def test_what_is_not_known_yet_is_kept_and_worked_off_once_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    box = Box().fill(1)
    box.put("door_opened", {"by": "staff"})
    box.put("door_opened", {"by": 5})
    box.put("unknown_code", {"code": "1", "symbology": "E0"}, ver=2)
    send(box.batch())
    assert stored_ids(read=False) == ids(box)[1:]
    assert reread() == Reread()
    assert not UnknownCode.objects.exists()

    def text(value: Any) -> None:
        if not isinstance(value, str):
            raise ValueError("expected a text")

    opened: list[str] = []
    monkeypatch.setattr("server.events.kinds.BODIES", {"door_opened": {"by": text}})
    monkeypatch.setattr("server.ingest.reread.VERSIONS", {"door_opened": 1, "unknown_code": 2})
    doors: effects.Effect = lambda events: opened.extend(each.store_id for each in events)  # noqa: E731
    monkeypatch.setattr(effects, "EFFECTS", {**effects.EFFECTS, "door_opened": doors})
    assert reread() == Reread(read=2, wrong=1)
    assert reread() == Reread(wrong=1)
    assert (opened, UnknownCode.objects.get().count) == (["tehran-1"], 1)
    assert stored_ids(read=False) == [ids(box)[2]]


def test_events_of_the_first_version_stand_beside_them_in_one_table() -> None:
    box = Box()
    row = box.put()
    told = {"id": row["id"], "kind": "unknown_code", "at": "2026-11-23T08:00:00Z", "body": UNKNOWN}
    kiosk = Kiosk.objects.get(pk=K1)
    assert [each.status for each in store_events(kiosk, [told], NOON)] == ["accepted"]
    event = Event.objects.get()
    assert (event.epoch, event.seq, event.sure, event.read, event.stream) == (
        None,
        None,
        False,
        True,
        "",
    )
    # the kiosk was brought up to date while the answer was on its way
    assert send(box.batch()) == Stored(acked_through=1, branch=0, rejected=())
    assert (Event.objects.count(), UnknownCode.objects.get().count) == (1, 1)


# ---- what fails


def test_a_batch_that_the_database_cannot_hold_harms_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    committer = Committer(1, Metrics())
    good, bad, after = Box().fill(2), Box().fill(2), Box()
    after.put()
    futures = [committer.submit(submitted(box.batch())) for box in (good, bad, after)]
    write = effects.apply_effects

    def fail(events: Any) -> None:
        write(events)
        if Event.objects.filter(epoch=bad.epoch).exists():
            raise IntegrityError("too much of it")

    monkeypatch.setattr("server.ingest.store.apply_effects", fail)
    committer.start()
    committer.stop()
    assert isinstance(futures[0].result(20), Stored)
    assert isinstance(futures[2].result(20), Stored)
    with pytest.raises(IntegrityError):
        futures[1].result(20)
    assert sorted(stored_ids()) == sorted(ids(good) + ids(after))
    assert UnknownCode.objects.get().count == 1


def test_a_database_that_fails_is_told_to_each_and_the_next_is_stored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    box = Box().fill(1)
    committer = Committer(1, Metrics())
    committer.start()
    try:
        with monkeypatch.context() as broken:

            def fail(*_: Any) -> None:
                raise OperationalError("the disk is full")

            broken.setattr("server.ingest.store.write_heads", fail)
            with pytest.raises(DatabaseError, match="full"):
                committer.submit(submitted(box.batch())).result(20)
        assert not Event.objects.exists()
        assert isinstance(committer.submit(submitted(box.batch())).result(20), Stored)
    finally:
        committer.stop()
    assert stored_ids() == ids(box)


def test_what_waits_when_the_server_stops_is_committed_and_more_is_not_taken() -> None:
    box = Box().fill(100)
    committer = Committer(1, Metrics())
    futures = [committer.submit(submitted(box.batch(after))) for after in (0, 50)]
    committer.start()
    committer.stop()
    assert [isinstance(each.result(0), Stored) for each in futures] == [True, True]
    with pytest.raises(BusyError):
        committer.submit(submitted(box.batch()))
    assert stored_ids() == ids(box)


def test_a_server_that_runs_for_months_makes_its_partitions_by_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[datetime] = []
    monkeypatch.setattr(
        "server.ingest.committer.make_months_ahead", lambda at: made.append(at) or []
    )
    committer, box = Committer(1, Metrics()), Box().fill(3)
    later = datetime.now(UTC) + timedelta(days=1)
    committer.start()
    try:
        committer.submit(submitted(box.batch(0, 1))).result(20)
        monkeypatch.setattr("server.ingest.committer.timezone.now", lambda: later)
        for after in (1, 2):
            committer.submit(submitted(box.batch(after, 1))).result(20)
    finally:
        committer.stop()
    assert made == [later]


def test_many_senders_at_once_lose_and_double_nothing() -> None:
    boxes = [Box(stream=stream) for stream in ("ledger", "telemetry") * 3]
    for box in boxes:
        box.fill(30)
        box.put()
    committer = Committer(1 if connection.vendor == "sqlite" else 2, Metrics())
    committer.start()

    def work(number: int) -> None:
        box, kiosk_id = boxes[number], (K1, K2)[number % 2]
        for after in range(0, 31, 5):
            batch = submitted(box.batch(after, 5), kiosk_id)
            twice = [committer.submit(batch), committer.submit(batch)]  # doubled on the way
            for future in twice:
                assert isinstance(future.result(30), Stored)

    try:
        with ThreadPoolExecutor(6) as pool:
            list(pool.map(work, range(6)))
    finally:
        committer.stop()
    assert sorted(stored_ids()) == sorted(each for box in boxes for each in ids(box))
    assert UnknownCode.objects.get().count == 6
    assert set(Head.objects.values_list("seq", "branch")) == {(31, 0)}
