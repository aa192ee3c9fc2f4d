"""The vendored typefaces and icons: their names for kv. Sizes are the design's; see tokens.

Vazirmatn "UI" (flatter line height, Latin included) in five weights, and Material Design Icons;
licences stand beside the files. Kivy keeps 64 fonts open at most, one for each file and size, and
opens a closed one anew from the disk: a type scale of few steps keeps all open.

Source: vazirmatn 33.0.3 (misc/UI), @mdi/font 7.4.47 (the names are those of its _variables.scss).
"""

import json
from functools import cache
from importlib.resources import files
from pathlib import Path

from kivy.core.text import DEFAULT_FONT, LabelBase

REGULAR = "Vazirmatn-Regular"
MEDIUM = "Vazirmatn-Medium"
SEMIBOLD = "Vazirmatn-SemiBold"
BOLD = "Vazirmatn-Bold"
EXTRABOLD = "Vazirmatn-ExtraBold"
ICONS = "Icons"

_ASSETS = Path(str(files("kiosk.screens"))) / "assets"
_FILES = {
    name: _ASSETS / "fonts" / f"Vazirmatn-UI-{name.removeprefix('Vazirmatn-')}.ttf"
    for name in (REGULAR, MEDIUM, SEMIBOLD, BOLD, EXTRABOLD)
} | {ICONS: _ASSETS / "icons" / "materialdesignicons-webfont.ttf"}


def register() -> None:
    """Tell Kivy the families, and draw labels that name no font in Vazirmatn. Again is harmless."""
    for name, file in _FILES.items():
        LabelBase.register(name, str(file))
    LabelBase.register(DEFAULT_FONT, str(_FILES[REGULAR]), fn_bold=str(_FILES[BOLD]))


def file_of(name: str) -> Path:
    """Say which file a registered family is in."""
    return _FILES[name]


def icon(name: str) -> str:
    """Give the character of an icon in the family ``ICONS``; ``KeyError`` for an unknown name."""
    return chr(_icon_codes()[name])


@cache
def _icon_codes() -> dict[str, int]:
    names: dict[str, str] = json.loads((_ASSETS / "icons" / "names.json").read_text())
    return {name: int(code, 16) for name, code in names.items()}
