"""The two pages of an import: what the file would do, and then doing just that.

Nothing is written before a person has seen what will be. Where rows are refused, the others are
imported only if that person says so.

Source: docs/server.md, "Importing prices and stock".
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from server.importing.log import note_import
from server.importing.tables import TableError, read_table
from server.office.exchange import preview
from server.office.exchange.forms import FileForm, SureForm
from server.office.exchange.incoming import ImportFailedError, IncomingResource, Outcome
from server.office.exchange.kept import NotKeptError, Preview, forget, keep, kept
from server.office.persian import grouped

TEMPLATE = "office/exchange/import.html"


def try_page(request: HttpRequest, table: Any) -> HttpResponse:
    """Show the form, or what the file in it would do."""
    _check(request, table)
    form = FileForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        file = form.cleaned_data["file"]
        content = file.read()
        try:
            return _show(request, table, content, str(file.name or ""))
        except (TableError, ImportFailedError) as error:
            form.add_error("file", _unread(error))
    return _page(request, table, form=form)


@require_POST
def do_page(request: HttpRequest, table: Any) -> HttpResponse:
    """Import the file that was shown; where that is no longer what it does, show it anew."""
    _check(request, table)
    form = SureForm(request.POST)
    try:
        if not form.is_valid():
            raise NotKeptError
        shown = Preview.of(form.cleaned_data["shown"], _label(table), _user(request))
        content = kept(settings.CONFIGURATION, shown.file)
    except NotKeptError:
        messages.error(request, _("What was shown is kept for an hour. Choose the file again."))
        return redirect(f"admin:{_info(table)}_import")
    return _do(request, table, shown, content, others=form.cleaned_data["others"])


def _do(
    request: HttpRequest, table: Any, shown: Preview, content: bytes, *, others: bool
) -> HttpResponse:
    resource = _resource(table)
    try:
        with transaction.atomic():
            outcome = resource.import_table(
                read_table(shown.name, content), shown.instant, dry_run=False, others=others
            )
            as_shown = outcome.digest == shown.digest
            wanted = as_shown and (others or not outcome.report.refused)
            if wanted:
                note_import(_user(request), table.model, shown.name, outcome.report)
            transaction.set_rollback(not wanted)
    except ImportFailedError as error:
        messages.error(request, _unread(error))
        return redirect(f"admin:{_info(table)}_import")
    forget(settings.CONFIGURATION, shown.file)
    if not wanted:
        text = _("Rows were refused, and nothing was imported: say below whether to go on.")
        changed = _("The table has changed meanwhile, and nothing was imported. Look again.")
        messages.warning(request, text if as_shown else changed)
        return _show(request, table, content, shown.name)
    messages.success(request, _done(outcome))
    return redirect(f"admin:{_info(table)}_changelist")


def _show(request: HttpRequest, table: Any, content: bytes, name: str) -> HttpResponse:
    """Try the file, and keep it for the next page; raises ``TableError``, ``ImportFailedError``."""
    resource, at = _resource(table), timezone.now()
    outcome = resource.import_table(read_table(name, content), at, dry_run=True, others=True)
    sure = None
    if outcome.changes:
        file = keep(settings.CONFIGURATION, content)
        told = Preview(file, name, _label(table), _user(request), at.isoformat(), outcome.digest)
        sure = SureForm(initial={"shown": told.signed()})
    headings = preview.headings_of(type(resource))
    return _page(
        request,
        table,
        form=FileForm(),
        report=outcome.report,
        counts=preview.counts(outcome.report),
        faults=preview.fault_rows(outcome.report.refused, headings),
        changes=preview.change_rows(outcome, headings),
        changed=grouped(len(outcome.changes)),
        more=len(outcome.changes) > preview.SHOWN_MAX,
        name=name,
        sure=sure,
    )


def _page(request: HttpRequest, table: Any, **more: Any) -> HttpResponse:
    context = {
        **table.admin_site.each_context(request),
        "title": _("Import %(table)s") % {"table": table.opts.verbose_name_plural},
        "opts": table.opts,
        "columns": [
            (column.column_name, column.heading("fa"), column.heading("en"))
            for name, column in type(_resource(table)).columns().items()
        ],
        **more,
    }
    return render(request, TEMPLATE, context)


def _done(outcome: Outcome) -> str:
    counts = preview.counts(outcome.report)
    return _("Imported: %(counts)s.") % {
        "counts": "، ".join(f"{word} {count}" for word, count in counts)
    }


def _unread(error: Exception) -> str:
    if isinstance(error, TableError):
        return _("The file cannot be read: %(reason)s") % {"reason": error}
    return _("The table was changed at the same time. Nothing was imported; try again.")


def _check(request: HttpRequest, table: Any) -> None:
    if not table.has_import_permission(request):
        raise PermissionDenied


def _resource(table: Any) -> IncomingResource:
    resource: IncomingResource = table.resource_classes[0]()
    return resource


def _user(request: HttpRequest) -> str:
    return str(request.user.get_username())


def _label(table: Any) -> str:
    return str(table.opts.label_lower)


def _info(table: Any) -> str:
    return f"{table.opts.app_label}_{table.opts.model_name}"
