"""A shopper's basket as it is open, and what is on the screen of it: as data.

``Open`` is the basket with its quote and with what the shopper was told; it belongs to the visit.
Each scene holds it, so that a view needs nothing else.

Source: docs/basket.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from types import MappingProxyType

from kiosk.staff.state import Asking as AskingPin
from retail.basket import Basket, Line
from retail.catalogue import Pack, Product
from retail.pricing.basket_price import NOTHING_USED
from retail.pricing.book import Used
from retail.pricing.quoted import Quote
from retail.values import RIAL


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands behind a line: the product as the catalogue has it, or had it.

    ``grams`` or ``printed`` (the price, smallest units) come from a scale's label. ``told`` is the
    price of a pack, or a kilogram, that the shopper knows of; ``before`` what it was before it
    changed; ``gone`` says that the catalogue has it no more.
    """

    product: Product
    pack: Pack
    grams: int | None = None
    printed: int | None = None
    told: int | None = None
    before: int | None = None
    gone: bool = False


class Sort(Enum):
    """What a remark is about; the view has words, colour and icon for each."""

    ADDED = "added"
    UNKNOWN_CODE = "unknown code"
    EXPIRED = "expired"
    LEFT_CATALOGUE = "left catalogue"
    NO_ITEM = "no item"
    MEMBER_CARD = "member card"
    LINES_FULL = "lines full"
    QUANTITY_FULL = "quantity full"
    VOUCHER_TAKEN = "voucher taken"
    VOUCHER_WAITS = "voucher waits"
    GIFT_TAKEN = "gift taken"
    GIFT_GONE = "gift gone"
    GIFT_SOLD_OUT = "gift sold out"
    OFFER_REACHED = "offer reached"
    PRICES_CHANGED = "prices changed"
    TOTAL_CHANGED = "total changed"
    APPROVED = "approved"
    REFUSED = "refused"
    NOT_WRITTEN = "not written"


@dataclass(frozen=True, slots=True)
class Remark:
    """The newest thing that is to be said above the lines; ``item`` or ``text`` is what of."""

    sort: Sort
    item: Product | None = None
    text: str = ""
    number: int = 0
    money: int = 0


@dataclass(frozen=True, slots=True)
class Undo:
    """A line that was just taken out, and until when it can be put back: elapsed seconds."""

    line: Line
    entry: Entry
    at: int
    until_s: float
    left_s: int = 0


NO_ENTRIES: Mapping[int, Entry] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Open:
    """An open basket. ``member_total`` is what a member would pay, where that is less.

    ``age_seen`` is the age, in years, that staff have seen. ``fresh`` is the line touched last.
    ``sequence`` is that of the publication by whose products and rules it is quoted, ``used`` how
    far offers with limits were used up before, of those that its goods may meet.
    """

    basket: Basket
    quote: Quote
    began_at: datetime
    entries: Mapping[int, Entry] = field(default_factory=lambda: NO_ENTRIES)
    groups: frozenset[str] = frozenset()
    sequence: int = 0
    used: Mapping[str, Used] = field(default_factory=lambda: NOTHING_USED)
    currency: str = RIAL
    member_total: int | None = None
    age_seen: int = 0
    fresh: int = 0
    remark: Remark | None = None
    undo: Undo | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing is in."""
        return not self.basket.lines

    @property
    def waits_for_staff(self) -> tuple[Line, ...]:
        """The lines that wait for staff to look at the shopper's age."""
        return tuple(line for line in self.basket.lines if line.waits)

    @property
    def rises(self) -> Mapping[int, int]:
        """The prices, by line, that the shopper knew before they rose and has not agreed to."""
        known = {line_id: entry.told for line_id, entry in self.entries.items()}
        return {
            line.line_id: told
            for line in self.quote.lines
            if (told := known.get(line.line_id)) is not None and line.price.price > told
        }

    @property
    def gone(self) -> tuple[Line, ...]:
        """The lines whose product has left the catalogue."""
        return tuple(line for line in self.basket.lines if self.entries[line.line_id].gone)


@dataclass(frozen=True, slots=True)
class Means:
    """What this kiosk can do for a basket now: staff can come in, and events can be written.

    ``card``: it can be paid by card here.
    """

    staff: bool = True
    writable: bool = True
    card: bool = False


ABLE = Means()


@dataclass(frozen=True, slots=True)
class Filling:
    """The basket itself: lines, offers, total."""

    open: Open
    means: Means = ABLE


@dataclass(frozen=True, slots=True)
class Counting:
    """The pad on which the number of a line's pieces is typed, in ASCII digits."""

    open: Open
    line_id: int
    typed: str = ""
    quantity_max: int = 99


@dataclass(frozen=True, slots=True)
class EnteringVoucher:
    """The keys on which a voucher's code is typed; ``unknown`` is the last one refused."""

    open: Open
    typed: str = ""
    unknown: str = ""


@dataclass(frozen=True, slots=True)
class GiftShown:
    """A gift that may be taken, and whether the store has it."""

    product: Product
    in_stock: bool


@dataclass(frozen=True, slots=True)
class ChoosingGift:
    """The gifts of an offer, ``left`` of which may still be taken."""

    open: Open
    rule_id: str
    gifts: tuple[GiftShown, ...]
    left: int


@dataclass(frozen=True, slots=True)
class AskingStaff:
    """Staff are to type their PIN, to look at the shopper's age."""

    open: Open
    pin: AskingPin


@dataclass(frozen=True, slots=True)
class Deciding:
    """Staff are here and look; it is ``at`` this instant, which tells who is old enough."""

    open: Open
    at: datetime


@dataclass(frozen=True, slots=True)
class Agreeing:
    """The question whether prices are taken that rose while their items were in.

    ``paying``: it is then paid here, and else at the till.
    """

    open: Open
    paying: bool = False


@dataclass(frozen=True, slots=True)
class Leaving:
    """The question whether leaving without buying is meant."""

    open: Open


@dataclass(frozen=True, slots=True)
class Resuming:
    """The question, after a crash, whether the basket's shopper is still here."""

    open: Open


@dataclass(frozen=True, slots=True)
class AtTill:
    """The basket is finished: a number and a code for the till."""

    number: int
    pieces: int
    total: int
    currency: str
    code: str
    at: datetime
    complete: bool = True  # the code holds the lines too


State = (
    Filling
    | Counting
    | EnteringVoucher
    | ChoosingGift
    | AskingStaff
    | Deciding
    | Agreeing
    | Leaving
    | Resuming
    | AtTill
)
WithBasket = (
    Filling
    | Counting
    | EnteringVoucher
    | ChoosingGift
    | AskingStaff
    | Deciding
    | Agreeing
    | Leaving
    | Resuming
)
