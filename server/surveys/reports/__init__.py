"""What was answered, as figures: which sets of answers, then counts by the database, then sense.

``asked`` says which answers a report is about, ``counting`` has the database count them,
``report`` puts a survey's report together as data; the office draws it and writes it to files.

Source: docs/surveys.md, section 9.
"""
