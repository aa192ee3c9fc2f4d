"""Editing one line of text: what typing, deleting and selecting do. Pure; knows no screen or font.

What a press of backspace takes away is always something that was seen: a vowel mark alone, so that
a wrong one can be put right; a whole character otherwise; and a zero-width joiner that shows
nothing goes together with the letter before it.
"""

from dataclasses import dataclass, replace
from unicodedata import category

from kiosk.screens.text.caret import Caret
from kiosk.screens.text.layout import clusters

_JOINERS = ("\u200c", "\u200d")


@dataclass(frozen=True, slots=True)
class Edited:
    """A text, its caret, and where the selection began (None: nothing is selected)."""

    text: str = ""
    caret: Caret = Caret(0)  # noqa: RUF009  (frozen)
    anchor: int | None = None

    @property
    def selection(self) -> tuple[int, int]:
        """Half-open; empty when nothing is selected."""
        anchor = self.caret.index if self.anchor is None else self.anchor
        return min(anchor, self.caret.index), max(anchor, self.caret.index)


def insert(edited: Edited, piece: str, length_max: int = 0) -> Edited:
    """Put ``piece`` in place of the selection; what exceeds ``length_max`` characters is left out.

    Line breaks and other controls become spaces: the text stays one line. 0 means no limit.
    """
    start, end = edited.selection
    piece = "".join(" " if category(c) in ("Cc", "Zl", "Zp") else c for c in piece)
    if length_max:
        piece = piece[: max(0, length_max - len(edited.text) + end - start)]
    text = edited.text[:start] + piece + edited.text[end:]
    return Edited(text, Caret(start + len(piece)))


def delete_before(edited: Edited) -> Edited:
    """Backspace: delete the selection, or what stands before the caret."""
    start, end = edited.selection
    if start == end:
        start -= _length_before(edited.text, end)
    return _without(edited, start, end)


def delete_after(edited: Edited) -> Edited:
    """Delete the selection, or the whole user-perceived character after the caret."""
    start, end = edited.selection
    if start == end:
        end += next((stop for _, stop in clusters(edited.text[end:])), 0)
    return _without(edited, start, end)


def move_to(edited: Edited, caret: Caret, selecting: bool = False) -> Edited:
    """Set the caret; ``selecting`` extends the selection from where the caret was."""
    anchor = edited.anchor if edited.anchor is not None else edited.caret.index
    return replace(edited, caret=caret, anchor=anchor if selecting else None)


def select_all(edited: Edited) -> Edited:
    return replace(edited, caret=Caret(len(edited.text)), anchor=0)


def _without(edited: Edited, start: int, end: int) -> Edited:
    return Edited(edited.text[:start] + edited.text[end:], Caret(start))


def _length_before(text: str, index: int) -> int:
    """How many code points one backspace at ``index`` takes away."""
    before = text[:index]
    if not before:
        return 0
    if category(before[-1]) == "Mn":
        return 1
    if before[-1] in _JOINERS and text[index:].strip():
        return 1  # letters on both sides: taking it away is seen
    *_, (start, end) = clusters(before)
    return end - start
