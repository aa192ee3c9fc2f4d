"""What a page of a form shows, whole and as data: for the kiosk, the preview and the command.

Nothing here is worked out; ``xforms.session`` makes it. Texts are in the language that is being
answered in, with what they quote of other answers already in them.

Source: docs/surveys.md, section 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "note",
    "text",
    "phone",
    "barcode",
    "integer",
    "decimal",
    "range",
    "rating",
    "nps",
    "smileys",
    "yes_no",
    "select_one",
    "select_many",
    "rank",
    "matrix",
    "date",
    "time",
    "datetime",
    "signature",
    "acknowledge",
    "another",
]
Style = Literal[
    "list", "likert", "grid", "pictures", "search", "minimal", "numbers", "multiline", "masked", ""
]


@dataclass(frozen=True, slots=True)
class Span:
    """A run of a label's text, with the emphasis that Markdown gives it; never markup."""

    text: str
    strong: bool = False
    emphasised: bool = False


Words = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to choose from; ``picture`` is a file name of the form's media, or empty."""

    value: str
    label: Words
    picture: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Scale:
    """From where to where, and by how much; texts of numbers, so that 0.1 stays 0.1."""

    start: str
    end: str
    step: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an answer is not taken: ``required``, ``constraint`` or ``type``.

    ``message`` is the form's own; empty where it has none, and then whoever draws says it.
    """

    code: Literal["required", "constraint", "type"]
    message: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a matrix: a question whose choices are the matrix's columns."""

    path: str
    label: Words
    value: str
    required: bool = False
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is drawn. ``path`` names its node, with ``[n]`` for each repetition.

    ``value`` is the answer as kept (docs/surveys.md, section 4), empty where there is none.
    ``rows`` are of a ``matrix`` alone; ``scale`` of ``range``, ``rating`` and ``nps``, and of
    ``smileys`` without choices. ``columns`` is how many choices stand side by side, 0 where the
    form does not say.
    """

    path: str
    kind: Kind
    label: Words
    hint: Words = ()
    value: str = ""
    required: bool = False
    readonly: bool = False
    choices: tuple[Choice, ...] = ()
    rows: tuple[Row, ...] = ()
    scale: Scale | None = None
    style: Style = ""
    columns: int = 0
    picture: str = ""  # file name of the form's media beside the label
    fault: Fault | None = None
    length_max: int = 0  # of a text, in characters, where the form says so; 0: no limit of its own
    unit: Literal["", "month", "year"] = ""  # of a date: what of it is asked
    many: bool = False  # of a matrix: several columns may be chosen in a row


@dataclass(frozen=True, slots=True)
class Page:
    """A step of the form: its questions, under the labels of the groups around them.

    ``progress`` is 0 to 1, over what is relevant now. ``repetition`` is (which, of how many) of
    the innermost repeat, or None.
    """

    key: str  # the path of the question or group that the page is
    headings: tuple[Words, ...]
    questions: tuple[Question, ...]
    progress: float
    first: bool
    last: bool
    repetition: tuple[int, int] | None = None
