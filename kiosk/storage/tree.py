"""Categories and stores as a segment leaves them, and which categories' products that touches.

A product is found by the categories above its own, and leads in a search by its category's name; so
where a category has moved or has another name, its products are to be found anew.

Source: docs/feed.md, sections 3 and 6; docs/search.md, section 4.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from kiosk.errors import DataError
from kiosk.storage.base import Base, Categories, path_of
from kiosk.storage.bodies import read_categories, read_stores, write_categories, write_stores
from kiosk.storage.changes_file import State
from retail.catalogue import Category, Product, Store, Text
from retail.folding import index_words
from retail.rule_lines import ToldRule
from retail.segment import Change, Gone
from retail.survey_lines import ToldSurvey
from retail.unread_prices import Unread
from retail.used_lines import ToldUsed


class Shared:
    """What products share, during one segment; ``state`` is what was before."""

    def __init__(self, base: Base, state: State) -> None:
        self._base, self._state = base, state
        self.categories: Categories = base.categories
        self.stores = dict(base.stores)
        if state.categories_sequence:
            self.categories = {c.category_id: c for c in read_categories(state.categories)}
        if state.stores_sequence:
            self.stores = {store.store_id: store for store in read_stores(state.stores)}
        self._before, self._stores_before = self.categories, dict(self.stores)
        self._paths = _paths(self.categories)
        self._paths_before = self._paths
        self._told: list[Category] = []
        self._gone: set[str] = set()
        self.rule_news: list[ToldRule | Gone] = []
        self.used_news: list[ToldUsed | Gone] = []
        self.survey_news: list[ToldSurvey | Gone] = []
        self._renamed = self._find_renamed()
        self._products_begun = False

    def taking(
        self,
        records: Iterable[
            Category | Store | ToldRule | ToldUsed | ToldSurvey | Product | Change | Unread | Gone
        ],
    ) -> Iterator[Product | Change | Unread | Gone]:
        """Give the records of products; categories and stores are kept for ``settle``.

        What came of rules is in ``rule_news`` then, in ``used_news`` how far they are used up, and
        in ``survey_news`` what came of surveys.
        """
        for record in records:
            match record:
                case Product() | Change() | Unread() | Gone("product", _):
                    self._products_begun = True
                    yield record
                case _ if self._products_begun:
                    what = f"got {record!r:.80}"
                    raise DataError(
                        f"expected categories, stores and rules before products, {what}"
                    )
                case _:
                    self._keep(record)

    def _keep(self, record: Category | Store | ToldRule | ToldUsed | ToldSurvey | Gone) -> None:
        match record:
            case ToldRule() | Gone("rule", _):
                self.rule_news.append(record)
            case ToldUsed() | Gone("used", _):
                self.used_news.append(record)
            case ToldSurvey() | Gone("survey", _):
                self.survey_news.append(record)
            case Category():
                self._told.append(record)
            case Store():
                self.stores[record.store_id] = record
            case Gone("store", key):
                self.stores.pop(key, None)
            case Gone(_, key):
                self._gone.add(key)

    def settle(self) -> None:
        """Take what came for good; raises ``DataError``."""
        told = self._told or [
            c for c in self.categories.values() if c.category_id not in self._gone
        ]
        categories: dict[str, Category] = {}
        for each in told:
            if each.parent and each.parent not in categories:
                what = f"parent: expected a category that came before, got {each.parent!r}"
                raise DataError(f"category {each.category_id!r}: {what}")
            if categories.setdefault(each.category_id, each) is not each:
                raise DataError(f"category {each.category_id!r}: expected it once, got it again")
        self.categories = categories
        self._paths, self._renamed = _paths(categories), self._find_renamed()

    def path_of(self, category_id: str) -> tuple[str, ...]:
        """Give the ids from a category up to its root; none for one that is no more."""
        return self._paths.get(category_id, ())

    def is_as_in_base(self, category_id: str) -> bool:
        """Tell whether the same categories are above it as in the base."""
        return self._paths.get(category_id) == self._base.path_of(category_id)

    def is_renamed(self, category_id: str) -> bool:
        """Tell whether other words lead to a category than in the base."""
        return category_id in self._renamed

    def moved(self) -> list[str]:
        """Give the categories whose products are found otherwise than before the segment."""
        return [
            key
            for key, category in self.categories.items()
            if (before := self._before.get(key)) is not None
            and (
                self._paths[key] != self._paths_before[key]
                or _words(category.name) != _words(before.name)
            )
        ]

    def lost_categories(self) -> list[str]:
        """Give the categories that are no more."""
        return [key for key in self._before if key not in self.categories]

    def state_after(self, sequence: int) -> State:
        """Give the state with categories and stores as they are after segment ``sequence``."""
        state, categories = self._state, list(self.categories.values())
        if categories != list(self._before.values()):
            written = write_categories(categories)
            state = replace(state, categories=written, categories_sequence=sequence)
        if self.stores != self._stores_before:
            written = write_stores(list(self.stores.values()))
            state = replace(state, stores=written, stores_sequence=sequence)
        return state

    def _find_renamed(self) -> set[str]:
        return {
            key
            for key, category in self.categories.items()
            if (of_base := self._base.categories.get(key)) is not None
            and _words(of_base.name) != _words(category.name)
        }


def _paths(categories: Categories) -> dict[str, tuple[str, ...]]:
    return {key: path_of(key, categories) for key in categories}


def _words(name: Text) -> frozenset[str]:
    return frozenset(index_words(f"{name.fa} {name.en}"))
