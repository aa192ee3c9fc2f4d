"""The kiosks, their keys and codes, and who did what with them, as rows.

Nothing here lets anybody speak for a kiosk: of its own key the public half is kept, of a bearer
key (version 1) and of an enrolment code a hash.

Source: docs/line.md, sections 1 and 2.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from server.stores.models import ID_LENGTH_MAX, Store, valid_id


class Kiosk(models.Model):
    """One terminal in one store."""

    kiosk_id = models.CharField(
        _("kiosk id"), max_length=ID_LENGTH_MAX, primary_key=True, validators=[valid_id]
    )
    store = models.ForeignKey(
        Store, verbose_name=_("store"), on_delete=models.PROTECT, related_name="kiosks"
    )
    name = models.CharField(_("name"), max_length=100, blank=True)
    key_sha256 = models.CharField(
        _("key's SHA-256"), max_length=64, unique=True, null=True, editable=False
    )
    active = models.BooleanField(_("active"), default=True)
    enrolled_at = models.DateTimeField(_("enrolled at"), editable=False)
    last_seen_at = models.DateTimeField(_("last seen at"), null=True, editable=False)

    class Meta:
        verbose_name = _("kiosk")
        verbose_name_plural = _("kiosks")
        ordering = ("kiosk_id",)
        constraints = (
            models.CheckConstraint(name="kiosk_has_an_id", condition=~models.Q(kiosk_id="")),
        )

    def __str__(self) -> str:
        return self.kiosk_id


class KeyState(models.TextChoices):
    """How far a key has come; a revoked one stays so for ever."""

    WAITING = "waiting", _("waiting")
    ACTIVE = "active", _("in use")
    REVOKED = "revoked", _("revoked")


class KioskKey(models.Model):
    """The public half of a key that a kiosk made, named by its fingerprint."""

    key_id = models.CharField(_("fingerprint"), max_length=32, primary_key=True)
    kiosk = models.ForeignKey(
        Kiosk, verbose_name=_("kiosk"), on_delete=models.CASCADE, related_name="keys"
    )
    public_key = models.BinaryField(_("public key"), max_length=32)
    state = models.CharField(_("state"), max_length=8, choices=KeyState.choices)
    version = models.CharField(_("version"), max_length=64, blank=True)
    hardware = models.CharField(_("hardware"), max_length=200, blank=True)
    address = models.CharField(_("address"), max_length=45, blank=True)
    asked_at = models.DateTimeField(_("asked at"))
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decided_by = models.CharField(_("decided by"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("key")
        verbose_name_plural = _("keys")
        ordering = ("-asked_at",)
        constraints = (
            models.UniqueConstraint(
                fields=["kiosk"], condition=models.Q(state="active"), name="one_key_in_use"
            ),
            models.UniqueConstraint(
                fields=["kiosk"], condition=models.Q(state="waiting"), name="one_key_waiting"
            ),
            models.CheckConstraint(
                name="key_state_known", condition=models.Q(state__in=KeyState.values)
            ),
        )

    def __str__(self) -> str:
        return self.key_id


class EnrolmentCode(models.Model):
    """A code that lets one box become this kiosk, once, while it lasts; kept as a hash."""

    code_hash = models.CharField(max_length=64, primary_key=True)
    kiosk = models.ForeignKey(Kiosk, on_delete=models.CASCADE, related_name="codes")
    approved = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150, blank=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    used_by = models.CharField(max_length=32, blank=True)  # the fingerprint

    def __str__(self) -> str:
        return f"{self.kiosk_id} {self.made_at:%Y-%m-%d %H:%M}"


class EnrolmentAttempt(models.Model):
    """A code that was tried in vain, by the address that it came from."""

    address = models.CharField(max_length=45)
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["address", "at"], name="attempts_by_address"),)

    def __str__(self) -> str:
        return f"{self.address} {self.at:%Y-%m-%d %H:%M}"


class Nonce(models.Model):
    """A nonce that was seen; rows on PostgreSQL alone, see ``server.fleet.nonces``."""

    pk = models.CompositePrimaryKey("key_id", "nonce")
    key_id = models.CharField(max_length=32)
    nonce = models.CharField(max_length=22)
    created_s = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return self.nonce


class AuditEntry(models.Model):
    """Who did what to which kiosk; written with the deed, and never changed."""

    at = models.DateTimeField(_("at"))
    who = models.CharField(_("who"), max_length=150)
    deed = models.CharField(_("deed"), max_length=40)
    kiosk_id = models.CharField(_("kiosk id"), max_length=ID_LENGTH_MAX)  # outlives its kiosk
    detail = models.JSONField(_("detail"), default=dict)

    class Meta:
        verbose_name = _("entry of the log")
        verbose_name_plural = _("log of kiosks")
        ordering = ("-id",)
        indexes = (models.Index(fields=["kiosk_id", "-at"], name="audit_by_kiosk"),)

    def __str__(self) -> str:
        return f"{self.deed} {self.kiosk_id}"
