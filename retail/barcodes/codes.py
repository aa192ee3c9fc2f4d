"""What a code can turn out to be, as frozen values; how it is found out is ``reading``."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from retail.values import Gtin, InvalidGtinError, Money


@dataclass(frozen=True, slots=True)
class Element:
    """One GS1 element: an Application Identifier such as ``"10"`` and what stands behind it."""

    ai: str
    value: str


@dataclass(frozen=True, slots=True)
class TradeItem:
    """An item of trade, and what else its code tells about this one piece.

    ``expires_on`` is the last day of safe use, ``best_before`` the last day of best quality;
    ``weight_g`` is the net weight. ``elements`` holds all elements as they stood, and
    ``wrong`` the AIs among them whose value is not what the standard asks for: the item is
    still the right one, but nothing was taken from these.
    """

    gtin: Gtin
    batch: str = ""
    serial: str = ""
    expires_on: date | None = None
    best_before: date | None = None
    weight_g: int | None = None
    elements: tuple[Element, ...] = ()
    wrong: tuple[str, ...] = ()

    def expired(self, on: date) -> bool:
        """Tell whether the last day of safe use is over on the store's date ``on``."""
        return self.expires_on is not None and self.expires_on < on


@dataclass(frozen=True, slots=True)
class Weight:
    """A weight in whole grams."""

    grams: int

    def __post_init__(self) -> None:
        if self.grams < 0:
            raise ValueError(f"Expected a weight of 0 g or more, got {self.grams}")


@dataclass(frozen=True, slots=True)
class VariableMeasure:
    """A label of the shop's own scale: which item, and how much of it by weight or price.

    ``item`` is what the catalogue knows the item by: the same code with the measure zero and
    its own check digit. ``number`` is the item's number alone, without prefix or measure.
    ``gtin`` is the label's whole code.
    """

    gtin: Gtin
    item: Gtin
    number: str
    measure: Weight | Money


@dataclass(frozen=True, slots=True)
class MemberCard:
    """The card of a member; its number is kept out of logs."""

    number: str = field(repr=False)


class Reason(Enum):
    """Why nothing could be made of a code; each has words of its own on the screen."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    NOT_TEXT = "not_text"  # bytes that are no text, or text with control characters
    WRONG_LENGTH = "wrong_length"  # digits alone, but not as many as an item number has
    WRONG_CHECK_DIGIT = "wrong_check_digit"
    BROKEN = "broken"  # begins as a GS1 code, but does not go on as one
    NO_ITEM = "no_item"  # sound, but not the number of an item: a web page, a pallet, a text


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Nothing that a shop can look up; ``detail`` is for the log, in *expected … got …*."""

    reason: Reason
    detail: str = field(default="", repr=False)  # may hold a misread card's number


Code = TradeItem | VariableMeasure | MemberCard | Unreadable


class CodeError(ValueError):
    """Inside this package: what is being read is no sound code."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


def sound_gtin(digits: str) -> Gtin:
    """Read a GTIN of 8, 12, 13 or 14 digits or say what is wrong with it, by ``CodeError``."""
    if not digits.strip("0"):
        # its check digit is right, but nobody was ever given it: a decoder saw white paper
        raise CodeError(Reason.NO_ITEM, "Expected the number of an item, got zeros alone")
    try:
        return Gtin.parse(digits)
    except InvalidGtinError as error:
        raise CodeError(Reason.WRONG_CHECK_DIGIT, str(error)) from None
