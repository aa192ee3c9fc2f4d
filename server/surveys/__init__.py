"""Surveys at head office: their forms in versions, their terms, and what was answered.

``deeds`` is what may be done with a survey, ``noting`` takes in what kiosks tell, ``openrosa``
what other programs send, ``telling`` gives what the feed carries. How: docs/surveys.md.
"""
