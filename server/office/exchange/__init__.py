"""Tables of the office as files: exported as they are listed, and some imported again.

A table gets both by a class in three steps (``admin.py`` has the two mixins):

1. a resource that names its columns, one ``Column`` each (``columns.py``); nothing that is not
   named leaves the office, so no key and no secret can slip into a file;
2. for importing, how a row is recognised and which columns are read (``incoming.py``);
3. ``class RuleAdmin(Imports, Exports, Table)`` with ``resource_classes = (RuleResource,)``.

Rights, the list's filters, the log, the preview, and rows that are refused come with the mixins.

Source: docs/server.md, "Exporting tables" and "Importing prices and stock".
"""
