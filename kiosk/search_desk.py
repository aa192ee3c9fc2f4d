"""Which touch leads where in search and categories: the core's side of that feature.

It keeps nothing: the visit goes in and comes out. Catalogue and prices are asked for anew each
time, for either may be another between two touches.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from kiosk.items import Priced
from kiosk.messages import FilterSearch, OpenBrowse, OpenSearch, SearchTyped, ShowMore
from kiosk.search import handler as search
from kiosk.search import state as sought
from kiosk.situation import Visit
from retail.catalogue import Category, Product

SearchTouch = OpenSearch | SearchTyped | FilterSearch | OpenBrowse | ShowMore


class SearchDesk:
    """Belongs to the core's thread; ``catalogue`` is only asked while there is one."""

    def __init__(
        self, catalogue: Callable[[], search.Finder], price: Callable[[Product], Priced]
    ) -> None:
        self._catalogue, self._price = catalogue, price

    def touched(self, visit: Visit, touch: SearchTouch) -> Visit:
        """Say what a touch leads to; one for a screen that has just been replaced, nowhere."""
        scene = visit.scene
        match touch, scene:
            case OpenSearch(), sought.Searching():
                return visit.replace_scene(sought.Searching())
            case OpenSearch(), _:
                return visit.go(sought.Searching())
            case OpenBrowse(category_id), _:
                return visit.go(self._browse(category_id))
            case SearchTyped(text), sought.Searching():
                return visit.replace_scene(self._search(replace(scene, text=text)))
            case FilterSearch(), sought.Searching():
                return visit.replace_scene(self._search(search.narrow(scene, touch)))
            case ShowMore(), sought.Searching() | sought.Browsing():
                return visit.replace_scene(self._longer(scene))
            case _:
                return visit

    def asked_anew(self, visit: Visit) -> Visit:
        """Ask again for a list that was left: an offer may have begun or ended meanwhile."""
        match visit.scene:
            case sought.Searching(hits=hits) as scene:
                return visit.replace_scene(self._search(scene, max(len(hits), search.PAGE)))
            case sought.Browsing(path, _, products):
                limit = max(len(products), search.PAGE)
                return visit.replace_scene(self._browse(_here(path), limit))
            case _:
                return visit

    def repriced(self, state: sought.State, at: datetime) -> sought.State:
        """Price what is listed again where a rule has turned by ``at``."""
        return search.reprice(state, self._price, at)

    def _longer(self, scene: sought.Searching | sought.Browsing) -> sought.State:
        match scene:
            case sought.Searching(hits=hits):
                return self._search(scene, len(hits) + search.PAGE)
            case sought.Browsing(path, _, products):
                return self._browse(_here(path), len(products) + search.PAGE)

    def _search(self, state: sought.Searching, limit: int = search.PAGE) -> sought.Searching:
        return search.search(state, self._catalogue(), self._price, limit)

    def _browse(self, category_id: str, limit: int = search.PAGE) -> sought.Browsing:
        return search.browse(category_id, self._catalogue(), self._price, limit)


def _here(path: tuple[Category, ...]) -> str:
    return path[-1].category_id if path else ""
