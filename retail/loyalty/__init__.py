"""Points, credit and levels: what a sale earns, what may be spent, which group a member is in.

Pure: no clock, no disk, no network. Source: docs/members.md.
"""
