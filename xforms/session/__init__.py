"""One person's answers to a form: the model worked out, pages, faults, and what is sent.

``model`` works everything out, ``paths`` finds the pages, ``drawing`` draws one, ``session`` is
the face of it all.

Source: docs/surveys.md, sections 3, 4 and 6.
"""

from xforms.session.circumstances import Circumstances as Circumstances
from xforms.session.session import Session as Session
from xforms.session.session import UnknownPathError as UnknownPathError
