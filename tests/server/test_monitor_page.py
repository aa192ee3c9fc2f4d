"""The fleet's page as head office uses it: what it shows, to whom, and in how many queries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from server.configuration import Configuration
from server.events.models import Boot, Gap, Head, Refusal
from server.feed.models import Feed, Segment
from server.fleet.models import Kiosk
from server.monitor.choosing import Wanted, choose
from server.monitor.fleet import Board, board, read_fleet, read_published
from server.monitor.models import Report as Row
from server.monitor.report import DeviceTold, FeedTold, Report, StreamTold, write_report
from server.office.fleet import words
from tests.server.engines import EACH
from tests.server.line import NOON

FLEET = "/office/monitor/report/"


@pytest.fixture(autouse=True)
def _read_anew() -> Iterator[None]:
    board.forget()
    yield
    board.forget()


def reports(
    kiosk_id: str, report: Report | None = None, store: str = "tehran-1", **more: Any
) -> Kiosk:
    """Make a kiosk that has just reported."""
    now = timezone.now()
    told = {"enrolled_at": now, "last_seen_at": now, **more}
    kiosk = Kiosk.objects.create(kiosk_id=kiosk_id, store_id=store, **told)
    report = report or Report("0.1.0", feed=FeedTold(1))
    Row.objects.create(
        kiosk=kiosk, received_at=now, boot_id=report.boot_id, told=write_report(report)
    )
    return kiosk


@pytest.fixture
def fleet(chain: Configuration) -> Configuration:
    """Two stores with a kiosk that is well and one that sells nothing, with a scanner lost."""
    for store in ("tehran-1", "tehran-2"):
        Feed.objects.create(store_id=store, sequence=1)
    reports("tehran-1-k1", name="کنار در")
    lost = (DeviceTold("scanner", "lost", "no such file"), DeviceTold("camera", "ready"))
    outbox = (StreamTold("ledger", 1_001, 7_200, parked=2),)
    bad = Report("0.1.0", feed=FeedTold(1), devices=lost, selling=False, outbox=outbox)
    reports("tehran-2-k1", bad, "tehran-2", name="طبقهٔ بالا")
    return chain


def client_of(*permissions: str) -> Client:
    user = User.objects.create_user(f"user-{uuid4().hex[:6]}", is_staff=True)
    for each in permissions:
        app, _, codename = each.partition(".")
        user.user_permissions.add(
            Permission.objects.get(codename=codename, content_type__app_label=app)
        )
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return client


@pytest.fixture
def looker(fleet: Configuration) -> Client:
    return client_of("monitor.view_report")


def page(client: Client, path: str = "") -> str:
    answer = client.get(f"{FLEET}{path}")
    assert answer.status_code == 200, path
    return answer.content.decode()


def shown(html: str) -> list[str]:
    return re.findall(r'data-key="([^"]+)"', html)


# ---- the page


@EACH
def test_the_worst_comes_first_and_says_what_is_wrong(looker: Client) -> None:
    html = page(looker)
    assert shown(html) == ["tehran-2-k1", "tehran-1-k1"]
    for text in (
        "فروش متوقف است",
        "طبقهٔ بالا",
        "شعبهٔ پونک",
        "بیش از ۱٬۰۰۰",
        "۲ کنارگذاشته",
        "۲ ساعت",
    ):
        assert text in html, text
    assert "بدون مشکل" in html
    assert 'dir="rtl"' in html


def test_nothing_of_the_page_needs_a_script_or_a_style_within_it(looker: Client) -> None:
    for path in ("", "kiosk/tehran-2-k1/"):
        html = page(looker, path)
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=\"", html)
        assert 'data-renew="15"' in html


def test_names_are_text_whatever_they_are(looker: Client) -> None:
    told = Report("<i>9</i>", devices=(DeviceTold("<b>x", "lost", "<script>"),))
    reports("tehran-1-k9", told, name="<script>alert(1)</script>")
    for path in ("", "kiosk/tehran-1-k9/"):
        html = page(looker, path)
        assert "<script>alert" not in html
        assert "<i>9" not in html
        assert "<b>x" not in html


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("severity=red", ["tehran-2-k1"]),
        ("severity=well", ["tehran-1-k1"]),
        ("severity=blue", ["-none"]),
        ("severity=nonsense", ["tehran-2-k1", "tehran-1-k1"]),
        ("store=tehran-1", ["tehran-1-k1"]),
        ("alarm=devices_lost", ["tehran-2-k1"]),
        ("alarm=silent", ["-none"]),
        ("version=0.1.0", ["tehran-2-k1", "tehran-1-k1"]),
        ("version=9", ["-none"]),
        ("q=طبقه", ["tehran-2-k1"]),
        ("q=پونك", ["tehran-2-k1"]),
        ("q=tehran-1", ["tehran-1-k1"]),
        ("q=K1 ونک", ["tehran-1-k1"]),
        ("page=99", ["tehran-2-k1", "tehran-1-k1"]),
        ("page=x", ["tehran-2-k1", "tehran-1-k1"]),
    ],
)
def test_filters_and_the_search_narrow_it(looker: Client, query: str, expected: list[str]) -> None:
    assert shown(page(looker, f"?{query}")) == expected


@EACH
def test_the_number_of_queries_does_not_grow_with_the_fleet(looker: Client) -> None:
    def count() -> int:
        board.forget()
        with CaptureQueriesContext(connection) as sent:
            page(looker)
        return len(sent)

    count()
    few = count()
    now = timezone.now()
    for number in range(120):
        kiosk = reports(f"k{number}", store="tehran-2")
        Head.objects.create(
            kiosk=kiosk,
            epoch=uuid4(),
            branch=1,
            stream="ledger",
            chain=b"",
            made_at=now,
            moved_at=now,
        )
    assert count() == few
    with CaptureQueriesContext(connection) as sent:
        assert len(read_fleet(now)) == 122
    assert len(sent) <= 8


def test_fifty_a_page_with_a_way_to_the_others(looker: Client) -> None:
    for number in range(60):
        reports(f"k{number:02}")
    first, second = page(looker), page(looker, "?page=2")
    assert (len(shown(first)), len(shown(second))) == (50, 12)
    assert 'href="?page=2"' in first
    assert not set(shown(first)) & set(shown(second))


def test_a_kiosks_own_page_has_all_of_it_and_nobody_elses(fleet: Configuration) -> None:
    everything = client_of(
        "monitor.view_report", "monitor.view_sentlog", "fleet.view_kiosk", "fleet.view_auditentry"
    )
    kiosk, now, epoch = Kiosk.objects.get(pk="tehran-2-k1"), timezone.now(), uuid4()
    told = {"kiosk": kiosk, "epoch": epoch, "stream": "ledger"}
    Head.objects.create(**told, branch=1, seq=44, fork_seq=31, chain=b"", made_at=now, moved_at=now)
    Gap.objects.create(**told, from_seq=5, to_seq=9, noted_at=now)
    Refusal.objects.create(
        **told,
        event_id=uuid4(),
        seq=7,
        chain=b"",
        kind="sale_made",
        reason="no such <GTIN>",
        refused_at=now,
    )
    Boot.objects.create(kiosk=kiosk, boot_id=uuid4(), first_seen_at=now)
    html = page(everything, "kiosk/tehran-2-k1/")
    for text in (
        "شاخهٔ ۱، پس از ردیف ۳۱",
        "۵ – ۹",
        "no such &lt;GTIN&gt;",
        "sale_made",
        "هرگز تنظیم نشد",
    ):
        assert text in html, text
    assert "no such file" in html
    assert "۵ – ۹" not in page(everything, "kiosk/tehran-1-k1/")
    assert everything.get(f"{FLEET}kiosk/nobody/").status_code == 404


def test_a_report_that_a_later_server_kept_is_no_fault(looker: Client) -> None:
    Row.objects.filter(pk="tehran-1-k1").update(told='{"told": "otherwise"}')
    assert "tehran-1-k1" in shown(page(looker))


# ---- rights


@pytest.mark.parametrize(
    "permissions", [(), ("fleet.view_kiosk",), ("monitor.ask_kiosk",), ("monitor.view_sentlog",)]
)
def test_without_the_right_to_look_there_is_nothing(
    fleet: Configuration, permissions: tuple[str, ...]
) -> None:
    client = client_of(*permissions)
    assert FLEET not in client.get("/office/").content.decode()
    for path in ("", "kiosk/tehran-1-k1/", f"log/{uuid4()}/"):
        assert client.get(f"{FLEET}{path}").status_code == 403, path
    told = {"do": "restart", "kiosk": "tehran-1-k1"}
    assert client.post(f"{FLEET}ask/", told).status_code == 403


def test_whoever_is_not_logged_in_is_led_to_the_login(fleet: Configuration) -> None:
    client = Client(headers={"host": "localhost"})
    for path in ("", "kiosk/tehran-1-k1/", f"log/{uuid4()}/", "ask/"):
        answer = client.get(f"{FLEET}{path}")
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/office/login/")


def test_whoever_may_only_look_sees_no_button_keys_logs_or_audit(looker: Client) -> None:
    assert FLEET in looker.get("/office/").content.decode()
    html = page(looker) + page(looker, "kiosk/tehran-1-k1/")
    for text in ('type="checkbox"', "درخواست لاگ", "کلیدها", "سابقهٔ کارها", "لاگ‌ها"):
        assert text not in html, text
    assert looker.get(f"{FLEET}log/{uuid4()}/").status_code == 403
    assert looker.post(f"{FLEET}ask/", {"do": "restart"}).status_code == 403


def test_stock_pages_of_the_table_are_not_there(fleet: Configuration) -> None:
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.create_superuser("root"))
    for path in ("add/", "tehran-1-k1/change/", "tehran-1-k1/delete/"):
        assert client.get(f"{FLEET}{path}").status_code == 404


# ---- what stands behind it


@EACH
def test_what_was_due_is_found_by_the_instants_of_segments(chain: Configuration) -> None:
    Feed.objects.create(store_id="tehran-1", sequence=4)
    for sequence, minutes in ((2, 200), (3, 30), (4, 2)):
        Segment.objects.create(
            store_id="tehran-1",
            sequence=sequence,
            made_at=NOON - timedelta(minutes=minutes),
            records=1,
            size=1,
            manifest={},
        )
    published = read_published(NOON)["tehran-1"]
    assert (published.sequence, published.soon, published.late) == (4, 3, 2)


@EACH
def test_a_boot_that_never_told_the_server_its_clock_is_an_alarm(fleet: Configuration) -> None:
    boot = uuid4()
    kiosk = reports("k7", Report("0.1.0", boot_id=boot, feed=FeedTold(1)))
    Boot.objects.create(kiosk=kiosk, boot_id=uuid4(), first_seen_at=NOON)  # of another day
    assert not read_fleet(timezone.now(), "k7")[0].alarms
    Boot.objects.create(kiosk=kiosk, boot_id=boot, first_seen_at=NOON)
    alarms = read_fleet(timezone.now(), "k7")[0].alarms
    assert [alarm.kind for alarm in alarms] == ["clock_never"]


def test_the_board_reads_again_after_a_while_and_ten_times_as_late_as_it_took() -> None:
    readings: list[Any] = []
    clock = {"s": 100.0}

    def read(now: Any) -> list[Any]:
        readings.append(now)
        clock["s"] += 2.0  # a slow machine
        return []

    a_board = Board(read, lambda: clock["s"])
    a_board.fleet(NOON)
    for later, expected in ((19.9, 1), (0.2, 2), (1.0, 2)):
        clock["s"] += later
        a_board.fleet(NOON)
        assert len(readings) == expected


def test_the_figure_beside_a_choice_is_what_one_would_see_by_it(fleet: Configuration) -> None:
    reports("tehran-1-k2", Report("0.1.0", feed=FeedTold(1), selling=False))
    all_of_it = read_fleet(timezone.now())
    chosen = choose(all_of_it, Wanted(store="tehran-1", severity="red"))
    assert chosen.severities == {"red": 1, "well": 1}
    for store, count in chosen.stores.items():
        assert choose(all_of_it, Wanted(store=store, severity="red")).count == count
    assert chosen.alarms == {"selling_stopped": 1}


@pytest.mark.parametrize("language", ["fa", "en"])
def test_each_alarm_has_its_words_in_both_languages(language: str) -> None:
    from server.monitor.alarms import Alarm, Severity
    from tests.server.test_monitor_alarms import CASES

    kinds = {kind for _, _, expected in CASES for kind, _ in expected} | {"silent"}
    assert kinds == set(words.WORDINGS)
    with translation.override(language):
        for kind in kinds:
            alarm = Alarm(kind, Severity.RED, 3, "x")
            told = f"{words.name_of(alarm)} {words.todo(alarm)}"
            assert bool(re.search(r"[آ-ی]", told)) is (language == "fa"), told
            assert "%(" not in words.told(alarm)


@pytest.mark.parametrize(
    ("seconds", "fa", "en"),
    [
        (-5, "همین حالا", "just now"),
        (59, "همین حالا", "just now"),
        (60, "۱ دقیقه پیش", "1 minute ago"),
        (3_599, "۵۹ دقیقه پیش", "59 minutes ago"),
        (47 * 3_600, "۴۷ ساعت پیش", "47 hours ago"),
        (48 * 3_600, "۲ روز پیش", "2 days ago"),
    ],
)
def test_how_long_ago_is_said_as_people_say_it(seconds: int, fa: str, en: str) -> None:
    for language, expected in (("fa", fa), ("en", en)):
        with translation.override(language):
            assert words.ago(NOON, NOON + timedelta(seconds=seconds)) == expected


@pytest.mark.parametrize(
    ("mib", "fa"),
    [
        (0, "۰ مگابایت"),
        (1_023, "۱٬۰۲۳ مگابایت"),
        (1_100, "۱ گیگابایت"),
        (9_727, "۹٫۴ گیگابایت"),
        (99_999, "۹۷ گیگابایت"),
    ],
)
def test_room_is_said_in_the_unit_that_fits(mib: int, fa: str) -> None:
    with translation.override("fa"):
        assert words.room(mib) == fa
