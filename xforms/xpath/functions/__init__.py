"""ODK's functions, by name: how many arguments, what they give, and what they do.

Those that libxml2 has with the same meaning are left to it (``native``). The others are found by
libxml2 under names that begin with ``x-``, so that ``round`` of two arguments and ``round`` of
one are not the same name. They have no namespace: libxml2 keeps the address of a function's
namespace in the compiled expression, and lxml frees it after each evaluation.

Source: ODK XForms specification, "XPath functions".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from lxml import etree

from xforms.xpath.functions import choices, dates, encoding, numbers, places, texts

Kind = Literal["number", "string", "boolean", "nodes", "date", "any"]
PREFIX: Final = "x-"
MANY: Final = 1_000


@dataclass(frozen=True, slots=True)
class Function:
    """``least`` to ``most`` arguments; ``done`` is ours, none where libxml2 does it itself."""

    least: int
    most: int
    gives: Kind
    done: Callable[..., Any] | None = None
    volatile: bool = False


def _native(least: int, most: int, gives: Kind) -> Function:
    return Function(least, most, gives)


FUNCTIONS: Final[Mapping[str, Function]] = {
    # left to libxml2
    "last": _native(0, 0, "number"),
    "count": _native(1, 1, "number"),
    "local-name": _native(0, 1, "string"),
    "name": _native(0, 1, "string"),
    "starts-with": _native(2, 2, "boolean"),
    "contains": _native(2, 2, "boolean"),
    "substring-before": _native(2, 2, "string"),
    "substring-after": _native(2, 2, "string"),
    "substring": _native(2, 3, "string"),
    "string-length": _native(0, 1, "number"),
    "normalize-space": _native(0, 1, "string"),
    "translate": _native(3, 3, "string"),
    "boolean": _native(1, 1, "boolean"),
    "not": _native(1, 1, "boolean"),
    "true": _native(0, 0, "boolean"),
    "false": _native(0, 0, "boolean"),
    "floor": _native(1, 1, "number"),
    "ceiling": _native(1, 1, "number"),
    # ours
    **{name: Function(*told) for name, told in numbers.TABLE.items()},
    **{name: Function(*told) for name, told in texts.TABLE.items()},
    **{name: Function(*told) for name, told in dates.TABLE.items()},
    **{name: Function(*told) for name, told in choices.TABLE.items()},
    **{name: Function(*told) for name, told in encoding.TABLE.items()},
    **{name: Function(*told) for name, told in places.TABLE.items()},
}  # fmt: skip
# written by the writer of expressions, not by an author: see ``xforms.xpath.writing``
HELPERS: Final[Mapping[str, Callable[..., Any]]] = {
    "days": numbers.days,
    "nth": choices.nth,
}


def register() -> None:
    """Let libxml2 find what is ours."""
    ours = etree.FunctionNamespace(None)
    for name, function in FUNCTIONS.items():
        if function.done is not None:
            ours[name_of(name)] = function.done
    for name, done in HELPERS.items():
        ours[f"{PREFIX}-{name}"] = done


def name_of(name: str) -> str:
    """Give the name under which libxml2 finds a function of ours."""
    return PREFIX + name.replace(":", "-")
