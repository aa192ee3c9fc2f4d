"""GS1 Digital Link: the web address on a pack, read as the elements it holds. Opens nothing.

Source: GS1 Digital Link Standard: URI Syntax, section 4 (grammar; any host and any path may
stand before the key). The short names of releases before 1.2 are read as well, because
packs outlive standards.
"""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote, urlsplit

from retail.barcodes.codes import CodeError, Element, Reason
from retail.barcodes.identifiers import identifier_at
from retail.values import GTIN_LENGTHS

QUERY_FIELDS_MAX = 64
_SHORT_NAMES = {"gtin": "01", "cpv": "22", "lot": "10", "ser": "21", "exp": "17"}
_QUALIFIERS = ("22", "10", "21", "235")  # of a GTIN, in the order in which they may stand


def is_web_address(text: str) -> bool:
    """Tell whether ``text`` is one; the scheme may be in capitals, which QR packs tighter."""
    return text[:8].lower().startswith(("http://", "https://"))


def split_link(text: str) -> tuple[Element, ...]:
    """Give the elements of a web address, the item's first; refuses one without an item."""
    try:
        address = urlsplit(text)
        query = parse_qsl(address.query, max_num_fields=QUERY_FIELDS_MAX)
    except ValueError as error:
        raise CodeError(Reason.BROKEN, f"Expected a web address, got {error}") from None
    segments = [unquote(segment) for segment in address.path.strip("/").split("/")]
    attributes = {_identifier(key): value for key, value in query}  # the last one counts
    known = [Element(ai, value) for ai, value in attributes.items() if _is_identifier(ai)]
    return (*_path_elements(segments), *known)


def _path_elements(segments: list[str]) -> list[Element]:
    """Find key and qualifiers at the end of the path, behind whatever the host puts there."""
    names = [_identifier(segment) for segment in segments]
    for start, name in enumerate(names[:-1]):
        pairs = list(zip(names[start::2], segments[start + 1 :: 2], strict=False))
        if name == "01" and (len(names) - start) % 2 == 0 and _in_order([ai for ai, _ in pairs]):
            (key, digits), *qualifiers = pairs
            if len(digits) in GTIN_LENGTHS:
                return [Element(key, digits.zfill(14)), *(Element(*pair) for pair in qualifiers)]
    raise CodeError(Reason.NO_ITEM, "Expected /01/ and a GTIN in the web address, got none")


def _in_order(identifiers: list[str]) -> bool:
    rest = iter(("01", *_QUALIFIERS))
    return all(ai in rest for ai in identifiers)  # ``in`` eats the iterator up to its find


def _is_identifier(name: str) -> bool:
    return name != "" and identifier_at(name) == name


def _identifier(name: str) -> str:
    return _SHORT_NAMES.get(name, name)
