"""Two mixins that give a table of the office its export and its import.

    @admin.register(Rule)
    class RuleAdmin(Imports, Exports, Table):
        resource_classes = (RuleResource,)

``Exports`` needs a ``TableResource`` and lets everybody export who may see the table (and what
``also_seen`` names). ``Imports`` needs an ``IncomingResource`` and asks for the permissions to
add and to change. Each export and each import is in the log with who, what and how many rows.

Source: docs/server.md, "Exporting tables" and "Importing prices and stock".
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth import get_permission_codename
from django.core.exceptions import FieldError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from import_export.admin import ExportMixin, ImportMixin

from server.fleet.audit import note
from server.office.exchange import importing
from server.office.exchange.formats import Csv, Xlsx
from server.office.exchange.forms import HeadingsExportForm
from server.office.exchange.resource import ROWS_MAX
from server.office.persian import grouped

CHANGE_LIST = "office/exchange/change_list.html"
FILTER_LENGTH_MAX = 500  # of what is logged of a list's filter


def may_see(request: HttpRequest, model: type[Model]) -> bool:
    """Tell whether the user may see the rows of ``model``; who may change them may."""
    codes = (get_permission_codename(deed, model._meta) for deed in ("view", "change"))
    return any(request.user.has_perm(f"{model._meta.app_label}.{code}") for code in codes)


class Exports(ExportMixin):
    """A table that is exported as it is listed: filters, search and order hold for the file."""

    export_formats = (Xlsx, Csv)
    export_form_class = HeadingsExportForm
    export_template_name = "office/exchange/export.html"
    import_export_change_list_template = CHANGE_LIST
    also_seen: ClassVar[tuple[type[Model], ...]] = ()  # what a row's columns tell besides

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Let whoever sees the table take it along."""
        seen = all(may_see(request, model) for model in self.also_seen)
        return bool(self.has_view_permission(request)) and seen

    def get_export_data(
        self, file_format: Any, request: HttpRequest, queryset: QuerySet[Any], **told: Any
    ) -> bytes:
        """Write the file and the log; raises ``FieldError``, which the form shows."""
        rows = queryset.count()
        if rows > ROWS_MAX:
            text = _("Expected %(max)s rows or fewer, got %(rows)s: filter the list first.")
            raise FieldError(text % {"max": grouped(ROWS_MAX), "rows": grouped(rows)})
        form = told["export_form"]
        resource = self.choose_export_resource_class(form, request)(form.cleaned_data["headings"])
        dataset = resource.export(queryset=queryset)
        dataset.title = self.model._meta.model_name
        content: bytes = file_format.export_data(dataset)
        note_export(request, self.model._meta.label_lower, len(dataset), file_format)
        return content

    def get_export_filename(
        self, request: HttpRequest, queryset: QuerySet[Any], file_format: Any
    ) -> str:
        """Name the file by the table and the day in the chain's zone."""
        return file_name(self.model._meta.model_name, file_format)


def file_name(table: str, file_format: Any) -> str:
    """Name a file: ``price-2026-11-23.xlsx``."""
    return f"{table}-{timezone.localdate():%Y-%m-%d}.{file_format.get_extension()}"


def note_export(request: HttpRequest, table: str, rows: int, file_format: Any) -> None:
    """Write into the log who took what, and how many rows."""
    asked = request.GET.urlencode()[:FILTER_LENGTH_MAX]
    note(
        request.user.get_username(),
        "export",
        "",
        timezone.now(),
        table=table,
        rows=rows,
        format=file_format.get_extension(),
        filter=asked,
    )


class Imports(ImportMixin):
    """A table that is imported: a file is shown as what it would do, and then done."""

    import_export_change_list_template = CHANGE_LIST

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Ask for both rights that an import uses."""
        return bool(self.has_add_permission(request) and self.has_change_permission(request))

    def import_action(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show the form, and then what the file would do."""
        return importing.try_page(request, self)

    def process_import(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Do what was shown."""
        return importing.do_page(request, self)
