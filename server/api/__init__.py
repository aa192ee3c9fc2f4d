"""The line to the kiosks: HTTP, version 1."""
