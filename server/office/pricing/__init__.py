"""Prices and offers in the office: their list, forms, preview, change of many, and past."""
