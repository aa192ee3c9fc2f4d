"""What threads say to one another. Facts are in the past tense, requests in the imperative.

Every message is frozen. Facts come up to the core from devices, the line to the server and
the screens; nobody who posts one waits for an answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from pathlib import Path
from uuid import UUID

from kiosk.checkout_messages import CheckoutTouch
from kiosk.language import Language as Language
from kiosk.payment_messages import PaymentFact
from kiosk.receipt_messages import ReceiptFact
from kiosk.sales_messages import SalesTouch
from kiosk.survey_messages import SurveyTouch
from retail.catalogue import Text

# ---- facts from devices


@dataclass(frozen=True, slots=True)
class Scanned:
    """A scanner or camera read ``raw``, the bytes of one code, not yet understood.

    ``symbology`` is the AIM code identifier without its bracket, such as ``"E0"`` for EAN-13
    or ``"d2"`` for GS1 DataMatrix, where the device tells it; otherwise it is empty.
    """

    device: str
    raw: bytes = field(repr=False)  # it may be a member's card
    symbology: str = ""


@dataclass(frozen=True, slots=True)
class DeviceReady:
    """The device answers; it was absent, or this is the start."""

    device: str


@dataclass(frozen=True, slots=True)
class DeviceLost:
    """The device stopped answering; its driver keeps trying to get it back."""

    device: str
    reason: str


# ---- facts from the line to the server


@dataclass(frozen=True, slots=True)
class LineUp:
    """The server answered; it did not before, or this is the start."""


@dataclass(frozen=True, slots=True)
class LineDown:
    """The server stopped answering; the line keeps trying."""

    reason: str


@dataclass(frozen=True, slots=True)
class CatalogueBuilt:
    """A newer catalogue has been fetched, checked and built into ``file``, ready to be used."""

    file: Path
    sequence: int


@dataclass(frozen=True, slots=True)
class CatalogueRefused:
    """What the server sent as a catalogue was not right; the one in use stays.

    ``reason`` is for people. ``name`` is that of docs/feed.md, section 5, and ``sequence`` what
    was refused; they are empty and 0 where the server speaks version 1.
    """

    reason: str
    name: str = ""
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class CatalogueChanged:
    """The catalogue in use now is the one of ``sequence``, which head office made at that time."""

    sequence: int
    made_at: datetime  # aware UTC


@dataclass(frozen=True, slots=True)
class ServiceClosed:
    """Head office wants this kiosk to serve nobody, and to say ``words`` if there are any."""

    words: Text | None = None


@dataclass(frozen=True, slots=True)
class ServiceOpened:
    """Head office wants this kiosk to serve again."""


# ---- facts from the disk


class DiskRoom(Enum):
    """How much room there is to write what happens here."""

    AMPLE = "ample"
    LOW = "low"  # staff are told
    SHORT = "short"  # nothing is sold


@dataclass(frozen=True, slots=True)
class DiskChanged:
    """The room on the disk is another than it was; at the start it is ample."""

    room: DiskRoom


# ---- facts from the shopper's finger


@dataclass(frozen=True, slots=True)
class Touched:
    """Something on the screen was touched that has no other meaning: the shopper is here."""


@dataclass(frozen=True, slots=True)
class GoHome:
    """Back to the start; the way here is forgotten."""


@dataclass(frozen=True, slots=True)
class Leave:
    """The shopper is done: everything of theirs is forgotten, language and aids too."""


@dataclass(frozen=True, slots=True)
class GoBack:
    """One step back."""


@dataclass(frozen=True, slots=True)
class ChooseLanguage:
    """Everything is said in this language from now on, until the next shopper."""

    language: Language


@dataclass(frozen=True, slots=True)
class OpenScan:
    """Show how to scan, with the camera's picture."""


@dataclass(frozen=True, slots=True)
class OpenSearch:
    """Search by name."""


@dataclass(frozen=True, slots=True)
class SearchTyped:
    """The whole text in the search field after a key."""

    text: str


@dataclass(frozen=True, slots=True)
class FilterSearch:
    """Narrow the search; ``None`` leaves a filter as it is, ``""`` or 0 takes it away."""

    category_id: str | None = None
    in_stock: bool | None = None
    price_min_minor: int | None = None
    price_max_minor: int | None = None
    aisle: str | None = None


@dataclass(frozen=True, slots=True)
class OpenBrowse:
    """Look through a category; the empty id is the root of the tree."""

    category_id: str = ""


@dataclass(frozen=True, slots=True)
class ShowMore:
    """The next page of a list."""


@dataclass(frozen=True, slots=True)
class OpenProduct:
    """Show the price of a product that was chosen from a list."""

    sku: str


@dataclass(frozen=True, slots=True)
class ToggleWhy:
    """Show or hide why the price is what it is."""


@dataclass(frozen=True, slots=True)
class OpenHelp:
    """How this kiosk is used."""


@dataclass(frozen=True, slots=True)
class ToggleEase:
    """Switch one of the aids for reading and reaching."""

    aid: Aid


class Aid(Enum):
    """An aid for reading or reaching."""

    LARGE_TEXT = "large_text"
    HIGH_CONTRAST = "high_contrast"
    LOW_REACH = "low_reach"


@dataclass(frozen=True, slots=True)
class StayLonger:
    """Give the shopper the whole waiting time once more."""


# ---- facts from the finger of somebody who works here


@dataclass(frozen=True, slots=True)
class OpenStaff:
    """The chain's name was held for long: show the way in for staff, if there is one."""


@dataclass(frozen=True, slots=True)
class TypeDigit:
    """One more digit of the PIN, ``"0"`` to ``"9"``."""

    digit: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class EraseDigit:
    """The last digit of the PIN was wrong."""


@dataclass(frozen=True, slots=True)
class EnterPin:
    """The PIN is typed."""


@dataclass(frozen=True, slots=True)
class RetryParked:
    """Let parked events wait again, the one with this id, or all."""

    event_id: UUID | None = None


# ---- facts from the finger of somebody with a basket


@dataclass(frozen=True, slots=True)
class OpenBasket:
    """Show the basket; where none is open, open one."""


@dataclass(frozen=True, slots=True)
class AddToBasket:
    """Put the item whose price is on the screen into the basket."""


@dataclass(frozen=True, slots=True)
class ChangeQuantity:
    """So many pieces more of a line, or less; with none left the line is taken out."""

    line_id: int
    by: int


@dataclass(frozen=True, slots=True)
class AskQuantity:
    """Show the pad on which the number of a line's pieces is typed."""

    line_id: int


@dataclass(frozen=True, slots=True)
class SetQuantity:
    """The number on the pad is meant."""


@dataclass(frozen=True, slots=True)
class TakeOut:
    """Take a line out of the basket."""

    line_id: int


@dataclass(frozen=True, slots=True)
class PutBack:
    """The line that was just taken out was not meant."""


@dataclass(frozen=True, slots=True)
class OpenVoucher:
    """Show the keys on which a voucher's code is typed."""


@dataclass(frozen=True, slots=True)
class TypeCode:
    """One more character of a code, ``"0"`` to ``"9"``, ``"A"`` to ``"Z"`` or ``"-"``."""

    character: str


@dataclass(frozen=True, slots=True)
class UseVoucher:
    """The voucher's code is typed."""


@dataclass(frozen=True, slots=True)
class DropVoucher:
    """Put a voucher away that was shown."""

    code: str


@dataclass(frozen=True, slots=True)
class OpenGift:
    """Show the gifts of an offer that the basket has earned."""

    rule_id: str


@dataclass(frozen=True, slots=True)
class TakeGift:
    """Take one of the gifts that are shown."""

    sku: str


@dataclass(frozen=True, slots=True)
class AskStaff:
    """Somebody of the staff is here to look at the shopper's age."""


@dataclass(frozen=True, slots=True)
class ApproveAge:
    """Staff have seen that the shopper is old enough for what waits."""


@dataclass(frozen=True, slots=True)
class RefuseAge:
    """The shopper is not old enough, or cannot show it: what waits is taken out."""


@dataclass(frozen=True, slots=True)
class FinishBasket:
    """All is in; ``agreed`` says that prices which rose were read and are taken."""

    agreed: bool = False


@dataclass(frozen=True, slots=True)
class LeaveBasket:
    """Leave without buying: asked once where anything is in."""


@dataclass(frozen=True, slots=True)
class DropBasket:
    """Leave without buying, and yes, that is meant."""


# ---- facts from the clock


@dataclass(frozen=True, slots=True)
class Ticked:
    """A second went by."""


DeviceFact = Scanned | DeviceReady | DeviceLost
LineFact = LineUp | LineDown | CatalogueBuilt | CatalogueRefused
FeedFact = CatalogueChanged | CatalogueRefused
OfficeFact = ServiceClosed | ServiceOpened
StaffTouch = OpenStaff | TypeDigit | EraseDigit | EnterPin | RetryParked
BasketTouch = (
    OpenBasket
    | AddToBasket
    | ChangeQuantity
    | AskQuantity
    | SetQuantity
    | TakeOut
    | PutBack
    | OpenVoucher
    | TypeCode
    | UseVoucher
    | DropVoucher
    | OpenGift
    | TakeGift
    | AskStaff
    | ApproveAge
    | RefuseAge
    | FinishBasket
    | LeaveBasket
    | DropBasket
)
PlainTouch = (
    StaffTouch
    | Touched
    | GoHome
    | Leave
    | GoBack
    | ChooseLanguage
    | OpenScan
    | OpenSearch
    | SearchTyped
    | FilterSearch
    | OpenBrowse
    | ShowMore
    | OpenProduct
    | ToggleWhy
    | OpenHelp
    | ToggleEase
    | StayLonger
)
Touch = PlainTouch | BasketTouch | CheckoutTouch | SurveyTouch | SalesTouch
CheckoutFact = PaymentFact | ReceiptFact
Message = (
    DeviceFact | LineFact | FeedFact | OfficeFact | DiskChanged | CheckoutFact | Touch | Ticked
)
Post = Callable[[Message], None]
