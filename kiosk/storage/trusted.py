"""Makes values of parts that were checked before, without checking them again.

A row of a catalogue was written from values that had refused what is wrong, and the file's seal
says that it still is what was written; checking each of some fifteen values again took most
of a look-up. What comes from anywhere else goes through the values' own constructors.

A frozen value is set field by field through ``object.__setattr__``; its *twin* has the same
slots and is not frozen, so it is filled at a third of the cost, and makes itself what it is in
the end, which spares a function around it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, make_dataclass
from typing import Any, TypeVar

T = TypeVar("T")


def trusting(kind: type[T]) -> Callable[..., T]:
    """Give a maker of a frozen dataclass with slots, of all its fields in their order.

    What it makes is equal to what the constructor makes of the same parts.
    """
    names = [each.name for each in fields(kind)]  # type: ignore[arg-type]  # a dataclass, by contract

    def become(self: Any) -> None:
        self.__class__ = kind

    more = {"__post_init__": become}
    twin: Any = make_dataclass(
        kind.__name__, names, namespace=more, slots=True, eq=False, repr=False
    )
    return twin  # type: ignore[no-any-return]  # it gives what it became
