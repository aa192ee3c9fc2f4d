"""The tables of this app, version by version."""
