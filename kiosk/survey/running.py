"""One person's answers under way: the form engine's, how long each page stood, what was signed.

It is changed in place and belongs to the core's thread; a ``Sitting`` is dropped whole when its
answers end, so that nothing of it meets the next person.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from kiosk.language import Language
from kiosk.survey.ports import Answers
from retail.survey import Survey
from xforms.page import Question

SIGNATURE_BYTES_MAX: Final = 12 * 1024
SIGNATURES_BYTES_MAX: Final = 16 * 1024  # of one sitting together
SIGNATURES_MAX: Final = 16  # as many as an event has files
PNG_BEGINS: Final = b"\x89PNG\r\n\x1a\n"
_IMMEDIATE: Final = frozenset({"note", "another"})  # nothing is answered in it


class Sitting:
    """``began`` is an aware instant, and the same on the kiosk's scale of elapsed seconds."""

    def __init__(
        self,
        survey: Survey,
        answers: Answers,
        sitting: UUID,
        began: tuple[datetime, float],
        spoken: Language,
    ) -> None:
        self.survey, self.answers, self.id = survey, answers, sitting
        (self.began_at, self._since_s), self.spoken = began, spoken
        self.marks: tuple[str, ...] = ()
        self._given = False
        self._times: dict[str, float] = {}
        self._signed: dict[str, tuple[str, bytes]] = {}
        self._named = 0  # no name is given twice, also where its signature is wiped away

    @property
    def last(self) -> str:
        """The path of the page that stands."""
        return self.answers.last

    @property
    def signed(self) -> Mapping[str, bytes]:
        """The signatures by their questions' paths, as far as they are the answers there."""
        given = self.answers.values() if self._signed else {}
        return {path: png for path, (name, png) in self._signed.items() if given.get(path) == name}

    @property
    def begun(self) -> bool:
        """Whether anything is answered, beside what the form sets by itself."""
        return self._given

    def pass_time(self, elapsed_s: float) -> None:
        """Count the time since the last count for every question of the page that stands."""
        for question in self.answers.page.questions:
            if question.kind not in _IMMEDIATE:
                spent = self._times.get(question.path, 0.0) + elapsed_s - self._since_s
                self._times[question.path] = spent
        self._since_s = elapsed_s

    def answer(self, path: str, value: str) -> None:
        """Answer a question."""
        self._given = True
        self.answers.answer(path, value)

    def times(self) -> list[tuple[str, int]]:
        """Give how long each question was before the person: path and milliseconds."""
        return [(path, round(spent * 1_000)) for path, spent in self._times.items()]

    def sign(self, question: Question, png: bytes) -> bool:
        """Take a signature, or its wiping away; tells whether it was taken."""
        path = question.path
        if not png:
            self._signed.pop(path, None)
            self.answer(path, "")
            return True
        others = [each for other, (_, each) in self._signed.items() if other != path]
        room = SIGNATURES_BYTES_MAX - sum(map(len, others))
        if len(png) > min(SIGNATURE_BYTES_MAX, room) or len(others) >= SIGNATURES_MAX:
            return False
        if not png.startswith(PNG_BEGINS):
            return False
        name = self._signed[path][0] if path in self._signed else self._new_name()
        self._signed[path] = (name, png)
        self._given = True
        self.answers.attach(path, name, png)
        return True

    def _new_name(self) -> str:
        self._named += 1
        return f"signature-{self._named}.png"

    def files(self) -> list[tuple[str, bytes]]:
        """Give the files of what would be sent."""
        sent = set(self.answers.values().values())
        return [(name, png) for name, png in self._signed.values() if name in sent]
