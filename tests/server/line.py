"""What several tests of the server speak of: an instant, and a kiosk's line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import requests

NOON = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)  # 12:00 in Tehran


@dataclass(frozen=True)
class Line:
    """A kiosk's line to a running server."""

    url: str
    key: str

    def get(self, path: str, **headers: str) -> requests.Response:
        return requests.get(f"{self.url}{path}", headers={**self._auth, **headers}, timeout=10)

    def post(self, path: str, **arguments: Any) -> requests.Response:
        headers = {**self._auth, **arguments.pop("headers", {})}
        return requests.post(f"{self.url}{path}", headers=headers, timeout=10, **arguments)

    @property
    def _auth(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"} if self.key else {}
