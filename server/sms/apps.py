"""Django's entry for this app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SmsConfig(AppConfig):
    """Names the app in the office."""

    name = "server.sms"
    verbose_name = _("Text messages")
