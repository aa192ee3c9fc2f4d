"""The kiosks in the office: who waits to be let in, and what is done about each.

Every change goes through ``server.fleet.deeds``, so each is in the log with who did it. The
list sends along which key it showed of each kiosk, and no other key is decided on.

Source: docs/line.md, section 2.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from server.fleet import deeds
from server.fleet.deeds import DeedError, OtherKeyError
from server.fleet.enrolment import make_code
from server.fleet.models import AuditEntry, KeyState, Kiosk
from server.office.exchange.admin import Exports
from server.office.exchange.told import AuditResource, KioskResource
from server.office.tables import KeyedAdmin, ToldAdmin, instant

_SHOWN = "shown-key-{}"  # the field that says which key of a kiosk was looked at
_NONE_SHOWN = "none"  # no key's name: a fingerprint is longer
_LATIN = '<bdi dir="ltr" class="office-body">{}</bdi>'


def _fingerprints(kiosk: Kiosk, state: KeyState) -> str:
    """Show the fingerprint of a kiosk's key as the kiosk itself shows it."""
    found = [key.key_id for key in kiosk.keys.all() if key.state == state]
    return format_html(_LATIN, found[0]) if found else "—"


def _looked_at(request: HttpRequest, deed: Callable[..., object]) -> Callable[..., object]:
    """Let a deed do to the key that the form showed what it would do to any that waits."""

    def named(kiosk_id: str, who: str, at: datetime) -> object:
        shown = request.POST.get(_SHOWN.format(kiosk_id)) or _NONE_SHOWN
        return deed(kiosk_id, who, at, shown)

    return named


@admin.register(Kiosk)
class KioskAdmin(Exports, KeyedAdmin):
    """The kiosks. A new one gets a code, which its box uses up; a person then approves its key."""

    key = "kiosk_id"
    resource_classes = (KioskResource,)
    list_display = (
        "kiosk_id",
        "name",
        "store",
        "active",
        "waiting_key",
        "shown_enrolled",
        "shown_seen",
    )
    list_select_related = ("store",)
    list_filter = ("store", "active", "keys__state")
    search_fields = ("kiosk_id", "name", "keys__key_id")
    readonly_fields = ("key_in_use", "waiting_key", "shown_enrolled", "shown_seen")
    actions = ("approve", "refuse", "new_code", "revoke")
    shown_enrolled = instant("enrolled_at", gettext_lazy("enrolled at"))
    shown_seen = instant("last_seen_at", gettext_lazy("last seen at"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Kiosk]:
        """Read the keys along with their kiosks."""
        return super().get_queryset(request).prefetch_related("keys")

    def get_fields(self, request: HttpRequest, obj: Kiosk | None = None) -> tuple[str, ...]:
        """Ask for little of a new kiosk."""
        fields = ("kiosk_id", "name", "store")
        return fields if obj is None else (*fields, "active", *self.readonly_fields)

    def has_delete_permission(self, request: HttpRequest, obj: Kiosk | None = None) -> bool:
        """Refuse: a kiosk is revoked or switched off, and what it told stays."""
        return False

    @admin.display(description=gettext_lazy("key in use"))
    def key_in_use(self, kiosk: Kiosk) -> str:
        """Show which key speaks for it."""
        if kiosk.key_sha256:
            return _("bearer key (version 1)")
        return _fingerprints(kiosk, KeyState.ACTIVE)

    @admin.display(description=gettext_lazy("key that waits"))
    def waiting_key(self, kiosk: Kiosk) -> str:
        """Show which key waits for a decision, and let the list's form name it."""
        found = [key.key_id for key in kiosk.keys.all() if key.state == KeyState.WAITING]
        field = '<input type="hidden" name="{}" value="{}">'
        shown = _fingerprints(kiosk, KeyState.WAITING)
        return shown + format_html(field, _SHOWN.format(kiosk.pk), found[0]) if found else shown

    def save_model(self, request: HttpRequest, obj: Kiosk, form: Any, change: bool) -> None:
        """Make, rename, move or switch, each by its deed."""
        who, at = request.user.get_username(), timezone.now()
        if not change:
            self._show_code(request, obj.kiosk_id, make_code(obj.kiosk_id, obj.store, who, at))
            if obj.name:
                deeds.rename(obj.kiosk_id, obj.name, who, at)
            return
        if "name" in form.changed_data:
            deeds.rename(obj.kiosk_id, obj.name, who, at)
        if "store" in form.changed_data:
            deeds.move(obj.kiosk_id, obj.store, who, at)
        if "active" in form.changed_data:
            deeds.switch(obj.kiosk_id, obj.active, who, at)

    @admin.action(permissions=["change"], description=gettext_lazy("Approve the key that waits"))
    def approve(self, request: HttpRequest, kiosks: QuerySet[Kiosk]) -> None:
        """Let the keys that were looked at be their kiosks' only ones."""
        self._each(request, kiosks, _looked_at(request, deeds.approve), _("Approved: %(kiosks)s"))

    @admin.action(permissions=["change"], description=gettext_lazy("Refuse the key that waits"))
    def refuse(self, request: HttpRequest, kiosks: QuerySet[Kiosk]) -> None:
        """Keep the keys that were looked at out for ever."""
        self._each(request, kiosks, _looked_at(request, deeds.refuse), _("Refused: %(kiosks)s"))

    @admin.action(permissions=["change"], description=gettext_lazy("Revoke all keys"))
    def revoke(self, request: HttpRequest, kiosks: QuerySet[Kiosk]) -> None:
        """Shut the kiosks out."""
        self._each(request, kiosks, deeds.revoke, _("Revoked: %(kiosks)s"))

    @admin.action(permissions=["change"], description=gettext_lazy("New code, for new hardware"))
    def new_code(self, request: HttpRequest, kiosks: QuerySet[Kiosk]) -> None:
        """Show a code for each; the box in use goes on until the new one is approved."""
        for kiosk in kiosks:
            code = make_code(kiosk.pk, None, request.user.get_username(), timezone.now())
            self._show_code(request, kiosk.pk, code)

    def _show_code(self, request: HttpRequest, kiosk_id: str, code: str) -> None:
        text = _("Code for {}, good for half an hour, shown this once: {}")
        shown = (format_html(_LATIN, each) for each in (kiosk_id, code))
        messages.success(request, format_html(text, *shown))

    def _each(
        self,
        request: HttpRequest,
        kiosks: QuerySet[Kiosk],
        deed: Callable[..., object],
        told: str,
    ) -> None:
        done: list[str] = []
        for kiosk in kiosks:
            try:
                deed(kiosk.pk, request.user.get_username(), timezone.now())
                done.append(kiosk.pk)
            except OtherKeyError:
                text = _("Another key of %(kiosk)s waits now; compare it first. Nothing was done.")
                messages.error(request, text % {"kiosk": kiosk.pk})
            except DeedError:
                text = _("No key of %(kiosk)s waits.") % {"kiosk": kiosk.pk}
                messages.warning(request, text)
        if done:
            messages.success(request, told % {"kiosks": "، ".join(done)})


@admin.register(AuditEntry)
class AuditEntryAdmin(Exports, ToldAdmin):
    """Who did what to which kiosk; it is only looked at."""

    resource_classes = (AuditResource,)
    list_display = ("shown_at", "who", "deed", "kiosk_id", "shown_detail")
    list_filter = ("deed",)
    search_fields = ("kiosk_id", "who")
    fields = ("shown_at", "who", "deed", "kiosk_id", "shown_detail")
    readonly_fields = fields
    shown_at = instant("at", gettext_lazy("at"))

    @admin.display(description=gettext_lazy("detail"))
    def shown_detail(self, entry: AuditEntry) -> str:
        """Show it as it was written, from left to right."""
        return format_html(_LATIN, json.dumps(entry.detail, ensure_ascii=False))
