"""The sub-commands of ``kiosk``: one module each, with ``add_to`` and ``run``."""
