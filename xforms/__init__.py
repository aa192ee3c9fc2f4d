"""The form engine: XLSForms and XForms read, checked, and answered by one person at a time.

Known to the kiosk, which asks; to the server, which checks, previews and reads what was answered;
and to neither side's window, database or wire. ``reading`` turns a file into a ``Form``,
``session`` is one person's answers to it, ``page`` what is drawn.

The algorithm and its sources: docs/surveys.md.
"""
