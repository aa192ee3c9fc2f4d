"""The tables ``[terminal]`` and ``[payment]`` of the kiosk's settings.

What each key means stands beside it in config/kiosk.toml. Whether there is such a driver, and
whether it can use the address, is checked by ``kiosk.hardware.terminal``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

Seconds = Annotated[float, Field(gt=0, le=86_400)]
PASSWORD_FILE = Path("/etc/kiosk/terminal.password")


@dataclass(frozen=True, slots=True)
class TerminalSettings:
    """The bank terminal; without a driver there is none."""

    driver: str = ""
    address: str = ""
    password_file: Path = PASSWORD_FILE
    terminal_id: Annotated[str, Field(pattern=r"^[0-9A-Za-z]{0,20}$")] = ""
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "IRR"
    reverses_unacknowledged: bool = False
    baud: Annotated[int, Field(ge=0, le=921_600)] = 0  # 0: as the protocol has it
    link_s: Seconds = 3.0
    answer_s: Seconds = 5.0
    payment_s: Seconds = 180.0

    def __post_init__(self) -> None:
        if bool(self.driver) != bool(self.address):
            missing = "address" if self.driver else "driver"
            raise ValueError(f"Expected driver and address, or neither; got no {missing}")

    @property
    def url(self) -> str:
        """The driver and where its terminal is, in one."""
        return f"{self.driver}://{self.address}"


@dataclass(frozen=True, slots=True)
class PaymentSettings:
    """Whether a basket is paid here, and how long a doubt is looked into."""

    enabled: bool = False
    pause_s: Seconds = 1.0
    pause_max_s: Seconds = 15.0
    bound_s: Seconds = 600.0

    def __post_init__(self) -> None:
        if self.pause_max_s < self.pause_s:
            told = f"got {self.pause_s} and {self.pause_max_s}"
            raise ValueError(f"Expected pause_s up to pause_max_s, {told}")
