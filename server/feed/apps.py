"""Django's entry for this app."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class FeedConfig(AppConfig):
    """Names the app in the office, and sees to the triggers after each migration."""

    name = "server.feed"
    verbose_name = _("Feed")

    def ready(self) -> None:
        """Let migrations of other apps end with every trigger in its place."""
        from server.feed.triggers import after_migrations

        post_migrate.connect(after_migrations, sender=self)
