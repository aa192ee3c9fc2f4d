"""Where a kiosk's process dies: the fifteen points of a payment, by the steps of its journal.

K1 to K14 are of a charge; K15 is any of them in a reversal. A point between two steps is reached
where the driver calls for the next one: the bytes before it are on the wire then, those behind it
are not.

Source: docs/payment.md, section 3.
"""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.outbox.recorder import Writing
from kiosk.payment.attempts import Attempt, New
from kiosk.payment.journal import Also, Journal
from retail.tender import Kind

POINTS: Mapping[str, str] = {
    "K1": "before:intent",
    "K2": "after:intent",
    "K3": "in:sent",  # written, and not committed
    "K4": "after:sent",  # no byte is sent
    "K5": "before:accepted",  # the command is taken
    "K6": "after:accepted",
    "K7": "before:result",  # the result is heard
    "K8": "after:result",  # and not acknowledged
    "K9": "before:acked",  # the acknowledgement is on the wire
    "K10": "after:acked",
    "K11": "before:completed",
    "K12": "after:completed",
    "K13": "in:settled",
    "K14": "after:settled",
    "K15": "reversal",
}
REVERSAL_POINTS = tuple(POINTS[f"K{number}"] for number in range(1, 15))


@dataclass(slots=True)
class Death:
    """Comes at ``point`` of a ``kind`` of attempt: as a kill, or as a disk that takes no more.

    ``come`` tells whether it has.
    """

    point: str
    kind: Kind = Kind.AUTHORISATION
    full_disk: bool = False
    come: bool = False

    def may_come(self, point: str, kind: Kind) -> None:
        """Die here, if it is here."""
        if self.come or point != self.point or kind is not self.kind:
            return
        self.come = True
        if self.full_disk:
            _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
        else:
            os.kill(os.getpid(), signal.SIGKILL)


class DyingJournal(Journal):
    """The journal itself, with a death that watches each step."""

    death: Death

    def begin(self, new: New) -> Attempt:
        """Begin, and perhaps die before or behind it."""
        self.death.may_come("before:intent", new.kind)
        begun = super().begin(new)
        self.death.may_come("after:intent", new.kind)
        return begun

    def steps(
        self, attempt: Attempt, after: Iterable[tuple[Any, Mapping[str, Any]]],
        also: Also | None = None,
    ) -> Attempt:  # fmt: skip
        """Write steps, and perhaps die before, in or behind one."""
        after = tuple(after)
        for phase, _ in after:
            self.death.may_come(f"before:{phase}", attempt.kind)

        def and_die(writing: Writing) -> None:
            if also is not None:
                also(writing)
            for phase, _ in after:
                self.death.may_come(f"in:{phase}", attempt.kind)

        written = super().steps(attempt, after, and_die)
        for phase, _ in after:
            self.death.may_come(f"after:{phase}", attempt.kind)
        return written
