"""A form typed as a table, and somebody who answers it at a fixed hour."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from xforms.loading import Form
from xforms.problems import FormRefusedError
from xforms.reading import read_rows
from xforms.session import Circumstances, Session

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=timezone(timedelta(hours=3, minutes=30)))


def sheets_of(table: str) -> dict[str, list[dict[str, str]]]:
    """Read sheets: a name on a line of its own, below it headings and rows with ``|`` between."""
    sheets: dict[str, list[dict[str, str]]] = {}
    headings: list[str] = []
    rows: list[dict[str, str]] = []
    for line in map(str.strip, table.splitlines()):
        if line and "|" not in line:
            rows, headings = sheets.setdefault(line, []), []
        elif line:
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if not headings:
                headings = cells
            else:
                told = zip(headings, cells, strict=False)
                rows.append({heading: cell for heading, cell in told if cell})
    return sheets


def form_of(table: str) -> Form:
    """Read an XLSForm that is typed as ``sheets_of`` reads it; a wrong one is refused."""
    reading = read_rows(sheets_of(table))
    if reading.form is None:
        raise FormRefusedError(reading.problems)
    return reading.form


def begin(form: Form | str, language: str = "", seed: int = 7, now: datetime = NOW) -> Session:
    """Begin to answer."""
    made = form_of(form) if isinstance(form, str) else form
    return Session.begin(
        made,
        Circumstances(
            now=lambda: now, seed=seed, language=language, device_id="k1",
            instance_id="11111111-1111-4111-8111-111111111111",
        ),
    )  # fmt: skip


def questions(session: Session) -> list[str]:
    """Name what is asked now, without the form's root."""
    return [path.split("/", 2)[2] for path in session.visible()]


def value(session: Session, name: str) -> str:
    """Give what would be sent for a node, by its path below the root; none of a hidden one."""
    root = session.form.root
    return session.data().get(f"/{root}/{name}", "(none)")
