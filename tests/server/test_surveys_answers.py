"""Answers become rows once, with the form of their version; what cannot be read is kept whole."""

from __future__ import annotations

import base64
import uuid
import zlib

import pytest
from django.db import transaction

from server.configuration import Configuration
from server.fleet.models import AuditEntry
from server.ingest.effects import Happened, apply_effects
from server.surveys import taking
from server.surveys.models import (
    Answer,
    FormVersion,
    Left,
    Response,
    State,
    Survey,
    UnreadResponse,
)
from server.surveys.packing import packed, unpacked
from tests.server.answers import answered, instance, make_survey
from tests.server.engines import EACH
from tests.server.line import NOON


def tell(events: list[Happened]) -> None:
    with transaction.atomic():
        apply_effects(events)


def values(path: str) -> list[str]:
    return list(Answer.objects.filter(path=path).order_by("place").values_list("value", flat=True))


@EACH
def test_answers_are_rows_once_however_often_they_are_told(chain: Configuration) -> None:
    make_survey()
    first = answered()
    tell([first])
    tell([first, answered(**{**first.body, "language": "en"})])

    (response,) = Response.objects.all()
    assert (response.kiosk_id, response.store_id, response.language) == (
        "tehran-1-k1", "tehran-1", "fa",
    )  # fmt: skip
    assert (response.version, response.complete, response.times) == (
        1,
        True,
        [["/data/score", 2100]],
    )
    assert values("/data/score") == ["5"]
    assert values("/data/liked") == ["bread", "fruit"]
    assert values("/data/why") == ["صف"]
    assert Answer.objects.get(path="/data/score").number == 5.0
    assert not UnreadResponse.objects.exists()


@EACH
def test_an_old_answer_is_read_with_the_form_of_its_version(chain: Configuration) -> None:
    make_survey(versions=2)
    tell([answered(), answered(version=2, xml=instance(name="reason", version="2"))])
    assert values("/data/why") == ["صف"]
    assert values("/data/reason") == ["صف"]


@EACH
def test_what_cannot_be_read_is_kept_whole_and_keeps_back_no_other(chain: Configuration) -> None:
    make_survey()
    bombs = base64.b64encode(zlib.compress(b" " * 3_000_000)).decode()
    wrong = {
        "expected a version": answered(version=9),
        "Expected XML": answered(xml="<data"),
        "Expected the root": answered(xml="<other/>"),
        "packed": answered(xml=None, packed=bombs),
    }
    good = answered()
    tell([*wrong.values(), good])

    assert Response.objects.get().event_id == good.event_id
    for reason, event in wrong.items():
        unread = UnreadResponse.objects.get(pk=event.body["instance"])
        assert reason in unread.reason
        assert unread.told == event.body
        assert unread.kiosk_id == "tehran-1-k1"


LONG = "w" * 600


def with_a_long_name() -> FormVersion:
    """Keep a form from before there was a limit."""
    form = FormVersion.objects.get(version=1)
    form.xform = form.xform.replace("/why", f"/{LONG}").replace("<why/>", f"<{LONG}/>")
    form.save()
    return form


@EACH
def test_what_no_column_holds_is_kept_whole_and_keeps_back_no_other(chain: Configuration) -> None:
    make_survey()
    with_a_long_name()
    wrong = {
        "path: expected at most 500 characters, got 606": answered(xml=instance(name=LONG)),
        "last: expected at most 500": answered(last="/data/" + "x" * 1_900),
        "member: expected at most 64": answered(member="m" * 500),
        "language: expected at most 100": answered(language="f" * 500),
        "expected a version": answered(survey="v" * 500),
    }
    good = answered(xml=instance(why=""))
    tell([*wrong.values(), good])

    assert Response.objects.get().event_id == good.event_id
    for reason, event in wrong.items():
        unread = UnreadResponse.objects.get(pk=event.body["instance"])
        assert reason in unread.reason
        assert unread.told == event.body


@pytest.mark.parametrize("engine", ["postgresql"])
def test_what_the_database_itself_refuses_is_kept_whole_and_the_others_are_stored(
    chain: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_survey(quota=3)
    with_a_long_name()
    monkeypatch.setattr(taking, "_check_fits", lambda row: None)
    wrong = answered(xml=instance(name=LONG))
    tell([answered(xml=instance(why="")), wrong, answered(xml=instance(why=""))])

    assert Response.objects.count() == 2
    assert Answer.objects.filter(path="/data/score").count() == 2
    unread = UnreadResponse.objects.get()
    assert unread.reason.startswith("the answers cannot be stored: ")
    assert unread.told == wrong.body
    assert Survey.objects.get().state == State.PUBLISHED  # it took no place of the quota


@EACH
def test_where_somebody_left_is_noted_however_long_its_name(chain: Configuration) -> None:
    told = {"survey": "v" * 500, "version": 1, "last": "/data/" + "x" * 1_900}
    tell([Happened(uuid.uuid4(), "tehran-1-k1", "tehran-1", "survey_left", 1, NOON, told)])
    assert Left.objects.get().last.startswith("/data/xxx")


def test_an_entity_bomb_is_not_unfolded(chain: Configuration) -> None:
    make_survey()
    bomb = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + instance(why="&b;")
    outside = '<!DOCTYPE d [<!ENTITY f SYSTEM "file:///etc/hostname">]>' + instance(why="&f;")
    tell([answered(xml=bomb), answered(xml=outside)])
    assert UnreadResponse.objects.count() == 2
    assert not Response.objects.exists()


@EACH
def test_a_large_answer_comes_packed(chain: Configuration) -> None:
    make_survey()
    long = "خیلی خوب بود " * 700
    tell([answered(xml=None, **packed(instance(why=long)))])
    assert values("/data/why")[0].strip() == long.strip()
    with pytest.raises(ValueError, match="packed"):
        unpacked({"packed": "%%%"})


@EACH
def test_a_full_survey_closes_itself_and_later_answers_are_marked(chain: Configuration) -> None:
    make_survey(quota=2)
    tell([answered(marks=["repeat"]), answered(state="partial"), answered()])
    assert Survey.objects.get().state == State.PUBLISHED
    tell([answered(), answered()])

    survey = Survey.objects.get()
    assert (survey.state, survey.published) == (State.CLOSED, None)
    assert Response.objects.filter(beyond_quota=True).count() == 1
    tell([answered()])
    assert Response.objects.filter(beyond_quota=True).count() == 2
    assert AuditEntry.objects.filter(deed="close survey").count() == 1


@EACH
def test_a_pseudonym_is_kept_and_a_repeat_is_marked(chain: Configuration) -> None:
    make_survey()
    tell([answered(member="m-77", marks=["repeat"])])
    response = Response.objects.get()
    assert (response.member, response.is_repeat) == ("m-77", True)


@EACH
def test_an_unknown_node_is_no_row_of_a_question(chain: Configuration) -> None:
    make_survey()
    told = instance().replace("<score>", "<planted>1</planted><score>")
    tell([answered(xml=told)])
    assert values("/data/score") == ["5"]
    assert not Answer.objects.filter(path="/data/planted", kind="nps").exists()


def test_the_same_instance_from_two_kiosks_is_one(chain: Configuration) -> None:
    make_survey()
    shared = str(uuid.uuid4())
    tell([answered(instance=shared), answered(instance=shared)])
    assert Response.objects.count() == 1
