"""A witness that notes what it was told, and in which order."""

from collections.abc import Callable

from kiosk.hardware.terminal.face import Says
from retail.tender import Result


class NotingWitness:
    """``steps`` are sending, accepted, result CODE, acked; the rest is beside them."""

    def __init__(self, cancels_after: int | None = None) -> None:
        self.steps: list[str] = []
        self.told: list[str] = []
        self.lines: list[str] = []
        self.results: list[Result] = []
        self.fails_at: str = ""
        self.at: dict[str, Callable[[], None]] = {}
        self._cancels_after = cancels_after

    def _note(self, step: str) -> None:
        if self.fails_at and step.startswith(self.fails_at):
            raise OSError("no space left")
        self.steps.append(step)
        self.at.get(step, lambda: None)()

    def sending(self) -> None:
        self._note("sending")

    def accepted(self) -> None:
        self._note("accepted")

    def resulted(self, result: Result) -> None:
        self.results.append(result)
        self._note(f"result {result.code}")

    def acked(self) -> None:
        self._note("acked")

    def says(self, says: Says) -> None:
        self.told.append(says.key)

    def printed(self, line: str) -> None:
        self.lines.append(line)

    def wants_cancel(self) -> bool:
        if self._cancels_after is None:
            return False
        self._cancels_after -= 1
        return self._cancels_after < 0
