"""The paths of the server: the line to the kiosks, and the office."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.staticfiles.views import serve
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("api/", include("server.api.urls")),
    path("office/", admin.site.urls),
    path("openrosa/", include("server.surveys.urls")),
    # a few people in the office: our own process gives them style sheets and the font
    path("static/<path:path>", serve, {"insecure": True}),
]
