"""The place of surveys in the office: entries in the menu, and the addresses of the pages."""

from __future__ import annotations

import json

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from server.fleet.audit import note
from server.office.exchange.admin import Exports
from server.office.surveys import deeds, forms_page, previewing, reporting, terms_page
from server.office.surveys.around import ADD, ANSWERS, CHANGE, who
from server.office.surveys.tables import (
    AnswerResource,
    LeftResource,
    ResponseResource,
    SurveyResource,
    UnreadResource,
)
from server.office.tables import ToldAdmin, instant
from server.surveys.models import Answer, Left, Response, Survey, UnreadResponse
from server.surveys.unread import read_again


@admin.register(Survey)
class SurveyAdmin(Exports, ToldAdmin):
    """The list of surveys; each opens into pages of its own."""

    resource_classes = (SurveyResource,)
    list_display = ("title_fa", "survey_id", "state", "shown_report", "shown_at", "changed_by")
    list_filter = ("state",)
    search_fields = ("survey_id", "title_fa", "title_en")
    shown_at = instant("changed_at", gettext_lazy("changed at"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let the menu offer a new survey to whoever may add one."""
        return request.user.has_perm(ADD)

    @admin.display(description=gettext_lazy("report"))
    def shown_report(self, row: Survey) -> str:
        """Lead to the report."""
        address = reverse("admin:surveys_survey_report", args=(row.pk,))
        return format_html('<a href="{}">{}</a>', address, _("Report"))

    def get_urls(self) -> list[URLPattern]:
        """Give the pages' own addresses and no other."""
        pages = [
            ("", self.changelist_view, "changelist"),
            ("add/", deeds.add_page, "add"),
            ("export/", self.export_action, "export"),
            ("<slug:survey_id>/change/", forms_page.form_page, "change"),
            ("<slug:survey_id>/upload/", forms_page.upload, "upload"),
            ("<slug:survey_id>/build/", forms_page.build_page, "build"),
            ("<slug:survey_id>/file/<int:version>/", forms_page.file, "file"),
            ("<slug:survey_id>/terms/", terms_page.terms_page, "terms"),
            ("<slug:survey_id>/preview/", previewing.preview_page, "preview"),
            ("<slug:survey_id>/report/", reporting.report_page, "report"),
            ("<slug:survey_id>/do/", deeds.do_page, "do"),
        ]
        guard = self.admin_site.admin_view
        return [path(way, guard(view), name=f"surveys_survey_{name}") for way, view, name in pages]


@admin.register(Response)
class ResponseAdmin(Exports, ToldAdmin):
    """Sets of answers, each as it was given."""

    resource_classes = (ResponseResource,)
    list_display = ("survey_id", "version", "kiosk_id", "shown_ended", "complete", "language")
    list_filter = ("survey_id", "complete", "is_repeat", "beyond_quota", "source", "store_id")
    search_fields = ("kiosk_id", "survey_id", "instance_id")
    fields = (
        *("survey_id", "version", "source", "kiosk_id", "store_id", "shown_began", "shown_ended"),
        *("complete", "language", "member", "is_repeat", "beyond_quota", "last", "shown_answers"),
    )
    readonly_fields = fields
    shown_began = instant("began_at", gettext_lazy("began at"))
    shown_ended = instant("ended_at", gettext_lazy("ended at"))

    @admin.display(description=gettext_lazy("answers given"))
    def shown_answers(self, row: Response) -> str:
        """Show them as texts, one below the other."""
        told = row.answers.order_by("path", "positions", "place")
        lines = (f"{each.path} {each.positions}: {each.value}" for each in told)
        return format_html('<pre dir="auto">{}</pre>', "\n".join(lines))


@admin.register(Answer)
class AnswerAdmin(Exports, ToldAdmin):
    """Answers one by one, mostly for export."""

    resource_classes = (AnswerResource,)
    list_display = ("response_survey", "path", "value")
    list_filter = ("kind",)
    search_fields = ("path", "value")
    list_select_related = ("response",)
    fields = readonly_fields = ("response", "path", "positions", "place", "kind", "value")
    show_full_result_count = False

    @admin.display(description=gettext_lazy("survey"))
    def response_survey(self, row: Answer) -> str:
        """Name the survey."""
        return row.response.survey_id


@admin.register(UnreadResponse)
class UnreadResponseAdmin(Exports, ToldAdmin):
    """Answers that could not be read; they can be read again once what was wrong is right."""

    resource_classes = (UnreadResource,)
    list_display = ("survey_id", "version", "kiosk_id", "shown_at", "reason")
    list_filter = ("survey_id",)
    search_fields = ("survey_id", "kiosk_id")
    fields = readonly_fields = (
        *("instance_id", "survey_id", "version", "source", "kiosk_id", "shown_at", "reason"),
        "shown_told",
    )
    actions = ("read_again",)
    shown_at = instant("received_at", gettext_lazy("received at"))

    @admin.display(description=gettext_lazy("as sent"))
    def shown_told(self, row: UnreadResponse) -> str:
        """Show it as it came."""
        text = json.dumps(row.told, ensure_ascii=False, indent=1)
        return format_html('<pre dir="ltr">{}</pre>', text)

    def has_again_permission(self, request: HttpRequest) -> bool:
        """Let those read again who see answers and may change surveys."""
        return request.user.has_perms((ANSWERS, CHANGE))

    @admin.action(permissions=["again"], description=gettext_lazy("Read again"))
    def read_again(self, request: HttpRequest, rows: QuerySet[UnreadResponse]) -> None:
        """Read them once more; what still cannot be read stays here."""
        keys = list(rows.values_list("pk", flat=True))
        count = read_again(keys, timezone.now())
        note(who(request), "read answers again", "", timezone.now(), asked=len(keys), read=count)
        told = _("%(count)s of %(all)s could be read now.") % {"count": count, "all": len(keys)}
        messages.info(request, told)


@admin.register(Left)
class LeftAdmin(Exports, ToldAdmin):
    """Where people left whose answers were thrown away."""

    resource_classes = (LeftResource,)
    list_display = ("survey_id", "version", "kiosk_id", "shown_at", "last")
    list_filter = ("survey_id", "store_id")
    search_fields = ("survey_id", "kiosk_id", "last")
    fields = readonly_fields = ("survey_id", "version", "kiosk_id", "store_id", "shown_at", "last")
    shown_at = instant("at", gettext_lazy("at"))
