"""Odd answers to every type of question: taken, or refused by name; nothing else is raised."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.surveys.asking import NOW, begin, form_of
from xforms.problems import FormRefusedError
from xforms.session import Circumstances, Session, UnknownPathError

FORM = form_of(
    """survey
     | type | name | label | constraint | calculation | repeat_count | appearance | parameters | choice_filter
     | text | text | T | regex(., '[a-z]+') and string-length(.) < 5 | | | | |
     | text | digits | D | | | | numbers | |
     | integer | whole | W | . < 10 | | | | |
     | decimal | broken | B | round(., 2) = . | | | | |
     | date | day | D | . <= today() | | | | |
     | time | clock | C | decimal-time(.) > 0 | | | | |
     | datetime | at | A | . > now() - 1 | | | | |
     | range | scale | S | | | | | start=0 end=10 step=1 |
     | select_one l | one | O | | | | | |
     | select_multiple l | many | M | selected(., 'a') | | | | | name != ${one}
     | rank l | rank | R | | | | | |
     | image | signed | S | | | | signature | |
     | barcode | code | C | | | | | |
     | begin repeat | kid | Kid | | | ${whole} | | |
     | text | called | Called | . != ${text} | | | | |
     | end repeat | | | | | | | |
     | begin repeat | pet | Pet | | | | | |
     | text | fur | Fur | | | | | |
     | end repeat | | | | | | | |
     | calculate | sum | | | ${whole} + ${broken} * pow(${broken}, ${whole}) | | | |
     | calculate | later | | | date(${day} + ${whole}) | | | |
     | calculate | told | | | format-date-time(${at}, ${text}) | | | |
    choices
     | list_name | name | label
     | l | a | A
     | l | b | B
    """
)
QUESTIONS = [path.rpartition("/")[2] for path in FORM.controls]
ODD = [
    "", " ", "inf", "nan", "1e400", "9" * 400, "-" + "9" * 18, "0" * 30 + "." + "9" * 30, "0000-00-00",
    "0000-01-01", "0001-01-01T00:00:00+14:00", "9999-12-31", "9999-12-31T23:59:59.999-14:00", "24:00",
    "12:00+99:99", "2026-11-26T", "\ud800", "\x00", "\x1b[0m", "۱۲٫۵", "x" * 100_000, "a a", "b a", "<a/>",
    "]]>", "%%%Y%", "٠",
]  # fmt: skip


def looked_at(session: Session) -> None:
    assert session.page is not None
    session.visible()
    session.faults()
    session.data()
    session.xml()


@pytest.mark.parametrize("name", QUESTIONS)
def test_an_odd_answer_is_taken_or_refused_by_name(name: str) -> None:
    session = begin(FORM)
    for odd in ODD:
        with contextlib.suppress(UnknownPathError):
            session.answer(name, odd)
        looked_at(session)
        session.finish()


DEED = st.one_of(
    st.tuples(st.just("answer"), st.sampled_from([*QUESTIONS, "/data/kid[2]/called"]), st.sampled_from(ODD) | st.text()),
    st.tuples(st.just("answer"), st.text(), st.text()),
    st.tuples(st.just("attach"), st.just("signed"), st.text(), st.just(b"x")),
    st.tuples(st.sampled_from(["add", "remove", "value", "speak"]), st.sampled_from(["pet", "pet[" + "9" * 5_000 + "]", "/data/pet[1]", "/", "//", "[", "/data/pet[٢]"]) | st.text()),
    st.tuples(st.sampled_from(["forward", "back", "finish", "end"])),
)  # fmt: skip


@given(st.lists(DEED, max_size=12))
def test_whatever_is_done_a_session_goes_on(deeds: list[tuple[str, ...]]) -> None:
    session = begin(FORM)
    for deed, *told in deeds:
        with contextlib.suppress(UnknownPathError):
            getattr(session, deed)(*told)
    looked_at(session)


def test_what_a_box_says_of_itself_is_kept_without_signs_that_xml_cannot_hold() -> None:
    form = form_of("survey\n | type | name | label\n | deviceid | box | |\n | text | a | A\n")
    session = Session.begin(form, Circumstances(now=lambda: NOW, device_id="k\x00\ud8001"))
    assert session.data()["/data/box"] == "k1"


@pytest.mark.parametrize("told", ["start=nan end=3", "start=0 end=inf", "start=0 end=5 step=inf"])
def test_a_scale_without_an_end_is_refused(told: str) -> None:
    with pytest.raises(FormRefusedError):
        form_of(f"survey\n | type | name | label | parameters\n | range | r | R | {told}\n")
