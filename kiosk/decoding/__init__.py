"""Barcodes in pictures and camera frames. Start at ``pipeline.py``; docs/decoding.md explains."""
