"""Django's entry for this app, and the triggers that each ``migrate`` puts back."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PricingConfig(AppConfig):
    """Names the app in the office."""

    name = "server.pricing"
    verbose_name = _("Prices and offers")

    def ready(self) -> None:
        """Have triggers that a migration took along put back."""
        from server.pricing.noting import after_migrations

        post_migrate.connect(after_migrations, sender=self, dispatch_uid="pricing-noting")
