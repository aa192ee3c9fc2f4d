"""The Unicode bidirectional algorithm, second half: lines, cut into directional runs.

Pure functions; no Kivy, no fonts. Text stays logical: a run is a slice of the text with a
direction, never a reordered copy. Levels are resolved once for a whole paragraph and reordered line
by line after wrapping; this is why a library that returns only reordered strings is of no use here
(see docs/adr/0002-persian-text-provider.md). Mirroring (L4) and combining marks (L3) are left to
the shaper, which does both when it is told the direction.

Source: Unicode Standard Annex #9, revision 48, section 3.4.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from unicodedata import bidirectional

from kiosk.screens.text.levels import ISOLATES, REMOVED, levels


@dataclass(frozen=True, slots=True)
class Run:
    """A slice ``text[start:end]`` that is drawn in one direction; ``level`` is odd for RTL."""

    start: int
    end: int
    level: int

    @property
    def rtl(self) -> bool:
        return self.level % 2 == 1


def line_runs(text: str, start: int, end: int, base: int) -> tuple[Run, ...]:
    """Cut the line ``text[start:end]`` of a paragraph into runs, from left to right on screen."""
    return visual_order(_logical_runs(line_levels(text, start, end, base), start))


def line_levels(text: str, start: int, end: int, base: int) -> list[int]:
    """Levels of one line's characters; white space at its end falls back to ``base`` (L1)."""
    found = list(levels(text, base)[start:end])
    trailing = True
    for i in range(end - 1, start - 1, -1):
        cls = bidirectional(text[i])
        if cls in ("B", "S"):
            found[i - start], trailing = base, True
        elif trailing and (cls in ("WS", "PDI") or cls in ISOLATES or cls in REMOVED):
            found[i - start] = base
        else:
            trailing = False
    return found


def _logical_runs(line: Sequence[int], offset: int) -> list[Run]:
    edges = [i for i in range(len(line) + 1) if i in (0, len(line)) or line[i] != line[i - 1]]
    return [Run(offset + start, offset + end, line[start]) for start, end in pairwise(edges)]


def visual_order(runs: Iterable[Run]) -> tuple[Run, ...]:
    """L2: reverse, from the highest level down to the lowest odd one, what is at it or above."""
    ordered = list(runs)
    odd = [run.level for run in ordered if run.rtl]
    if not odd:
        return tuple(ordered)
    for level in range(max(run.level for run in ordered), min(odd) - 1, -1):
        ordered = _reverse_from(ordered, level)
    return tuple(ordered)


def _reverse_from(runs: list[Run], level: int) -> list[Run]:
    reordered: list[Run] = []
    pending: list[Run] = []
    for run in runs:
        if run.level >= level:
            pending.append(run)
            continue
        reordered += [*reversed(pending), run]
        pending.clear()
    return reordered + pending[::-1]
