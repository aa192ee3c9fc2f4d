"""Surveys as rows: the survey with its terms, and its form in versions that never change.

What was answered is in ``answer_models``. A form is kept as it was uploaded or typed, and as the
XForm that was made of it, for as long as there may be answers to it.

Source: docs/surveys.md, sections 1, 5 and 6.
"""

from __future__ import annotations

import secrets

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from server.catalogue.models import Picture
from server.stores.models import ID_LENGTH_MAX, Store, valid_id
from server.surveys.answer_models import Answer as Answer
from server.surveys.answer_models import Left as Left
from server.surveys.answer_models import Response as Response
from server.surveys.answer_models import Source as Source
from server.surveys.answer_models import UnreadResponse as UnreadResponse

WHO_LENGTH_MAX = 150
MEDIUM_LENGTH_MAX = 200


def new_token() -> str:
    """Make what stands in the address at which other programs send answers: 128 bits."""
    return secrets.token_hex(16)


class State(models.TextChoices):
    """How far a survey is; only a published one is asked."""

    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    PAUSED = "paused", _("paused")
    CLOSED = "closed", _("closed")


class Survey(models.Model):
    """What is asked, of whom, where and until when.

    ``terms`` has the fields of ``retail.survey_lines`` but for id, version, title, form and
    media; ``published`` is the whole line as kiosks have it (none: they do not), and
    ``published_stores`` which of them do. Without stores it is for the whole chain. ``quota``
    is how many complete answers close it.
    """

    survey_id = models.CharField(
        _("survey id"), max_length=ID_LENGTH_MAX, primary_key=True, validators=[valid_id]
    )
    title_fa = models.CharField(_("title"), max_length=200)
    title_en = models.CharField(_("English title"), max_length=200, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.DRAFT, db_index=True
    )
    terms = models.JSONField(_("terms"), default=dict, blank=True)
    stores = models.ManyToManyField(
        Store, verbose_name=_("stores"), blank=True, help_text=_("None: the whole chain.")
    )
    quota = models.PositiveIntegerField(
        _("quota"), null=True, blank=True, help_text=_("Complete answers; empty: no limit.")
    )
    token = models.CharField(
        _("address for other programs"),
        max_length=32,
        unique=True,
        default=new_token,
        editable=False,
    )
    published = models.JSONField(_("as kiosks have it"), null=True, editable=False)
    published_stores = models.JSONField(_("stores that have it"), default=list, editable=False)
    changed_at = models.DateTimeField(_("changed at"))
    changed_by = models.CharField(_("changed by"), max_length=WHO_LENGTH_MAX)

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        ordering = ("survey_id",)
        permissions = (("publish_survey", "Can publish, pause and close surveys"),)
        constraints = (
            models.CheckConstraint(
                name="survey_has_id_and_title", condition=~Q(survey_id="") & ~Q(title_fa="")
            ),
            models.CheckConstraint(
                name="survey_state_is_known", condition=Q(state__in=State.values)
            ),
            models.CheckConstraint(
                name="survey_quota_is_1_or_more", condition=Q(quota__isnull=True) | Q(quota__gte=1)
            ),
            models.CheckConstraint(
                name="survey_is_published_with_a_line",
                condition=~Q(state=State.PUBLISHED) | Q(published__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.title_fa


class FormVersion(models.Model):
    """One version of a survey's form: numbered from 1, and never changed once it was published.

    ``source`` is the file as it was uploaded, or empty where it was typed in the office; ``rows``
    are the sheets as typed there, ``{"survey": [{"type": …}], "choices": …, "settings": …}``.
    """

    survey = models.ForeignKey(
        Survey, verbose_name=_("survey"), on_delete=models.CASCADE, related_name="versions"
    )
    version = models.PositiveIntegerField(_("version"))
    file_name = models.CharField(_("file"), max_length=200, blank=True)
    source = models.BinaryField(_("as uploaded"), default=b"")
    rows = models.JSONField(_("as typed"), null=True)
    xform = models.TextField(_("XForm"))
    form_id = models.CharField(_("form id"), max_length=200, blank=True)
    made_at = models.DateTimeField(_("made at"))
    made_by = models.CharField(_("made by"), max_length=WHO_LENGTH_MAX)
    published_at = models.DateTimeField(_("published at"), null=True)

    class Meta:
        verbose_name = _("version of a form")
        verbose_name_plural = _("versions of forms")
        ordering = ("survey", "-version")
        constraints = (
            models.UniqueConstraint(fields=["survey", "version"], name="one_form_a_version"),
            models.CheckConstraint(name="form_version_from_1", condition=Q(version__gte=1)),
        )

    def __str__(self) -> str:
        return f"{self.survey_id} {self.version}"


class FormMedium(models.Model):
    """A picture of a form, by the name that the form calls it; kept as pictures of products are."""

    form = models.ForeignKey(
        FormVersion, verbose_name=_("form"), on_delete=models.CASCADE, related_name="media"
    )
    name = models.CharField(_("file"), max_length=MEDIUM_LENGTH_MAX)
    picture = models.ForeignKey(Picture, verbose_name=_("picture"), on_delete=models.PROTECT)

    class Meta:
        verbose_name = _("picture of a form")
        verbose_name_plural = _("pictures of forms")
        ordering = ("form", "name")
        constraints = (models.UniqueConstraint(fields=["form", "name"], name="one_medium_a_name"),)

    def __str__(self) -> str:
        return self.name
