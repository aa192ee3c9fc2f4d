"""How the kiosk is, for those who work here: behind a PIN, read only but for "try again"."""
