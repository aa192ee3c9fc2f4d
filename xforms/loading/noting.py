"""What is found wrong while a form is loaded, all of it; and expressions made on the way."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from xforms.problems import Place, Problem
from xforms.xpath import Expression, Scope, XPathError
from xforms.xpath import compile as compiled


@dataclass
class Notes:
    """Collects problems; ``scope`` is what every expression of the form knows."""

    problems: list[Problem] = field(default_factory=list)
    scope: Scope = field(default_factory=Scope)

    def bad(self, code: str, message: str, line: int = 0, column: str = "") -> None:
        """Note that no reader would take it."""
        self._note("bad_form", code, message, line, column)

    def limit(self, code: str, message: str, line: int = 0, column: str = "") -> None:
        """Note a good form that asks for something that is left out here."""
        self._note("limit", code, message, line, column)

    def warn(self, code: str, message: str, line: int = 0, column: str = "") -> None:
        """Note something that runs, but perhaps not as meant."""
        self._note("warning", code, message, line, column)

    def _note(
        self,
        kind: Literal["bad_form", "limit", "warning"],
        code: str,
        message: str,
        line: int,
        column: str,
    ) -> None:
        told = Problem(kind, code, message, Place(row=line, column=column))
        if told not in self.problems:
            self.problems.append(told)

    def expression(
        self, text: str, path: str, line: int = 0, column: str = ""
    ) -> Expression | None:
        """Make an expression that belongs to the node at ``path``; none where it is wrong."""
        if not text.strip():
            return None
        try:
            return compiled(text, replace(self.scope, path=path))
        except XPathError as error:
            where = f"{path.rsplit('/', 1)[-1]}: " if path else ""
            self.bad(f"xpath_{error.code}", f"{where}{error}, in {text!r:.200}", line, column)
            return None
