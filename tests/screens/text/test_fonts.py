"""The vendored files: there, licensed, complete for what the screens show, and known to Kivy."""

from pathlib import Path
from string import ascii_letters, digits
from struct import pack

import pytest
from kivy.core.text import DEFAULT_FONT, LabelBase

from kiosk.screens.text import fonts
from kiosk.screens.text.coverage import characters_of

WEIGHTS = (fonts.REGULAR, fonts.MEDIUM, fonts.SEMIBOLD, fonts.BOLD, fonts.EXTRABOLD)
PERSIAN = "ءآأؤئابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیۀة۰۱۲۳۴۵۶۷۸۹٪٫٬،؛؟«»ـًٌٍَُِّْٔ﷼…"


@pytest.mark.parametrize("name", WEIGHTS)
def test_each_weight_has_every_persian_and_latin_character(name: str) -> None:
    lacking = set(map(ord, PERSIAN + ascii_letters + digits)) - characters_of(
        str(fonts.file_of(name))
    )
    assert {chr(code) for code in lacking} == set()


def test_each_named_icon_has_a_glyph() -> None:
    glyphs = characters_of(str(fonts.file_of(fonts.ICONS)))
    lacking = [name for name, code in fonts._icon_codes().items() if code not in glyphs]
    assert lacking == []


def test_an_icon_is_one_character_and_an_unknown_name_an_error() -> None:
    assert fonts.icon("barcode-scan") == "\U000f0072"
    with pytest.raises(KeyError):
        fonts.icon("no-such-icon")


def test_licences_stand_beside_the_files() -> None:
    assert "SIL Open Font License" in (fonts.file_of(fonts.REGULAR).parent / "OFL.txt").read_text()
    icons = fonts.file_of(fonts.ICONS).parent
    assert "Apache 2.0" in (icons / "LICENSE").read_text()
    assert "Apache License" in (icons / "LICENSE-Apache-2.0.txt").read_text()


def test_a_label_that_names_no_font_is_drawn_in_vazirmatn() -> None:
    fonts.register()
    assert LabelBase._fonts[DEFAULT_FONT][0] == str(fonts.file_of(fonts.REGULAR))


def test_a_tick_is_known_to_be_missing() -> None:
    assert ord("✓") not in characters_of(str(fonts.file_of(fonts.REGULAR)))


@pytest.mark.parametrize(
    "content", [b"", b"no font at all", b"\x00\x01\x00\x00\x00\x00" + bytes(60)]
)
def test_a_file_that_is_no_font_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "broken.ttf"
    file.write_bytes(content)
    with pytest.raises(
        ValueError, match=r"expected a font with a Unicode cmap .* got .*broken\.ttf"
    ):
        characters_of(str(file))


def test_a_character_that_a_segment_maps_to_no_glyph_is_missing(tmp_path: Path) -> None:
    # format 4, segments A to B (through the array: glyphs 5 and 0) and the closing FFFF
    segments = pack(">2H H 2H 2h 2H 2H", 0x42, 0xFFFF, 0, 0x41, 0xFFFF, 3, 1, 4, 0, 5, 0)
    table = pack(">7H", 4, 14 + len(segments), 0, 4, 4, 1, 0) + segments
    cmap = pack(">HHHHI", 0, 1, 3, 1, 12) + table
    file = tmp_path / "two.ttf"
    file.write_bytes(pack(">IHHHH4sIII", 0x10000, 1, 16, 0, 0, b"cmap", 0, 28, len(cmap)) + cmap)
    assert characters_of(str(file)) == {0x41}
