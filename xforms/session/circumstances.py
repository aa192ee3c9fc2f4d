"""Under which circumstances somebody answers: the clock, chance, the language, the box."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4


@dataclass(frozen=True)
class Circumstances:
    """``now`` gives aware instants in the store's zone; ``seed`` is what chance is drawn from.

    ``language`` is a language of the form or its code (``fa``); empty is the form's own first.
    ``properties`` are what forms may ask the device for: ``username``, ``phonenumber`` …
    """

    now: Callable[[], datetime]
    seed: int = 0
    language: str = ""
    device_id: str = ""
    instance_id: str = field(default_factory=lambda: str(uuid4()))
    properties: Mapping[str, str] = field(default_factory=dict)
