"""Django's entry for this app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LoyaltyConfig(AppConfig):
    """Names the app in the office."""

    name = "server.loyalty"
    verbose_name = _("Loyalty schemes")
