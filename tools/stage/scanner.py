"""A serial scanner that can be pulled out: a pseudo-terminal behind a link of a fixed name."""

from __future__ import annotations

import os
from pathlib import Path


class PulledOutError(RuntimeError):
    """A code was to be scanned while the cable is out."""


class PseudoScanner:
    """Plays a scanner at the other end of ``link``, where the driver looks for its port."""

    def __init__(self, link: Path) -> None:
        self.link = link
        self._ends: tuple[int, int] | None = None

    def plug_in(self) -> None:
        """Make the link point to a terminal; the driver finds it within its retry."""
        if self._ends is None:
            wire, terminal = os.openpty()
            self._ends = wire, terminal
            self.link.unlink(missing_ok=True)
            self.link.symlink_to(os.ttyname(terminal))

    def pull_out(self) -> None:
        """Take the terminal away, as when the cable is pulled."""
        if self._ends is not None:
            self.link.unlink(missing_ok=True)
            for end in self._ends:
                os.close(end)
            self._ends = None

    def scan(self, code: str) -> None:
        """Send a code as a scanner does, ended by CR LF."""
        if self._ends is None:
            raise PulledOutError("Expected a scanner that is plugged in")
        os.write(self._ends[0], code.encode() + b"\r\n")
