"""A shopper's whole tour through the real window: what is done, and what must come of it.

Each step does what a shopper, a cable or the network does, waits for what must be on the
screen, and takes a picture. The first thing that does not come ends the tour.
"""

from __future__ import annotations

import csv
import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kiosk.bootstrap import Kiosk
from kiosk.core import SAME_SCAN_S
from kiosk.messages import Language
from kiosk.words import Words
from retail.values import Money
from tools.sample_chain.frames import blank_frame, frame_of
from tools.stage.hands import Hands, NotSeenError
from tools.stage.server import SAMPLE
from tools.stage.stage import KIOSK, Stage
from tools.stage.terminal import BankTerminal

log = logging.getLogger("tour")

# items of the sample chain, by what is printed on them
RICE, MILK, LEAN_MILK = "6260100300019", "6260100201064", "6260100201088"
TEA, BISCUITS, VOUCHER = "6260100202191", "6260101700269", "YALDA"  # see config/sample/rules.json
LEAN_MILK_SKU, NEW_PRICE = "001459", Money(489_000, "IRR")
CLOSED_FA = "تا چند دقیقهٔ دیگر برمی‌گردیم."
NOBODYS = "5901234123457"  # a sound number that the chain does not carry
EXPIRED = "(01)06260100300019(17)251001(10)G-1404"  # its date passed on 1 October 2025
NO_LINE = "No line to the server; prices as of {moment}"
SEARCHED = "برنج هاشمی"
SETTLE_S = 40.0  # for the last events to arrive, on a slow machine


def names_by_gtin() -> Mapping[str, str]:
    """Read how the sample chain calls its products in Persian."""
    with (SAMPLE / "products.csv").open(encoding="utf-8", newline="") as file:
        return {row["gtin"]: row["name_fa"] for row in csv.DictReader(file)}


def _beginning(template: str) -> str:
    """Give what stands before the first value of a text."""
    return template.partition("{")[0].strip()


@dataclass(slots=True)
class Tour:
    """Walks through the steps; ``told`` is what head office must have heard in the end."""

    kiosk: Kiosk
    stage: Stage
    hands: Hands
    pictures: Path
    told: Counter[str] = field(default_factory=Counter)
    _names: Mapping[str, str] = field(default_factory=names_by_gtin)
    _taken: int = 0

    def walk(self, words_of: Callable[[Language], Words]) -> None:
        """Take every step; raises ``NotSeenError`` at the first that fails."""
        fa, en = words_of(Language.FA), words_of(Language.EN)
        for step in (self._look_at_the_poster, self._show_codes_to_the_camera, self._scan):
            self._take(step, fa)
        for step in (self._meet_codes_without_a_price, self._search, self._browse):
            self._take(step, fa)
        self._take(self._speak_english, en)
        for step in (self._lose_a_scanner, self._lose_the_line, self._hear_of_a_new_price):
            self._take(step, fa)
        for step in (self._fill_a_basket, self._finish_it, self._leave_another):
            self._take(step, fa)
        for step in self.paying:
            self._take(step, fa)
        for step in (self._close_and_open, self._use_aids, self._walk_away):
            self._take(step, fa)

    @property
    def paying(self) -> tuple[Callable[[Words], None], ...]:
        """The steps at the bank terminal."""
        return ()

    def _take(self, step: Callable[[Words], None], words: Words) -> None:
        began = time.monotonic()
        step(words)
        log.info("%-32s %5.1f s", step.__name__.strip("_"), time.monotonic() - began)

    # ---- the steps

    def _look_at_the_poster(self, words: Words) -> None:
        self._see(words.say("Camera is ready"), wait_s=60)  # the first catalogue comes meanwhile
        self.told["catalogue_taken"] += 1
        self._wait_for_pictures()
        if not list(self._pictures_folder.glob("*")):
            raise NotSeenError("expected pictures of items to come with the catalogue, got none")
        self._picture("poster")

    def _show_codes_to_the_camera(self, words: Words) -> None:
        self._hands_touch(words.say("Touch to start"))
        self._see(words.say("Scan your item"))
        self._camera.show(blank_frame(seed=3))
        time.sleep(1.0)
        self._picture("scan-with-the-camera")
        self._hold_up(RICE, "ean-13")
        self._see(self._name_of(RICE))
        self.told["item_looked_up"] += 1
        self._picture("price-by-camera")
        self._hands_touch(words.say("Why this price?"))
        self._see(words.say("List price"))
        self._picture("why-this-price")
        self._hands_touch(words.say("Close"))
        self._put_down()

    def _scan(self, words: Words) -> None:
        for code in (LEAN_MILK, MILK):
            self.stage.scanner.scan(code)
            self._see(self._name_of(code))
            self.told["item_looked_up"] += 1
        self._picture("price-by-scanner")

    def _meet_codes_without_a_price(self, words: Words) -> None:
        self.stage.scanner.scan(NOBODYS)
        self._see(words.say("We do not know this code yet"))
        self.told["unknown_code"] += 1
        self._picture("unknown-code")
        self._hold_up(EXPIRED, "gs1-datamatrix")
        self._see(words.say("Please do not buy this one"))
        self.told["expired_item_seen"] += 1
        self._picture("expired")
        self._put_down()

    def _search(self, words: Words) -> None:
        self._hands_touch(words.say("Search by name"))
        self._see(words.say("What are you looking for?"))
        for letter in SEARCHED:
            self._hands_touch(words.say("space") if letter == " " else letter, whole=True)
        self._see(self._name_of(RICE))
        self._picture("search")
        self._hands_touch(self._name_of(RICE))
        self._see(words.code(RICE))
        self.told["search_made"] += 1
        self.told["product_opened"] += 1
        self._picture("price-by-search")

    def _browse(self, words: Words) -> None:
        self._hands_touch(words.say("Home"))
        self._hands_touch(words.say("Categories"))
        self._see(words.say("All categories"))
        self._picture("categories")
        self._hands_touch(words.say("Home"))

    def _speak_english(self, words: Words) -> None:
        self._hands_touch("English")
        self.told["language_chosen"] += 1
        self._see(words.say("Touch to start"))
        self.stage.scanner.scan(RICE)
        self._see(words.say("Club member price"))
        self.told["item_looked_up"] += 1
        self._picture("price-in-english")
        self._hands_touch("فارسی")
        self.told["language_chosen"] += 1

    def _lose_a_scanner(self, words: Words) -> None:
        self.stage.scanner.pull_out()
        self._see(words.say("The scanner does not answer; please use the camera"))
        self.told["device_lost"] += 1
        self._picture("scanner-lost")
        self._camera.pull_cable()
        self._hands_touch(words.say("Home"))
        self._see(words.say("Scanning does not work right now"))
        self.told["device_lost"] += 1
        self._picture("scanners-lost")
        self._camera.plug_in()
        self.stage.scanner.plug_in()
        self._see(words.say("Touch to start"))
        self._gone(words.say("The scanner does not answer; please use the camera"))
        self.told["device_back"] += 2
        self.stage.scanner.scan(MILK)
        self._see(self._name_of(MILK))
        self.told["item_looked_up"] += 1

    def _lose_the_line(self, words: Words) -> None:
        self.stage.line.cut()
        self._see(_beginning(words.say(NO_LINE)))
        self.stage.scanner.scan(RICE)
        self._see(self._name_of(RICE))
        self.told["item_looked_up"] += 1
        self._picture("line-cut")
        self.stage.line.mend()
        self._gone(_beginning(words.say(NO_LINE)))

    def _hear_of_a_new_price(self, words: Words) -> None:
        """Head office changes a price while its item is on the screen."""
        self.stage.scanner.scan(LEAN_MILK)
        self._see(self._name_of(LEAN_MILK))
        self.told["item_looked_up"] += 1
        self.stage.server.price(LEAN_MILK_SKU, NEW_PRICE.minor)
        self.told["catalogue_taken"] += 1
        imported = time.monotonic()
        self._see(words.amount(NEW_PRICE), wait_s=30)
        log.info("a new price was on the screen %.1f s after it", time.monotonic() - imported)
        self._picture("new-price-on-the-open-screen")

    def _fill_a_basket(self, words: Words) -> None:
        """Begin at a price; offers come as they are reached, and a gift to be chosen."""
        self._scan_item(TEA)
        self._picture("price-with-add-to-basket")
        self._hands_touch(words.say("Add to basket"))
        self._see(words.say("To pay"))
        self._scan_item(TEA, again=True)
        self._see("چای بیشتر، ارزان‌تر")
        self._picture("basket-offer-reached")
        for _ in range(2):
            self._scan_item(BISCUITS, again=True)
        self._see(words.say("Put {count} in", count=1))
        self._picture("basket-one-more-saves")
        for off in (1_077_000, 380_000):  # of the third tea, which saves most, then a biscuit free
            self._hands_touch(words.say("Put {count} in", count=1))
            self._see(words.amount(Money(-off, "IRR")))
        for _ in range(2):
            self._scan_item(RICE, again=True)
        self._see(words.say("A gift is yours, if you like"))
        self._picture("basket-gift-earned")

    def _finish_it(self, words: Words) -> None:
        """Take the gift, show a voucher, change one's mind, and go to the till."""
        self._hands_touch(words.say("Choose"))
        self._see(words.say("Your gift"))
        self._picture("basket-gifts")
        self._hands_touch(words.say("Take it"))
        self._see(words.say("Free"))
        self._hands_touch(words.say("Voucher"))
        self._see(words.say("Your voucher"))
        for letter in VOUCHER:
            self._hands_touch(letter, whole=True)
        self._picture("basket-voucher")
        self._hands_touch(words.say("Use the voucher"))
        self._see(words.say("Your voucher is for members of the club, or it is used up"))
        self._picture("basket-voucher-of-members")
        self._hands_touch(VOUCHER)
        self._gone(VOUCHER)
        self._bank.pull_cable()
        self._hands_touch(words.say("Pay by card"))
        self._see(words.say("The card terminal does not answer"), wait_s=40)
        self._picture("paying-no-terminal")
        self._hands_touch(words.say("Pay at the till"))
        self._see(words.say("Please pay at the till"))
        self.told["basket_finished"] += 1
        self._picture("basket-at-the-till")
        self._hands_touch(words.say("I am done"))
        self._see(words.say("Touch to start"))
        self._bank.plug_in()

    def _leave_another(self, words: Words) -> None:
        self._hands_touch(words.say("Start a basket"))
        self._see(words.say("Scan your first item"))
        self._picture("basket-empty")
        self._scan_item(MILK)
        self._hands_touch(words.say("Leave"), whole=True)
        self._see(words.say("Leave without buying?"))
        self._picture("basket-left")
        self._hands_touch(words.say("Yes, leave"))
        self._see(words.say("Touch to start"))
        self.told["basket_abandoned"] += 1

    def _scan_item(self, code: str, *, again: bool = False) -> None:
        """Scan an item, the same once more only when it counts as another."""
        if again:
            time.sleep(SAME_SCAN_S + 0.2)
        self.stage.scanner.scan(code)
        self._see(self._name_of(code))
        self.told["item_looked_up"] += 1

    def _close_and_open(self, words: Words) -> None:
        """Head office takes the kiosk out of service with its own words, and back."""
        self.stage.server.ask(KIOSK, "out_of_service", CLOSED_FA, "Back in a few minutes.")
        self._see(CLOSED_FA, wait_s=30)
        self._picture("closed-by-head-office")
        self.stage.server.ask(KIOSK, "in_service")
        self._see(words.say("Touch to start"), wait_s=30)
        self.told["catalogue_taken"] += 2  # each came in a segment of its own
        self.told["action_done"] += 2
        self.stage.scanner.scan(MILK)
        self._see(self._name_of(MILK))
        self.told["item_looked_up"] += 1

    def _use_aids(self, words: Words) -> None:
        for aid in ("Large text", "High contrast"):
            self._hands_touch(words.say(aid))
        time.sleep(0.5)
        self._picture("large-text-high-contrast")
        self._hands_touch(words.say("Help"))
        self._see(words.say("How this kiosk helps you"))
        self._picture("help")

    def _walk_away(self, words: Words) -> None:
        self._see(words.say("Are you still there?"), wait_s=60)
        self._picture("still-there")
        self._see(words.say("Touch to start"), wait_s=30)
        self._picture("clean-again")

    # ---- hands, eyes and levers

    @property
    def _pictures_folder(self) -> Path:
        return self.stage.settings_file.parent / "data" / "pictures"

    @property
    def _camera(self) -> Any:
        return self.kiosk.devices["camera"].source  # type: ignore[attr-defined]  # the fake's

    @property
    def _bank(self) -> BankTerminal:
        assert self.stage.terminal is not None
        return self.stage.terminal

    def _hold_up(self, code: str, symbology: str) -> None:
        self._camera.show(frame_of(code, symbology, seed=7))

    def _wait_for_pictures(self) -> None:
        """Wait until no more pictures of items come in; they follow the catalogue."""
        folder, before = self._pictures_folder, -1
        until = time.monotonic() + 60
        while time.monotonic() < until and (now := len(list(folder.iterdir()))) > before:
            before = now
            time.sleep(1.5)

    def _put_down(self) -> None:
        self._camera.show_nothing()

    def _name_of(self, code: str) -> str:
        return self._names[code]

    def _see(self, text: str, wait_s: float = 15.0) -> None:
        self.hands.see(text, wait_s)

    def _gone(self, text: str, wait_s: float = 30.0) -> None:
        self.hands.until(lambda: self.hands.absent(text), f"{text!r} to go", wait_s)

    def _hands_touch(self, text: str, *, whole: bool = False, wait_s: float = 10.0) -> None:
        self.hands.touch(text, wait_s, whole=whole)

    def _picture(self, name: str) -> None:
        self._taken += 1
        self.hands.picture(self.pictures / f"{self._taken:02}-{name}.png")
