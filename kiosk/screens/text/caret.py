"""Where a caret stands in a line of mixed text, and what touch, arrow key and selection mean.

Pure functions on a ``Line`` and a ``Measure``; x is in pixels from the left edge of the line. Where
two directions meet, one position in the text has two places on screen: after the character before
it, and before the character after it. A ``Caret`` says which; after typing it is the former, so
that the caret stands at what was typed last.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from unicodedata import bidirectional, category

from kiosk.screens.text.bidi import Run
from kiosk.screens.text.layout import Line, Measure, clusters, drawn

JOINER = "\u200d"
_NEVER_JOINS = "ء"


@dataclass(frozen=True, slots=True)
class Caret:
    """A position between characters; ``trailing`` is its place after the character before it."""

    index: int
    trailing: bool = True


@dataclass(frozen=True, slots=True)
class Stop:
    """A place on screen where the caret may stand."""

    x: int
    caret: Caret


def stops(text: str, line: Line, measure: Measure) -> tuple[Stop, ...]:
    """List all places from left to right, two for each user-perceived character.

    An empty line has one place, at x 0.
    """
    found: list[Stop] = []
    for left, run in _placed(text, line, measure):
        found += _run_stops(text, run, left, measure)
    return tuple(found) or (Stop(0, Caret(line.start)),)


def _placed(text: str, line: Line, measure: Measure) -> Iterator[tuple[int, Run]]:
    """Each run with its left edge."""
    widths = [measure(drawn(text[run.start : run.end]), run.rtl) for run in line.runs]
    yield from zip(accumulate(widths, initial=0), line.runs, strict=False)


def _run_stops(text: str, run: Run, left: int, measure: Measure) -> list[Stop]:
    found = []
    for start, end in _clusters_of(text, run):
        for index, trailing in ((start, False), (end, True)):
            found.append(Stop(left + _offset(text, run, index, measure), Caret(index, trailing)))
    if not run.rtl:
        return found
    return found[::-1]


def _clusters_of(text: str, run: Run) -> Iterator[tuple[int, int]]:
    for start, end in clusters(text[run.start : run.end]):
        yield run.start + start, run.start + end


def _offset(text: str, run: Run, index: int, measure: Measure) -> int:
    """Distance from the run's left edge to the edge before ``index``, in the run's direction."""
    whole = measure(drawn(text[run.start : run.end]), run.rtl)
    before = drawn(text[run.start : index])
    if before and index < run.end and _joins(text[index]):
        before += JOINER  # its last letter is drawn joined to the next one
    advance = min(measure(before, run.rtl), whole) if before else 0
    return whole - advance if run.rtl else advance


def _joins(character: str) -> bool:
    """Whether an Arabic letter takes the hand of the one before it."""
    return (
        bidirectional(character) == "AL"
        and category(character).startswith("L")
        and character != _NEVER_JOINS
    )


def caret_x(text: str, line: Line, caret: Caret, measure: Measure) -> int:
    """Place a caret; one without such a place (at an end of the line) takes its other place."""
    places = {stop.caret: stop.x for stop in stops(text, line, measure)}
    other = Caret(caret.index, not caret.trailing)
    return places.get(caret, places.get(other, 0))


def caret_at(text: str, line: Line, x: float, measure: Measure) -> Caret:
    """Find the caret for a touch: the nearest place, on the side of the character touched."""
    places = stops(text, line, measure)
    nearest = min(places, key=lambda stop: abs(stop.x - x)).x
    at = [stop.caret for stop in places if stop.x == nearest]
    return at[0] if x <= nearest else at[-1]


def caret_beside(text: str, line: Line, caret: Caret, step: int, measure: Measure) -> Caret:
    """Move one place to the right (``step`` 1) or left (-1) on screen; stays at the edges."""
    here = caret_x(text, line, caret, measure)
    places = stops(text, line, measure)
    beyond = [stop for stop in places if (stop.x - here) * step > 0]
    if not beyond:
        return caret
    nearest = min(beyond, key=lambda stop: abs(stop.x - here)).x
    at = [stop.caret for stop in places if stop.x == nearest]
    return at[0] if step > 0 else at[-1]


def selection_spans(
    text: str, line: Line, start: int, end: int, measure: Measure
) -> tuple[tuple[int, int], ...]:
    """Spans (left, right) that highlight ``text[start:end]``; touching ones are joined."""
    spans: list[tuple[int, int]] = []
    for left, run in _placed(text, line, measure):
        first, last = max(start, run.start), min(end, run.end)
        if first >= last:
            continue
        edges = sorted(left + _offset(text, run, index, measure) for index in (first, last))
        if spans and spans[-1][1] == edges[0]:
            edges[0] = spans.pop()[0]
        spans.append((edges[0], edges[1]))
    return tuple(spans)
