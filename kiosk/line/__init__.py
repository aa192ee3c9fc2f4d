"""Talking to the central server: one link, one opinion on whether it is up, one way to wait."""
