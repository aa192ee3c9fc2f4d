"""The panel: a page on this machine alone, from which the levers are pulled.

``GET /`` is the page, ``GET /status`` how things stand; neither changes anything. ``POST
/pull/NAME`` pulls a lever. A page of another origin must not be able to scan here: a POST
needs the token that stands in our page, and every request the ``Host`` of this panel, which a
name that was made to point at this machine does not have.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Mapping
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import Template
from threading import Lock, Thread
from typing import Any

from tools.simulate.levers import FOR_WARES, LEVERS, RefusedError, Stand, pull, status
from tools.simulate.wares import Ware

log = logging.getLogger("panel")

PAGE = Path(__file__).with_name("page.html")
TOKEN_HEADER = "X-Panel-Token"
BODY_BYTES_MAX = 2_000
QUIET_S = 5.0  # a browser opens connections ahead and sends nothing on them
STOP_POLL_S = 0.1
_PULL = "/pull/"


class Panel:
    """Serves the page in threads of its own, from ``start`` to ``stop``."""

    def __init__(self, stand: Stand, port: int = 0) -> None:
        self.stand, self.token = stand, secrets.token_urlsafe(24)
        self._one_at_a_time = Lock()  # a stand is pulled at by one hand
        panel = self

        class Handler(_Handler):
            """Answers for this panel."""

            def setup(self) -> None:
                """Know the panel before the first line is read."""
                self.panel = panel
                super().setup()

        self._http = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._http.daemon_threads = True
        self._thread = Thread(
            target=self._http.serve_forever, args=(STOP_POLL_S,), name="panel", daemon=True
        )

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._http.server_port

    @property
    def url(self) -> str:
        """What to open in a browser."""
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> Panel:
        """Begin to answer."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """End it; what is being answered is not waited for."""
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(5)

    def page(self) -> str:
        """Write the page, with the token in it."""
        return page_of(PAGE.read_text("utf-8"), self.token, self.stand.wares)

    def pull(self, name: str, text: str) -> tuple[HTTPStatus, dict[str, Any]]:
        """Pull a lever and give the answer to it."""
        if name not in LEVERS:
            return HTTPStatus.NOT_FOUND, {"ok": False, "told": f"no lever {name}"}
        try:
            with self._one_at_a_time:
                told = pull(self.stand, name, text)
        except RefusedError as error:
            return HTTPStatus.CONFLICT, {"ok": False, "told": str(error)}
        log.info("%s: %s", name, told)
        return HTTPStatus.OK, {"ok": True, "told": told}


def page_of(template: str, token: str, wares: Mapping[str, Ware]) -> str:
    """Fill the page: a row for each ware, a button for each lever that needs nothing."""
    plain = (name for name in LEVERS if name not in (*FOR_WARES, "scan"))
    return Template(template).substitute(
        token=escape(token),
        wares="\n".join(_row(ware) for ware in wares.values()),
        scan=_button("scan"),
        levers="\n".join(_button(name) for name in plain),
    )


def _row(ware: Ware) -> str:
    held = _button("hold", ware.key) if ware.format else ""
    names = f'<td>{escape(ware.name_fa)}</td><td dir="ltr" lang="en">{escape(ware.name_en)}</td>'
    return f"<tr>{names}<td>{_button('scan-ware', ware.key)}{held}</td></tr>"


def _button(name: str, text: str = "") -> str:
    lever = LEVERS[name]
    label = f'{lever.label_fa} <small lang="en">{lever.label_en}</small>'
    return f'<button data-lever="{name}" data-text="{escape(text)}">{label}</button>'


class _Handler(BaseHTTPRequestHandler):
    panel: Panel
    timeout = QUIET_S

    def do_GET(self) -> None:
        """Answer with the page or the status."""
        if not self._host_is_ours():
            self._refuse(HTTPStatus.FORBIDDEN, "expected the panel's own address")
        elif self.path == "/":
            self._send(HTTPStatus.OK, "text/html", self.panel.page().encode())
        elif self.path == "/status":
            self._send_json(HTTPStatus.OK, status(self.panel.stand))
        else:
            self._refuse(HTTPStatus.NOT_FOUND, "nothing is here")

    def do_POST(self) -> None:
        """Pull a lever, if the page that asks is ours."""
        token = self.headers.get(TOKEN_HEADER, "").encode("utf-8", "replace")
        if not self._host_is_ours() or not secrets.compare_digest(token, self.panel.token.encode()):
            self._refuse(HTTPStatus.FORBIDDEN, "expected the token of the page")
            return
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()):
            self._refuse(HTTPStatus.LENGTH_REQUIRED, "expected a Content-Length")
        elif int(length[:10]) > BODY_BYTES_MAX:
            told = f"expected at most {BODY_BYTES_MAX} bytes"
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, told)
        elif not self.path.startswith(_PULL):
            self._refuse(HTTPStatus.NOT_FOUND, "nothing is here")
        else:
            self._pull(self.path.removeprefix(_PULL), self.rfile.read(int(length)))

    def _pull(self, name: str, body: bytes) -> None:
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            self._refuse(HTTPStatus.BAD_REQUEST, "expected UTF-8")
            return
        self._send_json(*self.panel.pull(name, text))

    def _host_is_ours(self) -> bool:
        port = self.panel.port
        return self.headers.get("Host") in (f"127.0.0.1:{port}", f"localhost:{port}")

    def _refuse(self, code: HTTPStatus, told: str) -> None:
        self._send_json(code, {"ok": False, "told": told})

    def _send_json(self, code: HTTPStatus, value: Mapping[str, Any]) -> None:
        self._send(code, "application/json", json.dumps(value, ensure_ascii=False).encode())

    def _send(self, code: HTTPStatus, kind: str, body: bytes) -> None:
        self.send_response(code)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Frame-Options", "DENY")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing of each request; what was pulled is logged where it is pulled."""
