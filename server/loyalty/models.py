"""Schemes as head office wrote them, what members bought, and the levels that follow from it.

Purchases and returns are the history of a member; levels are worked out from it and may be worked
out anew at any time.

Source: docs/members.md, sections 4 to 6.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from server.ledger.models import WHO_LENGTH_MAX
from server.members.models import Member

KEY_LENGTH_MAX = 40


class SchemeVersion(models.Model):
    """A scheme's text, as its page has it; the newest version is the one that counts."""

    id = models.BigAutoField(primary_key=True)
    scheme_id = models.CharField(_("scheme"), max_length=KEY_LENGTH_MAX)
    number = models.PositiveIntegerField(_("version"))
    body = models.JSONField(_("rules"))
    made_at = models.DateTimeField(_("made at"))
    made_by = models.CharField(_("made by"), max_length=WHO_LENGTH_MAX)

    class Meta:
        verbose_name = _("version of a scheme")
        verbose_name_plural = _("versions of schemes")
        constraints = (models.UniqueConstraint("scheme_id", "number", name="loyalty_one_version"),)

    def __str__(self) -> str:
        return f"{self.scheme_id} {self.number}"


class Purchase(models.Model):
    """A sale of a member: what was paid, what it earned (thousandths), and by which rules."""

    sale_id = models.UUIDField(_("sale"), primary_key=True)
    member = models.ForeignKey(Member, models.PROTECT, related_name="purchases")
    version = models.ForeignKey(SchemeVersion, models.PROTECT)
    at = models.DateTimeField(_("at"))
    day = models.DateField(_("day"))  # the store's
    paid = models.BigIntegerField(_("paid"))
    points = models.BigIntegerField(_("points"))
    earned = models.JSONField(_("of what"))  # rule, line, points, basis

    class Meta:
        verbose_name = _("purchase of a member")
        verbose_name_plural = _("purchases of members")
        indexes = (models.Index(fields=["member", "day"], name="loyalty_history"),)
        constraints = (
            models.CheckConstraint(
                name="loyalty_paid_and_points", condition=Q(paid__gte=0, points__gte=0)
            ),
        )

    def __str__(self) -> str:
        return str(self.sale_id)


class ReturnedLine(models.Model):
    """A line of a purchase, or a part of it, that came back, and the points that went with it."""

    return_id = models.CharField(_("return"), max_length=80, primary_key=True)
    purchase = models.ForeignKey(Purchase, models.PROTECT, related_name="returned")
    line_id = models.CharField(_("line"), max_length=40)
    day = models.DateField(_("day"))
    paid = models.BigIntegerField(_("given back"))
    points = models.BigIntegerField(_("points taken back"))

    class Meta:
        verbose_name = _("returned line")
        verbose_name_plural = _("returned lines")

    def __str__(self) -> str:
        return self.return_id


class Fact(models.Model):
    """A number that head office keeps of a member, from a day on."""

    id = models.BigAutoField(primary_key=True)
    member = models.ForeignKey(Member, models.PROTECT, related_name="facts")
    name = models.CharField(_("name"), max_length=KEY_LENGTH_MAX)
    day = models.DateField(_("from"))
    value = models.BigIntegerField(_("number"))

    class Meta:
        verbose_name = _("fact")
        verbose_name_plural = _("facts")
        constraints = (
            models.UniqueConstraint("member", "name", "day", name="loyalty_one_fact_a_day"),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.value}"


class LevelChange(models.Model):
    """From this day on a member is of another group of a ladder; worked out, never typed."""

    id = models.BigAutoField(primary_key=True)
    member = models.ForeignKey(Member, models.PROTECT, related_name="levels")
    ladder_id = models.CharField(_("ladder"), max_length=KEY_LENGTH_MAX)
    day = models.DateField(_("day"))
    review = models.BooleanField(_("by a review"))
    before = models.CharField(_("before"), max_length=KEY_LENGTH_MAX)
    after = models.CharField(_("after"), max_length=KEY_LENGTH_MAX)
    count = models.BigIntegerField(_("count"))

    class Meta:
        verbose_name = _("change of level")
        verbose_name_plural = _("changes of level")
        ordering = ("day", "review")
        constraints = (
            models.UniqueConstraint(
                "member", "ladder_id", "day", "review", name="loyalty_one_change"
            ),
        )

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"
