"""Surveys in the office: the list, the form and its preview, the terms, the report.

Nothing is decided here: deeds are done by ``server.surveys.deeds``, figures are worked out by
``server.surveys.reports``.
"""
