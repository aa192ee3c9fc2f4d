"""The values of an APDU as a message wants them: numbers for hex, none for what was not told."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.hardware.terminal.masking import MaskedPan
from kiosk.hardware.terminal.protocol_error import ProtocolError
from kiosk.hardware.terminal.zvt.messages import Charge, Password
from kiosk.hardware.terminal.zvt.tlv import Container
from kiosk.hardware.terminal.zvt.values import Value


class Picked:
    """Typed looks into ``Parts.as_mapping()``."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        self._values = values

    def number(self, name: str) -> int | None:
        """Give a number."""
        value = self._values.get(name)
        return value if isinstance(value, int) else None

    def text(self, name: str) -> str:
        """Give text or digits; empty where there are none."""
        value = self._values.get(name)
        return value if isinstance(value, str) else ""

    def raw(self, name: str) -> bytes:
        """Give bytes."""
        value = self._values.get(name)
        return value if isinstance(value, bytes) else b""

    def byte(self, name: str) -> int | None:
        """Give a byte that is kept as hex."""
        text = self.text(name)
        return int(text, 16) if text else None

    def needed_byte(self, name: str) -> int:
        """Give a byte; raises ``ProtocolError`` where it is missing."""
        byte = self.byte(name)
        if byte is None:
            raise ProtocolError(f"Expected {name}, got none")
        return byte

    def minutes(self) -> int | None:
        """Give the time-out of an intermediate status."""
        text = self.text("t4_minutes_bcd")
        return int(text) if text.isdecimal() else None

    def charge(self) -> Charge:
        """Give amount and currency, each if told."""
        return Charge(self.number("amount_minor"), self.number("currency"))

    def receipt(self) -> int | None:
        """Give the receipt number; none for FFFF, which says that there is none."""
        text = self.text("receipt")
        return int(text) if text.isdecimal() else None

    def pan(self) -> MaskedPan | None:
        """Give what may be known of the card: from its own field, else from a track."""
        for name in ("pan_masked", "track2_masked", "track3_masked"):
            value = self._values.get(name)
            if isinstance(value, MaskedPan) and value.digits:
                return value
        return None

    def tlv(self) -> Container | None:
        """Give the container; none where there was no BMP 06."""
        value = self._values.get("tlv")
        return value if isinstance(value, tuple) else None

    def password(self) -> Password | None:
        """Give the password, if one was sent."""
        digits = self.text("password")
        return Password(digits) if digits else None

    def needed_password(self) -> Password:
        """Give the password; raises ``ProtocolError`` where none was sent."""
        password = self.password()
        if password is None:
            raise ProtocolError("Expected a password, got none")
        return password
