"""``GET /metrics``: the numbers, for Prometheus and nobody else.

With ``metrics.token_file`` whoever sends its token may read them. Without it this machine alone
may, and nothing that a proxy passes on, which would come from this machine as well.

Source: docs/server.md, "Watching it".
"""

from __future__ import annotations

import hmac
from pathlib import Path

from server.ingest.http import Receive, RefusedError, Scope, Send, answer_bytes, header, refuse
from server.ingest.metrics import CONTENT_TYPE, Metrics

LOOPBACK = ("127.0.0.1", "::1")


class NumbersView:
    """Answers with the numbers of ``metrics``."""

    def __init__(self, metrics: Metrics, token_file: Path | None) -> None:
        self._metrics, self._token_file = metrics, token_file

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer one request."""
        if not self._may(scope):
            # as any path that there is not: it is nobody's business that there is one
            await refuse(send, RefusedError(404, "not_found", "Expected another path, got this"))
        elif scope["method"] != "GET":
            text = f"Expected GET, got {scope['method'][:20]}"
            await refuse(send, RefusedError(405, "method", text, (b"allow", b"GET")))
        else:
            await answer_bytes(send, 200, CONTENT_TYPE.encode(), self._metrics.text())

    def _may(self, scope: Scope) -> bool:
        if self._token_file is None:
            client = (scope.get("client") or ("",))[0]
            return client in LOOPBACK and not header(scope, b"x-forwarded-for")
        expected = b"Bearer " + self._token_file.read_bytes().strip()
        return hmac.compare_digest(header(scope, b"authorization").encode("latin-1"), expected)
