"""Another program lists the form, fetches it, and sends answers, once each however often sent."""

from __future__ import annotations

import io
import uuid

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lxml import etree

from server.catalogue.pictures import store_picture
from server.configuration import Configuration
from server.surveys.models import (
    Answer,
    FormMedium,
    Response,
    State,
    Survey,
    UnreadResponse,
)
from tests.server.answers import instance, make_survey
from tests.server.engines import EACH


@pytest.fixture
def survey(chain: Configuration) -> Survey:
    return make_survey()


def send(survey: Survey, xml: str, **files: SimpleUploadedFile) -> int:
    posted = {"xml_submission_file": io.BytesIO(xml.encode()), **files}
    answer = Client(SERVER_NAME="127.0.0.1").post(f"/openrosa/{survey.token}/submission", posted)
    assert answer["X-OpenRosa-Version"] == "1.0"
    return answer.status_code


@EACH
def test_the_whole_way_of_another_program(survey: Survey) -> None:
    client = Client(SERVER_NAME="127.0.0.1")
    listed = client.get(f"/openrosa/{survey.token}/formList")
    assert listed["X-OpenRosa-Version"] == "1.0"
    root = etree.fromstring(listed.content)
    assert root.tag == "{http://openrosa.org/xforms/xformsList}xforms"
    assert [each.text for each in root.iter("{*}formID", "{*}version")] == ["visit", "1"]

    url = next(root.iter("{*}downloadUrl")).text
    assert url is not None
    form = etree.fromstring(client.get(url).content)
    asked = next(iter(next(form.iter("{*}instance"))))
    assert (asked.get("id"), asked.get("version")) == ("visit", "1")

    manifest = client.get(next(root.iter("{*}manifestUrl")).text or "")
    assert manifest.status_code == 200

    head = client.head(f"/openrosa/{survey.token}/submission")
    assert (head.status_code, int(head["X-OpenRosa-Accept-Content-Length"]) > 0) == (204, True)

    told = instance()
    assert [send(survey, told), send(survey, told)] == [201, 201]
    response = Response.objects.get()
    assert (response.source, response.complete, response.event_id) == ("openrosa", True, None)
    assert Answer.objects.filter(path="/data/liked").count() == 2


def test_media_come_as_files_and_never_as_pages(survey: Survey) -> None:
    content = b"\x89PNG\r\n\x1a\n<script>"
    picture = store_picture(settings.CONFIGURATION, content)
    FormMedium.objects.create(form=survey.versions.get(), name="a.png", picture=picture)
    base = f"/openrosa/{survey.token}/forms/1"
    listed = Client(SERVER_NAME="127.0.0.1").get(f"{base}/manifest")
    assert b"a.png" in listed.content
    got = Client(SERVER_NAME="127.0.0.1").get(f"{base}/media/a.png")
    assert (got.content, got["Content-Type"], got["Content-Disposition"]) == (
        content, "application/octet-stream", "attachment",
    )  # fmt: skip
    assert Client(SERVER_NAME="127.0.0.1").get(f"{base}/media/other.png").status_code == 404


def test_a_picture_comes_along(survey: Survey) -> None:
    assert send(survey, instance(), sign=SimpleUploadedFile("sign.png", b"\x89PNG")) == 201
    assert Response.objects.get().files == [["sign.png", "iVBORw=="]]


BAD = {
    "no xml": "hello",
    "an entity": '<!DOCTYPE d [<!ENTITY a "b">]>' + instance(),
    "another survey": instance(id="other"),
    "no version": instance(version="of 2026"),
    "no instance id": instance(uuid="12"),
}


@pytest.mark.parametrize("xml", BAD.values(), ids=BAD)
def test_what_is_no_submission_is_refused_in_words(survey: Survey, xml: str) -> None:
    answer = Client(SERVER_NAME="127.0.0.1").post(
        f"/openrosa/{survey.token}/submission", {"xml_submission_file": io.BytesIO(xml.encode())}
    )
    assert answer.status_code == 400
    assert b"Expected" in answer.content
    assert not Response.objects.exists()


def test_files_that_are_too_many_or_too_large_are_refused(survey: Survey) -> None:
    large = SimpleUploadedFile("a.png", bytes(512 * 1024 + 1))
    assert send(survey, instance(), a=large) == 400
    many = {f"f{i}": SimpleUploadedFile(f"{i}.png", b"x") for i in range(21)}
    assert send(survey, instance(), **many) == 400
    huge = Client(SERVER_NAME="127.0.0.1").post(
        f"/openrosa/{survey.token}/submission", {"a": SimpleUploadedFile("a", bytes(5_000_000))}
    )
    assert huge.status_code == 413


def test_a_version_that_was_never_there_is_kept_unread(survey: Survey) -> None:
    assert send(survey, instance(version="7")) == 201
    assert UnreadResponse.objects.get().version == 7


@pytest.mark.parametrize("state", [State.DRAFT, State.PAUSED, State.CLOSED])
def test_only_a_published_survey_is_listed_and_a_draft_takes_nothing(
    survey: Survey, state: State
) -> None:
    survey.state, survey.published = state, None
    survey.save()
    listed = Client(SERVER_NAME="127.0.0.1").get(f"/openrosa/{survey.token}/formList")
    assert listed.status_code == 200
    assert b"formID" not in listed.content
    assert send(survey, instance()) == (404 if state == State.DRAFT else 201)


def test_nobody_without_the_token_learns_of_a_survey(survey: Survey) -> None:
    for path in ("formList", "forms/1", "forms/1/manifest"):
        answer = Client(SERVER_NAME="127.0.0.1").get(f"/openrosa/{uuid.uuid4().hex}/{path}")
        assert answer.status_code == 404 or b"formID" not in answer.content
    assert (
        Client(SERVER_NAME="127.0.0.1").post(f"/openrosa/{uuid.uuid4().hex}/submission").status_code
        == 404
    )
