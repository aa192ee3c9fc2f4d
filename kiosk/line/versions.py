"""Whether the server may be one of the release before, that knows version 1 of the line alone.

A 404 without a ``code`` is no proof of that: a proxy gives it, and a server that is starting. So
it counts only while nothing of version 2 was heard since the start, and never for long: who turns
to version 1 is to ask for version 2 again, as the page says. Nothing here asks or waits.

Source: docs/line.md, section 7.
"""

from __future__ import annotations

from kiosk.line.server import Answer

_NOT_THERE = 404


class Versions:
    """What was heard of ``/api/v2/`` since the start; one for all links, for any thread."""

    def __init__(self) -> None:
        self._known = False  # it is only ever set, so it needs no lock

    @property
    def known(self) -> bool:
        """Tell whether the server was heard to speak version 2; then it is no old one."""
        return self._known

    def heard(self, answer: Answer) -> None:
        """Note an answer of ``/api/v2/``: any 2xx, or a refusal with its ``code``, is version 2."""
        if 200 <= answer.status < 300 or answer.code():
            self._known = True

    def may_be_old(self, answer: Answer) -> bool:
        """Tell whether ``answer``, just ``heard``, may be that of a server of version 1."""
        return is_missing(answer) and not self._known


def is_missing(answer: Answer) -> bool:
    """Tell whether nothing of ours answered at this path."""
    return answer.status == _NOT_THERE and not answer.code()
