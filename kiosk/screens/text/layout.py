"""Breaking text into lines that fit, each cut into directional runs; shortening with an ellipsis.

Pure functions: the width of a piece of text comes in as a ``Measure``; nothing here knows a font.
Positions are indices into ``Layout.text``, which is the given text, or the text with what was left
out replaced by one ellipsis. Lines break at white space and zero-width spaces; a word longer than
the line breaks between user-perceived characters. Nothing is hyphenated and nothing is justified.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from unicodedata import bidirectional, category

from kiosk.screens.text.bidi import Run, line_runs

ELLIPSIS = "…"
POP_ISOLATE = "\u2069"

Cut = Literal["end", "middle", "start"]
Measure = Callable[[str, bool], int]
"""Width in pixels of one run: its text as drawn, and whether it is drawn right to left."""

BaseOf = Callable[[str], int]
"""The base level of a paragraph: 0 for left to right, 1 for right to left."""

_PARAGRAPH_END = re.compile("\r\n|[\n\r\x85\u2029\u2028]")
_BREAK_AFTER = re.compile("[ \t\u1680\u2000-\u2006\u2008-\u200b\u205f\u3000]+")
_JOINERS = ("\u200c", "\u200d")


@dataclass(frozen=True, slots=True)
class Line:
    """One visual line ``text[start:end]``; runs from left to right; width in pixels."""

    start: int
    end: int
    base: int
    runs: tuple[Run, ...]
    width: int


@dataclass(frozen=True, slots=True)
class Layout:
    """The text as shown, and its lines from top to bottom."""

    text: str
    lines: tuple[Line, ...]
    shortened: bool = False

    @property
    def width(self) -> int:
        return max((line.width for line in self.lines), default=0)


@dataclass(frozen=True, slots=True)
class Box:
    """What a text may take up; ``lines_max`` 0 is any number.

    ``cut`` says which part gives way in a box of one line; longer boxes lose the end.
    """

    width_px: int | None = None
    lines_max: int = 0
    cut: Cut = "end"


UNBOUNDED = Box()


@lru_cache(maxsize=2048)
def drawn(text: str) -> str:
    """Take out the controls that steer layout, as a shaper needs it; tabs become spaces.

    Joiners stay, since they choose letter forms; a font would show a box for some of the others.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(character for character in text.replace("\t", " ") if not _steers(character))


def _steers(character: str) -> bool:
    kind = category(character)
    if kind == "Cf":  # the Arabic number signs are of this category too, and visible
        return character not in _JOINERS and bidirectional(character) != "AN"
    return kind == "Cc"


def clusters(text: str) -> Iterator[tuple[int, int]]:
    """Find user-perceived characters: half-open spans of a base with its marks and joiners.

    A simplification of UAX #29 that is exact for Persian, Arabic and Latin text: a cluster starts
    at every character that is not a mark, a joiner or a variation selector.
    """
    start = 0
    for i in range(1, len(text) + 1):
        if i == len(text) or not _extends(text[i]):
            yield start, i
            start = i


def _extends(character: str) -> bool:
    return character in _JOINERS or category(character) in ("Mn", "Me", "Mc")


# ------------------------------------------------------------------ laying out
def lay_out(text: str, measure: Measure, base_of: BaseOf, box: Box = UNBOUNDED) -> Layout:
    """Break ``text`` into lines that fit ``box``; what does not fit gives way to an ellipsis."""
    if box.lines_max == 1:
        text = _PARAGRAPH_END.sub(" ", text)
    full = _lay_out_all(text, measure, base_of, box)
    if not box.lines_max or len(full.lines) <= box.lines_max:
        return full
    cut: Cut = box.cut if box.lines_max == 1 else "end"

    def fits(kept: int) -> Layout | None:
        tried = _lay_out_all(_shorten(text, kept, cut), measure, base_of, box)
        return tried if len(tried.lines) <= box.lines_max else None

    if cut != "end":
        return _largest(fits, 0, _count(text))
    last, beyond = full.lines[-2], full.lines[-1]
    return _largest(fits, _count(text[: last.start]), _count(text[: beyond.end]))


def _count(text: str) -> int:
    return sum(1 for _ in clusters(text))


def _largest(fits: Callable[[int], Layout | None], lower: int, upper: int) -> Layout:
    """Find the layout that keeps the most clusters, ``lower`` at least if that much fits."""
    best = fits(lower)
    if best is None:
        lower, upper, best = 0, lower, fits(0)
    while lower < upper:
        middle = (lower + upper + 1) // 2
        tried = fits(middle)
        if tried is None:
            upper = middle - 1
        else:
            lower, best = middle, tried
    if best is None:
        return Layout("", (), shortened=True)
    return Layout(best.text, best.lines, shortened=True)


def _shorten(text: str, kept: int, cut: Cut) -> str:
    """Leave ``kept`` clusters and put an ellipsis for the others; open isolates are closed."""
    edges = [start for start, _ in clusters(text)] + [len(text)]
    head = {"end": kept, "start": 0, "middle": kept - kept // 2}[cut]
    tail = edges[-1 - (kept - head)]
    before = text[: edges[head]].rstrip()
    return before + POP_ISOLATE * _open_isolates(before) + ELLIPSIS + text[tail:].lstrip()


def _open_isolates(text: str) -> int:
    depth = 0
    for character in text:
        cls = bidirectional(character)
        depth = depth + 1 if cls in ("LRI", "RLI", "FSI") else max(0, depth - (cls == "PDI"))
    return depth


def _lay_out_all(text: str, measure: Measure, base_of: BaseOf, box: Box) -> Layout:
    """Lay out without an ellipsis, up to one line more than the box holds."""
    lines: list[Line] = []
    for start, end in _paragraphs(text):
        paragraph = text[start:end]
        for line in _break_paragraph(paragraph, measure, base_of(paragraph), box.width_px):
            lines.append(_moved(line, start))
            if box.lines_max and len(lines) > box.lines_max:
                return Layout(text, tuple(lines))
    return Layout(text, tuple(lines))


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _PARAGRAPH_END.finditer(text):
        yield start, match.start()
        start = match.end()
    yield start, len(text)


def _moved(line: Line, by: int) -> Line:
    if not by:
        return line
    runs = tuple(Run(run.start + by, run.end + by, run.level) for run in line.runs)
    return Line(line.start + by, line.end + by, line.base, runs, line.width)


def _break_paragraph(
    paragraph: str, measure: Measure, base: int, width_px: int | None
) -> Iterator[Line]:
    whole = set_line(paragraph, 0, len(paragraph), measure, base)
    if width_px is None or whole.width <= width_px:
        yield whole
        return
    breaking = _Breaking(paragraph, measure, base, width_px, len(paragraph) / whole.width)
    words = [gap.start() for gap in _BREAK_AFTER.finditer(paragraph, 1)] + [len(paragraph)]
    start = 0
    while start < len(paragraph):
        line = breaking.longest(start, words[bisect_right(words, start) :])
        if line.width > width_px:
            word = paragraph[start : line.end]
            line = breaking.longest(start, [start + end for _, end in clusters(word)])
        yield line
        gap = _BREAK_AFTER.match(paragraph, line.end)
        start = gap.end() if gap else line.end


@dataclass(frozen=True, slots=True)
class _Breaking:
    """A paragraph that is wider than its box; ``density`` is its characters for each pixel."""

    paragraph: str
    measure: Measure
    base: int
    width_px: int
    density: float

    def longest(self, start: int, ends: Sequence[int]) -> Line:
        """Take the furthest end that fits, or the first one; found from a guess by density."""
        at = max(0, bisect_right(ends, start + self.width_px * self.density) - 1)
        while at and not self._fits(start, ends[at]):
            at -= 1
        while at + 1 < len(ends) and self._fits(start, ends[at + 1]):
            at += 1
        return self._line(start, ends[at])

    def _fits(self, start: int, end: int) -> bool:
        return self._line(start, end).width <= self.width_px

    def _line(self, start: int, end: int) -> Line:
        return set_line(self.paragraph, start, end, self.measure, self.base)


def set_line(paragraph: str, start: int, end: int, measure: Measure, base: int) -> Line:
    """Make one line, however wide: its runs from left to right and the sum of their widths."""
    runs = line_runs(paragraph, start, end, base)
    width = sum(measure(drawn(paragraph[run.start : run.end]), run.rtl) for run in runs)
    return Line(start, end, base, runs, width)
