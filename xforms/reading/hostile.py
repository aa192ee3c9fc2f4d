"""What a file may be before anything else looks at it: small, no bomb, no entities.

Source: docs/surveys.md, section 1.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import Final

from xforms.problems import FormRefusedError, Place, Problem

FILE_MAX: Final = 4 * 1024 * 1024
UNPACKED_MAX: Final = 32 * 1024 * 1024
PARTS_MAX: Final = 1_000
ROWS_MAX: Final = 20_000
_DOCTYPE: Final = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_HEAD: Final = 64 * 1024  # bytes of a part that are looked at: a DTD stands before the root


def check_file(name: str, content: bytes) -> None:
    """Refuse a file by its size and, where it is a workbook, by what it unpacks to."""
    if len(content) > FILE_MAX:
        raise _hostile(
            "limit_size", f"Expected a file of at most {FILE_MAX} bytes, got {len(content)}"
        )
    if name.lower().endswith((".xlsx", ".xlsm")):
        _check_archive(content)


def _check_archive(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > PARTS_MAX:
                raise _hostile(
                    "limit_size", f"Expected at most {PARTS_MAX} parts, got {len(parts)}"
                )
            left = UNPACKED_MAX
            for part in parts:
                left -= _unpacked(archive, part, left)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise FormRefusedError(
            [Problem("bad_form", "file", f"Expected an XLSX workbook: {error}")]
        ) from None


def _unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> int:
    """Unpack a part as far as it may; what it says of its own size is believed in nothing."""
    size = 0
    with archive.open(part) as stream:
        head = stream.read(_HEAD)
        if part.filename.lower().endswith((".xml", ".rels", ".vml")) and _DOCTYPE.search(head):
            raise _hostile(
                "entity", f"Expected no document type or entities in {part.filename!r:.80}"
            )
        size += len(head)
        while piece := stream.read(1024 * 1024):
            size += len(piece)
            if size > left:
                break
    if size > left:
        raise _hostile("limit_size", f"Expected at most {UNPACKED_MAX} bytes unpacked, got more")
    return size


def check_rows(sheet: str, count: int) -> None:
    """Refuse a sheet of more rows than any form has."""
    if count > ROWS_MAX:
        raise FormRefusedError(
            [
                Problem(
                    "hostile", "limit_size", f"Expected at most {ROWS_MAX} rows, got {count}",
                    Place(sheet),
                )
            ]
        )  # fmt: skip


def _hostile(code: str, message: str) -> FormRefusedError:
    return FormRefusedError([Problem("hostile", code, message)])
