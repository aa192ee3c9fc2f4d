"""Surveys at the office: from an empty one to a report, page by page, and who may do what."""

from __future__ import annotations

import html
import io
import re
from datetime import timedelta

import openpyxl
import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from retail.survey_lines import read_survey_line
from server.configuration import Configuration
from server.surveys.models import FormVersion, Response, Survey, UnreadResponse
from server.surveys.noting import note_answers
from tests.server.answers import answered, body, instance, make_survey
from tests.server.line import NOON

AT = "/office/surveys/survey"
FORM = """
| survey  |                  |       |                  |                    |         |
|         | type             | name  | label::fa        | label::en          | relevant |
|         | range            | score | چند امتیاز؟      | How many points?   |         |
|         | select_one yesno | again | باز می‌آیید؟     | Will you be back?  | ${score} > 5 |
|         | text             | why   | چرا؟             | Why?               | ${again} = 'no' |
| choices |                  |       |                  |                    |         |
|         | list_name        | name  | label::fa        | label::en          |         |
|         | yesno            | yes   | بله              | Yes                |         |
|         | yesno            | no    | خیر              | No                 |         |
"""


@pytest.fixture
def office(chain: Configuration) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.create_superuser("office"))
    return client


def page(office: Client, path: str) -> str:
    answer = office.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return html.unescape(answer.content.decode())


def upload(office: Client, content: str = FORM, name: str = "visit.md") -> tuple[int, str]:
    sent = SimpleUploadedFile(name, content.encode())
    answer = office.post(f"{AT}/visit/upload/", {"form": sent}, follow=True)
    return answer.status_code, html.unescape(answer.content.decode())


def new(office: Client) -> None:
    named = {"survey_id": "visit", "title_fa": "بازدید", "title_en": "Visit"}
    assert office.post(f"{AT}/add/", named).status_code == 302


TERMS = {
    "shown_at": ["menu", "after_sale"], "asks": "members", "once": "day", "stores": ["tehran-1"],
    "ends_at": "۱۴۰۵/۰۹/۳۰ ۲۲:۰۰", "quota": "200", "reward_points": "5", "warn_s": "30",
    "end_s": "15", "at_idle": "partial", "gap_s": "5", "thanks_fa": "سپاس", "thanks_en": "Thanks",
    "form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-days": ["thu", "fri"],
    "form-0-start": "10:00", "form-0-end": "14:00",
}  # fmt: skip


def test_a_survey_is_made_uploaded_given_terms_and_published(office: Client) -> None:
    new(office)
    assert upload(office)[0] == 200
    assert office.post(f"{AT}/visit/terms/", TERMS).status_code == 302
    office.post(f"{AT}/visit/do/", {"do": "publish"})
    survey = Survey.objects.get()
    told = read_survey_line(survey.published or {})
    assert (told.shown_at, told.asks, told.once) == ({"menu", "after_sale"}, "members", "day")
    assert (told.reward_points, told.at_idle, told.warn_s) == (5, "partial", 30)
    assert told.window.ends_at is not None
    assert [sorted(hours.days) for hours in told.window.weekly] == [[3, 4]]
    assert (survey.quota, list(survey.stores.values_list("pk", flat=True))) == (200, ["tehran-1"])
    shown = page(office, f"{AT}/visit/terms/")
    assert "۱۴۰۵/۰۹/۳۰ ۲۲:۰۰" in shown
    assert "سپاس" in shown
    assert "visit.md" in page(office, f"{AT}/visit/change/")
    assert office.get(f"{AT}/visit/file/1/").content == FORM.encode()
    for do in ("pause", "close"):
        office.post(f"{AT}/visit/do/", {"do": do})
    assert Survey.objects.get().state == "closed"


def test_a_form_with_faults_is_shown_with_all_of_them_and_kept_nowhere(office: Client) -> None:
    new(office)
    bad = FORM.replace("| text ", "| geotrace ").replace("${score} > 5", "${nobody} > 5")
    status, shown = upload(office, bad)
    assert status == 422
    assert "nobody" in shown
    assert not FormVersion.objects.exists()


QUESTION = {
    "form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "form-MIN_NUM_FORMS": "1",
    "form-MAX_NUM_FORMS": "100",
    "form-0-name": "mood", "form-0-sort": "smileys", "form-0-fa": "امروز چطور بود؟",
    "form-0-en": "How was it today?", "form-0-required": "on", "form-0-ORDER": "2",
    "form-1-name": "liked", "form-1-sort": "select_many", "form-1-fa": "چه را پسندیدید؟",
    "form-1-choices": "bread | نان | Bread\nfruit | میوه", "form-1-ORDER": "1",
}  # fmt: skip


def test_questions_are_built_in_the_browser_and_edited_again(office: Client) -> None:
    new(office)
    answer = office.post(f"{AT}/visit/build/", QUESTION)
    assert answer.status_code == 302, answer.content.decode()
    row = FormVersion.objects.get()
    assert [each["name"] for each in row.rows["survey"]] == ["liked", "mood"]
    shown = page(office, f"{AT}/visit/build/")
    assert "bread | نان | Bread" in shown
    again = {**QUESTION, "form-0-when": "liked", "form-0-sign": "has", "form-0-value": "bread"}
    assert office.post(f"{AT}/visit/build/", again).status_code == 302
    assert FormVersion.objects.count() == 2
    wrong = {**QUESTION, "form-1-choices": "bread"}
    assert "مقدار | فارسی" in office.post(f"{AT}/visit/build/", wrong).content.decode()


def script_of(text: str) -> str:
    found = re.search(r'name="script" value="([^"]*)"', text)
    assert found
    return html.unescape(found[1])


def test_the_preview_asks_as_the_engine_does_in_both_languages(office: Client) -> None:
    new(office)
    upload(office)
    address = f"{AT}/visit/preview/"
    shown = office.get(address).content.decode()
    assert "چند امتیاز؟" in shown
    shown = office.post(
        address, {"script": script_of(shown), "do": "next", "a:/visit/score": "7"}
    ).content.decode()
    path = re.search(r'name="a:(/[^"]*/again)"', shown)
    if path is None:  # the name of the root is the form's own
        shown = office.get(address).content.decode()
        score = re.search(r'name="a:(/[^"]*/score)"', shown)
        assert score
        shown = office.post(
            address, {"script": script_of(shown), "do": "next", f"a:{score[1]}": "7"}
        ).content.decode()
        path = re.search(r'name="a:(/[^"]*/again)"', shown)
    assert path
    assert "باز می‌آیید؟" in shown
    shown = office.post(
        address, {"script": script_of(shown), "do": "language:en", f"a:{path[1]}": "yes"}
    ).content.decode()
    assert "Will you be back?" in shown
    shown = office.post(
        address, {"script": script_of(shown), "do": "next", f"a:{path[1]}": "yes"}
    ).content.decode()
    assert "again" in shown
    assert "survey-thanks" in shown  # why is not asked
    back = office.post(address, {"script": script_of(shown), "do": "back"}).content.decode()
    assert "survey-thanks" in back  # what is complete stays so
    half = r'[{"set": "score", "to": "\ud800"}]'
    for bad in ("[1", "[" * 100_000, half, '{"steps": [{"set": "/nothing", "to": "1"}]}'):
        assert office.post(address, {"script": bad, "do": "next"}).status_code == 422
    assert not Response.objects.exists()


def test_the_report_is_shown_and_given_as_files_without_formulas(office: Client) -> None:
    make_survey()
    note_answers(
        [
            answered(0, xml=instance("9")),
            answered(1, xml=instance("3", why="=HYPERLINK(1)")),
            answered(2, xml=instance("2", why="<script>alert(1)</script>")),
        ]
    )
    raw = office.get(f"{AT}/visit/report/").content.decode()
    assert "<script>alert" not in raw
    assert "How likely?" in raw
    assert page(office, f"{AT}/visit/report/?which=complete&hours=3")
    csv = office.get(f"{AT}/visit/report/?as=csv").content.decode("utf-8-sig")
    assert not [line for line in csv.splitlines() if line.startswith(("=", '"='))]
    book = openpyxl.load_workbook(io.BytesIO(office.get(f"{AT}/visit/report/?as=xlsx").content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert cells
    assert all(cell.data_type != "f" for cell in cells)
    for table in ("survey", "response", "answer", "unreadresponse", "left"):
        exported = office.post(f"/office/surveys/{table}/export/", {"format": "0"})
        assert exported.status_code in (200, 302), table


def test_unread_answers_are_read_again_once_their_form_is_here(office: Client) -> None:
    survey = make_survey()
    note_answers([answered(0, **body(version=2, xml=instance(version="2", name="reason")))])
    assert UnreadResponse.objects.count() == 1
    act = {"action": "read_again", "_selected_action": [UnreadResponse.objects.get().pk]}
    office.post("/office/surveys/unreadresponse/", act)
    assert (UnreadResponse.objects.count(), Response.objects.count()) == (1, 0)
    first = survey.versions.get()
    FormVersion.objects.create(
        survey=survey, version=2, xform=first.xform.replace("why", "reason"),
        made_at=NOON, made_by="sara",
    )  # fmt: skip
    office.post("/office/surveys/unreadresponse/", act)
    assert (UnreadResponse.objects.count(), Response.objects.count()) == (0, 1)
    kept = Response.objects.get()
    assert (kept.kiosk_id, kept.store_id, kept.version) == ("tehran-1-k1", "tehran-1", 2)
    assert kept.ended_at < NOON + timedelta(days=1)


def test_who_may_only_look_changes_nothing(chain: Configuration) -> None:
    make_survey()
    looker = User.objects.create_user("looker", is_staff=True)
    looker.user_permissions.add(Permission.objects.get(codename="view_survey"))
    client = Client(headers={"host": "localhost"})
    client.force_login(looker)
    for name in ("change", "terms", "preview"):
        assert client.get(f"{AT}/visit/{name}/").status_code == 200, name
    assert client.get(f"{AT}/visit/report/").status_code == 403
    assert client.get(f"{AT}/visit/build/").status_code == 403
    assert client.get(f"{AT}/add/").status_code == 403
    for name in ("upload", "terms", "do", "build"):
        assert client.post(f"{AT}/visit/{name}/", {"do": "close"}).status_code == 403, name
    assert Survey.objects.get().state == "published"
