"""Receipts: what they say, how they are drawn, their signed reference, and one print a sale.

Source: docs/receipts.md.
"""
