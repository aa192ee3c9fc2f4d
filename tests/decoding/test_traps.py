"""Pictures made to be misread: no number may come out but the one that was printed.

Their makers are those of the hold-out (``tools.bench.scenes``), here on few seeds.
"""

import numpy as np
import pytest

from kiosk.decoding.agreement import NORMAL, STRICT
from kiosk.decoding.pipeline import Pipeline
from kiosk.decoding.video import FrameReader
from tests.decoding.drawing import code, photo
from tools.bench import scenes
from tools.bench.decoding import spellings

RULES = {"normal": NORMAL, "strict": STRICT}
TRAPS_EACH = 3


def read_besides(scene, rule):
    """Give what was read that is not in the picture."""
    allowed = {each for pair in scene.allowed for each in spellings(*pair)}
    return [
        symbol.text
        for symbol in Pipeline(rule).read(scene.picture)
        if not spellings(symbol.format.value, symbol.text) & allowed
    ]


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
@pytest.mark.parametrize("trap", range(len(scenes.TRAPS)), ids=lambda i: scenes.TRAPS[i].__name__)
def test_a_trap_gives_no_other_number(trap, rule):
    for turn in range(TRAPS_EACH):
        scene = scenes.trap(40, trap + turn * len(scenes.TRAPS))
        assert read_besides(scene, rule) == [], scene.name


@pytest.mark.parametrize("ground", [scenes.stripes, scenes.fence, scenes.halftone, scenes.rubble])
def test_backgrounds_alone_give_nothing(ground):
    for seed in range(4):
        picture = ground(np.random.default_rng(seed), (640, 480))
        assert Pipeline().read(picture) == [], seed


def flipped(text, symbology, at):
    """Change one module of a code."""
    pattern = scenes.modules(symbology, text)
    other = "0" if pattern[at] == "1" else "1"
    return scenes.bars(pattern[:at] + other + pattern[at + 1 :])


@pytest.mark.parametrize("at", range(4, 91, 6))
@pytest.mark.parametrize("blur", [0.0, 1.2])
def test_strict_gives_no_other_number_where_one_module_is_misprinted(at, blur):
    # all rows of a misprint are wrong alike, so looks of one library do agree: hence strict
    text = "4006381333931"
    picture = photo(flipped(text, "EAN-13", at), angle=7, width=420, blur=blur)
    assert {symbol.text for symbol in Pipeline(STRICT).read(picture)} <= {text}


@pytest.mark.parametrize("share", [0.35, 0.5, 0.65])
@pytest.mark.parametrize("filling", [0, 128, 255])
@pytest.mark.parametrize(
    ("symbology", "text"),
    [
        ("EAN-13", "4006381333931"),
        ("UPC-A", "023942431015"),
        ("EAN-8", "96385074"),
        ("Code128", "PISH-4213"),
    ],
)
def test_a_code_cut_at_either_side_never_gives_another(share, filling, symbology, text):
    whole = code(text, scenes._MAKERS[symbology][0])
    at = int(share * whole.shape[1])
    for gone in (slice(at, None), slice(None, at)):
        drawn = whole.copy()
        drawn[:, gone] = filling
        found = {symbol.text for symbol in Pipeline().read(photo(drawn, angle=4))}
        assert found <= {text}


def test_a_short_code_is_never_seen_inside_a_long_one():
    random = np.random.default_rng(12)
    for blur in (0.0, 1.4, 2.0, 2.6):
        made = scenes.code(random, "EAN-13")
        picture = photo(made.drawn, angle=11, width=330, blur=blur)
        found = {symbol.text for symbol in Pipeline().read(picture)}
        assert found <= {made.text, made.text.removeprefix("0")}, (blur, made.text)


@pytest.mark.parametrize("name", ["Code39", "Codabar", "Code93"])
def test_symbologies_that_no_shop_scans_give_nothing(name):
    import zxingcpp

    text = "A123456B" if name == "Codabar" else "PISH42"
    picture = photo(code(text, getattr(zxingcpp, name)), angle=3)
    assert Pipeline().read(picture) == []


def test_traps_in_a_stream_of_frames_are_never_told():
    reader = FrameReader()
    for number in range(2 * len(scenes.TRAPS)):
        scene = scenes.trap(41, number)
        allowed = {each for pair in scene.allowed for each in spellings(*pair)}
        for repeat in range(2):
            for symbol in reader.read(scene.picture, number * 5 + repeat / 15):
                assert spellings(symbol.format.value, symbol.text) & allowed, scene.name
