"""What the tests of exports and imports share: a desk in the office, and files made and opened."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import openpyxl
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

KINDS = ("xlsx", "csv")
Rows = list[list[Any]]


def desk(name: str = "maryam", *permissions: str) -> Client:
    """A person at head office: with these permissions, or with all where none are named."""
    if permissions:
        user = User.objects.create_user(name, is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
        assert user.user_permissions.count() == len(permissions)
    else:
        user = User.objects.create_superuser(name)
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return client


def take(
    client: Client, table: str, kind: str = "csv", headings: str = "name", query: str = ""
) -> bytes:
    """Export a table as a browser does it; gives the file."""
    form = {"format": str(KINDS.index(kind)), "headings": headings}
    answer = client.post(f"/office/{table}/export/{query}", form)
    assert answer.status_code == 200, answer.content
    assert f'.{kind}"' in answer["Content-Disposition"], answer.content.decode()
    return answer.content


def opened(content: bytes) -> Rows:
    """Open a file of either kind; no cell of a workbook may be a formula."""
    if content.startswith(b"PK"):
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        cells = list(sheet.iter_rows())
        kinds = {cell.data_type for row in cells for cell in row}
        assert kinds <= {"s", "n"}, kinds
        return [["" if cell.value is None else cell.value for cell in row] for row in cells]
    assert content.startswith(b"\xef\xbb\xbf")  # by which spreadsheets know UTF-8
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def records(content: bytes) -> list[dict[str, str]]:
    """Give the rows of a file under its headings, all cells as text."""
    header, *rows = opened(content)
    return [dict(zip(header, map(str, row), strict=True)) for row in rows]


def made(kind: str, *rows: list[Any]) -> bytes:
    """Make a file of either kind."""
    stream: Any = io.StringIO() if kind == "csv" else io.BytesIO()
    if kind == "csv":
        csv.writer(stream).writerows(rows)
        return str(stream.getvalue()).encode()
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(stream)
    return bytes(stream.getvalue())


def try_file(client: Client, table: str, content: bytes, name: str = "a.csv") -> str:
    """Have the office show what a file would do."""
    file = SimpleUploadedFile(name, content)
    answer = client.post(f"/office/{table}/import/", {"file": file})
    assert answer.status_code == 200, answer.content
    return str(answer.content.decode())


def shown(html: str) -> str:
    """Give what the page sends along when one is sure."""
    found = re.search(r'name="shown" value="([^"]+)"', html)
    assert found, html
    return found[1]


def do(client: Client, table: str, html: str, *, others: bool = False) -> str:
    """Be sure; gives the page that follows."""
    form = {"shown": shown(html), **({"others": "on"} if others else {})}
    answer = client.post(f"/office/{table}/process_import/", form, follow=True)
    assert answer.status_code == 200, answer.content
    return str(answer.content.decode())
