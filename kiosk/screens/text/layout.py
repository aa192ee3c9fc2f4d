"""Breaking text into lines that fit, each line cut into directional runs; shortening with an ellipsis.

Pure functions: the width of a piece of text comes in as a ``Measure``, so nothing here knows a font.
Positions are indices into ``Layout.text``, which is the given text, or the text with what was left
out replaced by one ellipsis. Lines break at white space and zero-width spaces; a word longer than
the line breaks between user-perceived characters. Nothing is hyphenated and nothing is justified.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal
from unicodedata import bidirectional, category

from kiosk.screens.text.bidi import POP_ISOLATE, Run, base_level, line_runs

ELLIPSIS = "…"
ZERO_WIDTH_JOINER = "\u200d"

Cut = Literal["end", "middle", "start"]
Measure = Callable[[str, bool], int]
"""Width in pixels of one run: its text as drawn, and whether it is drawn right to left."""

_PARAGRAPH_END = re.compile("\r\n|[\n\r\x85\u2029\u2028]")
_BREAK_AFTER = re.compile("[ \t\u1680\u2000-\u2006\u2008-\u200b\u205f\u3000]+")
_JOINERS = ("\u200c", ZERO_WIDTH_JOINER)


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


def drawn(text: str) -> str:
    """The text as a shaper gets it: controls that steer layout are taken out, tabs are spaces.

    Joiners stay, since they choose letter forms. Without this a font would show boxes for them.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        " " if character == "\t" else character
        for character in text
        if character in _JOINERS or character == "\t" or category(character) not in ("Cf", "Cc")
    )


def clusters(text: str) -> Iterator[tuple[int, int]]:
    """User-perceived characters as half-open spans: a base with its marks and joiners.

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
def lay_out(
    text: str,
    measure: Measure,
    *,
    direction: int | None = None,
    otherwise: int = 0,
    width_px: int | None = None,
    lines_max: int = 0,
    cut: Cut = "end",
) -> Layout:
    """Break ``text`` into lines no wider than ``width_px``, at most ``lines_max`` of them.

    ``direction`` is 0 or 1 for all paragraphs, or None for each paragraph's first strong character
    (and ``otherwise`` where it has none). ``lines_max`` 0 means as many as it takes. What does not
    fit gives way to an ellipsis; ``cut`` says where, and counts only where one line is allowed.
    """

    def base_of(paragraph: str) -> int:
        return base_level(paragraph, otherwise) if direction is None else direction

    if lines_max == 1:
        text = _PARAGRAPH_END.sub(" ", text)
    full = _lay_out_all(text, measure, base_of, width_px, lines_max + 1)
    if not lines_max or len(full.lines) <= lines_max:
        return full

    def fits(kept: int) -> Layout | None:
        shown = _shorten(text, kept, cut if lines_max == 1 else "end")
        tried = _lay_out_all(shown, measure, base_of, width_px, lines_max + 1)
        return tried if len(tried.lines) <= lines_max else None

    upper = sum(1 for _ in clusters(text[: full.lines[lines_max].end]))
    return _largest(fits, upper if cut == "end" else sum(1 for _ in clusters(text)))


def _largest(fits: Callable[[int], Layout | None], upper: int) -> Layout:
    """The layout that keeps the most clusters; 0 kept always counts as fitting."""
    lower, best = 0, fits(0)
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
    """``text`` with ``kept`` clusters left and an ellipsis for the others; open isolates closed."""
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


def _lay_out_all(
    text: str,
    measure: Measure,
    base_of: Callable[[str], int],
    width_px: int | None,
    enough: int,
) -> Layout:
    """Lay out, but stop after ``enough`` lines (1 means: all)."""
    lines: list[Line] = []
    for start, end in _paragraphs(text):
        paragraph = text[start:end]
        base = base_of(paragraph)
        for line in _break_paragraph(paragraph, measure, base, width_px):
            lines.append(_moved(line, start))
            if enough > 1 and len(lines) == enough:
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
    start = 0
    whole = set_line(paragraph, 0, len(paragraph), measure, base)
    if width_px is None or whole.width <= width_px:
        yield whole
        return
    while start < len(paragraph):
        line = _longest_line(paragraph, start, measure, base, width_px)
        yield line
        gap = _BREAK_AFTER.match(paragraph, line.end)
        start = gap.end() if gap else line.end


def _longest_line(paragraph: str, start: int, measure: Measure, base: int, width_px: int) -> Line:
    """The line from ``start`` that holds the most words, or else the most clusters of one word."""
    best: Line | None = None
    for end in _word_ends(paragraph, start):
        line = set_line(paragraph, start, end, measure, base)
        if line.width > width_px:
            break
        best = line
    return best or _part_of_word(paragraph, start, measure, base, width_px)


def _word_ends(paragraph: str, start: int) -> Iterator[int]:
    for gap in _BREAK_AFTER.finditer(paragraph, start + 1):
        yield gap.start()
    yield len(paragraph)


def _part_of_word(paragraph: str, start: int, measure: Measure, base: int, width_px: int) -> Line:
    ends = [start + end for _, end in clusters(paragraph[start:])]
    best = set_line(paragraph, start, ends[0], measure, base)
    for end in ends[1:]:
        line = set_line(paragraph, start, end, measure, base)
        if line.width > width_px:
            break
        best = line
    return best


def set_line(paragraph: str, start: int, end: int, measure: Measure, base: int) -> Line:
    """One line, however wide: its runs from left to right and the sum of their widths."""
    runs = line_runs(paragraph, start, end, base)
    width = sum(measure(drawn(paragraph[run.start : run.end]), run.rtl) for run in runs)
    return Line(start, end, base, runs, width)
