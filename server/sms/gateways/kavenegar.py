"""The gateway Kavenegar, over HTTP. The key stands in its addresses: no address is ever logged.

A message with a ``localid`` that it knows is sent to nobody again, and it answers as the first
time; so what was lost on the line may be tried again.

Source: Kavenegar, "REST API", https://kavenegar.com/rest.html (methods sms/send and sms/status,
the parameter localid, the codes of ``return.status`` and of an entry's ``status``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import requests

from server.sms.gateways.face import Accepted, Fate, Outcome, Outgoing, Refused, Unsure

ADDRESS: Final = "https://api.kavenegar.com"
OK: Final = 200
_LATER: Final = {402: "it failed there", 409: "it is busy", 418: "its credit is used up"}
_DELIVERED: Final = frozenset({10})
_FAILED: Final = frozenset({6, 11, 13, 14, 100})


class Kavenegar:
    """``sender`` is the line that messages come from; without one it is the account's own."""

    knows_doubles = True
    shown_here = False

    def __init__(
        self, key: str, sender: str = "", address: str = ADDRESS, timeout_s: float = 10.0
    ) -> None:
        self._base = f"{address}/v1/{key}/sms"
        self._sender, self._timeout_s = sender, timeout_s
        self._session = requests.Session()

    def send(self, message: Outgoing) -> Outcome:
        """Hand a message over."""
        form = {
            "receptor": message.mobile,
            "message": message.body,
            "localid": str(message.local_id),
            **({"sender": self._sender} if self._sender else {}),
        }
        answer = self._ask("send", form)
        if isinstance(answer, str):
            return Unsure(answer)
        status, entry = answer
        if status == OK and entry.get("messageid") is not None:
            return Accepted(str(entry["messageid"]))
        if status == OK:
            return Unsure("its answer has no number")
        return Refused(_LATER.get(status, f"code {status}"), later=status in _LATER)

    def fate(self, gateway_id: str) -> Fate | None:
        """Tell what became of it."""
        answer = self._ask("status", {"messageid": gateway_id})
        if isinstance(answer, str) or answer[0] != OK:
            return None
        status = answer[1].get("status")
        if status in _DELIVERED:
            return Fate.DELIVERED
        return Fate.FAILED if status in _FAILED else Fate.UNDER_WAY

    def _ask(self, method: str, form: Mapping[str, str]) -> tuple[int, Mapping[str, Any]] | str:
        """Give the code and the first entry of an answer, or why there is none, without the key."""
        try:
            response = self._session.post(
                f"{self._base}/{method}.json",
                data=form,
                timeout=self._timeout_s,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            return f"no answer: {type(error).__name__}"
        try:
            told = response.json()
            status = int(told["return"]["status"])
            entries = told.get("entries") or [{}]
            entry = entries[0] if isinstance(entries, list) else entries
        except (ValueError, KeyError, TypeError, AttributeError, IndexError):
            return "an answer that cannot be read"
        return status, entry if isinstance(entry, Mapping) else {}
