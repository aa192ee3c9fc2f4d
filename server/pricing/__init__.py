"""Prices and offers at head office: rules as rows, their deeds, their past, what kiosks are told.

How a price is worked out is ``retail.pricing``'s affair; the pages are ``server.office.pricing``.
"""
