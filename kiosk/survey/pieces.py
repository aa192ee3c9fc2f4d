"""The pieces that a page of a survey is drawn with, as data: texts ready, touches as messages.

They are what ``kiosk/screens/survey*.kv`` knows; which question becomes which piece is decided in
``kiosk.survey.asked``.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.frame import Button, Face
from kiosk.messages import Message


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above every piece. ``key`` is of this question in these answers alone.

    ``large``: it stands alone on its page.
    """

    key: str
    title: str
    hint: str = ""
    must: str = ""
    fault: str = ""
    picture: str = ""
    large: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A choice to touch; ``several``: others may be chosen beside it."""

    text: str
    send: Message
    on: bool = False
    picture: str = ""
    several: bool = False
    icon: str = ""


@dataclass(frozen=True, slots=True)
class NotePiece:
    """Something to read; ``value`` is what stands there, if it is an answer."""

    head: Head
    value: str = ""


@dataclass(frozen=True, slots=True)
class ListPiece:
    """Choices below one another, in ``columns`` columns upright and ``columns_wide`` across."""

    head: Head
    cells: tuple[Cell, ...]
    columns: int = 1
    columns_wide: int = 1


@dataclass(frozen=True, slots=True)
class PicturesPiece:
    """Choices as pictures with their words below."""

    head: Head
    cells: tuple[Cell, ...]
    columns: int = 2
    columns_wide: int = 4


@dataclass(frozen=True, slots=True)
class LikertPiece:
    """Choices as dots on a line, from the least to the most in reading order."""

    head: Head
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class YesNoPiece:
    """Two large answers."""

    head: Head
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class StarsPiece:
    """A row of stars, filled up to the answer."""

    head: Head
    cells: tuple[Cell, ...]
    said: str = ""


@dataclass(frozen=True, slots=True)
class ScorePiece:
    """Numbers from 0 to 10 with what the ends mean."""

    head: Head
    cells: tuple[Cell, ...]
    least: str
    most: str


@dataclass(frozen=True, slots=True)
class FacesPiece:
    """Faces in a row, the best at the end of reading."""

    head: Head
    faces: tuple[Face, ...]


@dataclass(frozen=True, slots=True)
class SliderPiece:
    """A scale to slide along; ``stops`` are the words of each stop, ``at`` the one that stands."""

    head: Head
    path: str
    stops: tuple[str, ...]
    at: int | None
    less: Button
    more: Button
    said: str


@dataclass(frozen=True, slots=True)
class LinePiece:
    """A text to type. ``text`` sets the field at the start; while it is typed it is the screen's.

    ``open``: the keys belong to it now; ``touch`` opens them.
    """

    head: Head
    path: str
    text: str
    touch: Message
    invitation: str
    open: bool = False
    tall: bool = False
    masked: bool = False
    length_max: int = 0


@dataclass(frozen=True, slots=True)
class FindPiece:
    """A text that narrows a long list; the chosen ones first, then what was found."""

    head: Head
    path: str
    text: str
    touch: Message
    invitation: str
    cells: tuple[Cell, ...]
    said: str
    open: bool = False


@dataclass(frozen=True, slots=True)
class FiguresPiece:
    """A number that is typed on the pad; ``icon`` tells of a code that can be scanned."""

    head: Head
    text: str
    touch: Message
    invitation: str
    open: bool = False
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A choice with its place."""

    place: str
    text: str
    up: Button
    down: Button
    first: bool
    last: bool
    picture: str = ""


@dataclass(frozen=True, slots=True)
class RankPiece:
    """Choices in their order; ``accept`` takes the order as it stands, while it is no answer."""

    head: Head
    rows: tuple[Ranked, ...]
    accept: Button | None = None


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A row of a matrix: what it asks, and a cell a column."""

    title: str
    cells: tuple[Cell, ...]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class MatrixPiece:
    """Rows that are answered with the same choices."""

    head: Head
    columns: tuple[str, ...]
    rows: tuple[MatrixRow, ...]


@dataclass(frozen=True, slots=True)
class TimePart:
    """Hours and minutes to touch."""

    hours_title: str
    hours: tuple[Cell, ...]
    minutes_title: str
    minutes: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of a calendar: days, months or years, in ``columns`` columns."""

    title: str
    earlier: Button
    later: Button
    heads: tuple[str, ...]
    cells: tuple[Cell | None, ...]
    columns: int


@dataclass(frozen=True, slots=True)
class DatePiece:
    """A date, a time of day, or both; without a sheet and a time it is closed."""

    head: Head
    text: str
    icon: str
    touch: Message
    invitation: str
    sheet: Sheet | None = None
    time: TimePart | None = None


@dataclass(frozen=True, slots=True)
class SignaturePiece:
    """A place to sign with a finger; ``png`` is what stands there."""

    head: Head
    path: str
    png: bytes
    invitation: str
    wipe: str


@dataclass(frozen=True, slots=True)
class FigurePad:
    """The keys for figures, three in a row; the sign, and what puts them away."""

    keys: tuple[Button, ...]
    done: Button | None = None
    sign: Button | None = None


Piece = (
    NotePiece
    | ListPiece
    | PicturesPiece
    | LikertPiece
    | YesNoPiece
    | StarsPiece
    | ScorePiece
    | FacesPiece
    | SliderPiece
    | LinePiece
    | FindPiece
    | FiguresPiece
    | RankPiece
    | MatrixPiece
    | DatePiece
    | SignaturePiece
)
