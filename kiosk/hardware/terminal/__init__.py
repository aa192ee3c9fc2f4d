"""Bank terminals: a codec for each protocol, and what a driver is to the rest (``face``).

A codec is pure: bytes ↔ frozen messages. It masks card data before anything else sees it.
"""
