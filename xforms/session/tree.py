"""The instance as a tree: nodes by their paths and places, repetitions put in and taken out.

An *address* is a path with the place of each repetition: ``/data/child[2]/name``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from copy import deepcopy
from typing import Final

from lxml import etree

from xforms.loading import Form
from xforms.xpath import HIDDEN

Element = etree._Element
_PLACE: Final = re.compile(r"\[(\d{1,9})\]")
REPETITIONS_MAX: Final = 500  # of one repeat in one place


class Tree:
    """One person's instance; belongs to whoever answers, and to one thread."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self.root: Element = deepcopy(form.instance)
        self._order = {path: at for at, path in enumerate(form.scope.types)}
        self._by_path: dict[str, list[Element]] = {}
        self._paths: dict[Element, str] = {}
        self.index()

    def index(self) -> None:
        """Find all nodes by their paths again: some came, or went."""
        by_path: dict[str, list[Element]] = defaultdict(list)
        paths: dict[Element, str] = {}
        trail: list[str] = []
        for event, node in etree.iterwalk(self.root[0], events=("start", "end")):
            if event == "start":
                trail.append(str(node.tag))
                path = "/" + "/".join(trail)
                by_path[path].append(node)
                paths[node] = path
            else:
                trail.pop()
        self._by_path, self._paths = by_path, paths

    def at(self, path: str) -> list[Element]:
        """Give all nodes at a path, in order."""
        return self._by_path.get(path, [])

    def path(self, node: Element) -> str:
        """Give a node's path."""
        return self._paths[node]

    def address(self, node: Element) -> str:
        """Give a node's path with the places of repetitions."""
        steps = []
        here: Element | None = node
        while here is not None and here is not self.root:
            step = str(here.tag)
            if self._paths[here] in self._form.repeats:
                step += f"[{place_of(here)}]"
            steps.append(step)
            here = here.getparent()
        return "/" + "/".join(reversed(steps))

    def find(self, address: str) -> Element | None:
        """Find a node by its address; a repetition without a place is the first one."""
        here: Element = self.root
        for step in address.strip().strip("/").split("/"):
            name, _bracket, rest = step.partition("[")
            match = _PLACE.fullmatch(f"[{rest}") if rest else None
            if rest and match is None:
                return None
            place = int(match[1]) if match else 1
            like = [child for child in here if child.tag == name]
            if not 1 <= place <= len(like):
                return None
            here = like[place - 1]
        return here if here is not self.root else None

    def parent_of(self, node: Element) -> Element:
        """Give what a node is in."""
        parent = node.getparent()
        assert parent is not None, "a node of the instance is in another"
        return parent

    def repetitions(self, parent: Element, path: str) -> list[Element]:
        """Give the repetitions of a repeat in one place."""
        name = path.rpartition("/")[2]
        return [child for child in parent if child.tag == name]

    def insert(self, parent: Element, path: str) -> Element:
        """Add a repetition behind the others; where there are none, at its place in the form."""
        made = self._template(path)
        like = self.repetitions(parent, path)
        if like:
            like[-1].addnext(made)
        else:
            around, mine = path.rpartition("/")[0], self._order[path]
            for at, child in enumerate(parent):
                if self._order.get(f"{around}/{child.tag!s}", -1) > mine:
                    parent.insert(at, made)
                    break
            else:
                parent.append(made)
        if parent.get(HIDDEN) is not None:
            for node in made.iter():
                node.set(HIDDEN, "")
        self.index()
        return made

    def remove(self, node: Element) -> None:
        """Take a repetition out."""
        self.parent_of(node).remove(node)
        self.index()

    def _template(self, path: str) -> Element:
        """Copy a repeat's template; one that has none is its first repetition, emptied."""
        template = self._form.templates.get(path)
        if template is not None:
            return deepcopy(template)
        names = path.strip("/").split("/")
        source = self._form.instance.find("/".join(names))
        if source is None:
            around = self._form.templates.get(path.rpartition("/")[0])
            source = around.find(names[-1]) if around is not None else None
        if source is None:
            return etree.Element(names[-1])
        made = deepcopy(source)
        for node in made.iter():
            if len(node) == 0:
                node.text = None
        return made


def place_of(node: Element) -> int:
    """Give a node's place among its like, from 1."""
    return 1 + sum(1 for _ in node.itersiblings(str(node.tag), preceding=True))
