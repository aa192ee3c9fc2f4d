"""The model: what is worked out again when an answer changes, in the form's order.

Source: docs/surveys.md, section 3.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Iterable
from typing import Any

from xforms.loading import Form
from xforms.loading.form import Action, Bind, Computation
from xforms.session.circumstances import Circumstances
from xforms.session.keeping import tidied, worked_out
from xforms.session.preloading import preloaded
from xforms.session.tree import REPETITIONS_MAX, Element, Tree
from xforms.xpath import HIDDEN, Expression, World, XPathError, values

_NOTHING = Bind("")
_PASSES_MAX = 50_000  # computations for one change: no form needs as many


class Model:
    """One person's instance, worked out once it has begun; belongs to one thread."""

    def __init__(self, form: Form, world: World, tree: Tree) -> None:
        self.form, self.world, self.tree = form, world, tree
        self._off: set[Element] = set()  # nodes whose own ``relevant`` says no
        self._queue: list[int] = []
        self._waiting: set[int] = set()
        self.revision = 0  # grows when something may be shown otherwise

    def begin(self, circumstances: Circumstances) -> None:
        """Do what a form asks for at the start, and work everything out."""
        self._preload(circumstances)
        for action in self.form.actions:
            if action.event == "odk-instance-first-load":
                self._act(action, self.tree.at(action.source))
        self._mark_all()
        self._run()

    # asking

    def text(self, node: Element) -> str:
        """Give a node's value."""
        return node.text or ""

    def bind(self, path: str) -> Bind:
        """Give what holds for a path."""
        return self.form.binds.get(path, _NOTHING)

    def hidden(self, node: Element) -> bool:
        """Tell whether a node, or something around it, is not relevant."""
        return node.get(HIDDEN) is not None

    def truth(self, expression: Expression | None, node: Element, otherwise: bool) -> bool:
        """Evaluate a condition at a node; one that cannot be evaluated is as if it were not."""
        if expression is None:
            return otherwise
        try:
            return expression.truth(node, self.world)
        except XPathError:
            return otherwise

    def string(self, expression: Expression, node: Element) -> str:
        """Evaluate a text at a node; what cannot be evaluated is empty."""
        try:
            return expression.string(node, self.world)
        except XPathError:
            return ""

    def required(self, node: Element, path: str) -> bool:
        """Tell whether a node must have a value."""
        return self.truth(self.bind(path).required, node, False)

    def readonly(self, node: Element, path: str) -> bool:
        """Tell whether nobody may change a node by hand."""
        return self.truth(self.bind(path).readonly, node, False)

    def item_values(self, node: Element, path: str) -> list[str]:
        """Give the values that may be chosen for a node now."""
        control = self.form.controls[path]
        found = [item.value for item in control.items]
        if control.itemset is not None:
            try:
                items = control.itemset.nodes.nodes(node, self.world)
            except XPathError:
                items = []
            found += [value_of(item, control.itemset.value) for item in items]
        return found

    # changing

    def set(self, node: Element, value: str) -> bool:
        """Give a node a value, work everything out again; tell whether it was another."""
        if (node.text or "") == value:
            return False
        self._put(node, value)
        self._run()
        return True

    def changed_by_hand(self, node: Element, path: str) -> None:
        """Run what is triggered by a person's change of a node."""
        for action in self.form.by_question.get(path, ()):
            self._act(action, [node])
        self._run()

    def add(self, parent: Element, path: str) -> Element:
        """Add a repetition by hand, and work everything out again."""
        made = self._insert(parent, path)
        self._run()
        return made

    def remove(self, node: Element) -> None:
        """Take a repetition out, and work everything out again."""
        path = self.tree.path(node)
        self._take_out(node, path)
        self._run()

    def _put(self, node: Element, value: str) -> None:
        node.text = value or None
        self.revision += 1
        self._mark(self.tree.path(node))

    def _insert(self, parent: Element, path: str) -> Element:
        made = self.tree.insert(parent, path)
        self._mark_repeat(path)
        for action in self.form.actions:
            if action.event == "odk-new-repeat" and action.source == path:
                self._act(action, [made])
        return made

    def _take_out(self, node: Element, path: str) -> None:
        self._off -= set(node.iter())
        self.tree.remove(node)
        self._mark_repeat(path)

    def _act(self, action: Action, sources: Iterable[Element]) -> None:
        for source in sources:
            try:
                targets = action.target.nodes(source, self.world)
                for target in targets:
                    told: Any = (
                        action.text if action.value is None
                        else action.value.value(target, self.world)
                    )  # fmt: skip
                    kind = self.bind(self.tree.path(target)).type
                    value = worked_out(told, kind)
                    if (target.text or "") != value and len(target) == 0:
                        self._put(target, value)
                        self._run()
            except XPathError:
                continue

    # working out

    def _mark(self, path: str) -> None:
        while path:
            self._push(self.form.dependents.get(path, ()))
            path = path.rpartition("/")[0]

    def _mark_below(self, paths: Iterable[str]) -> None:
        for path in paths:
            self._mark(path)

    def _mark_repeat(self, path: str) -> None:
        """Mark what looks at a repeat or into it, and all that is in it."""
        self.revision += 1
        self._mark(path)
        inside = f"{path}/"
        for at, each in enumerate(self.form.order):
            if each.path == path or each.path.startswith(inside):
                self._push((at,))
        for below, places in self.form.dependents.items():
            if below.startswith(inside):
                self._push(places)

    def _mark_all(self) -> None:
        self._push(range(len(self.form.order)))

    def _push(self, places: Iterable[int]) -> None:
        for at in places:
            if at not in self._waiting:
                self._waiting.add(at)
                heapq.heappush(self._queue, at)

    def _run(self) -> None:
        passes = 0
        while self._queue:
            at = heapq.heappop(self._queue)
            self._waiting.discard(at)
            passes += 1
            if passes > _PASSES_MAX:  # pragma: no cover  (the order has no circles)
                self._queue.clear()
                self._waiting.clear()
                return
            self._work_out(self.form.order[at])

    def _work_out(self, each: Computation) -> None:
        if each.kind == "count":
            self._count(each)
            return
        do = {"calculate": self._calculate, "relevant": self._relevant, "choices": self._choices}
        for node in list(self.tree.at(each.path)):
            do[each.kind](each, node)

    def _calculate(self, each: Computation, node: Element) -> None:
        try:
            told = each.expression.value(node, self.world)
        except XPathError:
            told = ""
        value = worked_out(told, self.bind(each.path).type)
        if (node.text or "") != value:
            self._put(node, value)

    def _relevant(self, each: Computation, node: Element) -> None:
        shown = self.truth(each.expression, node, True)
        if shown == (node not in self._off):
            return
        if shown:
            self._off.discard(node)
        else:
            self._off.add(node)
        self.revision += 1
        changed = {self.tree.path(below) for below in self._spread(node)}
        self._mark_below(changed)

    def _spread(self, top: Element) -> list[Element]:
        """Hide or show a node and all below it; gives those of which it is news."""
        news = []
        for node in top.iter():
            parent = node.getparent()
            off = node in self._off or (parent is not None and parent.get(HIDDEN) is not None)
            if off != (node.get(HIDDEN) is not None):
                news.append(node)
                if off:
                    node.set(HIDDEN, "")
                else:
                    del node.attrib[HIDDEN]
        return news

    def _choices(self, each: Computation, node: Element) -> None:
        chosen = node.text or ""
        if not chosen:
            return
        known = set(self.item_values(node, each.path))
        if self.form.controls[each.path].tag == "select1":
            kept = chosen if chosen in known else ""
        else:
            kept = " ".join(value for value in chosen.split() if value in known)
        if kept != chosen:
            self._put(node, kept)

    def _count(self, each: Computation) -> None:
        for parent in list(self.tree.at(each.path.rpartition("/")[0])):
            there = self.tree.repetitions(parent, each.path)
            wanted = self._wanted(each, parent, there)
            for node in reversed(there[wanted:]):
                self._take_out(node, each.path)
            for _ in range(wanted - len(there)):
                self._insert(parent, each.path)

    def _wanted(self, each: Computation, parent: Element, there: list[Element]) -> int:
        """Ask how many repetitions there should be, at the first, or at one for the asking."""
        node = there[0] if there else self.tree.insert(parent, each.path)
        try:
            number = each.expression.number(node, self.world)
        except XPathError:
            number = 0.0
        if not there:
            self.tree.remove(node)
        return int(min(max(number, 0), REPETITIONS_MAX)) if number == number else 0

    def _preload(self, circumstances: Circumstances) -> None:
        for path, bind in self.form.binds.items():
            if bind.preload[0]:
                value = tidied(preloaded(bind.preload, circumstances))
                for node in self.tree.at(path):
                    if value and len(node) == 0:
                        node.text = value


def value_of(item: Element, way: str) -> str:
    """Give what an item has at the end of a way below it."""
    found = item.find(way) if way not in ("", ".") else item
    return "" if found is None else values.text_of_node(found).strip()


def chance(seed: int) -> random.Random:
    """Give the chance that forms ask for: no secret hangs on it."""
    return random.Random(seed)  # noqa: S311
