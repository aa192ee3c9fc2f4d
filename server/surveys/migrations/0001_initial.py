import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import server.surveys.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("stores", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Medium",
            fields=[
                (
                    "sha256",
                    models.CharField(
                        max_length=64, primary_key=True, serialize=False, verbose_name="SHA-256"
                    ),
                ),
                ("content", models.BinaryField(verbose_name="content")),
            ],
            options={
                "verbose_name": "picture of forms",
                "verbose_name_plural": "pictures of forms",
            },
        ),
        migrations.CreateModel(
            name="UnreadResponse",
            fields=[
                (
                    "instance_id",
                    models.CharField(
                        max_length=64, primary_key=True, serialize=False, verbose_name="instance id"
                    ),
                ),
                ("survey_id", models.CharField(max_length=63, verbose_name="survey")),
                ("version", models.BigIntegerField(verbose_name="version")),
                (
                    "source",
                    models.CharField(
                        choices=[("kiosk", "kiosk"), ("openrosa", "another program")],
                        max_length=10,
                        verbose_name="from",
                    ),
                ),
                ("kiosk_id", models.CharField(blank=True, max_length=63, verbose_name="kiosk")),
                ("received_at", models.DateTimeField(verbose_name="received at")),
                ("reason", models.CharField(max_length=500, verbose_name="reason")),
                ("told", models.JSONField(verbose_name="as sent")),
            ],
            options={
                "verbose_name": "unread answers",
                "verbose_name_plural": "unread answers",
                "ordering": ("-received_at",),
            },
        ),
        migrations.CreateModel(
            name="Left",
            fields=[
                (
                    "event_id",
                    models.UUIDField(primary_key=True, serialize=False, verbose_name="event id"),
                ),
                ("survey_id", models.CharField(max_length=63, verbose_name="survey")),
                ("version", models.PositiveIntegerField(verbose_name="version")),
                ("kiosk_id", models.CharField(max_length=63, verbose_name="kiosk")),
                ("store_id", models.CharField(max_length=63, verbose_name="store")),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "last",
                    models.CharField(blank=True, max_length=500, verbose_name="where it ended"),
                ),
            ],
            options={
                "verbose_name": "answers thrown away",
                "verbose_name_plural": "answers thrown away",
                "ordering": ("-at",),
                "indexes": [models.Index(fields=["survey_id", "at"], name="left_of_a_survey")],
            },
        ),
        migrations.CreateModel(
            name="Response",
            fields=[
                (
                    "instance_id",
                    models.UUIDField(primary_key=True, serialize=False, verbose_name="instance id"),
                ),
                ("event_id", models.UUIDField(null=True, unique=True, verbose_name="event id")),
                ("survey_id", models.CharField(max_length=63, verbose_name="survey")),
                ("version", models.PositiveIntegerField(verbose_name="version")),
                (
                    "source",
                    models.CharField(
                        choices=[("kiosk", "kiosk"), ("openrosa", "another program")],
                        max_length=10,
                        verbose_name="from",
                    ),
                ),
                ("kiosk_id", models.CharField(blank=True, max_length=63, verbose_name="kiosk")),
                ("store_id", models.CharField(blank=True, max_length=63, verbose_name="store")),
                ("began_at", models.DateTimeField(verbose_name="began at")),
                ("ended_at", models.DateTimeField(verbose_name="ended at")),
                ("received_at", models.DateTimeField(verbose_name="received at")),
                ("complete", models.BooleanField(verbose_name="complete")),
                ("language", models.CharField(blank=True, max_length=100, verbose_name="language")),
                (
                    "member",
                    models.CharField(blank=True, max_length=64, verbose_name="member's pseudonym"),
                ),
                ("is_repeat", models.BooleanField(default=False, verbose_name="repeat")),
                (
                    "beyond_quota",
                    models.BooleanField(default=False, verbose_name="beyond the quota"),
                ),
                ("times", models.JSONField(default=list, verbose_name="duration by question")),
                (
                    "last",
                    models.CharField(blank=True, max_length=500, verbose_name="where it ended"),
                ),
                ("xml", models.TextField(verbose_name="as sent")),
                ("files", models.JSONField(default=list, verbose_name="attachments")),
            ],
            options={
                "verbose_name": "set of answers",
                "verbose_name_plural": "sets of answers",
                "ordering": ("-ended_at",),
                "indexes": [
                    models.Index(fields=["survey_id", "ended_at"], name="responses_of_a_survey"),
                    models.Index(
                        fields=["survey_id", "store_id", "ended_at"], name="responses_of_a_store"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("version__gte", 1)), name="response_version_from_1"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Survey",
            fields=[
                (
                    "survey_id",
                    models.CharField(
                        max_length=63,
                        primary_key=True,
                        serialize=False,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9][a-z0-9-]{0,62}\\Z",
                                "Expected small letters, digits and hyphens.",
                            )
                        ],
                        verbose_name="survey id",
                    ),
                ),
                ("title_fa", models.CharField(max_length=200, verbose_name="title")),
                (
                    "title_en",
                    models.CharField(blank=True, max_length=200, verbose_name="English title"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("published", "published"),
                            ("paused", "paused"),
                            ("closed", "closed"),
                        ],
                        db_index=True,
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("terms", models.JSONField(blank=True, default=dict, verbose_name="terms")),
                (
                    "quota",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Complete answers; empty: no limit.",
                        null=True,
                        verbose_name="quota",
                    ),
                ),
                (
                    "token",
                    models.CharField(
                        default=server.surveys.models.new_token,
                        editable=False,
                        max_length=32,
                        unique=True,
                        verbose_name="address for other programs",
                    ),
                ),
                (
                    "published",
                    models.JSONField(editable=False, null=True, verbose_name="as kiosks have it"),
                ),
                ("changed_at", models.DateTimeField(verbose_name="changed at")),
                ("changed_by", models.CharField(max_length=150, verbose_name="changed by")),
                (
                    "stores",
                    models.ManyToManyField(
                        blank=True,
                        help_text="None: the whole chain.",
                        to="stores.store",
                        verbose_name="stores",
                    ),
                ),
            ],
            options={
                "verbose_name": "survey",
                "verbose_name_plural": "surveys",
                "ordering": ("survey_id",),
            },
        ),
        migrations.CreateModel(
            name="FormVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(verbose_name="version")),
                ("file_name", models.CharField(blank=True, max_length=200, verbose_name="file")),
                ("source", models.BinaryField(default=b"", verbose_name="as uploaded")),
                ("rows", models.JSONField(null=True, verbose_name="as typed")),
                ("xform", models.TextField(verbose_name="XForm")),
                ("form_id", models.CharField(blank=True, max_length=200, verbose_name="form id")),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                ("made_by", models.CharField(max_length=150, verbose_name="made by")),
                ("published_at", models.DateTimeField(null=True, verbose_name="published at")),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="surveys.survey",
                        verbose_name="survey",
                    ),
                ),
            ],
            options={
                "verbose_name": "version of a form",
                "verbose_name_plural": "versions of forms",
                "ordering": ("survey", "-version"),
            },
        ),
        migrations.CreateModel(
            name="FormMedium",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="file")),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="media",
                        to="surveys.formversion",
                        verbose_name="form",
                    ),
                ),
                (
                    "medium",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="surveys.medium",
                        verbose_name="content",
                    ),
                ),
            ],
            options={
                "verbose_name": "medium of a form",
                "verbose_name_plural": "media of forms",
                "ordering": ("form", "name"),
                "constraints": [
                    models.UniqueConstraint(fields=("form", "name"), name="one_medium_a_name")
                ],
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("path", models.CharField(max_length=500, verbose_name="question")),
                (
                    "positions",
                    models.CharField(blank=True, max_length=40, verbose_name="repetition"),
                ),
                ("place", models.PositiveSmallIntegerField(default=0, verbose_name="place")),
                ("kind", models.CharField(max_length=20, verbose_name="kind")),
                ("value", models.TextField(verbose_name="answer")),
                ("number", models.FloatField(null=True, verbose_name="number")),
                (
                    "response",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="surveys.response",
                        verbose_name="set of answers",
                    ),
                ),
            ],
            options={
                "verbose_name": "answer",
                "verbose_name_plural": "answers",
                "ordering": ("response", "path", "positions", "place"),
                "indexes": [
                    models.Index(fields=["path", "response"], name="answers_to_a_question")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("response", "path", "positions", "place"), name="one_answer_a_place"
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="survey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("survey_id", ""), _negated=True),
                    models.Q(("title_fa", ""), _negated=True),
                ),
                name="survey_has_id_and_title",
            ),
        ),
        migrations.AddConstraint(
            model_name="survey",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["draft", "published", "paused", "closed"])),
                name="survey_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="survey",
            constraint=models.CheckConstraint(
                condition=models.Q(("quota__isnull", True), ("quota__gte", 1), _connector="OR"),
                name="survey_quota_is_1_or_more",
            ),
        ),
        migrations.AddConstraint(
            model_name="survey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "published"), _negated=True),
                    ("published__isnull", False),
                    _connector="OR",
                ),
                name="survey_is_published_with_a_line",
            ),
        ),
        migrations.AddConstraint(
            model_name="formversion",
            constraint=models.UniqueConstraint(
                fields=("survey", "version"), name="one_form_a_version"
            ),
        ),
        migrations.AddConstraint(
            model_name="formversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("version__gte", 1)), name="form_version_from_1"
            ),
        ),
    ]
