"""Surveys from the office to the feed: made, published, paused; told once, and gone in time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from retail.catalogue import Text
from retail.survey_lines import read_survey_line
from server.configuration import Configuration
from server.feed import surveys as feed_of_surveys
from server.fleet.models import AuditEntry
from server.surveys import deeds
from server.surveys.deeds import DeedError, FormRefused, Terms, Upload
from server.surveys.forms import form_of
from server.surveys.models import FormVersion, Survey
from tests.server.answers import XFORM
from tests.server.engines import EACH
from tests.server.feeding import publish, published
from tests.server.line import NOON
from xforms.loading import load

PNG = b"\x89PNG\r\n\x1a\n" + bytes(8)
FORM = """
| survey  |                      |       |                  |              |
|         | type                 | name  | label::fa        | image::fa    |
|         | select_one liked     | liked | چه را پسندیدید؟  | shelf.png    |
|         | select_one_from_file towns.csv | town | کدام شهر؟ |            |
| choices |                      |       |                  |              |
|         | list_name            | name  | label::fa        |              |
|         | liked                | bread | نان              |              |
|         | liked                | fruit | میوه             |              |
"""
TOWNS = "name,label\ntehran,تهران\nkaraj,کرج\n"


def uploaded(survey_id: str = "visit", form: str = FORM, **files: bytes) -> FormVersion:
    sent = files or {"shelf.png": PNG, "towns.csv": TOWNS.encode()}
    return deeds.upload(survey_id, Upload("visit.md", form.encode(), sent), "sara", NOON)[0]


def made(survey_id: str = "visit", **terms: Any) -> Survey:
    deeds.create(survey_id, Text("بازدید", "Visit"), "sara", NOON)
    uploaded(survey_id)
    if terms:
        stores = terms.pop("stores", ())
        deeds.set_terms(survey_id, Terms(terms, stores), "sara", NOON)
    return deeds.publish(survey_id, "sara", NOON)


@pytest.fixture
def begun(chain: Configuration) -> Configuration:
    publish(chain)
    return chain


@EACH
def test_a_published_survey_is_told_once_and_gone_when_it_is_paused(begun: Configuration) -> None:
    made(shown_at=["menu", "after_sale"], reward_points=5)
    assert feed_of_surveys.any_due(NOON)
    (line,) = published(begun)
    told = read_survey_line(line)
    assert (told.survey_id, told.version, told.title) == ("visit", 1, Text("بازدید", "Visit"))
    assert (told.shown_at, told.reward_points) == (frozenset({"menu", "after_sale"}), 5)
    assert (published(begun), feed_of_surveys.any_due(NOON)) == ([], False)

    deeds.pause("visit", "sara", NOON)
    assert feed_of_surveys.any_due(NOON)
    assert published(begun) == [{"kind": "survey", "id": "visit", "gone": True}]
    deeds.publish("visit", "sara", NOON)
    assert [each["id"] for each in published(begun)] == ["visit"]


@EACH
def test_only_the_stores_that_it_is_for_hear_of_it(begun: Configuration) -> None:
    made(stores=["tehran-2"])
    assert published(begun) == []
    deeds.set_terms("visit", Terms({}, ["tehran-1"]), "sara", NOON)
    assert published(begun) == []  # not before it is published again
    deeds.publish("visit", "sara", NOON)
    assert [each["id"] for each in published(begun)] == ["visit"]


def test_a_survey_whose_time_is_over_is_told_no_more(begun: Configuration) -> None:
    made(when={"to": "2026-11-23T12:00:00Z"})
    assert [each["id"] for each in published(begun)] == ["visit"]
    over = NOON + timedelta(days=1)
    assert feed_of_surveys.any_due(over)
    publish(begun, over)
    assert not feed_of_surveys.any_due(over)


def test_after_a_snapshot_all_are_told_again(begun: Configuration) -> None:
    made()
    assert published(begun)
    feed_of_surveys.tell_again("tehran-1")
    assert feed_of_surveys.any_due(NOON)
    assert [each["id"] for each in published(begun)] == ["visit"]


def test_pictures_and_tables_go_with_the_form(begun: Configuration) -> None:
    made()
    (line,) = published(begun)
    told = read_survey_line(line)
    assert [name for name, _sha256 in told.media] == ["shelf.png"]
    form = load(told.xform.encode())  # with no file beside it
    assert [each.text for each in form.instances["towns"].iter("label")] == ["تهران", "کرج"]

    uploaded(form=FORM, **{"towns.csv": TOWNS.encode()})
    deeds.publish("visit", "sara", NOON)
    (again,) = published(begun)
    assert (again["version"], again["media"]) == (2, line["media"])


def test_a_form_that_cannot_be_asked_is_refused_with_every_problem(chain: Configuration) -> None:
    deeds.create("visit", Text("بازدید"), "sara", NOON)
    bad = "| survey |\n| | type | name | label |\n| | geotrace | a | A |\n| | nonsense | b | B |\n"
    with pytest.raises(FormRefused) as refused:
        deeds.upload("visit", Upload("bad.md", bad.encode()), "sara", NOON)
    assert refused.value.problems
    assert not FormVersion.objects.exists()
    with pytest.raises(DeedError, match="PNG"):
        deeds.upload(
            "visit", Upload("visit.md", FORM.encode(), {"shelf.png": b"GIF89a"}), "sara", NOON
        )


def nested(count: int, kind: str, name: str) -> str:
    """Write a question within groups or repeats within each other, as an XLSForm."""
    begun = [f"| | begin {kind} | {name}{n} | G |" for n in range(count)]
    rows = [*begun, "| | text | why | Why? |", *[f"| | end {kind} | | |"] * count]
    return "\n".join(["| survey |", "| | type | name | label |", *rows, ""])


@pytest.mark.parametrize(
    ("form", "row", "told"),
    [
        (nested(9, "group", "g" * 60), 11, "why: expected a path of at most 500 characters"),
        (nested(9, "repeat", "r"), 10, "r8: expected at most 8 repeats within each other, got 9"),
    ],
)
def test_a_form_whose_answers_no_table_holds_is_refused_with_its_row(
    chain: Configuration, form: str, row: int, told: str
) -> None:
    deeds.create("visit", Text("بازدید"), "sara", NOON)
    with pytest.raises(FormRefused) as refused:
        deeds.upload("visit", Upload("visit.md", form.encode()), "sara", NOON)
    (problem,) = [each for each in refused.value.problems if told in each.message]
    assert (problem.kind, problem.code) == ("limit", "limit_size")
    assert (problem.place.sheet, problem.place.row, problem.place.column) == ("survey", row, "name")
    assert not FormVersion.objects.exists()


def test_questions_that_were_typed_and_xforms_have_the_same_limits(chain: Configuration) -> None:
    deeds.create("visit", Text("بازدید"), "sara", NOON)
    row = {"type": "text", "name": "w" * 600, "label": "چرا؟"}
    with pytest.raises(FormRefused, match="survey, row 2, name"):
        deeds.build("visit", {"survey": [row]}, "sara", NOON)
    xform = XFORM.replace("/why", f"/{'w' * 600}").replace("<why/>", f"<{'w' * 600}/>")
    with pytest.raises(FormRefused, match="line "):
        deeds.upload("visit", Upload("visit.xml", xform.encode()), "sara", NOON)


@EACH
def test_a_pictures_name_that_is_too_long_is_refused(chain: Configuration) -> None:
    deeds.create("visit", Text("بازدید"), "sara", NOON)
    name = "p" * 220 + ".png"
    form = FORM.replace("shelf.png", name)
    files = {name: PNG, "towns.csv": TOWNS.encode()}
    with pytest.raises(FormRefused, match="a picture's name of at most 200"):
        deeds.upload("visit", Upload("visit.md", form.encode(), files), "sara", NOON)


@pytest.mark.parametrize(
    "rows",
    [
        [{"type": "note", "name": "n", "label": "سلام"}],
        [{"type": "calculate", "name": "c", "calculation": "1 + 1"}],
        [{"type": "text", "name": "t", "label": "چرا؟", "relevant": "false()"}],
    ],
    ids=["a note", "a calculation", "a question that is never shown"],
)
def test_a_form_in_which_nothing_is_asked_is_not_published(
    chain: Configuration, rows: list[dict[str, str]]
) -> None:
    deeds.create("visit", Text("بازدید"), "sara", NOON)
    deeds.build("visit", {"survey": rows}, "sara", NOON)
    with pytest.raises(DeedError, match="a question that can be asked, got one without"):
        deeds.publish("visit", "sara", NOON)
    assert Survey.objects.get().published is None


def test_a_form_from_before_the_limits_is_not_published_again(chain: Configuration) -> None:
    made()
    deeds.pause("visit", "sara", NOON)
    row = FormVersion.objects.get()
    row.xform = row.xform.replace("/liked", f"/{'w' * 600}").replace("<liked/>", f"<{'w' * 600}/>")
    row.save()
    form_of.cache_clear()
    with pytest.raises(DeedError, match="at most 500 characters"):
        deeds.publish("visit", "sara", NOON)


@pytest.mark.parametrize(
    ("terms", "named"),
    [
        ({"shown_at": ["street"]}, "menu"),
        ({"once": "hour"}, "once|day"),
        ({"reward_points": -1}, "points"),
        ({"warn_s": "soon"}, "warn_s"),
        ({"where": ["menu"]}, "got where"),
    ],
)
def test_terms_that_say_nothing_are_refused_by_name(
    chain: Configuration, terms: dict[str, Any], named: str
) -> None:
    made()
    with pytest.raises(DeedError, match=named):
        deeds.set_terms("visit", Terms(terms), "sara", NOON)


def test_the_start_screen_takes_one_question_of_smileys_and_nothing_else(
    chain: Configuration,
) -> None:
    made()
    deeds.set_terms("visit", Terms({"shown_at": ["attract"]}), "sara", NOON)
    with pytest.raises(DeedError, match="smileys"):
        deeds.publish("visit", "sara", NOON)
    smiley = (
        "| survey |\n| | type | name | label | appearance | parameters |\n"
        "| | range | mood | چطور بود؟ | smileys | start=1 end=5 step=1 |\n"
    )
    uploaded(form=smiley, **{"shelf.png": PNG})
    assert deeds.publish("visit", "sara", NOON).published


def test_a_form_that_kiosks_could_not_take_is_refused_before_it_reaches_them(
    chain: Configuration,
) -> None:
    deeds.create("visit", Text("بازدید"), "sara", NOON)
    rows = [{"type": "note", "name": f"n{n}", "label": "سلام" * 250} for n in range(540)]
    with pytest.raises(DeedError, match="1048576 bytes"):  # although not too many characters
        deeds.build("visit", {"survey": rows}, "sara", NOON)


def test_an_unknown_store_does_not_make_it_a_survey_of_the_chain(chain: Configuration) -> None:
    made()
    with pytest.raises(DeedError, match="mars-1"):
        deeds.set_terms("visit", Terms({}, ["tehran-1", "mars-1"]), "sara", NOON)


def test_what_cannot_be_done_is_refused_and_what_is_done_is_logged(chain: Configuration) -> None:
    made()
    with pytest.raises(DeedError, match="a change"):
        deeds.publish("visit", "sara", NOON)
    deeds.pause("visit", "sara", NOON)
    with pytest.raises(DeedError, match="published"):
        deeds.pause("visit", "sara", NOON)
    deeds.close("visit", "sara", NOON)
    with pytest.raises(DeedError, match="by the id"):
        deeds.publish("nothing", "sara", NOON)
    with pytest.raises(DeedError):
        deeds.create("visit", Text("بازدید"), "sara", NOON)
    told = AuditEntry.objects.order_by("pk").values_list("deed", flat=True)
    assert list(told) == [
        "create survey", "add form", "publish survey", "pause survey", "close survey",
    ]  # fmt: skip
