"""Fruit, vegetables and herbs, each as it lies in the crate. One entry of ``_LOOSE`` a kind."""

# ruff: noqa: E501  (a drawing call is places, sizes and inks; one stroke stays on one line)

from __future__ import annotations

import random

from PIL import Image

from tools.sample_chain.pictures.fruit import (
    avocados,
    bananas,
    bunch_of_grapes,
    kiwis,
    melon,
    pears,
    pineapple,
    strawberries,
)
from tools.sample_chain.pictures.labels import Subject
from tools.sample_chain.pictures.paint import WHITE, Colour, colour, mix
from tools.sample_chain.pictures.piles import Draw, fruits, heap, long
from tools.sample_chain.pictures.still_life import (
    StillLife,
    fuzz,
    net,
    stripes,
    to_top,
)
from tools.sample_chain.pictures.vegetables import (
    cabbage,
    corn,
    floret,
    garlic,
    ginger,
    lettuce,
    mushrooms,
    onions,
    peppers,
)


def produce(subject: Subject) -> Image.Image:
    """Draw what lies loose in the crate."""
    still = StillLife()
    draw = _LOOSE.get(subject.english) or fruits("C9372C")
    draw(still, random.Random(subject.seed))
    return still.picture()


def herbs(subject: Subject) -> Image.Image:
    """Draw a bunch of herbs, tied."""
    still = StillLife()
    tint, breadth, length = _HERBS.get(subject.english, ("4E9A3C", 0.36, 52))
    _bunch(still, random.Random(subject.seed), colour(tint), breadth, length)
    return still.picture()


def _bunch(
    still: StillLife, rng: random.Random, tint: Colour, breadth: float, length: float
) -> None:
    still.shadow(256, 456, 80)
    for place in range(-7, 8):
        x = 256 + place * 5
        still.rod(
            [(x, 456), (256 + place * 4.2, 372), (256 + place * 11, 280)],
            [3.6, 3.4, 2.6],
            mix(tint, colour("C9DE9A"), 0.45),
            gloss=0.1,
        )
    for row in range(13):
        for _ in range(15):
            share = rng.uniform(-1, 1)
            y = 330 - row * 19 + rng.uniform(-10, 10) + share * share * 46
            x = 256 + share * (66 + row * 8.5)
            turn = -90 + share * 62 + rng.uniform(-34, 34)
            shade = mix(tint, (14, 40, 14), max(0, 0.40 - row * 0.03) + rng.uniform(0, 0.10))
            still.leaf(
                x,
                y,
                length * rng.uniform(0.8, 1.2),
                turn,
                mix(shade, WHITE, rng.uniform(0, 0.10) * (row > 7)),
                breadth=breadth,
            )
    still.rod([(216, 384), (256, 392), (296, 384)], [8, 8, 8], colour("C9402E"), gloss=0.3)


_HERBS: dict[str, tuple[str, float, float]] = {
    "Mixed Fresh Herbs": ("4E9A3C", 0.40, 54), "Basil": ("3F7F3A", 0.62, 58),
    "Mint": ("4FA04A", 0.55, 50), "Parsley": ("3F8B34", 0.60, 34), "Coriander": ("55A040", 0.66, 30),
    "Dill": ("5FA058", 0.10, 58), "Garlic Chives": ("3F8F46", 0.09, 120),
    "Spinach": ("2F7A36", 0.70, 84), "Fenugreek": ("6AA548", 0.52, 34), "Tarragon": ("4F8F50", 0.16, 62),
}  # fmt: skip


_LOOSE: dict[str, Draw] = {
    "Red Apples": fruits("C41E2B", "E8A24A"), "Green Apples": fruits("8FBF3F", "C9DE6A"),
    "Golab Apples": fruits("E6D36A", "E8806A", size=80), "Navel Oranges": fruits("F28A1B", "E07410", skin=fuzz, top="dot", tall=1.0),
    "Blood Oranges": fruits("E8641B", "B5281E", top="dot", tall=1.0), "Tangerines": fruits("F7941E", "E8780E", skin=fuzz, tall=0.84),
    "Limes": fruits("9CC63A", "6FA52A", skin=fuzz, size=74, top="dot", tall=1.04), "Sweet Lemons": fruits("F2D84A", "E0BE2A", skin=fuzz, top="dot"),
    "Grapefruit": fruits("F6B04A", "F28A5A", size=94, top="dot"), "Bananas": bananas,
    "Saveh Pomegranates": fruits("B5202E", "E0704A", top="crown", size=92), "Black Grapes": bunch_of_grapes("3A1E4A", "5A3A7A"),
    "Askari Grapes": bunch_of_grapes("B9CC5A", "DDE08A", 1.14), "Peaches": fruits("F6B05A", "D9402E", gloss=0.12),
    "Nectarines": fruits("E8502E", "F6B04A", gloss=0.6), "Apricots": fruits("F6A53A", "E8702E", size=74, gloss=0.15),
    "Cherries": heap("8E0F26", "C41E3A", 15, 37, stalks=True), "Sour Cherries": heap("C4122E", "E8304A", 18, 32, stalks=True),
    "Strawberries": strawberries, "Mashhadi Melon": melon("E3C84A", "B5A040", net, 0.66, 186),
    "Cantaloupe": melon("E3B56A", "F3E3B0", net, 0.92, 158), "Watermelon": melon("4F9A3E", "1E5A2A", stripes, 0.88, 176),
    "Kiwis": kiwis, "Pears": pears, "Quinces": fruits("E8C83A", "C9A82A", skin=fuzz, tall=1.04, gloss=0.1),
    "Fresh Figs": fruits("5A2E5A", "8FA04A", skin=to_top, tall=1.08, size=78, leaf=False), "Persimmons": fruits("F07A1E", "F6A04A", tall=0.86, top="calyx"),
    "Pineapple": pineapple, "Mangoes": fruits("F6A82E", "D9402E", tall=0.80, size=96, top="dot"), "Avocados": avocados,
    "Tomatoes": fruits("D92A1E", "F0603A", tall=0.88, top="calyx", gloss=0.8), "Cherry Tomatoes": heap("D92A1E", "F0603A", 15, 38, gloss=0.85),
    "Cucumbers": long("3F8A3A", "6FB05A", (16, 34, 37, 34, 16)), "Greenhouse Cucumbers": long("2F6F34", "4F9048", (14, 28, 30, 29, 14), count=4, gap=54),
    "Potatoes": fruits("C9A062", "A57A42", skin=fuzz, tall=0.74, size=98, top="", gloss=0.08), "Onions": onions("D99A4A", "B5702A"),
    "Red Onions": onions("8E2A5A", "5E1A3E"), "Garlic": garlic, "Carrots": long("F0791E", "D9601A", (5, 20, 29, 33, 30), cap="leafy", bend=6),
    "Aubergines": long("3A1A4A", "5E3A70", (34, 50, 48, 40, 28), count=2, gap=112, cap="green", gloss=0.9), "Courgettes": long("5C9A45", "86B868", (22, 36, 36, 34, 22), cap=""),
    "Pumpkin": melon("E8862A", "B5601A", lambda u, v, z: 0.8 * (abs((u / (1.02 - v * v * 0.5)) * 4 % 1 - 0.5) < 0.09), 0.76, 172),
    "Green Peppers": peppers("3F9A3A"), "Red Peppers": peppers("CF1F26"), "Yellow Peppers": peppers("F6C41E"),
    "White Cabbage": cabbage("BBD88A", "E6F0C9"), "Red Cabbage": cabbage("6E2A66", "B585B0"),
    "Cauliflower": floret("EDE6CF", "FBF8EC"), "Broccoli": floret("2F6F34", "5C9A45"), "Lettuce": lettuce, "Mushrooms": mushrooms,
    "Beetroot": fruits("6E1A3E", "9E3A5E", top="stalk", gloss=0.2), "Turnips": fruits("F3ECE6", "A04A8A", skin=to_top, tall=0.9, gloss=0.3),
    "Sweetcorn Cobs": corn, "Green Beans": long("5C9A3C", "86B85A", (5, 10, 11, 11, 10, 5), count=8, gap=25, bend=14),
    "Okra": long("6F9A45", "97BA6A", (4, 12, 17, 19, 15), count=6, gap=36, bend=4, skin=None), "Fresh Ginger": ginger,
}  # fmt: skip
