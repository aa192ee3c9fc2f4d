"""The questions of a form as a report names them: path, kind, words, choices, and their page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Sort = Literal["choices", "numbers", "scores", "ranks", "texts", "days", "none"]
_SORTS: dict[str, Sort] = {
    **dict.fromkeys(("select_one", "select_many", "yes_no", "acknowledge"), "choices"),
    **dict.fromkeys(("integer", "decimal", "range", "rating"), "numbers"),
    "nps": "scores",
    "rank": "ranks",
    **dict.fromkeys(("text", "phone", "barcode", "time", "datetime"), "texts"),
    "date": "days",
}


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question as it is reported on; ``choices`` are pairs of value and label."""

    path: str
    kind: str
    label: str
    choices: tuple[tuple[str, str], ...] = ()
    page: str = ""  # path of the page that it stands on

    @property
    def sort(self) -> Sort:
        """Tell which figures make sense of its answers."""
        if self.kind == "smileys":
            return "choices" if self.choices else "numbers"
        return _SORTS.get(self.kind, "none")

    def label_of(self, value: str) -> str:
        """Give a choice's label; a value that the form does not have stands for itself."""
        return dict(self.choices).get(value, value)


def pages_of(questions: Sequence[AskedQuestion]) -> tuple[str, ...]:
    """Give the pages in the form's order, each once."""
    return tuple(dict.fromkeys(each.page or each.path for each in questions))
