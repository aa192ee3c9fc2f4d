"""The two things that head office does beyond editing rows: importing a file, publishing."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from server.catalogue.models import Product
from server.feed.publish import publish_all
from server.feed.publisher import Publisher
from server.importing.log import note_import
from server.importing.products import import_products
from server.importing.report import Report
from server.importing.tables import TableError, read_table
from server.keys import SecretMissingError
from server.office.exchange.forms import FileForm
from server.office.exchange.preview import counts, fault_rows, headings_of_products
from server.office.persian import grouped


class ImportForm(FileForm):
    """A file of products, and whether it is only to be tried."""

    dry_run = forms.BooleanField(
        label=gettext_lazy("Only try: report, but change nothing"), required=False
    )


def import_page(request: HttpRequest) -> HttpResponse:
    """Show the form, and after it the report."""
    if not request.user.has_perms(["catalogue.add_product", "catalogue.change_product"]):
        raise PermissionDenied
    form = ImportForm(request.POST or None, request.FILES or None)
    report = _import(request, form) if form.is_valid() else None
    context = {
        **admin.site.each_context(request),
        "title": _("Import products"),
        "form": form,
        "report": report,
        "counts": counts(report) if report else (),
        "faults": fault_rows(report.refused, headings_of_products()) if report else (),
    }
    return render(request, "office/import.html", context)


def _import(request: HttpRequest, form: ImportForm) -> Report | None:
    """Import the file of a valid form; a file that is no table is said in the form."""
    file = form.cleaned_data["file"]
    try:
        table = read_table(file.name or "", file.read())
        with transaction.atomic():
            report = import_products(table, dry_run=form.cleaned_data["dry_run"])
            if not report.dry_run:
                note_import(request.user.get_username(), Product, file.name or "", report)
        return report
    except TableError as error:
        form.add_error("file", _("The file cannot be read: %(reason)s") % {"reason": error})
        return None


@require_POST
def publish_now(request: HttpRequest) -> HttpResponse:
    """Publish what changed for every store, and say what came of it; snapshots come later."""
    if not request.user.has_perm("snapshots.add_snapshot"):
        raise PermissionDenied
    try:
        stores = publish_all(Publisher.of(settings.CONFIGURATION), timezone.now())
    except SecretMissingError as error:
        messages.error(request, str(error))
        return redirect("admin:snapshots_snapshot_changelist")
    new = [store.store_id for store in stores if store.new]
    if new:
        messages.success(request, _("Published for: %(stores)s") % {"stores": "، ".join(new)})
    else:
        messages.info(request, _("Nothing changed since the last publishing."))
    if unpriced := Product.objects.filter(prices__isnull=True).count():
        text = _("Products without a price, which no kiosk shows: %(count)s")
        messages.warning(request, text % {"count": grouped(unpriced)})
    return redirect("admin:snapshots_snapshot_changelist")
