"""Published forms, loaded once each: what answers are read with.

A version of a form never changes, so what was loaded stays right; the newest hundred are kept.
"""

from __future__ import annotations

from functools import lru_cache

from server.surveys.models import FormVersion
from xforms.loading import Form, load

FORMS_KEPT = 100


@lru_cache(maxsize=FORMS_KEPT)
def form_of(survey_id: str, version: int) -> Form:
    """Give the form of a version; raises ``FormVersion.DoesNotExist``."""
    row = FormVersion.objects.get(survey=survey_id, version=version)
    names = row.media.values_list("name", flat=True)
    return load(row.xform.encode(), dict.fromkeys(names, b""))
