"""Text messages: queued once, in their time, sent once whatever is lost, and followed up."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import pytest

from server.configuration import Configuration
from server.members.codes import send_code, use_code
from server.sms.gateways.face import Accepted, Fate, Outcome, Outgoing, Refused, Unsure
from server.sms.gateways.kavenegar import Kavenegar
from server.sms.gateways.page import ToPage
from server.sms.models import TextMessage
from server.sms.queueing import CODE, Quiet, Text, heard, queue
from server.sms.sending import TRIES_MAX, follow_up, send_due
from tests.server.engines import EACH

TEHRAN = ZoneInfo("Asia/Tehran")
NOON = datetime(2026, 11, 27, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
MOBILE = "989123456789"
QUIET = Quiet(TEHRAN)
KEY = "7365637265742d6b6579"
State = TextMessage.State


class Held:
    """A gateway whose next outcomes are given."""

    shown_here = False

    def __init__(self, *outcomes: Outcome, knows_doubles: bool = True) -> None:
        self.outcomes, self.knows_doubles = list(outcomes), knows_doubles
        self.seen: list[Outgoing] = []
        self.fates: dict[str, Fate] = {}

    def send(self, message: Outgoing) -> Outcome:
        self.seen.append(message)
        return self.outcomes.pop(0) if self.outcomes else Accepted(f"g{message.local_id}")

    def fate(self, gateway_id: str) -> Fate | None:
        return self.fates.get(gateway_id)


def text(key: str = "m1:points:2026-11", kind: str = "points", **more: object) -> Text:
    return Text(key, kind, MOBILE, "۱۰ امتیاز گرفتید", **more)  # type: ignore[arg-type]


def put(
    key: str = "m1:points:2026-11", kind: str = "points", at: datetime = NOON, **more: object
) -> TextMessage:
    return queue(text(key, kind, **more), QUIET, at)


# ---- queueing


@EACH
def test_a_message_is_queued_once_for_its_key(configuration: Configuration) -> None:
    assert put() == put()
    assert TextMessage.objects.get().parts == 1


@pytest.mark.parametrize(
    ("wall", "expected"),
    [
        ((27, 8, 0), (27, 8, 0)),
        ((27, 21, 59), (27, 21, 59)),
        ((27, 22, 0), (28, 8, 0)),
        ((28, 0, 30), (28, 8, 0)),
        ((28, 7, 59), (28, 8, 0)),
    ],
)
def test_nobody_is_woken(wall: tuple[int, int, int], expected: tuple[int, int, int]) -> None:
    at, then = (
        datetime(2026, 11, day, hour, minute, tzinfo=TEHRAN)
        for day, hour, minute in (wall, expected)
    )
    assert QUIET.not_before(at.astimezone(UTC)) == then


def test_quiet_hours_may_lie_within_a_day() -> None:
    noon_rest = Quiet(TEHRAN, time(13), time(16))
    at = datetime(2026, 11, 27, 14, tzinfo=TEHRAN)
    assert noon_rest.not_before(at) == datetime(2026, 11, 27, 16, tzinfo=TEHRAN)
    early = datetime(2026, 11, 27, 12, 59, tzinfo=TEHRAN)
    assert noon_rest.not_before(early) == early


@EACH
def test_at_night_codes_alone_go_out(configuration: Configuration) -> None:
    night = datetime(2026, 11, 27, 20, tzinfo=UTC)  # 23:30 in Tehran
    put(at=night)
    put("code:1", CODE, night)
    gateway = Held()
    assert send_due(gateway, night) == 1
    assert send_due(gateway, datetime(2026, 11, 28, 4, 30, tzinfo=UTC)) == 1


@EACH
@pytest.mark.parametrize("answer", ["لغو", " لغو ۱۱ ".replace("۱۱", "11"), "STOP", "11"])
def test_who_wants_none_gets_codes_alone(configuration: Configuration, answer: str) -> None:
    waiting = put()
    assert not heard(MOBILE, "سلام", NOON)
    assert heard(MOBILE, answer, NOON)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.mobile) == (State.DROPPED, "")
    assert put("later").state == State.DROPPED
    assert put("code:1", CODE).state == State.WAITING


@EACH
@pytest.mark.parametrize("body", ["", "س" * 269])
def test_a_text_of_no_part_or_of_too_many_is_refused(
    configuration: Configuration, body: str
) -> None:
    with pytest.raises(ValueError, match="1 to 4 parts"):
        queue(Text("k", "points", MOBILE, body), QUIET, NOON)


# ---- sending


@EACH
def test_what_is_due_is_sent_once_and_followed_up(configuration: Configuration) -> None:
    row, gateway = put(), Held()
    assert [send_due(gateway, NOON), send_due(gateway, NOON)] == [1, 0]
    assert follow_up(gateway, NOON) == 0
    gateway.fates[f"g{row.pk}"] = Fate.DELIVERED
    assert [follow_up(gateway, NOON), follow_up(gateway, NOON)] == [1, 0]
    row.refresh_from_db()
    assert (row.state, row.mobile) == (State.DELIVERED, "")


@EACH
def test_a_lost_answer_is_tried_again_where_doubles_are_known_and_nowhere_else(
    configuration: Configuration,
) -> None:
    row = put()
    gateway = Held(Unsure("no answer"), Unsure("no answer"))
    sent = [send_due(gateway, NOON + timedelta(seconds=s)) for s in (0, 4, 5, 14, 15)]
    assert sent == [0, 0, 0, 0, 1]  # after 5 s, then after 10 s more
    assert {each.local_id for each in gateway.seen} == {row.pk}

    other, careful = put("other"), Held(Unsure("no answer"), knows_doubles=False)
    send_due(careful, NOON)
    assert send_due(careful, NOON + 60 * MINUTE) == 0
    other.refresh_from_db()
    assert (other.state, len(careful.seen)) == (State.UNSURE, 1)


@EACH
def test_what_is_refused_for_now_waits_and_in_the_end_fails(configuration: Configuration) -> None:
    row, now = put(), NOON
    gateway = Held(*[Refused("it is busy", later=True)] * 20)
    for _ in range(TRIES_MAX + 3):
        send_due(gateway, now)
        now += 31 * MINUTE
    row.refresh_from_db()
    assert (row.state, row.why, len(gateway.seen)) == (State.FAILED, "it is busy", TRIES_MAX)


@EACH
def test_what_is_refused_for_good_is_not_tried_again(configuration: Configuration) -> None:
    row, gateway = put(), Held(Refused("code 411"))
    send_due(gateway, NOON)
    send_due(gateway, NOON + 60 * MINUTE)
    row.refresh_from_db()
    assert (row.state, len(gateway.seen)) == (State.FAILED, 1)


@EACH
@pytest.mark.parametrize(("knows", "state"), [(True, State.SENT), (False, State.UNSURE)])
def test_what_was_being_sent_when_the_server_ended_is_taken_up(
    configuration: Configuration, knows: bool, state: TextMessage.State
) -> None:
    row = put()

    class Ends(Held):
        def send(self, message: Outgoing) -> Outcome:
            raise SystemExit

    with pytest.raises(SystemExit):
        send_due(Ends(), NOON)
    gateway = Held(knows_doubles=knows)
    assert send_due(gateway, NOON + MINUTE) == 0  # it may still be at it
    send_due(gateway, NOON + 3 * MINUTE)
    send_due(gateway, NOON + 10 * MINUTE)
    row.refresh_from_db()
    assert row.state == state


@EACH
def test_a_code_that_has_ended_is_dropped_and_one_that_is_sent_stands_nowhere(
    configuration: Configuration,
) -> None:
    late = put("code:1", CODE, ends_at=NOON + 3 * MINUTE)
    send_due(Held(), NOON + 3 * MINUTE)
    sent = put("code:2", CODE, ends_at=NOON + 3 * MINUTE)
    send_due(Held(), NOON)
    for row, state in ((late, State.DROPPED), (sent, State.SENT)):
        row.refresh_from_db()
        assert (row.state, row.body) == (state, "")


@EACH
def test_a_member_logs_in_by_what_the_page_shows(configuration: Configuration) -> None:
    def send(mobile: str, code: str) -> None:
        body = f"کد ورود شما: {code}"
        queue(Text(f"code:{code}", CODE, mobile, body, NOON + 3 * MINUTE), QUIET, NOON)

    send_code(MOBILE, "k1", NOON, send)
    send_due(ToPage(), NOON)
    shown = TextMessage.objects.get().body
    assert use_code(MOBILE, shown[-6:], "k1", NOON).mobile == MOBILE


# ---- the gateway, on a real wire


class Api:
    """What Kavenegar says of itself, as far as it is asked here; ``lose`` loses so many answers."""

    def __init__(self) -> None:
        self.texts: dict[str, dict[str, str]] = {}
        self.sent: list[str] = []
        self.lose, self.status, self.fate = 0, 200, 1
        self.broken = False
        api = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                form = {k: v[0] for k, v in parse_qs(self.rfile.read(length).decode()).items()}
                answer = api.answer(self.path, form)
                if api.lose and self.path.endswith("send.json"):
                    api.lose -= 1
                    self.close_connection = True
                    return
                body = b"<html>" if api.broken else json.dumps(answer).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_words: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, path: str, form: dict[str, str]) -> dict[str, object]:
        told = {"status": self.status, "message": "تایید شد"}
        if self.status != 200 or f"/v1/{KEY}/" not in path:
            return {
                "return": {**told, "status": self.status if self.status != 200 else 403},
                "entries": None,
            }
        if path.endswith("status.json"):
            return {
                "return": told,
                "entries": [{"messageid": int(form["messageid"]), "status": self.fate}],
            }
        if form["localid"] not in self.texts:  # it knows its doubles
            self.texts[form["localid"]] = form
            self.sent.append(form["message"])
        number = 8_792_343 + int(form["localid"])
        return {
            "return": told,
            "entries": [{"messageid": number, "status": 1, "receptor": form["receptor"]}],
        }

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def api() -> Iterator[Api]:
    made = Api()
    yield made
    made.close()


def test_a_message_goes_over_the_wire_and_its_fate_comes_back(
    configuration: Configuration, api: Api
) -> None:
    gateway = Kavenegar(KEY, "10004346", api.url)
    row = put()
    assert send_due(gateway, NOON) == 1
    assert api.texts[str(row.pk)]["sender"] == "10004346"
    for fate, state in ((1, State.SENT), (5, State.SENT), (10, State.DELIVERED)):
        api.fate = fate
        follow_up(gateway, NOON)
        row.refresh_from_db()
        assert row.state == state


def test_answers_that_are_lost_send_nobody_two(configuration: Configuration, api: Api) -> None:
    gateway, now = Kavenegar(KEY, "", api.url), NOON
    for number in range(5):
        put(f"m{number}")
    api.lose = 7
    for _ in range(8):
        send_due(gateway, now)
        now += 10 * MINUTE
    assert len(api.sent) == 5
    assert set(TextMessage.objects.values_list("state", flat=True)) == {State.SENT}


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (409, Refused("it is busy", later=True)),
        (418, Refused("its credit is used up", later=True)),
        (411, Refused("code 411")),
        (403, Refused("code 403")),
    ],
)
def test_what_the_gateway_refuses_is_told_apart(api: Api, status: int, expected: Refused) -> None:
    api.status = status
    assert Kavenegar(KEY, "", api.url).send(Outgoing(1, MOBILE, "سلام")) == expected


def test_neither_key_nor_number_nor_text_is_in_a_log_or_a_reason(
    configuration: Configuration, api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "server")
    row = put()
    send_due(Kavenegar(KEY, "", "http://127.0.0.1:9"), NOON)  # nobody listens
    api.broken = True
    send_due(Kavenegar(KEY, "", api.url), NOON + MINUTE)
    row.refresh_from_db()
    assert row.why == "an answer that cannot be read"
    assert "no answer" in str(
        Kavenegar(KEY, "", "http://127.0.0.1:9").send(Outgoing(1, MOBILE, "x"))
    )
    written = caplog.text + row.why
    for secret in (KEY, MOBILE, "امتیاز"):
        assert secret not in written
