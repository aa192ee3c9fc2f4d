"""Why the rules of the store that came last are not those in use: told to staff and head office.

Source: docs/feed.md, section 6, "Rules".
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RulesFault:
    """The first of the rules that cannot be read, by its id, and why.

    ``sequence`` is that of the publication that told rules last.
    """

    sequence: int
    rule_id: str
    reason: str
