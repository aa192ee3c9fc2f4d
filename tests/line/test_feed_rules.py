"""Rules on their whole way: published, signed, fetched, applied, in the book the kiosk sells by."""

from __future__ import annotations

import json
import queue
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.catalogues import CataloguesInUse
from kiosk.feed.actions import Actions
from kiosk.feed.bases import Bases
from kiosk.feed.follower import Follower, FollowerConfig, Here, Outside
from kiosk.feed.picture_round import PictureRound
from kiosk.feed.pictures import Pictures
from kiosk.line.backoff import Backoff
from kiosk.line.fake_feed import FakeFeed, FeedServer
from kiosk.line.fake_server import running
from kiosk.line.server import ServerLink
from kiosk.line.watch import LineWatch
from kiosk.messages import CatalogueChanged, CatalogueRefused
from kiosk.storage import ChangingCatalogue, InUse, build, next_edition
from kiosk.storage.file import SCHEMA_VERSION
from retail.goods import Goods, Item
from retail.pricing.book import Used
from retail.pricing.off import Percent
from retail.pricing.rules import Adjustment, EachOff, Limits, Offer, Step
from retail.rule_lines import rule_line
from tests.line.feed_rig import Box, Kept, Pens
from tests.line.feeding import TEA, change, product

LIMITED = Offer("ten", EachOff(Goods(), (Step(1, Percent(500)),)), limits=Limits(in_all=10))
SPRING, AUTUMN = Adjustment("spring", Percent(1_000)), Adjustment("autumn", Percent(500))
LATER: dict[str, Any] = {"kind": "rule", "rule": {"rule": "lottery", "id": "later"}}
STORE = {"kind": "store", "id": "tehran-1", "name": {"fa": "ونک"}}
Records = list[dict[str, Any]]


def goods(*rules: dict[str, Any]) -> Records:
    return [TEA, STORE, *rules, product("1"), product("2")]


class Kiosk:
    """A kiosk with the catalogue and the feed that it really has."""

    def __init__(self, folder: Path, server: FeedServer) -> None:
        self.folder, self.server = folder, server
        self.editions = folder / "catalogue"
        self.editions.mkdir()
        self.posted: queue.Queue[Any] = queue.Queue()
        self.link = ServerLink(server.url, "kiosk-key", timeout_s=0.5, answer_s=1.0)
        self.start()

    @property
    def feed(self) -> FakeFeed:
        return self.server.feed

    def start(self) -> None:
        """Start, as after a power cut."""
        in_use = InUse()
        self.catalogues = CataloguesInUse(self.editions, in_use)
        self.shelf = ChangingCatalogue(in_use)
        pictures = PictureRound(
            Pictures(self.folder / "pictures"), self.link, self.shelf.named_pictures
        )
        actions = Actions(Pens(self.folder / "kiosk.db"), Kept(), Box())
        self.follower = Follower(
            FollowerConfig(
                "tehran-1", "k1", self.feed.key.public_key(), self.folder / "feed",
                schema=SCHEMA_VERSION,
            ),
            self.link,
            Bases(self.editions, self.build),
            lambda: Here(self.shelf, pictures, actions),
            Outside(LineWatch(self.posted.put), self.posted.put, None, lambda: None),
            Backoff(chance=lambda: 1.0),
            lambda: 1.0,
        )  # fmt: skip

    def build(self, snapshot: Path, _stopped: Callable[[], bool]) -> Path:
        file = next_edition(self.editions)
        build(snapshot, file)
        return file

    def follow(self) -> None:
        for _ in range(4):
            self.follower.step()

    def rules(self) -> list[str]:
        current = self.catalogues.current
        assert current is not None
        return [rule.rule_id for rule in current.book.adjustments(Item("1"))]

    def fault(self) -> tuple[int, str] | None:
        current = self.catalogues.current
        assert current is not None
        return (f.sequence, f.rule_id) if (f := current.rules_fault) else None

    def price(self) -> int:
        current = self.catalogues.current
        assert current is not None
        found = current.by_sku("1")
        assert found is not None
        return found.list_price.minor

    def told(self) -> list[Any]:
        return [self.posted.get_nowait() for _ in range(self.posted.qsize())]


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[Kiosk]:
    with running(FeedServer()) as server:
        assert isinstance(server, FeedServer)
        made = Kiosk(tmp_path, server)
        yield made
        made.shelf.close()
        made.link.close()


def test_the_form_with_rules_is_taken_and_segments_change_them(kiosk: Kiosk) -> None:
    kiosk.feed.publish(goods(rule_line(SPRING)))
    kiosk.feed.add_snapshot("records", goods())
    kiosk.feed.add_snapshot("ruled", goods(rule_line(SPRING)))
    kiosk.follow()
    assert kiosk.rules() == ["spring"]
    kiosk.feed.publish([rule_line(AUTUMN), {"kind": "rule", "id": "spring", "gone": True}])
    kiosk.follow()
    assert kiosk.rules() == ["autumn"]
    kiosk.start()
    assert kiosk.rules() == ["autumn"]


def test_a_rule_that_cannot_be_read_keeps_no_price_back_and_is_healed_later(kiosk: Kiosk) -> None:
    kiosk.feed.publish(goods(rule_line(SPRING)))
    kiosk.feed.add_snapshot("ruled", goods(rule_line(SPRING)))
    kiosk.follow()
    kiosk.told()
    kiosk.feed.publish([rule_line(AUTUMN), LATER, change("1", 70)])
    kiosk.follow()
    assert (kiosk.rules(), kiosk.fault(), kiosk.price()) == (["spring"], (2, "later"), 70)
    told = kiosk.told()
    assert [each.sequence for each in told if isinstance(each, CatalogueChanged)] == [2]
    assert not [each for each in told if isinstance(each, CatalogueRefused)]

    kiosk.start()
    assert (kiosk.rules(), kiosk.fault()) == (["spring"], (2, "later"))
    kiosk.feed.publish([change("1", 80)])
    kiosk.follow()
    assert (kiosk.rules(), kiosk.fault(), kiosk.price()) == (["spring"], (2, "later"), 80)

    kiosk.feed.publish([{"kind": "rule", "id": "later", "gone": True}])
    kiosk.follow()
    assert (kiosk.rules(), kiosk.fault(), kiosk.price()) == (["autumn", "spring"], None, 80)


def test_a_newer_base_with_such_a_rule_is_taken_and_sells_by_the_last_good_ones(
    kiosk: Kiosk,
) -> None:
    kiosk.feed.publish(goods(rule_line(SPRING)))
    kiosk.feed.add_snapshot("ruled", goods(rule_line(SPRING)))
    kiosk.follow()
    kiosk.feed.sequence, kiosk.feed.kept_from = 300, 301
    kiosk.feed.add_snapshot("ruled", goods(rule_line(AUTUMN), LATER))
    kiosk.follow()
    assert (kiosk.rules(), kiosk.fault()) == (["spring"], (300, "later"))
    kiosk.start()
    assert (kiosk.rules(), kiosk.fault()) == (["spring"], (300, "later"))


def test_prices_that_cannot_be_read_keep_nothing_back_and_counts_come_to_the_basket(
    kiosk: Kiosk,
) -> None:
    kiosk.feed.publish(goods(rule_line(LIMITED)))
    kiosk.feed.add_snapshot("ruled", goods(rule_line(LIMITED)))
    kiosk.follow()
    kiosk.told()
    moon = {**change("1", 70), "prices": [{"id": "moon", "price": 5, "only_on": "full moon"}]}
    used = {"kind": "used", "id": "ten", "times": 4, "off": 9}
    kiosk.feed.publish([used, moon, change("2", 30)])
    kiosk.feed.publish([change("1", 80)])
    kiosk.follow()
    assert (kiosk.price(), kiosk.fault()) == (80, (2, "moon"))
    assert not [each for each in kiosk.told() if isinstance(each, CatalogueRefused)]
    current = kiosk.catalogues.current
    assert current is not None
    assert current.used == {"ten": Used(in_all=4, money=9)}
    kiosk.feed.publish([{**change("1", 80), "prices": []}, {**change("2", 30)}])
    kiosk.follow()
    assert kiosk.fault() is None


def test_records_whose_rules_are_hidden_are_not_sold_by(kiosk: Kiosk) -> None:
    """Whoever strips the form with rules off the head, which is not signed, wins nothing."""
    kiosk.feed.publish(goods(rule_line(SPRING)))
    kiosk.feed.add_snapshot("ruled", goods(rule_line(SPRING)))
    kiosk.follow()
    kiosk.feed.sequence, kiosk.feed.kept_from = 300, 301
    heading = {"kind": "catalogue", "format": 1, "chain": "pishkhan", "store": "tehran-1"}
    told = {"currency": "IRR", "sequence": 300, "made_at": "2026-11-24T00:00:00Z"}
    lines = [heading | told | {"zone": "Asia/Tehran", "rules": 1}, *goods()]
    kiosk.feed.add_snapshot_file("records", as_file(lines))
    kiosk.follow()
    assert kiosk.rules() == ["spring"]
    reasons = [each.name for each in kiosk.told() if isinstance(each, CatalogueRefused)]
    assert reasons[:1] == ["not_built"]


def as_file(lines: Records) -> bytes:
    body = [*lines, {"kind": "end", "records": len(lines) - 1}]
    return "".join(json.dumps(each) + "\n" for each in body).encode()
