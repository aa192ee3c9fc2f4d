"""In which order a form is worked out, or which fields go round in a circle.

Kahn's algorithm over paths: an edge leads from what makes a path's value (its calculation, the
taking back of a choice), shows it (the relevance of it and of all around it), or makes it exist
(the count of a repeat around it) to each computation that looks at that path.

Source: docs/surveys.md, section 3; Kahn, "Topological sorting of large networks", CACM 1962.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from xforms.loading.form import Bind, Computation, Control, Repeat


def computations_of(
    binds: Mapping[str, Bind], controls: Mapping[str, Control], repeats: Mapping[str, Repeat]
) -> list[Computation]:
    """List what a form works out, in the order in which it is written."""
    found = [
        Computation("count", path, repeat.count)
        for path, repeat in repeats.items()
        if repeat.count is not None
    ]
    for path, bind in binds.items():
        if bind.relevant is not None:
            found.append(Computation("relevant", path, bind.relevant))
        if bind.calculate is not None:
            found.append(Computation("calculate", path, bind.calculate))
    found += [
        Computation("choices", path, control.itemset.nodes)
        for path, control in controls.items()
        if control.itemset is not None and control.itemset.nodes.depends - {path}
    ]
    return found


class Graph:
    """What must come before what."""

    def __init__(self, computations: Sequence[Computation]) -> None:
        self.computations = computations
        self._makes: dict[str, list[int]] = defaultdict(list)  # a path's value, by path
        self._shows: dict[str, list[int]] = defaultdict(list)
        self._counts: dict[str, list[int]] = defaultdict(list)
        for at, each in enumerate(computations):
            kind = {"relevant": self._shows, "count": self._counts}.get(each.kind, self._makes)
            kind[each.path].append(at)
        self.before = [set(self._needs(at)) for at in range(len(computations))]

    def _needs(self, at: int) -> Iterator[int]:
        each = self.computations[at]
        for path in each.expression.depends:
            if each.kind == "choices" and path == each.path:
                continue
            yield from self._makes[path]
            for around in (path, *_above(path)):
                yield from self._shows[around]
                yield from self._counts[around]
        for around in _above(each.path):
            yield from self._counts[around]
        if each.kind == "choices":
            yield from (
                other for other in self._makes[each.path]
                if self.computations[other].kind == "calculate"
            )  # fmt: skip

    def ordered(self) -> tuple[list[int], list[int]]:
        """Give the order, and what is left over because it goes round in circles."""
        waiting = [set(needs) for needs in self.before]
        after: dict[int, list[int]] = defaultdict(list)
        for at, needs in enumerate(waiting):
            for need in needs:
                after[need].append(at)
        ready = [at for at, needs in enumerate(waiting) if not needs]
        heapq.heapify(ready)  # of those that may come, the one that is written first
        order = []
        while ready:
            at = heapq.heappop(ready)
            order.append(at)
            for later in after[at]:
                waiting[later].discard(at)
                if not waiting[later]:
                    heapq.heappush(ready, later)
        return order, [at for at, needs in enumerate(waiting) if needs]

    def cycles(self, left: Sequence[int]) -> list[list[str]]:
        """Give a circle for what is left over, as paths from the one that is written first."""
        found: list[list[str]] = []
        open_nodes = set(left)
        while open_nodes:
            trail: list[int] = []
            places: dict[int, int] = {}
            at = min(open_nodes)
            while at not in places:
                places[at] = len(trail)
                trail.append(at)
                needs = self.before[at] & open_nodes
                if not needs:
                    break
                at = min(needs)
            else:
                circle = trail[places[at] :]
                found.append(self._told(circle))
            open_nodes -= set(trail)
        return found

    def _told(self, circle: list[int]) -> list[str]:
        """Tell a circle in the direction in which values flow, ends with where it began."""
        flow = circle[::-1]
        first = flow.index(min(flow))
        turned = flow[first:] + flow[:first]
        paths = [self.computations[at].path for at in turned]
        told = [path for at, path in enumerate(paths) if at == 0 or path != paths[at - 1]]
        return [*told, told[0]]


def dependents_of(order: Sequence[Computation]) -> dict[str, tuple[int, ...]]:
    """Give for each path the places in the order of what looks at it, or at what is around it."""
    found: dict[str, list[int]] = defaultdict(list)
    for at, each in enumerate(order):
        for path in each.expression.depends:
            found[path].append(at)
    return {path: tuple(places) for path, places in found.items()}


def _above(path: str) -> Iterator[str]:
    """Give the paths around a path, the nearest first."""
    while path := path.rpartition("/")[0]:
        yield path
