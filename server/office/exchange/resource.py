"""A table that is exported: the columns that are named in its class, and no other.

It is a plain resource of ``django-import-export``: one of a model would take up every field
that the model has, and a key that is added to a model later would be in the next file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from django.db.models import QuerySet
from import_export.resources import Resource

from server.office.exchange.columns import NAME, Cell, Column

ROWS_MAX = 200_000  # of one file, as in an import; a spreadsheet has room for a million
ROWS_AT_ONCE = 2_000


class TableResource(Resource):
    """The columns stand in the class in the order of the file.

    ``along`` and ``ahead`` are the relations that its columns walk along, read with the rows.
    """

    along: ClassVar[tuple[str, ...]] = ()  # to one row each
    ahead: ClassVar[tuple[str, ...]] = ()  # to many

    def __init__(self, headings: str = NAME, **how: Any) -> None:
        super().__init__(**how)
        self.headings = headings
        self._row = tuple(self.columns().values())

    @classmethod
    def columns(cls) -> dict[str, Column]:
        """Give the columns by name, in order."""
        return {name: field for name, field in cls.fields.items() if isinstance(field, Column)}

    @classmethod
    def known_columns(cls) -> dict[str, tuple[str, ...]]:
        """Give the words by which an import knows each column."""
        return {name: column.known_as() for name, column in cls.columns().items()}

    @classmethod
    def get_display_name(cls) -> str:
        """Name it for the form, which does not show it: a table has one resource."""
        return cls.__name__

    def get_export_headers(self, **_: Any) -> list[str]:
        """Give the header in the language that was asked for."""
        return [column.heading(self.headings) for column in self.columns().values()]

    def export_resource(self, instance: Any, **_: Any) -> list[Cell]:
        """Give the cells of a row; the stock way looks every column's name up anew in each row."""
        return [column.export(instance) for column in self._row]

    def filter_export(self, queryset: Any, **_: Any) -> Any:
        """Read along what the columns need."""
        if not isinstance(queryset, QuerySet):
            return queryset
        return queryset.select_related(*self.along).prefetch_related(*self.ahead)

    def iter_queryset(self, queryset: Iterable[Any]) -> Iterator[Any]:
        """Read the rows some at a time, with what hangs on them."""
        if isinstance(queryset, QuerySet):
            return queryset.iterator(chunk_size=ROWS_AT_ONCE)
        return iter(queryset)
