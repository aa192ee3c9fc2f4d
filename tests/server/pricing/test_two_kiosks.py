"""Two kiosks and head office, all real but for the network: the last pieces of an offer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.basket import handler, saved
from kiosk.basket.handler import Moment
from kiosk.basket.keeper import Baskets, Keeper
from kiosk.basket.state import AtTill, Entry, Open
from kiosk.basket.store import BasketStore
from kiosk.catalogues import CataloguesInUse
from kiosk.config import BasketSettings
from kiosk.feed.offer import Offer, read_offer
from kiosk.feed.segment_file import SegmentFile
from kiosk.outbox.boot import SystemBox
from kiosk.outbox.recorder import Recorder
from kiosk.outbox.store import OutboxStore, open_database
from kiosk.outbox.streams import LEDGER, file_of
from kiosk.outbox.wire import read_acked, write_batch
from kiosk.storage import ChangingCatalogue, InUse, build
from kiosk.storage.in_use import Edition
from server.configuration import Configuration
from server.feed.files import segment_file, whole_file
from server.feed.models import Segment
from server.feed.publisher import Publisher
from server.fleet.keys import enrol
from server.ingest.batch import read_batch
from server.ingest.store import Stored, Submitted, Told, store_group
from server.pricing.checking import check_some
from server.pricing.models import BasketCheck, PriceRule, Verdict
from server.pricing.using import standing_of, used_in_all
from server.stores.models import Store
from tests.flows.shopping import NoRoom
from tests.server.engines import EACH
from tests.server.feeding import publish
from tests.server.pricing.chain import publish_rule

STORE, MILK = "tehran-1", "10001"
SETTINGS = BasketSettings(enabled=True)
MINUTE = timedelta(minutes=1)
OFF = 54_000  # 10 % of a bottle of milk


def now() -> datetime:
    return datetime.now(UTC)


class Kiosk:
    """The parts of a kiosk that sell, count, tell and listen."""

    def __init__(self, folder: Path, name: str, chain: Configuration) -> None:
        self.folder, self.name, self.chain = folder / name, name, chain
        (self.folder / "catalogue").mkdir(parents=True)
        self.base = self.folder / "catalogue" / "catalogue-000001.db"
        self.epoch = ""
        self.start()

    def start(self) -> None:
        """Start, as after a power cut."""
        from kiosk.own_use import OwnUse

        if not self.base.exists():
            build(whole_file(self.chain, STORE, 1, "ruled"), self.base)
        self.recorder = Recorder(self.folder / "kiosk.db", SystemBox(), lambda: None, NoRoom())  # type: ignore[arg-type]
        self.recorder.open()
        own = OwnUse(self.recorder)
        in_use = InUse()
        in_use.answer = Edition(self.base)
        self.shelf = ChangingCatalogue(in_use)
        self.catalogues = CataloguesInUse(self.folder / "catalogue", in_use, STORE, own)
        self.keeper = Keeper(Baskets(SETTINGS, self.name, BasketStore(self.recorder), now, own))

    def stop(self) -> None:
        self.shelf.close()
        self.recorder.close()

    @property
    def moment(self) -> Moment:
        current = self.catalogues.current
        assert current is not None
        return Moment(current, STORE, SETTINGS, now(), 0.0)

    def fill(self, bottles: int) -> Open:
        open_ = handler.begin(self.moment)
        product = self.moment.shelf.by_sku(MILK)
        assert product is not None
        open_ = handler.put_in(open_, Entry(product, product.packs[0]), self.moment)
        return handler.set_quantity(open_, 1, bottles, self.moment)

    def sell(self, bottles: int) -> int:
        """Sell so many bottles; gives what was taken off."""
        open_ = self.fill(bottles)
        till = self.keeper.finish(open_, now().date(), now())
        assert isinstance(till, AtTill)
        self.keeper.keep(None, at_till=False)
        return open_.quote.off

    def send(self, *, lose_the_answer: bool = False) -> None:
        """Tell head office of all that waits; the answer may be lost on the way."""
        file = file_of(LEDGER, self.folder / "kiosk.db")
        with closing(open_database(file, LEDGER)) as connection:
            outbox = OutboxStore(connection)
            while (batch := outbox.in_sequence(50, 1 << 20)) is not None:
                read = read_batch(write_batch(batch, SystemBox()))
                arrived = Submitted(self.name, STORE, read, int(now().timestamp() * 1_000))
                (answer,) = store_group([arrived], Told())
                assert isinstance(answer, Stored), answer
                assert not answer.rejected
                if lose_the_answer:
                    return
                told = {"acked_through": answer.acked_through, "rejected": [], "branch": 0}
                acked = read_acked(json.dumps(told).encode(), batch)
                outbox.settle_through(acked.through, batch, {}, now())

    def listen(self) -> None:
        """Take all that was published."""
        key = Publisher.of(self.chain).key.public_key()
        rows = Segment.objects.filter(store=STORE, sequence__gt=self.shelf.sequence)
        for row in rows.order_by("sequence"):
            offer = read_offer(row.manifest, key, STORE)
            assert isinstance(offer, Offer), offer
            file = SegmentFile(segment_file(self.chain, STORE, row.sequence), offer, self.name)
            self.shelf.apply(file.heading, file.records())


def offer(**limits: int) -> dict[str, Any]:
    named = {"rule": "offer", "id": "milk", "name": {"fa": "شیر ارزان"}, "kind": "each"}
    return {**named, "goods": {"skus": [MILK]}, "off_bp": 1_000, "limits": limits}


@pytest.fixture
def kiosks(chain: Configuration, tmp_path: Path) -> Iterator[tuple[Kiosk, Kiosk]]:
    names = ("tehran-1-k1", "tehran-1-k2")
    for name in names:
        enrol(name, Store.objects.get(pk=STORE), now())
    publish_rule(offer(in_all=10, budget=8 * OFF), now() - MINUTE)
    publish(chain, now())
    both = (Kiosk(tmp_path, names[0], chain), Kiosk(tmp_path, names[1], chain))
    yield both
    for each in both:
        each.stop()


def published(chain: Configuration, *kiosks: Kiosk, after: timedelta = MINUTE) -> None:
    publish(chain, now() + after)
    for kiosk in kiosks:
        kiosk.listen()


def verdicts() -> dict[str, int]:
    check_some(now())
    found = BasketCheck.objects.values_list("verdict", flat=True)
    return {verdict: list(found).count(verdict) for verdict in found}


@EACH
def test_the_last_of_a_budget_are_passed_by_what_both_sell_between_two_publications_and_no_more(
    chain: Configuration, kiosks: tuple[Kiosk, Kiosk]
) -> None:
    first, second = kiosks
    assert (first.sell(3), second.sell(3)) == (3 * OFF, 3 * OFF)
    # neither knows of the other's: each may sell up to what it believes is left
    assert (first.sell(4), first.sell(4)) == (4 * OFF, OFF)
    assert first.sell(1) == 0
    assert second.sell(4) == 4 * OFF
    for kiosk in kiosks:
        kiosk.send()
    used = used_in_all("milk")
    assert used.off == 15 * OFF
    published(chain, *kiosks)
    assert (first.sell(1), second.sell(1)) == (0, 0)  # that both know now
    for kiosk in kiosks:
        kiosk.send()

    standing = standing_of(PriceRule.objects.get())
    assert standing is not None
    assert (standing.off_left, standing.over.off) == (0, 7 * OFF)
    assert sum(use.off for _kiosk, use in standing.by) == 7 * OFF
    assert {kiosk for kiosk, _use in standing.by} <= {first.name, second.name}
    found = verdicts()
    assert set(found) == {Verdict.AGREES, Verdict.OVERRUN}  # no false difference
    told = [row.differences for row in BasketCheck.objects.filter(verdict=Verdict.OVERRUN)]
    assert sum(each["off"] for differences in told for each in differences) == 7 * OFF


@EACH
def test_with_a_publication_between_nothing_is_passed_and_nothing_counts_twice(
    chain: Configuration, kiosks: tuple[Kiosk, Kiosk]
) -> None:
    first, second = kiosks
    assert first.sell(3) == 3 * OFF
    first.send()
    published(chain, first, second)
    assert second.fill(9).quote.off == 5 * OFF
    assert first.fill(9).quote.off == 5 * OFF  # its own three are in the count, and not beside it
    assert second.sell(4) == 4 * OFF
    assert first.sell(1) == OFF  # not sent: only it knows
    second.send()
    published(chain, first, second, after=3 * MINUTE)
    assert first.fill(9).quote.off == 0
    assert second.fill(9).quote.off == OFF  # the first's last bottle has not arrived
    first.send()
    published(chain, first, second, after=5 * MINUTE)
    assert second.fill(9).quote.off == 0
    assert set(verdicts()) == {Verdict.AGREES}
    assert used_in_all("milk").off == 8 * OFF


def test_a_lost_answer_and_a_restart_change_no_count(
    chain: Configuration, kiosks: tuple[Kiosk, Kiosk]
) -> None:
    first, second = kiosks
    assert first.sell(3) == 3 * OFF
    first.send(lose_the_answer=True)
    first.stop()
    first.start()
    assert first.fill(9).quote.off == 5 * OFF
    first.send()
    published(chain, first, second)
    first.stop()
    first.start()
    assert first.fill(9).quote.off == 5 * OFF
    assert second.fill(9).quote.off == 5 * OFF
    assert used_in_all("milk").off == 3 * OFF


def test_a_new_ledger_begins_at_nothing_and_what_the_old_one_told_still_counts(
    chain: Configuration, kiosks: tuple[Kiosk, Kiosk]
) -> None:
    first, second = kiosks
    assert first.sell(3) == 3 * OFF
    first.send()
    published(chain, first, second)
    first.stop()
    for file in first.folder.glob("kiosk.db*"):
        file.write_bytes(b"not a database")
    first.start()
    assert first.fill(9).quote.off == 5 * OFF
    assert first.sell(1) == OFF
    assert first.fill(9).quote.off == 4 * OFF
    first.send()
    published(chain, first, second, after=3 * MINUTE)
    assert first.fill(9).quote.off == 4 * OFF
    assert second.fill(9).quote.off == 4 * OFF


def test_a_newer_base_keeps_the_counts_that_were_here(
    chain: Configuration, kiosks: tuple[Kiosk, Kiosk]
) -> None:
    from server.feed.jobs import make_snapshot

    first, second = kiosks
    assert second.sell(3) == 3 * OFF
    second.send()
    published(chain, first, second)
    sequence = make_snapshot(STORE, Publisher.of(chain), now() + MINUTE).sequence
    newer = first.base.with_name("catalogue-000002.db")
    build(whole_file(chain, STORE, sequence, "ruled"), newer)
    first.shelf.take_base(newer)
    assert first.fill(9).quote.off == 5 * OFF


def test_an_offer_for_each_member_is_not_given_until_members_are_known(
    chain: Configuration, kiosks: tuple[Kiosk, Kiosk]
) -> None:
    publish_rule(offer(per_member=2), now() - MINUTE / 2)
    published(chain, *kiosks)
    first, _second = kiosks
    assert first.fill(2).quote.off == 0
    from dataclasses import replace

    joined = replace(first.fill(2), groups=frozenset({"member"}))
    quoted = handler.requote(joined, first.moment)
    assert (quoted.quote.off, quoted.member_total) == (0, None)
    till = first.keeper.finish(quoted, now().date(), now())
    assert isinstance(till, AtTill)
    first.send()
    assert set(verdicts()) == {Verdict.AGREES}


def test_what_the_kiosk_knew_is_told_with_a_basket_and_stands_on_no_disk(
    kiosks: tuple[Kiosk, Kiosk],
) -> None:
    first, _second = kiosks
    assert first.sell(3) == 3 * OFF
    open_ = first.fill(1)
    assert (open_.used["milk"].in_all, open_.used["milk"].money) == (3, 3 * OFF)
    assert "used" not in saved.record_of(open_)
