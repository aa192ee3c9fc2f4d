"""Functions of choices and repetitions, and of other instances."""

from __future__ import annotations

import math
from typing import Any, Final

from xforms.xpath.values import Value, number, text
from xforms.xpath.world import CURRENT, Element


def _selected(_context: Any, value: Value, choice: Value) -> bool:
    return text(choice).strip() in text(value).split()


def _selected_at(_context: Any, value: Value, at: Value) -> str:
    chosen, place = text(value).split(), number(at)
    return chosen[int(place)] if 0 <= place < len(chosen) else ""


def _count_selected(_context: Any, value: Value) -> float:
    return float(len(text(value).split()))


def _choice_name(context: Any, value: Value, path: Value) -> str:
    told = text(value)
    here = context.context_node
    return CURRENT.get().choice_label(text(path), told, here) if told else ""


def _position(_context: Any, nodes: Value) -> float:
    """Give a node's place among its like, from 1."""
    if not isinstance(nodes, list) or not nodes or isinstance(nodes[0], str):
        return math.nan
    node: Element = nodes[0]
    return 1.0 + sum(1 for _ in node.itersiblings(str(node.tag), preceding=True))


def _pulldata(_context: Any, instance: Value, give: Value, by: Value, key: Value) -> str:
    world = CURRENT.get()
    name, column = text(instance), text(by)
    known = world.lookups.get((name, column))
    if known is None:
        known = {}
        parent = world.instances.get(name)
        rows = () if parent is None or len(parent) == 0 else parent[0]
        for row in rows:
            known.setdefault(row.findtext(column, ""), row)
        world.lookups[name, column] = known
    found = known.get(text(key))
    return "" if found is None else found.findtext(text(give), "")


def nth(_context: Any, nodes: Value, at: Value) -> list[Element]:
    """Give the node at a place, from 1: what ``indexed-repeat`` is written with."""
    place = number(at)
    if not isinstance(nodes, list) or not 1 <= place <= len(nodes):
        return []
    return [nodes[int(place) - 1]]


def _randomize(_context: Any, nodes: Value, *_seed: Value) -> Value:
    """Leave them as they are: choices are shuffled by whoever lists them."""
    return nodes


TABLE: Final[dict[str, tuple[Any, ...]]] = {
    "selected": (2, 2, "boolean", _selected),
    "selected-at": (2, 2, "string", _selected_at),
    "count-selected": (1, 1, "number", _count_selected),
    "jr:choice-name": (2, 2, "string", _choice_name),
    "position": (0, 1, "number", _position),
    "pulldata": (4, 4, "string", _pulldata),
    "randomize": (1, 2, "nodes", _randomize),
}
