"""The pages that there are now, in order: the form's body walked over what is relevant.

Source: docs/surveys.md, section 4.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xforms.loading.form import Body, Control, Element, Group, Label, Repeat
from xforms.session.model import Model

Heading = tuple[Label, Element]
_TOGETHER = frozenset({"field-list", "table-list"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A question at the node that it is about."""

    control: Control
    node: Element


@dataclass(frozen=True, slots=True)
class Stop:
    """A page: its questions, or the question whether there is another repetition.

    ``key`` is the address of the question or group; ``which`` the repetition and how many.
    """

    key: str
    asked: tuple[Asked, ...]
    headings: tuple[Heading, ...]
    which: tuple[int, int] | None = None
    another: Repeat | None = None
    parent: Element | None = None  # of another repetition: what it would be in


@dataclass(frozen=True, slots=True)
class _Place:
    node: Element
    path: str
    headings: tuple[Heading, ...] = ()
    which: tuple[int, int] | None = None


class Walk:
    """Walks the body; made anew whenever something may be shown otherwise."""

    def __init__(self, model: Model) -> None:
        self._model, self._form = model, model.form
        self._children: dict[Element, dict[str, Element]] = {}

    def stops(self) -> list[Stop]:
        """List the pages."""
        root = self._model.tree.root[0]
        return list(self._walk(self._form.body, _Place(root, f"/{self._form.root}")))

    def _walk(self, body: tuple[Body, ...], place: _Place) -> Iterator[Stop]:
        for each in body:
            match each:
                case Control():
                    yield from self._single(each, place)
                case Group():
                    yield from self._group(each, place)
                case Repeat():
                    yield from self._repeat(each, place)

    def _single(self, control: Control, place: _Place) -> Iterator[Stop]:
        if (node := self._shown(control.path, place)) is not None:
            asked = (Asked(control, node),)
            yield Stop(self._model.tree.address(node), asked, place.headings, place.which)

    def _group(self, group: Group, place: _Place) -> Iterator[Stop]:
        inner = self._inside(group, place)
        if inner is None:
            return
        if group.appearance & _TOGETHER:
            asked = tuple(self._flat(group.children, inner))
            if asked:
                key = self._model.tree.address(inner.node if group.path else asked[0].node)
                yield Stop(key, asked, inner.headings, inner.which)
        else:
            yield from self._walk(group.children, inner)

    def _inside(self, group: Group, place: _Place) -> _Place | None:
        node = self._shown(group.path, place) if group.path else place.node
        if node is None:
            return None
        headings = place.headings
        if group.label is not None:
            headings = (*headings, (group.label, node))
        return _Place(node, group.path or place.path, headings, place.which)

    def _repeat(self, repeat: Repeat, place: _Place) -> Iterator[Stop]:
        parent = self._shown(repeat.path.rpartition("/")[0], place)
        if parent is None:
            return
        there = self._model.tree.repetitions(parent, repeat.path)
        for number, node in enumerate(there, start=1):
            if self._model.hidden(node):
                continue
            inner = self._repetition(repeat, node, place, (number, len(there)))
            if repeat.appearance & _TOGETHER:
                if asked := tuple(self._flat(repeat.children, inner)):
                    yield Stop(self._model.tree.address(node), asked, inner.headings, inner.which)
            else:
                yield from self._walk(repeat.children, inner)
        if repeat.count is None and not repeat.fixed and self._may_add(repeat, parent):
            key = f"{self._around(parent)}/{repeat.path.rpartition('/')[2]}[{len(there) + 1}]"
            yield Stop(key, (), place.headings, None, repeat, parent)

    def _repetition(
        self, repeat: Repeat, node: Element, place: _Place, which: tuple[int, int]
    ) -> _Place:
        headings = place.headings
        if repeat.label is not None:
            headings = (*headings, (repeat.label, node))
        return _Place(node, repeat.path, headings, which)

    def _may_add(self, repeat: Repeat, parent: Element) -> bool:
        """Ask the repeat's own relevance at its first repetition; without one there may be one."""
        there = self._model.tree.repetitions(parent, repeat.path)
        relevant = self._model.bind(repeat.path).relevant
        return not there or self._model.truth(relevant, there[0], True)

    def _around(self, parent: Element) -> str:
        return self._model.tree.address(parent)

    def _flat(self, body: tuple[Body, ...], place: _Place) -> Iterator[Asked]:
        """Give all questions below, on one page."""
        for each in body:
            match each:
                case Control():
                    if (node := self._shown(each.path, place)) is not None:
                        yield Asked(each, node)
                case Group():
                    if (inner := self._inside(each, place)) is not None:
                        yield from self._flat(each.children, inner)
                case Repeat():
                    parent = self._shown(each.path.rpartition("/")[0], place)
                    there = (
                        [] if parent is None else self._model.tree.repetitions(parent, each.path)
                    )
                    for number, node in enumerate(there, start=1):
                        if not self._model.hidden(node):
                            inner = self._repetition(each, node, place, (number, len(there)))
                            yield from self._flat(each.children, inner)

    def _shown(self, path: str, place: _Place) -> Element | None:
        """Find the node at a path from a place; none where it is hidden or not there."""
        if path == place.path:
            node: Element | None = place.node
        elif path.startswith(f"{place.path}/"):
            node = self._below(place.node, path[len(place.path) + 1 :])
        else:  # a question of a node that is elsewhere
            nodes = self._model.tree.at(path)
            node = nodes[0] if nodes else None
        return None if node is None or self._model.hidden(node) else node

    def _below(self, node: Element, steps: str) -> Element | None:
        """Find the first node there; among many children by a table, as each is asked for."""
        name, _slash, further = steps.partition("/")
        children = self._children.get(node)
        if children is None:
            children = self._children[node] = {}
            for child in node.iterchildren("*"):
                children.setdefault(str(child.tag), child)
        found = children.get(name)
        return self._below(found, further) if found is not None and further else found
