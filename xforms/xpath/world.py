"""What the functions of an expression ask: the clock, chance, other instances, the form's words.

One world belongs to one person's answers. Functions are found by libxml2 and not handed one, so
whoever evaluates says whose world it is, in a context variable.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import uuid4

from lxml import etree

Element = etree._Element


def _no_label(_path: str, _value: str, _here: Element | None) -> str:
    return ""


@dataclass(slots=True)
class World:
    """``now`` is aware; ``instances`` are the secondary ones by id, each the parent of its root.

    ``root`` is the parent of the primary instance's root. ``choice_label`` gives the label of a
    value among the choices of the question at a path, asked from a node. ``properties`` are
    what ``property()`` gives, ``version`` the form's.
    """

    now: Callable[[], datetime]
    random: Callable[[], float]
    root: Element
    instances: Mapping[str, Element] = field(default_factory=dict)
    choice_label: Callable[[str, str, Element | None], str] = _no_label
    itext: Callable[[str], str] = lambda _id: ""
    uuid: Callable[[], str] = lambda: str(uuid4())
    properties: Mapping[str, str] = field(default_factory=dict)
    version: str = ""
    lookups: dict[tuple[str, str], dict[str, Element]] = field(default_factory=dict)


CURRENT: Final[ContextVar[World]] = ContextVar("xforms-world")
