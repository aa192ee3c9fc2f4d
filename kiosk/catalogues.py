"""The catalogue as the features ask for it: what storage has, in the features' words.

Storage knows no feature and the features know no storage; this stands between them.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from kiosk.errors import DataError
from kiosk.feed.standing import Standing
from kiosk.messages import CatalogueBuilt
from kiosk.own_use import NOTHING_OF_OWN, Own, OwnUse, used_of
from kiosk.rules_fault import RulesFault
from kiosk.search.handler import Answer
from kiosk.search.state import Narrowing
from kiosk.storage import Catalogue, Editions, Filters, InUse
from retail.catalogue import Category, Pack, Product, Store
from retail.pricing.book import RuleBook, Used
from retail.survey_lines import ToldSurvey
from retail.values import Gtin

log = logging.getLogger(__name__)


class Shelves:
    """One catalogue; raises ``DataError`` where its file turns out to be damaged."""

    def __init__(self, catalogue: Catalogue, own: OwnUse | None = None) -> None:
        self._catalogue, self._own = catalogue, own
        self._used: tuple[object, object, Mapping[str, Used]] = (None, None, {})

    def refresh(self) -> None:
        """Take over what head office published since."""
        self._catalogue.refresh()

    def shows(self, catalogue: Catalogue) -> bool:
        """Tell whether it is this one."""
        return self._catalogue is catalogue

    @property
    def made_at(self) -> datetime:
        """When head office published what it shows, aware UTC."""
        return self._catalogue.made_at

    @property
    def sequence(self) -> int:
        """Up to which publication of head office it goes, changes included."""
        return self._catalogue.sequence

    @property
    def book(self) -> RuleBook:
        """The rules of the store, as they are now."""
        return self._catalogue.rules.book

    @property
    def shelf_book(self) -> RuleBook:
        """Those of them that pieces of one item can meet, so that they make its price."""
        return self._catalogue.rules.shelf_book

    @property
    def list_book(self) -> RuleBook:
        """Those of them that a single piece earns: the same price, without what more would save."""
        return self._catalogue.rules.list_book

    @property
    def used(self) -> Mapping[str, Used]:
        """How far offers with limits over several baskets are used up, own baskets included."""
        own: Own = NOTHING_OF_OWN if self._own is None else self._own.now
        catalogue = self._catalogue
        told = catalogue.rules, catalogue.used
        if self._used[0] != (id(told[0]), id(told[1])) or self._used[1] is not own:
            used = used_of(catalogue.rules.book.limited, catalogue.used, own)
            self._used = ((id(told[0]), id(told[1])), own, used)
        return self._used[2]

    @property
    def surveys(self) -> tuple[ToldSurvey, ...]:
        """The surveys published to this store, as they came; the same tuple until others come."""
        return self._catalogue.surveys

    @property
    def rules_fault(self) -> RulesFault | None:
        """Why the rules that came last are not those in use, if they are not."""
        return self._catalogue.rules.fault

    def categories_above(self, category_id: str) -> frozenset[str]:
        """Give a category and all above it."""
        return self._catalogue.categories_above(category_id)

    def by_gtin(self, gtin: Gtin) -> tuple[Product, Pack] | None:
        """Give the product that a GTIN leads to, and the pack it stands on."""
        return self._catalogue.by_gtin(gtin)

    def by_sku(self, sku: str) -> Product | None:
        """Give a product by the retailer's own number."""
        return self._catalogue.by_sku(sku)

    def similar(self, product: Product, limit: int) -> Sequence[Product]:
        """Give products that a shopper may take instead, best first."""
        return self._catalogue.similar(product, limit)

    def stores(self) -> Mapping[str, Store]:
        """Give the branches by their id."""
        return self._catalogue.stores()

    def find(self, text: str, narrowing: Narrowing, limit: int) -> Answer:
        """Find products by name, brand or code; filters hold together."""
        hits = self._catalogue.search(text, _filters(narrowing), limit)
        return Answer(hits.products, hits.more, hits.understood_as)

    def path_to(self, category_id: str) -> Sequence[Category]:
        """Give the categories from the root to this one; nothing for an unknown one."""
        return self._catalogue.path_to(category_id)

    def children(self, category_id: str) -> Sequence[tuple[Category, int]]:
        """Give the categories below one with their products' count."""
        return self._catalogue.children(category_id)

    def products_in(self, category_id: str, limit: int) -> tuple[Sequence[Product], int]:
        """Give the most popular products below a category, and how many there are."""
        return self._catalogue.products_in(category_id, limit)


class CataloguesInUse:
    """The catalogue in use of a folder of editions; belongs to the core thread.

    Only ``standing`` may be read from another, and ``in_use`` is what it and the feed's thread tell
    one another.
    """

    def __init__(
        self,
        folder: Path,
        in_use: InUse | None = None,
        store_id: str = "",
        own: OwnUse | None = None,
    ) -> None:
        """Another store's catalogue is none; without ``store_id``, any is taken.

        ``own`` is what this kiosk has sold of offers; without it nothing is sold here.
        """
        self._editions, self._store_id, self._own = Editions(folder, in_use), store_id, own
        self._current = self._shelves(self._editions.open())
        self._told = 0  # of the files set aside
        self._tell_damaged()
        self.standing = Standing(self._sequence)

    @property
    def current(self) -> Shelves | None:
        """The catalogue in use, with what the feed brought; none before the first has come."""
        try:
            self._see(self._editions.take_brought())
        except DataError as error:  # it was sound when it was brought; the one in use stays
            log.error("catalogue-not-taken reason=%s", error)
        try:
            if self._current is not None:
                self._current.refresh()
        except DataError as error:
            log.error("catalogue-damaged: %s", error)
            self.fall_back()
        return self._current

    def take(self, built: CatalogueBuilt) -> str:
        """Use a newly built one from now on; gives why not, or ``""``."""
        reason = ""
        try:
            self._see(self._editions.switch(built.file))
        except DataError as error:
            reason = str(error)
        self.standing = Standing(self._sequence, self.standing.answered + 1, bool(reason))
        return reason

    def fall_back(self) -> None:
        """Set what is damaged of the one in use aside, and use what is left.

        That is its base where only its changes are damaged, else the one before, if there is one.
        """
        self._see(self._editions.fall_back())
        self._tell_damaged()

    def _see(self, catalogue: Catalogue | None) -> None:
        """Show this one, if it is another than before."""
        if catalogue is None or self._current is None or not self._current.shows(catalogue):
            self._current = self._shelves(catalogue)
            self.standing = replace(self.standing, in_use=self._sequence)

    def _tell_damaged(self) -> None:
        for damaged in self._editions.set_aside[self._told :]:
            log.error("catalogue-damaged: kept as %s", damaged)
        self._told = len(self._editions.set_aside)

    def _shelves(self, catalogue: Catalogue | None) -> Shelves | None:
        if catalogue is None or self._store_id not in ("", catalogue.info.store_id):
            return None  # of another store: the kiosk was moved, and its prices are not ours
        return Shelves(catalogue, self._own)

    @property
    def _sequence(self) -> int:
        return 0 if self._current is None else self._current.sequence


def _filters(narrowing: Narrowing) -> Filters:
    return Filters(
        category_id=narrowing.category_id,
        in_stock=narrowing.in_stock,
        price_min=narrowing.price_min_minor,
        price_max=narrowing.price_max_minor or None,
        aisle=narrowing.aisle,
    )
