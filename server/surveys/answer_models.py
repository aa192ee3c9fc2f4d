"""What was answered, as rows: each set of answers once by its own id, and each answer apart.

The XML is kept as it came; the rows of ``Answer`` are made of it with the form of that version,
and can be made again. What cannot be read is kept whole, with the reason.

Source: docs/surveys.md, section 6.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from server.stores.models import ID_LENGTH_MAX

PATH_LENGTH_MAX = 500
LANGUAGE_LENGTH_MAX = 100
VALUE_SHOWN_MAX = 200  # characters of an answer that are kept in an index


class Source(models.TextChoices):
    """Who sent it."""

    KIOSK = "kiosk", _("kiosk")
    OPENROSA = "openrosa", _("another program")


class Response(models.Model):
    """One person's answers. ``survey_id`` and ``version`` name the form, which is never deleted.

    ``times`` is ``[[path, ms], …]``; ``last`` the path of the page where a partial one ended.
    ``is_repeat``: a touch too soon after the one before; ``beyond_quota``: after it was full.
    """

    instance_id = models.UUIDField(_("instance id"), primary_key=True)
    event_id = models.UUIDField(_("event id"), unique=True, null=True)
    survey_id = models.CharField(_("survey"), max_length=ID_LENGTH_MAX)
    version = models.PositiveIntegerField(_("version"))
    source = models.CharField(_("from"), max_length=10, choices=Source.choices)
    kiosk_id = models.CharField(_("kiosk"), max_length=ID_LENGTH_MAX, blank=True)
    store_id = models.CharField(_("store"), max_length=ID_LENGTH_MAX, blank=True)
    began_at = models.DateTimeField(_("began at"))
    ended_at = models.DateTimeField(_("ended at"))
    received_at = models.DateTimeField(_("received at"))
    complete = models.BooleanField(_("complete"))
    language = models.CharField(_("language"), max_length=LANGUAGE_LENGTH_MAX, blank=True)
    member = models.CharField(_("member's pseudonym"), max_length=64, blank=True)
    is_repeat = models.BooleanField(_("repeat"), default=False)
    beyond_quota = models.BooleanField(_("beyond the quota"), default=False)
    times = models.JSONField(_("duration by question"), default=list)
    last = models.CharField(_("where it ended"), max_length=PATH_LENGTH_MAX, blank=True)
    xml = models.TextField(_("as sent"))
    files = models.JSONField(_("attachments"), default=list)

    class Meta:
        verbose_name = _("set of answers")
        verbose_name_plural = _("sets of answers")
        ordering = ("-ended_at",)
        indexes = (
            models.Index(fields=["survey_id", "ended_at"], name="responses_of_a_survey"),
            models.Index(fields=["survey_id", "store_id", "ended_at"], name="responses_of_a_store"),
        )
        constraints = (
            models.CheckConstraint(name="response_version_from_1", condition=Q(version__gte=1)),
        )

    def __str__(self) -> str:
        return str(self.instance_id)


class Answer(models.Model):
    """One answer to one question: one row, or for several choices one row each.

    ``path`` has no positions; ``positions`` are those of the repeats around it, ``1`` or ``2.1``.
    ``number`` is the value where it is one.
    """

    response = models.ForeignKey(
        Response, verbose_name=_("set of answers"), on_delete=models.CASCADE, related_name="answers"
    )
    path = models.CharField(_("question"), max_length=PATH_LENGTH_MAX)
    positions = models.CharField(_("repetition"), max_length=40, blank=True)
    place = models.PositiveSmallIntegerField(_("place"), default=0)  # among several choices
    kind = models.CharField(_("kind"), max_length=20)
    value = models.TextField(_("answer"))
    number = models.FloatField(_("number"), null=True)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ("response", "path", "positions", "place")
        indexes = (models.Index(fields=["path", "response"], name="answers_to_a_question"),)
        constraints = (
            models.UniqueConstraint(
                fields=["response", "path", "positions", "place"], name="one_answer_a_place"
            ),
        )

    def __str__(self) -> str:
        return self.value[:VALUE_SHOWN_MAX]


class UnreadResponse(models.Model):
    """Answers that could not be read: whole, with the reason; they keep back no others."""

    instance_id = models.CharField(_("instance id"), max_length=64, primary_key=True)
    survey_id = models.CharField(_("survey"), max_length=ID_LENGTH_MAX)
    version = models.BigIntegerField(_("version"))
    source = models.CharField(_("from"), max_length=10, choices=Source.choices)
    event_id = models.UUIDField(_("event id"), null=True)
    kiosk_id = models.CharField(_("kiosk"), max_length=ID_LENGTH_MAX, blank=True)
    store_id = models.CharField(_("store"), max_length=ID_LENGTH_MAX, blank=True)
    received_at = models.DateTimeField(_("received at"))
    reason = models.CharField(_("reason"), max_length=500)
    told = models.JSONField(_("as sent"))

    class Meta:
        verbose_name = _("unread answers")
        verbose_name_plural = _("unread answers")
        ordering = ("-received_at",)

    def __str__(self) -> str:
        return self.instance_id


class Left(models.Model):
    """Answers that somebody began and that were thrown away at idle: no answer, but where."""

    event_id = models.UUIDField(_("event id"), primary_key=True)
    survey_id = models.CharField(_("survey"), max_length=ID_LENGTH_MAX)
    version = models.PositiveIntegerField(_("version"))
    kiosk_id = models.CharField(_("kiosk"), max_length=ID_LENGTH_MAX)
    store_id = models.CharField(_("store"), max_length=ID_LENGTH_MAX)
    at = models.DateTimeField(_("at"))
    last = models.CharField(_("where it ended"), max_length=PATH_LENGTH_MAX, blank=True)

    class Meta:
        verbose_name = _("answers thrown away")
        verbose_name_plural = _("answers thrown away")
        ordering = ("-at",)
        indexes = (models.Index(fields=["survey_id", "at"], name="left_of_a_survey"),)

    def __str__(self) -> str:
        return self.last
