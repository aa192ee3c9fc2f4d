"""The office's front page: Django's admin under our name."""

from __future__ import annotations

from django.contrib.admin import AdminSite
from django.utils.translation import gettext_lazy as _


class OfficeSite(AdminSite):
    """Head office's way to catalogue, stores, kiosks and what they told."""

    site_header = _("Pishkhan head office")
    site_title = _("Pishkhan")
    index_title = _("Head office")
    site_url = None
