"""A survey from the browser to the kiosk and back: the real server, a real window, real Chromium.

Somebody who has never done it makes a survey in the office, by what the pages say; it is published,
answered by touch on the kiosk's window, and looked for in the report. Each step waits for what must
be there, and the pictures tell how it looked. Exit status 0 only if all of it held.
"""

from __future__ import annotations

import argparse
import csv
import logging
import os
import secrets
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from threading import Thread
from typing import Final
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect, sync_playwright

from kiosk.bootstrap import Kiosk, make_screens
from kiosk.config import Settings, load
from kiosk.messages import Language
from kiosk.screens.app import SIZES
from kiosk.words import Words, read_texts
from tools.stage.display import virtual_display
from tools.stage.hands import Hands
from tools.stage.server import StageError
from tools.stage.stage import Stage, set_stage

log = logging.getLogger("journey")
OFFICE: Final = "/office/surveys/survey"
SURVEY, TITLE = "bakery", "نانوایی تازه"
QUESTION, BREAD, CAKE = "چه چیزی را پسندیدید؟", "نان سنگک", "کیک خانگی"
WHY, TYPED = "کوتاه بنویسید چرا", "نان"
WITHIN_S: Final = 60.0  # publishing, the feed, the way back: on a slow machine


class Journey:
    """Walks it; ``walk`` raises at the first step that fails."""

    def __init__(self, stage: Stage, settings: Settings, out: Path) -> None:
        self.stage, self.out = stage, out
        self.password = secrets.token_urlsafe(16)
        texts = read_texts(Language.FA)
        self.words = Words(Language.FA, ZoneInfo(settings.zone), texts=texts)

    def walk(self, hands: Hands) -> None:
        """Make, publish, answer, and read the report."""
        self._make_user()
        self._take("close", lambda: self._close_the_others(hands))
        with self._browser() as page:
            self._take("make", lambda: self._make(page))
            self._take("publish", lambda: self._publish(page))
            self._take("answer", lambda: self._answer(hands))
            self._take("report", lambda: self._report(page))

    def _take(self, name: str, step: object) -> None:
        began = time.monotonic()
        step()  # type: ignore[operator]
        log.info("%-10s %5.1f s", name, time.monotonic() - began)

    def _make_user(self) -> None:
        os.environ["DJANGO_SUPERUSER_PASSWORD"] = self.password
        try:
            user = ("--username", "office", "--email", "office@example.org")
            self.stage.server.command("manage", "createsuperuser", "--noinput", *user)
        finally:
            del os.environ["DJANGO_SUPERUSER_PASSWORD"]

    @contextmanager
    def _browser(self) -> Iterator[Page]:
        faults: list[str] = []
        with sync_playwright() as playwright:
            chromium = shutil.which("chromium")
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_context(locale="fa-IR").new_page()
            page.on("pageerror", lambda fault: faults.append(str(fault)))
            page.goto(f"{self.stage.server.url}/office/")
            page.locator("#id_username").fill("office")
            page.locator("#id_password").fill(self.password)
            page.locator("[type=submit]").click()
            yield page
            browser.close()
        if faults:
            raise StageError(f"expected no fault of a page, got {faults}")

    # ---- in the office

    def _make(self, page: Page) -> None:
        page.goto(f"{self.stage.server.url}{OFFICE}/add/")
        page.locator("[name=survey_id]").fill(SURVEY)
        page.locator("[name=title_fa]").fill(TITLE)
        page.locator("[name=title_en]").fill("Fresh bakery")
        page.locator(".survey-form .is-main").click()
        page.locator("a[href$='/build/']").click()
        first = page.locator(".survey-question").nth(0)
        first.locator("[name$=-sort]").select_option("select_many")
        first.locator("[name$=-name]").fill("liked")
        first.locator("[name$=-fa]").first.fill(QUESTION)
        first.locator("textarea").fill(f"bread | {BREAD} | Bread\ncake | {CAKE} | Cake")
        page.locator("[data-add]").click()
        second = page.locator(".survey-question").nth(1)
        second.locator("[name$=-sort]").select_option("text")
        second.locator("[name$=-name]").fill("why")
        second.locator("[name$=-fa]").first.fill(WHY)
        page.screenshot(path=self.out / "1-built.png", full_page=True)
        page.locator(".survey-acts .is-main").click()
        page.wait_for_url("**/change/")

    def _publish(self, page: Page) -> None:
        page.locator("[name=do][value=publish]").click()
        page.wait_for_load_state()
        page.screenshot(path=self.out / "2-published.png", full_page=True)

    # ---- at the kiosk

    def _close_the_others(self, hands: Hands) -> None:
        """Close the sample's survey, so that ours is the only one in the menu."""
        hands.see(self.words.say("Answer a short survey"), WITHIN_S)
        self.stage.server.command("survey", "close", "visit")
        invite = self.words.say("Answer a short survey")
        hands.until(lambda: hands.absent(invite), "no survey in the menu", WITHIN_S)

    def _answer(self, hands: Hands) -> None:
        words = self.words
        hands.see(words.say("Answer a short survey"), WITHIN_S)
        hands.picture(self.out / "3-offered.png")
        hands.touch(words.say("Answer a short survey"))
        hands.see(QUESTION)
        hands.touch(BREAD)
        hands.touch(CAKE)
        hands.picture(self.out / "4-asked.png")
        hands.touch(words.say("Go on"), whole=True)
        hands.see(WHY)
        for letter in TYPED:
            hands.touch(letter, whole=True)
        hands.picture(self.out / "5-typed.png")
        hands.touch(words.say("Send my answers"), whole=True)
        hands.see(words.say("Your answers help us to do better."))
        hands.picture(self.out / "6-thanks.png")

    # ---- in the report

    def _report(self, page: Page) -> None:
        until = time.monotonic() + WITHIN_S
        page.goto(f"{self.stage.server.url}{OFFICE}/{SURVEY}/report/")
        while BREAD not in page.content() and time.monotonic() < until:
            time.sleep(1)
            page.reload()
        for figures in page.locator(".survey-card details summary").all():
            figures.click()
        for choice in (BREAD, CAKE):
            row = page.locator("tr", has_text=choice).first
            expect(row).to_be_visible()
            expect(row).to_contain_text("٪۱۰۰")
        page.screenshot(path=self.out / "7-report.png", full_page=True)
        with page.expect_download() as download:
            page.get_by_text("CSV", exact=True).click()
        text = Path(download.value.path()).read_text("utf-8-sig")
        told = [row[-4:] for row in csv.reader(StringIO(text))]
        for wanted in ([BREAD, "bread", "1", "1.0"], [CAKE, "cake", "1", "1.0"]):
            if wanted not in told:
                raise StageError(f"expected {wanted} in the report's file, got {told}")
        if not any(TYPED in row for row in told):
            raise StageError(f"expected what was typed in the report's file, got {told}")


def main() -> int:
    """Walk the journey and give the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(level=logging.INFO, format="%(name)s: %(message)s")
    for noisy in ("kiosk", "PIL", "urllib3"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    stage = set_stage(out / "stage", idle_s=120.0)
    try:
        settings = load(stage.settings_file)
        with virtual_display(*SIZES[settings.screen.orientation]):
            return _run(stage, settings, out)
    finally:
        stage.clear()


def _run(stage: Stage, settings: Settings, out: Path) -> int:
    kiosk = Kiosk(settings)
    screens = make_screens(settings, kiosk)
    failed: list[str] = []

    def walk() -> None:
        from kivy.core.window import Window

        hands = Hands(Window)
        try:
            Journey(stage, settings, out).walk(hands)
        except Exception as error:
            log.exception("the journey ended early")
            failed.append(str(error))
            hands.picture(out / "where-it-ended.png")
        screens.stop()

    try:
        screens.run(kiosk.start(screens.show), Thread(target=walk, name="walk").start)
    finally:
        kiosk.stop()
    for fault in failed:
        print(f"journey: {fault}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
