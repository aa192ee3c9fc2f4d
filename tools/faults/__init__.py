"""Kiosks and a server that are killed at random, over a line with faults; then a count."""
