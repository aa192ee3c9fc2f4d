"""The staff's PIN, and what staff are told: rules, words and tables."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.condition import faults_of, known_of
from kiosk.config import ChainSettings, StaffSettings, read_table
from kiosk.errors import ConfigError, DataError
from kiosk.feed.faults import Reason
from kiosk.frame import Tone
from kiosk.lobby.view import Attracting
from kiosk.messages import DiskRoom, EnterPin, EraseDigit, Language, RetryParked, TypeDigit
from kiosk.outbox.kinds import STREAM_OF
from kiosk.outbox.streams import STREAMS as STREAMS_MADE
from kiosk.pin import PinHash, hash_of, read_hash
from kiosk.situation import Devices, Health, Visit
from kiosk.staff.examples import EXAMPLES, ILL, WELL
from kiosk.staff.faults import FAULTS
from kiosk.staff.handler import CLOSED_S, TRIES, Gate, Moment, WayIn, ask, ticked, touched
from kiosk.staff.report import Report, Who
from kiosk.staff.state import UP, Asking, Inside, Known, Line, NotRetried
from kiosk.staff.view import PinView, StaffView, view_of
from kiosk.staff.wording import KINDS, REFUSALS, STREAMS
from kiosk.surroundings import Surroundings, frame_of
from kiosk.words import Words, read_texts

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)  # 13:00 in Tehran
TEHRAN = ZoneInfo("Asia/Tehran")
FA = Words(Language.FA, TEHRAN, texts=read_texts(Language.FA))
EN = Words(Language.EN, TEHRAN)
ROOT = Path(__file__).parents[2]
PIN = "493817"


def cheap_hash(pin: str) -> PinHash:
    """As ``hash_of``, but without its cost."""
    salt = b"0" * 16
    return PinHash(2, 1, 1, salt, hashlib.scrypt(pin.encode(), salt=salt, n=2, r=1, p=1, dklen=32))


class Desk:
    """Tells nothing new; ``fault`` is why nothing can be tried again."""

    fault = ""

    def report(self) -> Report:
        return Report(Who("k1", "s1", "1.0"))

    def retry(self, event_id: UUID | None = None) -> int:
        if self.fault:
            raise DataError(self.fault)
        return 3 if event_id is None else 1


def moment(elapsed_s: float = 0.0, desk: Desk | None = None) -> Moment:
    return Moment(WayIn(cheap_hash(PIN), desk or Desk()), Known(NOW, UP), elapsed_s)


def type_pin(pin: str, gate: Gate, at_s: float = 0.0) -> tuple[Asking | Inside, Gate]:
    state: Asking | Inside = ask(gate, at_s)
    for digit in pin:
        state, gate = touched(state, TypeDigit(digit), gate, moment(at_s))
    return touched(state, EnterPin(), gate, moment(at_s))


# ---- the PIN as it is kept


def test_a_kept_pin_fits_itself_and_no_other() -> None:
    kept = read_hash(hash_of(PIN).line())

    assert kept.fits(PIN)
    assert not kept.fits("493818")
    assert not kept.fits("")


def test_the_same_pin_is_kept_differently_each_time() -> None:
    assert hash_of(PIN).line() != hash_of(PIN).line()


def test_no_repr_tells_what_is_kept() -> None:
    line = hash_of(PIN).line()

    assert repr(read_hash(line)) == "PinHash(cost=16384, block=8, lanes=1)"
    assert repr(StaffSettings(line)) == "StaffSettings()"


@pytest.mark.parametrize(
    "pin", ["", "12345", "1" * 13, "12a456", "۴۹۳۸۱۷", "000000", "345678", "987654"]
)
def test_a_pin_that_is_no_good_is_refused_without_being_told(pin: str) -> None:
    with pytest.raises(DataError) as refused:
        hash_of(pin)

    assert not pin or pin not in str(refused.value)


def broken_lines() -> list[str]:
    scheme, cost, block, lanes, salt, key = hash_of(PIN).line().split("$")
    return [
        "493817",
        "scrypt$$$$$",
        "$".join(("argon2", cost, block, lanes, salt, key)),
        "$".join((scheme, "1024", block, lanes, salt, key)),  # too cheap
        "$".join((scheme, "1048576", block, lanes, salt, key)),  # it would stop the screen
        "$".join((scheme, "16385", block, lanes, salt, key)),
        "$".join((scheme, cost, "0", lanes, salt, key)),
        "$".join((scheme, cost, block, "9", salt, key)),
        "$".join((scheme, cost, block, lanes, "c2hvcnQ=", key)),
        "$".join((scheme, cost, block, lanes, salt, key[:-8])),
        "$".join((scheme, cost, block, lanes, salt, "!" + key)),
    ]


def test_a_line_that_is_broken_stops_the_start_and_is_not_repeated() -> None:
    for line in broken_lines():
        with pytest.raises(ConfigError, match=r"staff.*expected scrypt\$N\$r\$p") as refused:
            read_table(StaffSettings, {"pin": line}, "staff")
        assert line not in str(refused.value)


def test_without_a_pin_the_way_in_is_closed() -> None:
    assert StaffSettings().pin_hash() is None


# ---- typing it


def test_the_right_pin_lets_in_and_forgets_wrong_tries() -> None:
    _, gate = type_pin("111111", Gate())
    state, gate = type_pin(PIN, gate)

    assert isinstance(state, Inside)
    assert gate == Gate()


def test_a_digit_can_be_erased_and_none_is_taken_beyond_the_longest_pin() -> None:
    state: Asking | Inside = Asking("49")
    state, gate = touched(state, EraseDigit(), Gate(), moment())
    assert state == Asking("4")
    for _ in range(20):
        state, gate = touched(state, TypeDigit("7"), gate, moment())
    assert state == Asking("4" + "7" * 11)


def test_entering_nothing_is_no_try() -> None:
    assert touched(Asking(), EnterPin(), Gate(), moment()) == (Asking(), Gate())


def test_five_wrong_tries_close_the_way_for_a_minute_even_for_the_right_pin() -> None:
    gate = Gate()
    for left in (4, 3, 2, 1):
        state, gate = type_pin("000000", gate)
        assert state == Asking(left=left)
    state, gate = type_pin("000000", gate, 10.0)
    assert state == Asking(closed_s=60)

    assert type_pin(PIN, gate, 69.5) == (Asking(closed_s=1), gate)
    state, _ = type_pin(PIN, gate, 70.0)
    assert isinstance(state, Inside)


def test_the_seconds_that_it_is_closed_are_counted_down() -> None:
    closed = Gate(opens_at_s=60.0)

    assert ticked(ask(closed, 0.0), closed, moment(17.2)) == Asking(closed_s=43)
    assert ticked(ask(closed, 0.0), closed, moment(60.0)) == Asking(closed_s=0)


@given(st.lists(st.floats(0.1, 30.0), min_size=1, max_size=60))
@settings(max_examples=50, deadline=None)
def test_nobody_tries_more_than_five_times_within_a_minute_of_the_fifth(
    pauses: list[float],
) -> None:
    gate, at_s, tried = Gate(), 0.0, []
    for pause_s in pauses:
        at_s += pause_s
        before = gate
        _, gate = type_pin("000000", gate, at_s)
        if gate != before:
            tried.append(at_s)
    for fifth, sixth in zip(tried[TRIES - 1 :: TRIES], tried[TRIES::TRIES], strict=False):
        assert sixth - fifth >= CLOSED_S


def test_what_is_typed_is_in_no_repr() -> None:
    state, _ = touched(Asking("49"), TypeDigit("3"), Gate(), moment())

    assert "493" not in repr(state)
    assert repr(TypeDigit("3")) == "TypeDigit()"
    assert "493" not in repr(view_of(state, EN))


@pytest.mark.parametrize("words", [FA, EN], ids=["fa", "en"])
def test_a_view_has_as_many_dots_as_digits_and_the_same_keys_whatever_they_are(
    words: Words,
) -> None:
    one, other = (view_of(Asking(pin), words) for pin in ("4938", "1111"))

    assert isinstance(one, PinView)
    assert one == other
    assert one.dots == 4


def test_no_key_is_there_while_the_way_is_closed() -> None:
    view = view_of(Asking(closed_s=43), EN)

    assert isinstance(view, PinView)
    assert (view.keys, view.tone) == ((), Tone.BAD)
    assert view.said == "Too many wrong tries. You may try again in 43 s."


# ---- trying again


def test_what_came_of_trying_again_is_told() -> None:
    state, _ = touched(WELL, RetryParked(), Gate(), moment())
    view = view_of(state, EN)
    assert isinstance(view, StaffView)
    assert view.banners[0].text == "3 events are sent again."

    state, _ = touched(WELL, RetryParked(UUID(int=1)), Gate(), moment())
    view = view_of(state, FA)
    assert isinstance(view, StaffView)
    assert view.banners[0].text == "یک رویداد دوباره فرستاده می‌شود."


def test_why_nothing_could_be_tried_again_is_told() -> None:
    desk = Desk()
    desk.fault = "kiosk.db: expected to write in it, got disk I/O error"
    state, _ = touched(WELL, RetryParked(), Gate(), moment(desk=desk))

    assert isinstance(state, Inside)
    assert state.outcome == NotRetried(desk.fault)
    view = view_of(state, EN)
    assert isinstance(view, StaffView)
    assert view.banners[0].tone is Tone.BAD


# ---- what is told


def tiles(state: Inside, words: Words = EN) -> Mapping[str, tuple[str, str]]:
    view = view_of(state, words)
    assert isinstance(view, StaffView)
    return {tile.head: (tile.value, tile.foot) for tile in view.tiles}


def test_a_kiosk_that_is_well_is_said_to_be_so() -> None:
    view = view_of(WELL, EN)

    assert isinstance(view, StaffView)
    assert [banner.text for banner in view.banners] == ["No fault stands at this kiosk."]
    assert (view.faults, view.refused, view.again_all, view.parked) == ((), None, None, ())
    told = tiles(WELL)
    assert told["Line to the server"] == ("The server answers", "since the start")
    assert told["Prices in use"] == ("Number 1,204", "published 2 hours ago, today at 11:00")
    assert told["Sales and answers"] == ("Nothing waits", "all of it is at the server")
    assert told["Look-ups and searches"] == (
        "4 wait",
        "the oldest for 40 seconds, since today at 12:59",
    )
    assert told["Time"] == ("As at the server", "to within 0.1 s")
    assert told["Room on the disk"] == ("21 GB free", "paying is open")


def test_in_persian_dates_are_jalali_and_ages_as_people_say_them() -> None:
    told = tiles(ILL, FA)

    assert told["ارتباط با سرور"] == ("سرور پاسخ نمی‌دهد", "۲۶ ساعت است، از ۱ آذر ۱۴۰۵ ساعت ۱۱:۰۰")
    assert told["فروش‌ها و پاسخ‌ها"] == (
        "۱۷ رویداد در انتظار",
        "قدیمی‌ترین ۳ روز است، از ۲۹ آبان ۱۴۰۵ ساعت ۰۹:۰۰",
    )
    assert told["قیمت‌گیری‌ها و جست‌وجوها"][0] == "بیش از ۱٬۰۰۰ رویداد در انتظار"
    assert told["ساعت"] == ("برابر با سرور", "ساعت خود دستگاه ۳۶۵ روز عقب است")


def test_each_fault_that_stands_says_what_to_do_and_what_is_known() -> None:
    view = view_of(ILL, EN)

    assert isinstance(view, StaffView)
    told = {fault.code: fault for fault in view.faults}
    assert list(told) == ["K-110", "K-120", "K-122", "K-123", "K-201", "K-202", "K-130"]
    assert "No route to host" in told["K-120"].detail
    assert "key_revoked" in told["K-130"].detail
    assert all(fault.meaning and fault.remedy for fault in view.faults)


def test_parked_events_are_told_newest_first_with_the_servers_reason_and_a_button_each() -> None:
    view = view_of(ILL, EN)

    assert isinstance(view, StaffView)
    assert view.parked_title == "Not taken by the server: more than 1,000"
    assert view.again_all is not None
    assert view.again_all.send == RetryParked()
    assert len(view.parked) == 10
    assert view.more is not None
    first = view.parked[0]
    assert first.title == "An item was looked up"
    assert first.sub == "today at 12:53 · Look-ups and searches"
    assert first.again is not None
    ids = [row.event_id for stream in ILL.report.streams for row in stream.rows]
    assert first.again.send == RetryParked(ids[3])


def test_an_event_of_a_kind_nobody_told_us_is_shown_by_its_name() -> None:
    view = view_of(ILL, FA)

    assert isinstance(view, StaffView)
    assert any("a_kind_that_is_newer_than_this_page" in card.title for card in view.parked)


def test_the_feeds_last_refusal_is_named_also_when_it_is_over() -> None:
    view = view_of(EXAMPLES["staff, tried again"], EN)

    assert isinstance(view, StaffView)
    assert view.refused is not None
    assert view.refused.title == "It was changed on the way"
    assert "\u2068tampered\u2069" in view.refused.sub
    assert view.refused.sub.endswith("over since")
    assert view.faults[0].code == "K-112"


def test_a_stream_that_cannot_be_read_says_why() -> None:
    view = view_of(EXAMPLES["staff, tried again"], EN)

    assert isinstance(view, StaffView)
    tile = next(tile for tile in view.tiles if tile.head == "Look-ups and searches")
    assert (tile.value, tile.tone) == ("Cannot be read", Tone.BAD)


# ---- the tables


def test_the_codes_are_those_of_the_page_word_for_word() -> None:
    page = (ROOT / "docs/operations.md").read_text("utf-8")
    rows = re.findall(r"^\| (K-\d+) \| (.+?) \| (.+?) \|$", page, re.MULTILINE)

    assert {code: (fault.meaning, fault.remedy) for code, fault in FAULTS.items()} == {
        code: (meaning, remedy.replace("`", "")) for code, meaning, remedy in rows
    }


def test_each_name_that_staff_may_meet_has_words() -> None:
    assert STREAM_OF.keys() <= KINDS.keys()
    assert REFUSALS.keys() == {reason.value for reason in Reason}
    assert STREAMS.keys() == {stream.name for stream in STREAMS_MADE}


def test_the_tables_are_said_in_persian_too() -> None:
    persian = json.loads((ROOT / "kiosk/languages/fa.json").read_text("utf-8"))
    said = {text for fault in FAULTS.values() for text in (fault.meaning, fault.remedy)}
    for table in (KINDS, REFUSALS, STREAMS):
        said |= set(table.values())

    assert sorted(said - persian.keys()) == []


DEVICES = Devices(frozenset({"scanner"}), frozenset({"camera", "camera-2"}))
HEALTHS = st.builds(
    Health,
    lost=st.frozensets(st.sampled_from(sorted(DEVICES.all))),
    line_up=st.booleans(),
    catalogue_refused=st.sampled_from(["", "bad"]),
    memory_full=st.booleans(),
    room=st.sampled_from(DiskRoom),
)


@given(HEALTHS, st.none() | st.integers(0, 100))
def test_each_code_that_a_shopper_sees_stands_for_staff_with_words(
    health: Health, age_h: int | None
) -> None:
    made_at = None if age_h is None else NOW - timedelta(hours=age_h)
    around = Surroundings(ChainSettings(), DEVICES, 30.0, 10.0)
    visit = Visit(Attracting(), Language.EN, 0.0)
    shown = frame_of(visit, health, around, EN, NOW, 1.0, made_at).notices
    stand = list(faults_of(health, DEVICES, made_at, NOW))

    assert {notice.code for notice in shown} <= set(stand) <= FAULTS.keys()
    assert len(stand) == len(set(stand))


def test_a_device_is_told_with_why_it_does_not_answer() -> None:
    health = Health().device_ready("camera").device_lost("scanner", "no such port")
    told = known_of(health, DEVICES, NOW, NOW).devices

    assert [(each.name, each.answering.value, each.reason) for each in told] == [
        ("camera", "yes", ""),
        ("camera-2", "not yet", ""),
        ("scanner", "no", "no such port"),
    ]


def test_a_refusal_is_over_when_a_catalogue_was_taken_and_is_remembered() -> None:
    assert ILL.known.refused is not None
    health = Health().catalogue_looked_at(ILL.known.refused)
    assert health.catalogue_refused == ILL.known.refused.reason

    health = health.catalogue_looked_at(None)
    assert health.catalogue_refused == ""
    assert health.refused == replace(ILL.known.refused, stands=False)


def test_the_line_is_told_with_since_when() -> None:
    down = Line(up=False, since=NOW - timedelta(minutes=5), reason="refused")

    assert Health().line_turned(down).line_up is False
    assert tiles(replace(WELL, known=replace(WELL.known, line=down)))["Line to the server"] == (
        "The server is silent",
        "for 5 minutes, since today at 12:55",
    )


# ---- words


@pytest.mark.parametrize(
    ("seconds", "fa", "en"),
    [
        (0, "۰ ثانیه", "0 seconds"),
        (1, "یک ثانیه", "a second"),
        (59.9, "۵۹ ثانیه", "59 seconds"),
        (60, "یک دقیقه", "a minute"),
        (5_399, "۸۹ دقیقه", "89 minutes"),
        (5_400, "یک ساعت", "an hour"),
        (172_799, "۴۷ ساعت", "47 hours"),
        (172_800, "۲ روز", "2 days"),
        (-120, "۲ دقیقه", "2 minutes"),
    ],
)
def test_a_span_is_said_as_people_do(seconds: float, fa: str, en: str) -> None:
    length = timedelta(seconds=seconds)
    assert (FA.span(length), EN.span(length)) == (fa, en)


def test_an_age_is_said_as_people_do_and_an_instant_ahead_by_itself() -> None:
    assert EN.ago(NOW - timedelta(seconds=4), NOW) == "just now"
    assert FA.ago(NOW - timedelta(hours=3), NOW) == "۳ ساعت پیش"
    assert EN.ago(NOW + timedelta(days=365), NOW) == "23 November 2027 at 13:00"


@pytest.mark.parametrize(
    ("count", "en"),
    [(0, "0.0 KB"), (1_023, "0.9 KB"), (58_000_000, "55 MB"), (1_400_000_000, "1.3 GB"),
     (23_400_000_000, "21 GB")],
)  # fmt: skip
def test_a_size_is_rounded_down(count: int, en: str) -> None:
    assert EN.size(count) == en


def test_an_error_of_the_clock_is_rounded_up() -> None:
    assert EN.seconds(1) == "0.1 s"
    assert FA.seconds(-1_201) == "۱٫۳ ثانیه"


def test_a_text_from_elsewhere_is_one_line_that_runs_its_own_way() -> None:
    assert FA.foreign(" Expected a,\n got b ") == "\u2068Expected a, got b\u2069"
    assert FA.foreign(" ") == ""
