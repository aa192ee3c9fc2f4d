"""Baskets and rules that a person types: two files in, one quote out, the same as a kiosk's.

Records in and records out; it reads no file and no clock. What the fields mean is
docs/formats/README.md.
"""
