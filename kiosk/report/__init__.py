"""What this kiosk tells head office of itself, once a minute: docs/fleet.md, section 1."""
