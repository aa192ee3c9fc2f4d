"""Whatever is published, cut, harmed, played again or restarted: one published sequence is here.

A model publishes at random and remembers each sequence's whole catalogue; a kiosk follows over a
real socket, with a power cut at any of its steps. At every moment the shelf holds exactly one of
the published catalogues, never an older one than before, and in the end the newest.
"""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.clock import SetClock
from kiosk.feed.actions import Actions
from kiosk.feed.bases import Bases
from kiosk.feed.fake_shelf import FakeShelf, Stock
from kiosk.feed.follower import Follower, FollowerConfig, Here, Outside
from kiosk.feed.picture_round import PictureRound
from kiosk.feed.pictures import Pictures
from kiosk.line.backoff import Backoff
from kiosk.line.fake_feed import FakeFeed, FeedServer
from kiosk.line.fake_server import running
from kiosk.line.server import ServerLink
from kiosk.line.watch import LineWatch
from kiosk.messages import CatalogueChanged, CatalogueRefused, LineDown, LineUp
from tests.line.feed_rig import NOW, Kept, Pens, check_lines, lay_out
from tests.line.feeding import action, product

SKUS = [str(number) for number in range(6)]
CATEGORIES = ["tea", "rice", "toys"]
HARMS: tuple[Callable[[FeedServer], None], ...] = (
    lambda server: server.hang_up(),
    lambda server: server.cut_mid_body(),
    lambda server: server.fail(500),
    lambda server: server.fail(429, {"Retry-After": "1"}),
    lambda server: server.say(b"<html>"),
    lambda server: server.say(b""),
    lambda server: server.let_pass(),
)


class PowerCutError(BaseException):
    """The process ends here; what was committed stays."""


class Model:
    """Head office: what is true now, and what was at each sequence."""

    def __init__(self, chance: random.Random) -> None:
        self.chance, self.feed = chance, FakeFeed()
        self.products: dict[str, dict[str, Any]] = {}
        self.categories: dict[str, dict[str, Any]] = {}
        self.history: dict[int, tuple[dict[str, int], list[str]]] = {0: ({}, [])}
        self.asked: dict[str, int] = {}  # an action's number: the sequence that it came with

    def publish(self) -> None:
        """Change a few things, and publish what changed."""
        categories, gone, changed = self._categories(), [], {}
        for sku in self.chance.sample(SKUS, self.chance.randint(0, 3)):
            price = self.chance.randint(0, 999)
            if sku not in self.products or self.chance.random() < 0.3:
                self.products[sku] = changed[sku] = product(sku, price)
            elif self.chance.random() < 0.3:
                del self.products[sku]
                gone.append({"kind": "product", "sku": sku, "gone": True})
            else:
                self.products[sku] = self.products[sku] | {"price": price}
                changed[sku] = {"kind": "change", "sku": sku, "price": price}
        actions = []
        if self.chance.random() < 0.2:
            number, do = len(self.asked) + 1, self.chance.choice(["restart", "in_service"])
            actions.append(action(number, do))
            self.asked[str(number)] = self.feed.sequence + 1
        later = [{"kind": "weather"}] if self.chance.random() < 0.2 else []
        self.feed.publish([*categories, *gone, *changed.values(), *later, *actions])
        self.history[self.feed.sequence] = self.now()

    def snapshot(self) -> None:
        """Offer a snapshot as of now, and perhaps keep older segments no more."""
        if self.feed.sequence:
            form = self.chance.choice(["built", "records"])
            records = [*self.categories.values(), *self.products.values()]
            self.feed.add_snapshot(form, records)
            if self.chance.random() < 0.5:
                self.feed.kept_from = self.feed.sequence + 1

    def now(self) -> tuple[dict[str, int], list[str]]:
        prices = {sku: each["price"] for sku, each in self.products.items()}
        return prices, list(self.categories)

    def _categories(self) -> list[dict[str, Any]]:
        """All of them or none; those that are no more are gone."""
        if self.chance.random() < 0.7:
            return []
        before = set(self.categories)
        names = self.chance.sample(CATEGORIES, self.chance.randint(1, 3))
        self.categories = {
            name: {"kind": "category", "id": name, "name": {"fa": name}} for name in names
        }
        lost = sorted(before - set(names))
        gone = [{"kind": "category", "id": name, "gone": True} for name in lost]
        return [*self.categories.values(), *gone]


class Kiosk:
    """A box whose shelf, database and files outlive its program."""

    def __init__(self, folder: Path, server: FeedServer, model: Model) -> None:
        self.folder, self.server, self.model = folder, server, model
        self.shelf, self.door = FakeShelf(self.step), Kept(on_step=self.step)
        self.pens = Pens(folder / "kiosk.db", self.step)
        self.cut_in = 0  # steps until the next power cut; 0 for none
        self.link = ServerLink(server.url, "kiosk-key", timeout_s=1)
        self.posted: list[Any] = []
        self.seen, self.applied = 0, set[int]()
        self.follower = self.start()

    def start(self) -> Follower:
        config = FollowerConfig(
            "tehran-1",
            "k1",
            self.model.feed.key.public_key(),
            self.folder / "feed",
            2,
            fold_after=3,
        )
        bases = Bases(
            self.folder / "catalogue",
            lambda snapshot, _: lay_out(self.folder / "catalogue", snapshot),
            check_lines,
        )
        outside = Outside(LineWatch(self.posted.append), self.posted.append)
        return Follower(config, self.link, bases, self.open, outside, Backoff(chance=lambda: 0.0))

    def open(self) -> Here:
        pictures = PictureRound(
            Pictures(self.folder / "pictures"), self.link, self.shelf.named_pictures
        )
        return Here(self.shelf, pictures, Actions(self.pens, self.door, SetClock(NOW)))

    def step(self, name: str) -> None:
        """See what a shopper would see, and perhaps lose power."""
        self.look()
        if name == "after the commit":
            self.applied.add(self.shelf.sequence)
        if self.cut_in == 1:
            self.cut_in = 0
            raise PowerCutError
        self.cut_in = max(0, self.cut_in - 1)

    def look(self) -> None:
        stock = self.shelf.stock
        assert shown(stock) == self.model.history[stock.sequence]
        assert stock.sequence >= self.seen, "the shelf went back"
        self.seen = stock.sequence

    def round(self) -> float:
        try:
            return self.follower.step()
        except PowerCutError:
            self.follower = self.start()
            return 0.0
        finally:
            self.look()


def shown(stock: Stock) -> tuple[dict[str, int], list[str]]:
    prices = {sku: each.list_price.minor for sku, each in stock.products.items()}
    return prices, list(stock.categories)


def play_again(kiosk: Kiosk, chance: random.Random) -> None:
    """Somebody on the way answers with a head of before, with one of its manifests changed."""
    head = kiosk.model.feed.head(chance.randint(0, max(kiosk.model.feed.sequence, 1)))
    match chance.randint(0, 4):
        case 0 if head["segments"]:
            head["segments"].pop(0)
        case 1 if head["segments"]:
            head["segments"][0]["sha256"] = "0" * 64
        case 2:
            head["sequence"] = max(0, head["sequence"] - 1)
        case 3:
            chance.shuffle(head["segments"])
    kiosk.server.say(json.dumps(head).encode())


@settings(max_examples=20)
@given(seed=st.integers(0, 2**32))
def test_the_shelf_holds_one_published_sequence_and_in_the_end_the_newest(seed: int) -> None:
    follow(seed, moves=30)


@pytest.mark.parametrize("seed", range(3))
def test_the_same_for_a_longer_time(seed: int) -> None:
    follow(seed, moves=200)


def follow(seed: int, moves: int) -> None:
    chance = random.Random(seed)
    model = Model(chance)
    with tempfile.TemporaryDirectory() as folder, running(FeedServer(model.feed)) as server:
        assert isinstance(server, FeedServer)
        kiosk = Kiosk(Path(folder), server, model)
        try:
            for _ in range(moves):
                move(kiosk, chance)
            settle(kiosk)
        finally:
            kiosk.link.close()
        assert not list(Path(folder).rglob("feed/*.part"))


def move(kiosk: Kiosk, chance: random.Random) -> None:
    match chance.choices(range(6), (4, 1, 6, 3, 2, 1))[0]:
        case 0:
            kiosk.model.publish()
        case 1:
            kiosk.model.snapshot()
        case 2:
            kiosk.round()
        case 3:
            kiosk.cut_in = chance.randint(1, 9)
            kiosk.round()
        case 4:
            chance.choice(HARMS)(kiosk.server)
            if chance.random() < 0.5:
                play_again(kiosk, chance)
        case _:
            kiosk.follower = kiosk.start()
            kiosk.shelf.wants_base = chance.random() < 0.3


def settle(kiosk: Kiosk) -> None:
    """The line is good again, and nothing is published any more."""
    kiosk.cut_in = 0
    kiosk.server._levers.clear()
    kiosk.model.publish()
    kiosk.model.feed.add_snapshot(
        "records", [*kiosk.model.categories.values(), *kiosk.model.products.values()]
    )
    kiosk.follower = kiosk.start()
    for _ in range(12):
        if kiosk.round() == 30.0:
            break
    assert kiosk.shelf.sequence == kiosk.model.feed.sequence
    assert shown(kiosk.shelf.stock) == kiosk.model.now()
    told = [each for each, _ in kiosk.pens.told()]
    assert len(told) == len(set(told)), "an action was told twice"
    came = {number for number, at in kiosk.model.asked.items() if at in kiosk.applied}
    assert came <= set(told), "an action was lost"
    facts = (LineUp, LineDown, CatalogueChanged, CatalogueRefused)
    assert all(isinstance(each, facts) for each in kiosk.posted)
