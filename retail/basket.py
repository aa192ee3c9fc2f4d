"""What a shopper is about to buy: lines of pieces or weighed goods, and how they change.

A basket is a value; each move gives a new one. It knows no price: ``retail.pricing`` quotes
it. Ids of lines are counted up and never used again within a basket.

Source: docs/pricing.md, section 4, and docs/basket.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from retail.pricing.tag import Tag
from retail.values import is_whole

QUANTITY_MAX: Final = 999
LINES_MAX: Final = 200


class BasketError(ValueError):
    """A move that no basket can make; the message says what was expected and what came."""


@dataclass(frozen=True, slots=True)
class Line:
    """One item with its number of packs, or one weighed piece.

    ``gift_of`` names the offer that gives the line. Above ``age_min`` 0, in years, staff must look
    at the shopper before it can be paid.
    """

    line_id: int
    tag: Tag
    quantity: int = 1
    gift_of: str = ""
    age_min: int = 0
    approved: bool = False

    def __post_init__(self) -> None:
        if not is_whole(self.quantity, 1) or self.quantity > QUANTITY_MAX:
            raise BasketError(f"Expected 1 to {QUANTITY_MAX} of an item, got {self.quantity}")
        if self.tag.one_piece_only and self.quantity != 1:
            raise BasketError(f"Expected one piece from a scale, got {self.quantity}")

    @property
    def waits(self) -> bool:
        """Whether it waits for staff to look at the shopper's age."""
        return self.age_min > 0 and not self.approved


@dataclass(frozen=True, slots=True)
class Basket:
    """Lines in the order of scanning, newest last, and the vouchers that were shown."""

    lines: tuple[Line, ...] = ()
    vouchers: frozenset[str] = frozenset()
    next_id: int = 1

    def line(self, line_id: int) -> Line:
        """Give a line; it must be there."""
        for line in self.lines:
            if line.line_id == line_id:
                return line
        raise BasketError(f"Expected a line of the basket, got {line_id}")

    def add(self, line: Line) -> Basket:
        """Put an item in; pieces of what is there already are counted up on its line."""
        for there in self.lines:
            if _same(there, line):
                return self.with_quantity(there.line_id, there.quantity + line.quantity)
        if len(self.lines) >= LINES_MAX:
            raise BasketError(f"Expected at most {LINES_MAX} lines")
        new = replace(line, line_id=self.next_id)
        return replace(self, lines=(*self.lines, new), next_id=self.next_id + 1)

    def with_quantity(self, line_id: int, quantity: int) -> Basket:
        """Change how many; none takes the line out. A weighed piece can only be taken out."""
        line = self.line(line_id)
        if quantity == 0:
            return self.without(line_id)
        changed = replace(line, quantity=quantity)
        return self._with(changed)

    def without(self, line_id: int) -> Basket:
        """Take a line out."""
        gone = self.line(line_id)
        return replace(self, lines=tuple(line for line in self.lines if line is not gone))

    def put_back(self, line: Line, at: int) -> Basket:
        """Undo ``without``: the line stands again at its place, counted from 0, as it was.

        Pieces of the same thing that came in meanwhile are counted up on it.
        """
        for there in self.lines:
            if there.line_id == line.line_id:
                raise BasketError(f"Expected a line that was taken out, got {line.line_id}")
        for there in self.lines:
            if _same(there, line):
                return self.with_quantity(there.line_id, there.quantity + line.quantity)
        if len(self.lines) >= LINES_MAX:
            raise BasketError(f"Expected at most {LINES_MAX} lines")
        at = min(max(at, 0), len(self.lines))
        return replace(self, lines=(*self.lines[:at], line, *self.lines[at:]))

    def approve(self, line_id: int) -> Basket:
        """Say that staff have looked at the shopper's age for a line."""
        return self._with(replace(self.line(line_id), approved=True))

    def approve_up_to(self, years: int) -> Basket:
        """Say that staff have seen a shopper of that age; lines that ask for more go on waiting."""
        lines = (
            replace(line, approved=line.approved or 0 < line.age_min <= years)
            for line in self.lines
        )
        return replace(self, lines=tuple(lines))

    def retagged(self, tags: Mapping[int, Tag]) -> Basket:
        """Take newer tags, by the lines' ids, of the same items: a catalogue came."""
        return replace(
            self,
            lines=tuple(replace(line, tag=tags.get(line.line_id, line.tag)) for line in self.lines),
        )

    def with_voucher(self, code: str) -> Basket:
        """Show a voucher; showing it twice is showing it once."""
        if not code.strip():
            raise BasketError("Expected a voucher's code, got an empty text")
        return replace(self, vouchers=self.vouchers | {code})

    def without_voucher(self, code: str) -> Basket:
        """Put a voucher away."""
        return replace(self, vouchers=self.vouchers - {code})

    def _with(self, changed: Line) -> Basket:
        lines = tuple(changed if each.line_id == changed.line_id else each for each in self.lines)
        return replace(self, lines=lines)


def _same(there: Line, line: Line) -> bool:
    """Tell whether two lines are of the same thing, so that they can be counted together."""
    if there.tag.one_piece_only or line.tag.one_piece_only:
        return False
    return replace(there, line_id=0, quantity=1, approved=False) == replace(
        line, line_id=0, quantity=1, approved=False
    )
