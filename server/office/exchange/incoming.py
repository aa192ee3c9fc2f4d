"""A table that is also imported: rows are recognised, compared, and written many at a time.

A resource says how a row is recognised (``read_key``), which rows of the database have such keys
(``rows_of``), and by ``Column.read`` what may be changed. What a dry run reports is what the real
run does: both write, and one takes it back. The database's triggers note for publishing whatever
was written, as they do for every other way (``server.feed.triggers``).

A file is read by ``server.importing``: the same header, digits, lost zeros and refusals as for
products.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, ClassVar

import tablib
from django.core.exceptions import ValidationError
from django.db import transaction
from import_export.instance_loaders import BaseInstanceLoader

from server.importing.cells import Cells, named_columns
from server.importing.columns import column_of
from server.importing.report import Fault, Report
from server.importing.tables import Table
from server.office.exchange.columns import cell_of
from server.office.exchange.resource import TableResource

ROWS_AT_ONCE = 500  # of one statement: SQLite and PostgreSQL bound its parameters
_ROW = "#row"  # the dataset's column for the number of a row in the file
Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A row without a fault: its key, how people call what it is about, values by column."""

    key: Key
    about: tuple[str, ...]
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """What a row of the file does: by column the value before, None in a new row, and after."""

    row: int
    about: tuple[str, ...]
    new: bool
    values: Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import came to, or would come to."""

    report: Report
    changes: tuple[Change, ...]

    @property
    def digest(self) -> str:
        """Name all of it in a short text, so that what was shown is told from something else."""
        changes = [
            (each.row, each.about, each.new, [list(map(cell_of, v)) for v in each.values.values()])
            for each in self.changes
        ]
        told = json.dumps([changes, [asdict(fault) for fault in self.report.refused]])
        return hashlib.sha256(told.encode()).hexdigest()


class ImportFailedError(Exception):
    """The database refused what was checked: somebody else wrote the same rows meanwhile."""


class IncomingResource(TableResource):
    """Keys are tuples of the values of ``key_fields``, of the model."""

    key_fields: ClassVar[tuple[str, ...]]

    class Meta:
        import_id_fields = ()  # rows are recognised by ``read_key``
        use_bulk = True
        batch_size = ROWS_AT_ONCE
        skip_diff = True  # of HTML; ``changes`` tells it as values
        instance_loader_class = BaseInstanceLoader  # asked for nothing: see ``rows_of``

    # ---- what a table says of itself

    def check_header(self, named: Collection[str]) -> None:
        """Refuse a header that is no use; raises ``TableError``."""
        raise NotImplementedError

    def begin(self, table: Table, named: Mapping[str, str]) -> None:
        """Read what the rows are checked against."""
        raise NotImplementedError

    def read_key(self, cells: Cells) -> tuple[Key, tuple[str, ...]] | None:
        """Recognise a row: its key and what it is about; None after noting what is wrong."""
        raise NotImplementedError

    def rows_of(self, keys: Collection[Key]) -> Mapping[Key, Any]:
        """Give the rows of the database that have one of the keys."""
        raise NotImplementedError

    def missing_values(self, cells: Cells) -> dict[str, Any]:
        """Give the values of columns that the file, or the row, does not tell."""
        return {}

    def check(self, row: Any, values: Mapping[str, Any]) -> tuple[str, str] | None:
        """Compare with the row that there is; gives the column and what it should have been."""
        return None

    # ---- importing

    def import_table(self, table: Table, at: datetime, *, dry_run: bool, others: bool) -> Outcome:
        """Import as of ``at``; ``others``: what is right, although other rows are refused.

        Raises ``TableError`` where the header is no use and ``ImportFailedError``.
        """
        known = self.known_columns()
        named = named_columns(table, lambda word: column_of(word, known))
        self.check_header(named)
        self.at = at
        with transaction.atomic():
            self._read(table, named)
            dataset = tablib.Dataset(*([row.number] for row in table.rows), headers=[_ROW])
            result = self.import_data(
                dataset,
                dry_run=dry_run,
                use_transactions=True,
                rollback_on_validation_errors=not others,
            )
        self._raise_failure(result)
        ignored = tuple(word for word in table.header if word and column_of(word, known) is None)
        return self._outcome(table, dry_run, ignored)

    def _read(self, table: Table, named: Mapping[str, str]) -> None:
        self._faults: list[Fault] = []
        self._changes: list[Change] = []
        self._readings: dict[int, Reading | None] = {}
        self._mended = []
        self.begin(table, named)
        for row in table.rows:
            cells = Cells(row, named, table)
            self._readings[row.number] = self._reading(cells)
            self._faults += cells.faults
            self._mended += cells.mended
        self._rows = self.rows_of({each.key for each in self._readings.values() if each})

    def _reading(self, cells: Cells) -> Reading | None:
        recognised = self.read_key(cells)
        values = self.missing_values(cells)
        for name, column in self.columns().items():
            if column.read is not None and cells.has(name) and name not in values:
                values[name] = cells.take(name, column.read)
        if cells.faults or recognised is None:
            return None
        key, about = recognised
        return Reading(key, about, values)

    def before_import_row(self, row: Mapping[str, Any], **_: Any) -> None:
        """Pass over a row that could not be read; what is wrong is noted already."""
        self._number = row[_ROW]
        reading = self._readings[self._number]
        if reading is None:
            raise ValidationError("refused")
        self._reading_of_row = reading

    def get_or_init_instance(self, instance_loader: Any, row: Any) -> tuple[Any, bool]:
        """Give the database's row, or a new one, and whether it is new."""
        reading = self._reading_of_row
        if found := self._rows.get(reading.key):
            return found, False
        fields = dict(zip(self.key_fields, reading.key, strict=True))
        return self._meta.model(**fields), True

    def import_instance(self, instance: Any, row: Any, **_: Any) -> None:
        """Set what differs; raises ``ValidationError`` where the row may not be so changed."""
        new, reading = instance.pk is None, self._reading_of_row
        self._changed = {}
        if not new and (refused := self.check(instance, reading.values)):
            column, expected = refused
            got = str(cell_of(reading.values[column]))
            self._faults.append(Fault(self._number, column, expected, got))
            raise ValidationError("refused")
        for name, value in reading.values.items():
            attribute = self.columns()[name].attribute
            before = None if new else getattr(instance, attribute)
            if before != value:
                setattr(instance, attribute, value)
                self._changed[name] = (before, value)
        if self._changed:
            self._changes.append(Change(self._number, reading.about, new, self._changed))

    def skip_row(self, instance: Any, original: Any, row: Any, import_errors: Any = None) -> bool:
        """Pass over a row that changes nothing."""
        return not import_errors and not self._changed

    def get_bulk_update_fields(self) -> list[str]:
        """Name the fields that an import may change."""
        return [str(each.attribute) for each in self.columns().values() if each.read is not None]

    def _raise_failure(self, result: Any) -> None:
        """Raise what ``django-import-export`` only notes; all was taken back then."""
        faults = [
            *result.base_errors,
            *(error for _, errors in result.row_errors() for error in errors),
        ]
        for fault in faults:
            raise ImportFailedError(str(fault.error)) from fault.error

    def _outcome(self, table: Table, dry_run: bool, ignored: tuple[str, ...]) -> Outcome:
        created = sum(change.new for change in self._changes)
        refused = sorted(self._faults, key=lambda fault: fault.row)
        changed, wrong = len(self._changes), len({fault.row for fault in refused})
        report = Report(
            dry_run=dry_run,
            created=created,
            updated=changed - created,
            unchanged=len(table.rows) - changed - wrong,
            refused=tuple(refused),
            mended=tuple(self._mended),
            ignored_columns=ignored,
        )
        return Outcome(report, tuple(self._changes))
