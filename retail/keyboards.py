"""What was meant when the keyboard stood on the other language: "nvdh" is «دریا».

Each key has a letter on the English layout and one on the Persian; a text typed on the wrong
one is read key by key. Whether that reading is better than the plain one is the search's
affair. Neither folds nor corrects.

>>> other_layout("nvdh")
('دریا',)
>>> other_layout("سشئسعدل")
('samsung',)

Source: ISIRI 9147 (Persian letters on computer keyboards), as in xkeyboard-config's
symbols/ir; the older Windows layout differs in the keys named in docs/search.md, section 3.
"""

from __future__ import annotations

import re

_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,"
_PERSIAN = "ضصثقفغعهخحجچشسیبلاتنمکگظطزرذدپو"
_SHIFTED = dict(zip("ASDFGHJZCM", "ؤئيإأآةكژء", strict=True))
_DIGITS = dict(zip("0123456789", "۰۱۲۳۴۵۶۷۸۹", strict=True))

_TO_PERSIAN = {
    **{key.upper(): letter for key, letter in zip(_KEYS, _PERSIAN, strict=True)},
    **dict(zip(_KEYS, _PERSIAN, strict=True)),
    **_SHIFTED,
    **{"\\": "پ", "`": "پ"},
}
_TO_ENGLISH = {
    **{letter: key.lower() for key, letter in _SHIFTED.items()},
    **dict(zip(_PERSIAN, _KEYS, strict=True)),
    **{letter: digit for digit, letter in _DIGITS.items()},
    **{"ئ": "m", "ك": ";", "ي": "d", "ى": "d", "\u200c": " ", "،": "t"},
}
_ISIRI = str.maketrans(_TO_PERSIAN)
_WINDOWS = str.maketrans(_TO_PERSIAN | {"m": "ئ"})
_ENGLISH = str.maketrans(_TO_ENGLISH)
_HAS_ENGLISH = re.compile("[a-zA-Z]")
_HAS_PERSIAN = re.compile("[\u0621-\u064a\u067e-\u06cc]")


def other_layout(text: str) -> tuple[str, ...]:
    """Give what the same keys write on the other layout, the likelier reading first.

    Nothing where the text has letters of both layouts, or of neither.
    """
    english, persian = _HAS_ENGLISH.search(text), _HAS_PERSIAN.search(text)
    if english and not persian:
        return tuple(dict.fromkeys((text.translate(_ISIRI), text.translate(_WINDOWS))))
    if persian and not english:
        return (text.translate(_ENGLISH),)
    return ()
