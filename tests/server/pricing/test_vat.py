"""Whether prices include VAT: from the settings of the chain to the kiosk's total and back."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import zstandard
from django.conf import settings
from django.test import Client

from kiosk.basket import handler, told
from kiosk.basket.handler import Moment
from kiosk.basket.state import Entry, Open
from kiosk.catalogues import Shelves
from kiosk.config import BasketSettings
from kiosk.errors import DataError
from kiosk.storage import Catalogue, ChangingCatalogue, InUse, build
from kiosk.storage.in_use import Edition
from retail.segment import read_heading
from server.catalogue.models import Product
from server.configuration import Configuration
from server.feed import terms
from server.feed.files import segment_file, whole_file
from server.feed.jobs import make_snapshot
from server.feed.models import Segment, Terms
from server.feed.publisher import Publisher
from server.feed.runner import Settling
from server.pricing.models import Verdict
from server.pricing.recompute import recompute
from tests.server.engines import EACH
from tests.server.exchanging import desk
from tests.server.feeding import milk, publish, sequence, set_price

STORE = "tehran-1"
Switch = Callable[..., Configuration]


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def switch(chain: Configuration, monkeypatch: pytest.MonkeyPatch) -> Switch:
    """Start the server with another setting."""
    Product.objects.update(vat_basis_points=1_000)

    def to(included: bool, zone: str = "Asia/Tehran") -> Configuration:
        changed = replace(chain, chain=replace(chain.chain, vat_included=included, zone=zone))
        monkeypatch.setattr(settings, "CONFIGURATION", changed)
        return changed

    return to


def first_line(chain: Configuration, number: int) -> dict[str, Any]:
    packed = whole_file(chain, STORE, number, "records").read_bytes()
    line: dict[str, Any] = json.loads(gzip.decompress(packed).splitlines()[0])
    return line


def kiosk(chain: Configuration, number: int, folder: Path) -> Path:
    file = folder / f"catalogue-{number:06}.db"
    build(whole_file(chain, STORE, number, "records"), file)
    return file


def bought(file: Path) -> Open:
    """Put one bottle into a basket at a kiosk that has this catalogue."""
    with closing(Catalogue(file)) as catalogue:
        moment = Moment(Shelves(catalogue), STORE, BasketSettings(enabled=True), now(), 0.0)
        product = moment.shelf.by_sku("10001")
        assert product is not None
        entry = Entry(product, product.packs[0])
        return handler.put_in(handler.begin(moment), entry, moment)


@EACH
@pytest.mark.parametrize("included", [True, False])
def test_a_setting_decides_the_total_at_the_kiosk_and_head_office_works_out_the_same(
    switch: Switch, tmp_path: Path, included: bool
) -> None:
    chain = switch(included)
    publish(chain, now())
    assert first_line(chain, 1).get("vat_included", True) is included
    open_ = bought(kiosk(chain, 1, tmp_path))
    expected = (540_000, 49_091) if included else (594_000, 54_000)
    assert (open_.quote.total, open_.quote.vat) == expected
    body = told.abandoned_body(open_, "left")
    found = recompute(body, STORE)
    assert (found.verdict, found.differences) == (Verdict.AGREES, ())


def test_segments_say_it_too_and_one_that_says_otherwise_is_not_applied(
    switch: Switch, tmp_path: Path
) -> None:
    chain = switch(False)
    publish(chain, now())
    set_price(500_000)
    publish(chain, now())
    packed = segment_file(chain, STORE, 2).read_bytes()
    heading = read_heading(json.loads(zstandard.decompress(packed).splitlines()[0]))
    assert not heading.vat_included
    in_use = InUse()
    in_use.answer = Edition(kiosk(chain, 1, tmp_path))
    with closing(ChangingCatalogue(in_use)) as shelf:
        with pytest.raises(DataError, match="VAT included: False"):
            shelf.apply(replace(heading, vat_included=True), [])
        shelf.apply(heading, [])
        assert shelf.sequence == 2


@EACH
def test_a_changed_setting_goes_on_with_a_snapshot_to_which_nothing_leads(
    switch: Switch, tmp_path: Path
) -> None:
    chain = switch(True)
    publish(chain, now())
    before = bought(kiosk(chain, 1, tmp_path))
    Terms.objects.update(at=now() - timedelta(minutes=1))
    chain = switch(False)
    assert terms.any_differ(chain.chain)
    done = publish(chain, now())[STORE]
    assert (done.sequence, done.new) == (2, True)
    assert not Segment.objects.filter(store=STORE).exists()
    assert first_line(chain, 2)["vat_included"] is False
    assert not terms.any_differ(chain.chain)
    assert publish(chain, now())[STORE].new is False
    assert bought(kiosk(chain, 2, tmp_path)).quote.total == 594_000
    # a kiosk that was offline went on by the first one
    late = told.abandoned_body(before, "left") | {"quoted_at": told.instant(now())}
    assert recompute(late, STORE).verdict == Verdict.BEHIND


def test_a_server_that_starts_with_another_setting_or_zone_publishes_by_itself(
    switch: Switch,
) -> None:
    chain = switch(True)
    publish(chain, now())
    publish(chain, now())
    for changed in (switch(False), switch(False, "Asia/Dubai")):
        here = replace(changed, feed=replace(changed.feed, settle_s=0.001))
        settling, number = Settling(here), sequence()
        settling.look()
        settling._due = 0.0
        settling.look()
        assert sequence() == number + 1
        assert first_line(changed, number + 1)["zone"] == changed.chain.zone
        settling.look()
        assert sequence() == number + 1


def test_a_snapshot_is_not_made_with_two_minds(switch: Switch) -> None:
    publish(switch(True), now())
    chain = switch(False)
    assert make_snapshot(STORE, Publisher.of(chain), now()).sequence == 2


def test_a_feed_of_before_there_was_the_setting_goes_on(switch: Switch) -> None:
    chain = switch(True)
    publish(chain, now())
    Terms.objects.all().delete()
    milk().save()
    assert publish(chain, now())[STORE].sequence == 1
    assert terms.included_at(STORE, now())
    assert terms.differ(STORE, switch(False).chain)


def test_the_office_says_which_it_is(switch: Switch) -> None:
    client = desk()
    switch(True)
    assert "قیمت‌ها با مالیات بر ارزش افزوده است." in _page(client)
    switch(False)
    assert "قیمت‌ها بدون مالیات بر ارزش افزوده است" in _page(client)


def _page(client: Client) -> str:
    answer = client.get("/office/pricing/pricerule/add/")
    assert answer.status_code == 200
    return answer.content.decode()
