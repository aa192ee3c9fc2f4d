"""What the office's tables have in common: columns as people read them, and two kinds of rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from server.office.persian import JalaliField, grouped, written

if TYPE_CHECKING:  # Django's classes take a row's type in their stubs only
    Table: TypeAlias = admin.ModelAdmin[Any]
    Inline: TypeAlias = admin.TabularInline[Any, Any]
else:
    Table, Inline = admin.ModelAdmin, admin.TabularInline

Column = Callable[[Any, Any], str]
INSTANTS: Mapping[type[models.Field[Any, Any]], Mapping[str, Any]] = {
    models.DateTimeField: {"form_class": JalaliField, "widget": JalaliField.widget},
}


def instant(field: str, title: Any) -> Column:
    """Make a column that shows the instant in ``field`` as people write it."""

    @admin.display(ordering=field, description=title)
    def column(_admin: Any, row: Any) -> str:
        at = getattr(row, field)
        return written(at) if at else "—"

    return column


def number(field: str, title: Any) -> Column:
    """Make a column that shows the whole number in ``field``, thousands apart."""

    @admin.display(ordering=field, description=title)
    def column(_admin: Any, row: Any) -> str:
        amount = getattr(row, field)
        return "—" if amount is None else grouped(amount)

    return column


class KeyedAdmin(Table):
    """A table whose key is an id of the trade: it is given once and then stays."""

    formfield_overrides = INSTANTS
    key: str

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Lock the id of a row that there is: a changed one would make a second row."""
        return [*super().get_readonly_fields(request, obj), *([self.key] if obj else [])]


class ToldAdmin(Table):
    """A table that is filled by the kiosks or by publishing and only looked at here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds a row by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes what was told."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody makes untold what was told."""
        return False
