"""The office: Django's admin in Persian, with publishing and the import of products."""
