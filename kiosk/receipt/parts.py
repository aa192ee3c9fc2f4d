"""A receipt as data: parts from top to bottom, and the same as JSON for the journal of prints.

What a part looks like is ``drawing``'s; which parts there are is ``content``'s.

>>> read_receipt(receipt_record(Receipt("en", (Title("Shop"),)))).parts
(Title(text='Shop'),)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any

from kiosk.errors import DataError


class Size(Enum):
    """How large a text is."""

    SMALL = "small"
    PLAIN = "plain"
    STRONG = "strong"


@dataclass(frozen=True, slots=True)
class Title:
    """The chain's name, largest of all, in the middle."""

    text: str


@dataclass(frozen=True, slots=True)
class Centred:
    """A text in the middle, wrapped."""

    text: str
    size: Size = Size.SMALL


@dataclass(frozen=True, slots=True)
class Mark:
    """White on black over the whole width: that this is a copy."""

    text: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across."""

    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """A text from the side where its language begins, wrapped."""

    text: str
    size: Size = Size.PLAIN


@dataclass(frozen=True, slots=True)
class Pair:
    """What something is, and at the other side how much; the first is wrapped, the second not."""

    start: str
    end: str
    size: Size = Size.SMALL


@dataclass(frozen=True, slots=True)
class Slip:
    """A line of the bank terminal's own receipt, in its own direction; parted where it has gaps."""

    text: str


@dataclass(frozen=True, slots=True)
class Square:
    """A QR code that holds ``text``."""

    text: str


Part = Title | Centred | Mark | Rule | Words | Pair | Slip | Square
_KINDS: Mapping[str, type[Any]] = {
    kind.__name__.lower(): kind for kind in (Title, Centred, Mark, Rule, Words, Pair, Slip, Square)
}


@dataclass(frozen=True, slots=True)
class Receipt:
    """``language`` is ``fa`` or ``en``."""

    language: str
    parts: tuple[Part, ...]

    @property
    def rtl(self) -> bool:
        """Whether it is written from right to left."""
        return self.language == "fa"

    @property
    def texts(self) -> tuple[str, ...]:
        """All that is written on it, in order."""
        told = (asdict(part) for part in self.parts)
        return tuple(v for part in told for v in part.values() if isinstance(v, str) and v)


def receipt_record(receipt: Receipt) -> dict[str, Any]:
    """Write a receipt as JSON."""
    return {"language": receipt.language, "parts": [_part_record(part) for part in receipt.parts]}


def _part_record(part: Part) -> dict[str, Any]:
    told = {k: v.value if isinstance(v, Size) else v for k, v in asdict(part).items()}
    return {"part": type(part).__name__.lower(), **told}


def read_receipt(record: Mapping[str, Any]) -> Receipt:
    """Read what ``receipt_record`` wrote; raises ``DataError``."""
    try:
        return Receipt(record["language"], tuple(_read_part(each) for each in record["parts"]))
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"Expected a receipt, got a broken one: {error!r}") from None


def _read_part(record: Mapping[str, Any]) -> Part:
    told = {k: Size(v) if k == "size" else v for k, v in record.items() if k != "part"}
    part: Part = _KINDS[record["part"]](**told)
    return part
