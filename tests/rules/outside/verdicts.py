"""What can become of a case from outside: it runs, it differs, or it is out of scope."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Runs:
    """All of its figures are ours too; ``said`` tells what it rests on, where that is not plain."""

    said: str = ""


@dataclass(frozen=True)
class Differs:
    """Other figures are right here: ``instead`` has our steps in place of its own, ``because`` the rule."""

    because: str
    instead: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Out:
    """It is about something that the price engine does not do."""

    because: str
