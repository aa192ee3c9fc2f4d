"""What is asked of an index: a term, a beginning, or expressions put together of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from kiosk.storage.bitsets import Ranks


@dataclass(frozen=True, slots=True)
class Wanted:
    """An expression of the index's language, and about how many products meet it.

    It is one ``term``, or is met where any or all of some others are, or is a beginning: what
    ``begins`` so. Where there are ``sets`` that hold the base's products, each read by a call, they
    need not be walked, but for those that meet ``beside``, which are in none of the sets. What of
    the base meets it may be ``known`` already, upwards.
    """

    expression: str
    products: int
    sets: tuple[Callable[[], bytes], ...] = field(default=(), compare=False, repr=False)
    beside: Wanted | None = None
    term: str = field(default="", compare=False, repr=False)
    any_of: tuple[Wanted, ...] = field(default=(), compare=False, repr=False)
    all_of: tuple[Wanted, ...] = field(default=(), compare=False, repr=False)
    begins: str = field(default="", compare=False, repr=False)
    known: Ranks | None = field(default=None, compare=False, repr=False)

    @property
    def narrow(self) -> bool:
        """Tell whether some part of it is known, so that it is not walked even if it is alone."""
        if self.known is not None:
            return True
        return any(each.narrow for each in self.any_of or self.all_of)

    @property
    def listed(self) -> bool:
        """Tell whether each term of it has a list or a set, so that it need not be walked."""
        if self.term:
            return True
        parts = self.any_of or self.all_of
        return bool(parts) and all(each.listed for each in parts)


NONE = Wanted("", 0)
