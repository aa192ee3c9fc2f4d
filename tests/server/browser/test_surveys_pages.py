"""The pages of surveys in a real browser: what their script does, and that no fault is told."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Page, sync_playwright

from server.surveys.models import FormVersion
from server.surveys.noting import note_answers
from tests.server.answers import answered, instance, make_survey
from tests.server.line import Line

AT = "/office/surveys/survey"
CHROMIUM = shutil.which("chromium")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium here")


@dataclass
class Desk:
    """A browser at the office; no row is read or written while it is open."""

    url: str
    session: str

    @contextmanager
    def open(self, path: str) -> Iterator[Page]:
        """Show a page; at the end nothing may have gone wrong in it."""
        faults: list[str] = []
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            context = browser.new_context(locale="fa-IR")
            context.add_cookies([{"name": "sessionid", "value": self.session, "url": self.url}])
            page = context.new_page()
            page.on("pageerror", lambda fault: faults.append(str(fault)))
            page.goto(self.url + path)
            yield page
            browser.close()
        assert faults == []


@pytest.fixture
def desk(line: Line) -> Desk:
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.create_superuser("office"))
    client.post(f"{AT}/add/", {"survey_id": "shop", "title_fa": "خرید", "title_en": "Shop"})
    return Desk(line.url, client.cookies["sessionid"].value)


def test_questions_are_added_moved_and_saved(desk: Desk) -> None:
    with desk.open(f"{AT}/shop/build/") as page:
        first = page.locator(".survey-question").nth(0)
        first.locator("[name$=-name]").fill("mood")
        first.locator("[name$=-fa]").first.fill("امروز چطور بود؟")
        assert not first.locator(".is-choices").is_visible()  # smileys have none to type
        page.locator("[data-add]").click()
        second = page.locator(".survey-question").nth(1)
        second.locator("[name$=-sort]").select_option("select_many")
        second.locator("[name$=-name]").fill("liked")
        second.locator("[name$=-fa]").first.fill("چه را پسندیدید؟")
        second.locator("textarea").fill("bread | نان | Bread\nfruit | میوه | Fruit")
        second.locator("[data-move='-1']").click()
        page.locator(".survey-acts .is-main").click()
        page.wait_for_url("**/change/")
    row = FormVersion.objects.get()
    assert [each["name"] for each in row.rows["survey"]] == ["liked", "mood"]


def test_the_preview_is_answered_by_touch(desk: Desk) -> None:
    test_questions_are_added_moved_and_saved(desk)
    with desk.open(f"{AT}/shop/preview/") as page:
        page.get_by_text("میوه").click()
        page.locator("[value='next']").click()
        page.get_by_text("🙂").click()
        page.locator("[value='language:English (en)']").click()
        assert page.locator(".survey-options input:checked").count() == 1
        page.locator("[value='next']").click()
        assert page.locator(".survey-thanks").is_visible()
        assert "fruit" in page.locator(".survey-kiosk pre").inner_text()


def test_a_report_draws_a_chart_for_each_question(desk: Desk) -> None:
    make_survey()
    note_answers([answered(n, xml=instance(str(n % 11))) for n in range(22)])
    with desk.open(f"{AT}/visit/report/") as page:
        page.wait_for_selector("body.has-charts")
        drawn = page.evaluate(
            "[...document.querySelectorAll('canvas[data-chart]')]"
            ".filter((each) => Chart.getChart(each)).map((each) => each.dataset.chart)"
        )
    assert {"by-day", "steps", "question-0", "question-1", "question-2"} <= set(drawn)
