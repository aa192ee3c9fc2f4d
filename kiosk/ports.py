"""What the core reaches the world by: catalogues, the record of events, the clock, the screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from kiosk.basket.keeper import Baskets
from kiosk.basket.quoting import Shelf as BasketShelf
from kiosk.checkout.ports import Checkouts
from kiosk.clock import Clock
from kiosk.items import PictureOf
from kiosk.messages import CatalogueBuilt
from kiosk.notes import Record
from kiosk.pricecheck import handler as pricecheck
from kiosk.rules_fault import RulesFault
from kiosk.sales.ports import SalesBook
from kiosk.search import handler as search
from kiosk.staff import handler as staff
from kiosk.survey.ports import Surveys
from kiosk.view import View


class Catalogue(pricecheck.Shelf, search.Finder, BasketShelf, Protocol):
    """All that the features ask of the catalogue in use."""

    @property
    def made_at(self) -> datetime:
        """When head office made it, aware UTC."""
        ...

    @property
    def rules_fault(self) -> RulesFault | None:
        """Why the rules that came last are not those in use, if they are not."""
        ...


class Catalogues(Protocol):
    """Holds the catalogue in use and swaps it between two messages."""

    @property
    def current(self) -> Catalogue | None:
        """The catalogue in use; none before the first has come."""
        ...

    def take(self, built: CatalogueBuilt) -> str:
        """Use a newly built one from now on; gives why not, or ``""``."""
        ...

    def fall_back(self) -> None:
        """Set the one in use aside, which is damaged, and use the one before, if any."""
        ...


@dataclass(frozen=True, slots=True)
class Ports:
    """What the core reaches the world by, all of it passed in.

    Without ``staff`` the way in for staff is closed; without ``baskets`` prices are all there is;
    without ``checkouts`` they are paid at the till; without ``surveys`` nothing is asked; without
    ``sales`` staff find no list of what was sold.
    """

    catalogues: Catalogues
    record: Record
    clock: Clock
    picture_of: PictureOf
    show: Callable[[View], None]
    staff: staff.WayIn | None = None
    baskets: Baskets | None = None
    checkouts: Checkouts | None = None
    surveys: Surveys | None = None
    sales: SalesBook | None = None
