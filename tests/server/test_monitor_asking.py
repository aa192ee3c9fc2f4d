"""Asking kiosks from the fleet's page: sure, allowed, written down; and reading what they sent."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from server.configuration import Configuration
from server.feed.models import Action, Feed
from server.fleet.models import AuditEntry
from server.monitor import logs
from server.monitor.fleet import board
from server.office.fleet import asking
from tests.server.feeding import publish, segment
from tests.server.test_monitor_page import FLEET, client_of, page, reports

SEE_AND_ASK = ("monitor.view_report", "monitor.ask_kiosk")


@pytest.fixture
def asker(chain: Configuration) -> Client:
    board.forget()
    for number in (1, 2):
        reports(f"tehran-{number}-k1", store=f"tehran-{number}", name=f"کیوسک {number}")
    return client_of(*SEE_AND_ASK)


def ask(client: Client, do: str, *kiosks: str, sure: bool = True, **more: str) -> str:
    told = {"do": do, "kiosk": kiosks, **({"sure": "yes"} if sure else {}), **more}
    answer = client.post(f"{FLEET}ask/", told, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_nothing_is_asked_before_one_is_sure(asker: Client) -> None:
    html = ask(asker, "restart", "tehran-1-k1", "tehran-2-k1", sure=False)
    assert "بله، انجام شود" in html
    assert re.findall(r'name="kiosk" value="([^"]+)"', html) == ["tehran-1-k1", "tehran-2-k1"]
    assert "۲ کیوسک" in html
    assert not Action.objects.exists()


def test_what_is_asked_is_written_down_with_who_asked(asker: Client) -> None:
    assert "از ۲ کیوسک خواسته شد" in ask(asker, "restart", "tehran-1-k1", "tehran-2-k1")
    by = User.objects.get()
    now = timezone.now()
    for action in Action.objects.all():
        assert (action.do, action.asked_by_id, action.outcome) == ("restart", by.pk, "")
        assert timedelta(minutes=59) < action.until - now < timedelta(hours=1)
    entries = AuditEntry.objects.order_by("kiosk_id")
    assert [(each.kiosk_id, each.who, each.deed) for each in entries] == [
        (kiosk, by.username, "ask restart") for kiosk in ("tehran-1-k1", "tehran-2-k1")
    ]
    assert {each.detail["action"] for each in entries} == {
        str(each.pk) for each in Action.objects.all()
    }


def test_words_for_the_screen_go_along_when_a_kiosk_is_closed(asker: Client) -> None:
    html = ask(asker, "out_of_service", "tehran-1-k1", words_fa="", words_en="Closed")
    assert "words_fa" in html
    assert not Action.objects.exists()
    ask(asker, "out_of_service", "tehran-1-k1", words_fa="تا عصر بسته است", words_en="Closed")
    action = Action.objects.get()
    assert (action.words_fa, action.words_en) == ("تا عصر بسته است", "Closed")
    ask(asker, "in_service", "tehran-1-k1")
    assert list(Action.objects.order_by("asked_at").values_list("do", flat=True)) == [
        "out_of_service",
        "in_service",
    ]


def test_the_feed_tells_the_kiosk(asker: Client, chain: Configuration) -> None:
    publish(chain)
    ask(asker, "send_logs", "tehran-1-k1")
    publish(chain, timezone.now())
    action = Action.objects.get()
    (record,) = [each for each in segment(chain, 2) if each["kind"] == "action"]
    assert (record["id"], record["kiosk"], record["do"]) == (
        str(action.pk),
        "tehran-1-k1",
        "send_logs",
    )


def test_where_nothing_publishes_by_itself_it_is_told_at_once(
    asker: Client, chain: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(chain)
    by_hand = replace(chain, feed=replace(chain.feed, settle_s=0))
    monkeypatch.setattr(settings, "CONFIGURATION", by_hand)
    ask(asker, "restart", "tehran-1-k1")
    assert Action.objects.get().sequence == 2
    assert dict(Feed.objects.values_list("store", "sequence")) == {"tehran-1": 2, "tehran-2": 1}


@pytest.mark.parametrize(
    ("do", "kiosks"),
    [("explode", ["tehran-1-k1"]), ("restart", []), ("restart", ["nobody"]), ("", ["tehran-1-k1"])],
)
def test_what_cannot_be_asked_is_said_and_not_done(
    asker: Client, do: str, kiosks: list[str]
) -> None:
    assert "انتخاب کنید." in ask(asker, do, *kiosks)
    assert not Action.objects.exists()


def test_only_so_many_at_once(asker: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "KIOSKS_MAX", 1)
    assert "حداکثر ۱ کیوسک" in ask(asker, "restart", "tehran-1-k1", "tehran-2-k1")
    assert not Action.objects.exists()


def test_another_site_cannot_ask(asker: Client) -> None:
    strict = Client(headers={"host": "localhost"}, enforce_csrf_checks=True)
    strict.cookies = asker.cookies
    told = {"do": "restart", "kiosk": "tehran-1-k1", "sure": "yes"}
    assert strict.post(f"{FLEET}ask/", told).status_code == 403
    assert asker.get(f"{FLEET}ask/").status_code == 405


@pytest.mark.parametrize(
    ("back", "leads"),
    [
        (f"{FLEET}kiosk/tehran-1-k1/", f"{FLEET}kiosk/tehran-1-k1/"),
        (f"{FLEET}?severity=red&page=2", f"{FLEET}?severity=red&page=2"),
        ("https://elsewhere.example/", FLEET),
        ("//elsewhere.example/", FLEET),
        (f"{FLEET}\\\\elsewhere.example", FLEET),
    ],
)
def test_one_comes_back_to_where_one_was_and_never_elsewhere(
    asker: Client, back: str, leads: str
) -> None:
    told = {"do": "restart", "kiosk": "tehran-1-k1", "sure": "yes", "back": back}
    assert asker.post(f"{FLEET}ask/", told)["Location"] == leads


def test_a_log_is_a_file_to_keep_and_who_took_it_is_written_down(
    asker: Client, chain: Configuration
) -> None:
    ask(asker, "send_logs", "tehran-1-k1")
    action = Action.objects.get()
    body = "<script>alert(1)</script> سطر\n".encode()
    assert logs.take(chain, "tehran-1-k1", action.pk, body, timezone.now())
    reader = client_of("monitor.view_report", "monitor.view_sentlog")
    assert f"{FLEET}log/{action.pk}/" in page(reader, "kiosk/tehran-1-k1/")
    answer = reader.get(f"{FLEET}log/{action.pk}/")
    assert b"".join(answer.streaming_content) == body  # type: ignore[attr-defined]
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert re.fullmatch(
        r'attachment; filename="tehran-1-k1-\d{8}-\d{4}\.log"', answer["Content-Disposition"]
    )
    entry = AuditEntry.objects.latest("pk")
    assert (entry.deed, entry.kiosk_id, entry.detail) == (
        "read log",
        "tehran-1-k1",
        {"action": str(action.pk)},
    )
    assert asker.get(f"{FLEET}log/{action.pk}/").status_code == 403


def test_a_log_whose_file_is_gone_is_not_there(asker: Client, chain: Configuration) -> None:
    ask(asker, "send_logs", "tehran-1-k1")
    action = Action.objects.get()
    logs.take(chain, "tehran-1-k1", action.pk, b"x", timezone.now())
    logs.file_of(chain, action.pk).unlink()
    reader = client_of("monitor.view_report", "monitor.view_sentlog")
    assert reader.get(f"{FLEET}log/{action.pk}/").status_code == 404
