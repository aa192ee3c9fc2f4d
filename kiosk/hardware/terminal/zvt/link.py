"""A link to a ZVT terminal that is registered before its first command.

It is dropped, and opened anew by whoever next needs it, after everything that was in doubt: what
comes late on the old one is never heard. Unasked bytes before a command are no answer to it: they
end the link as well.

Source: PA00P015, "Registration"; docs/devices/zvt.md, "Link".
"""

from __future__ import annotations

import logging
from contextlib import suppress

from kiosk.clock import Clock
from kiosk.errors import DeviceError
from kiosk.hardware.terminal.options import TerminalOptions
from kiosk.hardware.terminal.transport.frames import Channel
from kiosk.hardware.terminal.transport.wire import LinkLost
from kiosk.hardware.terminal.zvt.currencies import number_of
from kiosk.hardware.terminal.zvt.errands import Errand, Errands, NotTaken, Told
from kiosk.hardware.terminal.zvt.messages import Password, Registration
from kiosk.hardware.terminal.zvt.settings import ZvtSettings
from kiosk.hardware.terminal.zvt.talk import Talk

log = logging.getLogger(__name__)

PASSWORD = "000000"  # noqa: S105  (as most terminals leave their factory; no secret)
GREETING_S = 0.1  # a terminal that greets does so at once
LOG_OFF_S = 1.0


class Link:
    """The channel to one terminal, and whether it is registered."""

    def __init__(
        self, channel: Channel[bytes], options: TerminalOptions, settings: ZvtSettings, clock: Clock
    ) -> None:
        self.talk = Talk(channel, clock)
        self.password = Password(options.password or PASSWORD)
        self.currency = number_of(options.currency)
        self.terminal_id = ""  # as the terminal told at registration
        self._channel, self._settings, self._answer_s = channel, settings, options.answer_s
        self._errands = Errands(self.talk, options.answer_s)
        self._registered = False

    @property
    def name(self) -> str:
        """Where it leads."""
        return self._channel.name

    def run(self, errand: Errand, within_s: float) -> Told:
        """Run an errand; raises ``NotTaken`` where it is refused, ``DeviceError`` otherwise."""
        self.make_ready()
        return self._errands.run(errand, within_s)

    def make_ready(self) -> None:
        """Bring it into a state in which a command may be sent; raises ``DeviceError``."""
        if self._registered:
            with suppress(LinkLost):  # some close after their last word
                if not self._channel.settle():
                    return
            self.drop()
        self._channel.open()
        if greeting := self._channel.settle(GREETING_S):  # asked nothing yet: answers nothing
            log.info("terminal-greeting terminal=%s bytes=%d", self.name, greeting)
        self._register()
        self._registered = True

    def _register(self) -> None:
        tlv = self._settings.permitted_commands()
        registration = Registration(
            self.password, self._settings.configuration, self.currency, tlv=tlv
        )
        try:
            told = self._errands.run(registration, self._settings.errand_s)
        except NotTaken as error:
            raise DeviceError(f"{self.name}: registration {error}") from None
        currency = told.completion.currency
        if currency not in (None, self.currency):
            raise DeviceError(f"{self.name}: expected currency {self.currency}, got {currency}")
        named = (told.completion.terminal_id, *(each.terminal_id for each in told.statuses))
        self.terminal_id = next(filter(None, named), "")
        log.info("terminal-registered terminal=%s id=%s", self.name, self.terminal_id or "-")

    def drop(self) -> None:
        """Let it go at once, whatever is under way."""
        self._registered = False
        self._channel.close()

    def close(self) -> None:
        """End the registration, where there is one, and let the link go."""
        if self._registered and self._settings.log_off:
            with suppress(LinkLost):
                self._errands.log_off(min(LOG_OFF_S, self._answer_s))
        self.drop()
