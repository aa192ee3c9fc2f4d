"""What several tests of the server speak of: an instant, a kiosk's line, a damaged file."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import openpyxl
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


def damaged_workbook() -> bytes:
    """Give an XLSX file whose packed bytes are not those that were packed."""
    book = openpyxl.Workbook()
    book.active.append(["sku", "price"])
    stream = io.BytesIO()
    book.save(stream)
    content = bytearray(stream.getvalue())
    with zipfile.ZipFile(stream) as archive:
        sheet = archive.getinfo("xl/worksheets/sheet1.xml")
    start = sheet.header_offset + 30 + len(sheet.filename)
    content[start : start + 8] = b"\xff" * 8
    return bytes(content)
