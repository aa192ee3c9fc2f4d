"""XPath 1.0 with ODK's functions, by libxml2: read, written anew, evaluated.

``syntax`` reads an expression, ``writing`` writes it for libxml2 and tells what it depends on,
``functions`` has what ODK adds, ``expression`` puts them together.

Source: docs/surveys.md, section 2.
"""

from xforms.xpath.expression import Expression as Expression
from xforms.xpath.expression import compile as compile  # noqa: A004
from xforms.xpath.syntax import XPathError as XPathError
from xforms.xpath.world import World as World
from xforms.xpath.writing import HIDDEN as HIDDEN
from xforms.xpath.writing import Scope as Scope
