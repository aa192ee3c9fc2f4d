"""The paths below ``/openrosa/``: one survey each, by its token."""

from __future__ import annotations

from django.urls import path

from server.surveys import openrosa

urlpatterns = [
    path("<str:token>/formList", openrosa.form_list, name="openrosa-list"),
    path("<str:token>/forms/<int:version>", openrosa.form, name="openrosa-form"),
    path("<str:token>/forms/<int:version>/manifest", openrosa.manifest, name="openrosa-manifest"),
    path(
        "<str:token>/forms/<int:version>/media/<str:name>",
        openrosa.medium,
        name="openrosa-medium",
    ),
    path("<str:token>/submission", openrosa.submission, name="openrosa-submission"),
]
