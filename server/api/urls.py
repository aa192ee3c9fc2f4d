"""The paths below ``/api/``."""

from __future__ import annotations

from django.urls import include, path

from server.api import v2, views

urlpatterns = [
    path("v1/health", views.health),
    path("v1/catalogue/manifest", views.manifest),
    path("v1/catalogue/snapshots/<str:store_id>/<int:sequence>", views.snapshot),
    path("v1/pictures/<str:sha256>", views.picture),
    path("v1/events", views.events),
    path("v2/", include((v2.urlpatterns, "ninja"), v2.api.urls_namespace)),
    path("<path:path>", views.not_found),
]
