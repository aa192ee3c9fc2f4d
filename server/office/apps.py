"""Django's entries for the office: its own files, and the admin site that it puts in place."""

from __future__ import annotations

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class OfficeConfig(AppConfig):
    """The office's templates, style sheet and font."""

    name = "server.office"


class OfficeAdminConfig(AdminConfig):
    """Django's admin with our site in the place of the stock one."""

    default_site = "server.office.site.OfficeSite"
