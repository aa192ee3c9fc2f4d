"""Asking: a published form, page by page, until its answers are an event."""
