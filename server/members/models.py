"""Members and what they prove themselves by. A code that was sent is kept as a hash alone.

Source: docs/members.md, section 8.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from server.stores.models import ID_LENGTH_MAX

MOBILE_LENGTH_MAX = 15
NAME_LENGTH_MAX = 100
HASH_LENGTH = 64


class Consent(models.Model):
    """What people are asked to agree to, word for word; a new wording is a new row."""

    id = models.BigAutoField(primary_key=True)
    version = models.CharField(_("version"), max_length=20, unique=True)
    text_fa = models.TextField(_("in Persian"))
    text_en = models.TextField(_("in English"), blank=True)
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("wording of the consent")
        verbose_name_plural = _("wordings of the consent")

    def __str__(self) -> str:
        return self.version


class Member(models.Model):
    """A member; one who was erased has neither number nor name, and one who was merged, a home."""

    member_id = models.UUIDField(_("member"), primary_key=True)
    mobile = models.CharField(_("mobile"), max_length=MOBILE_LENGTH_MAX, unique=True, null=True)
    name = models.CharField(_("name"), max_length=NAME_LENGTH_MAX, blank=True)
    national_id = models.CharField(_("national id"), max_length=10, blank=True)
    consent = models.ForeignKey(Consent, models.PROTECT, verbose_name=_("agreed to"))
    consented_at = models.DateTimeField(_("agreed at"))
    registered_at = models.DateTimeField(_("registered at"), db_index=True)
    kiosk_id = models.CharField(_("kiosk"), max_length=ID_LENGTH_MAX, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="merged", verbose_name=_("merged into")
    )
    erased_at = models.DateTimeField(_("erased at"), null=True)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = (
            models.CheckConstraint(
                name="member_erased_has_nothing",
                condition=Q(erased_at__isnull=True)
                | Q(mobile__isnull=True, name="", national_id=""),
            ),
            models.CheckConstraint(
                name="member_is_somebody",
                condition=Q(mobile__isnull=False)
                | Q(erased_at__isnull=False)
                | Q(merged_into__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return str(self.member_id)


class LoginCode(models.Model):
    """A code that was sent to a number; the newest one of a number is the only one of use."""

    id = models.BigAutoField(primary_key=True)
    number_hash = models.CharField(_("hash of the number"), max_length=HASH_LENGTH, db_index=True)
    code_hash = models.CharField(_("hash of the code"), max_length=HASH_LENGTH)
    sent_at = models.DateTimeField(_("sent at"))
    ends_at = models.DateTimeField(_("ends at"))
    wrong = models.PositiveSmallIntegerField(_("wrong tries"), default=0)
    used_at = models.DateTimeField(_("used at"), null=True)

    class Meta:
        verbose_name = _("code")
        verbose_name_plural = _("codes")

    def __str__(self) -> str:
        return f"code {self.pk}"


class Tried(models.Model):
    """Something that is allowed so often in a time: ``what`` and of whom, as a hash or a kiosk."""

    id = models.BigAutoField(primary_key=True)
    what = models.CharField(_("what"), max_length=20)
    of = models.CharField(_("of"), max_length=HASH_LENGTH)
    at = models.DateTimeField(_("at"), db_index=True)

    class Meta:
        verbose_name = _("try")
        verbose_name_plural = _("tries")
        indexes = (models.Index(fields=["what", "of", "at"], name="members_tried_lately"),)

    def __str__(self) -> str:
        return f"{self.what} {self.pk}"
