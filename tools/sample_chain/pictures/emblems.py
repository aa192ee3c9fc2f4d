"""The small emblems on labels: a fruit, a leaf, a drop. Each is drawn around a middle.

Which product carries which emblem and which colour is told by the English words of its name
and, failing those, by its category.
"""

# ruff: noqa: E501  (a drawing call is places, sizes and inks; one stroke stays on one line)

from __future__ import annotations

import math
from collections.abc import Callable

from tools.sample_chain.pictures.paint import WHITE, Colour, Paint, colour, mix

Emblem = Callable[[Paint, float, float, float, Colour], None]
LEAF = colour("4C8C3A")


def fruit(paint: Paint, x: float, y: float, r: float, ink: Colour) -> None:
    """Draw a round fruit with a leaf."""
    paint.oval(x, y + r * 0.08, r * 0.86, r * 0.82, mix(ink, (0, 0, 0), 0.14))
    paint.oval(x - r * 0.05, y + r * 0.03, r * 0.78, r * 0.74, ink)
    paint.oval(x - r * 0.30, y - r * 0.24, r * 0.24, r * 0.17, mix(ink, WHITE, 0.5))
    paint.line([(x, y - r * 0.66), (x + r * 0.08, y - r * 0.98)], colour("5B3A1E"), r * 0.10)
    paint.leaf(x + r * 0.42, y - r * 0.86, r * 0.80, -24, LEAF, 0.5)


def slice_(paint: Paint, x: float, y: float, r: float, ink: Colour) -> None:
    """Draw a slice of citrus."""
    paint.oval(x, y, r * 0.92, r * 0.92, ink)
    paint.oval(x, y, r * 0.80, r * 0.80, mix(ink, WHITE, 0.82))
    for part in range(8):
        turn = math.radians(part * 45 + 10)
        far = [
            (x + r * 0.72 * math.cos(turn + d), y + r * 0.72 * math.sin(turn + d))
            for d in (0.06, 0.39, 0.72)
        ]
        paint.polygon(
            [(x + r * 0.10 * math.cos(turn + 0.39), y + r * 0.10 * math.sin(turn + 0.39)), *far],
            ink,
        )


def berries(paint: Paint, x: float, y: float, r: float, ink: Colour) -> None:
    """Draw two cherries on their stalks."""
    for dx, dy in ((-0.44, 0.34), (0.40, 0.44)):
        paint.line(
            [(x + dx * r, y + dy * r), (x + 0.10 * r, y - 0.86 * r)], colour("5E7A2E"), r * 0.08
        )
    for dx, dy in ((-0.44, 0.34), (0.40, 0.44)):
        paint.oval(x + dx * r, y + dy * r, r * 0.42, r * 0.42, ink)
        paint.oval(
            x + (dx - 0.14) * r, y + (dy - 0.14) * r, r * 0.12, r * 0.10, mix(ink, WHITE, 0.6)
        )
    paint.leaf(x + 0.42 * r, y - 0.80 * r, r * 0.80, 16, LEAF, 0.5)


def sprig(paint: Paint, x: float, y: float, r: float, ink: Colour) -> None:
    """Draw an ear of grain, as on the rice sack."""
    for step, angle in ((-0.72, 62), (-0.38, 74), (0, 90), (0.38, 106), (0.72, 118)):
        lift = (1 - step * step * 1.2) * r * 0.36
        paint.leaf(x + step * r, y - lift + r * 0.2, r * 0.62, angle, ink, 0.46)


def leaves(paint: Paint, x: float, y: float, r: float, ink: Colour) -> None:
    """Draw two leaves and a bud."""
    paint.leaf(x - r * 0.40, y + r * 0.10, r * 1.25, 40, mix(ink, (0, 0, 0), 0.12), 0.5)
    paint.leaf(x + r * 0.40, y + r * 0.10, r * 1.25, 140, ink, 0.5)
    paint.leaf(x, y - r * 0.30, r * 1.25, 90, mix(ink, WHITE, 0.22), 0.36)


def drop(paint: Paint, x: float, y: float, r: float, ink: Colour) -> None:
    """Draw a drop."""
    side = [
        (x + r * 0.62 * math.sin(t), y + r * 0.30 - r * 0.62 * math.cos(t))
        for t in (1.0, 1.5, 2.0, 2.5, 3.14)
    ]
    other = [(2 * x - px, py) for px, py in reversed(side)]
    paint.polygon([(x, y - r), *side, *other], ink)
    paint.oval(x, y + r * 0.30, r * 0.60, r * 0.60, ink)
    paint.oval(x - r * 0.22, y + r * 0.34, r * 0.14, r * 0.24, mix(ink, WHITE, 0.6))


def flower(paint: Paint, x: float, y: float, r: float, ink: Colour) -> None:
    """Draw a flower of six petals."""
    for part in range(6):
        turn = math.radians(part * 60 + 30)
        paint.leaf(
            x + r * 0.50 * math.cos(turn),
            y + r * 0.50 * math.sin(turn),
            r * 0.98,
            part * 60 + 30,
            mix(ink, WHITE, 0.12 * (part % 2)),
            0.62,
        )
    paint.oval(x, y, r * 0.24, r * 0.24, colour("F4C430"))


def bean(paint: Paint, x: float, y: float, r: float, ink: Colour) -> None:
    """Draw two coffee beans."""
    for dx, dy, angle in ((-0.36, 0.12, 60), (0.40, -0.08, 118)):
        paint.leaf(x + dx * r, y + dy * r, r * 1.3, angle, mix(ink, (0, 0, 0), 0.1), 0.78)
        turn = math.radians(angle)
        near = [
            (
                x + dx * r + s * r * 0.5 * math.cos(turn) + r * 0.07 * math.sin(s * 5),
                y + dy * r + s * r * 0.5 * math.sin(turn),
            )
            for s in (-1, -0.5, 0, 0.5, 1)
        ]
        paint.line(near, mix(ink, WHITE, 0.55), r * 0.07)


def fish(paint: Paint, x: float, y: float, r: float, ink: Colour) -> None:
    """Draw a fish swimming to the left."""
    paint.polygon(
        [
            (x + r * 0.5, y),
            (x + r * 1.1, y - r * 0.46),
            (x + r * 0.98, y),
            (x + r * 1.1, y + r * 0.46),
        ],
        ink,
    )
    paint.leaf(x - r * 0.10, y, r * 1.9, 0, ink, 0.5)
    paint.leaf(x - r * 0.10, y + r * 0.12, r * 1.5, 0, mix(ink, WHITE, 0.45), 0.2)
    paint.oval(x - r * 0.68, y - r * 0.08, r * 0.08, r * 0.08, WHITE)


def nut(paint: Paint, x: float, y: float, r: float, ink: Colour) -> None:
    """Draw three kernels."""
    for dx, dy, angle in ((-0.46, 0.20, 30), (0.46, 0.16, 150), (0, -0.28, 92)):
        paint.leaf(x + dx * r, y + dy * r, r * 1.05, angle, mix(ink, (0, 0, 0), 0.16), 0.78)
        paint.leaf(
            x + dx * r - r * 0.03,
            y + dy * r - r * 0.04,
            r * 0.86,
            angle,
            mix(ink, WHITE, 0.16),
            0.68,
        )


def square(paint: Paint, x: float, y: float, r: float, ink: Colour) -> None:
    """Draw two pieces of chocolate."""
    for dx, dy in ((-0.46, 0.16), (0.44, -0.16)):
        box = (
            x + dx * r - r * 0.44,
            y + dy * r - r * 0.44,
            x + dx * r + r * 0.44,
            y + dy * r + r * 0.44,
        )
        paint.box(box, mix(ink, (0, 0, 0), 0.2), r * 0.10)
        paint.box(
            (box[0] + r * 0.10, box[1] + r * 0.08, box[2] - r * 0.12, box[3] - r * 0.14),
            mix(ink, WHITE, 0.14),
            r * 0.08,
        )


def splash(paint: Paint, x: float, y: float, r: float, ink: Colour) -> None:
    """Draw a glass of milk."""
    glass = [
        (x - r * 0.62, y - r * 0.86),
        (x + r * 0.62, y - r * 0.86),
        (x + r * 0.46, y + r * 0.92),
        (x - r * 0.46, y + r * 0.92),
    ]
    paint.polygon(glass, mix(ink, WHITE, 0.35))
    milk = [
        (x - r * 0.53, y - r * 0.42),
        (x + r * 0.53, y - r * 0.42),
        (x + r * 0.40, y + r * 0.82),
        (x - r * 0.40, y + r * 0.82),
    ]
    paint.polygon(milk, WHITE)
    paint.oval(x, y - r * 0.42, r * 0.53, r * 0.12, mix(ink, WHITE, 0.72))
    paint.line(
        [(x - r * 0.34, y - r * 0.20), (x - r * 0.26, y + r * 0.62)], mix(ink, WHITE, 0.5), r * 0.08
    )


def bubbles(paint: Paint, x: float, y: float, r: float, ink: Colour) -> None:
    """Draw bubbles of soap."""
    for dx, dy, size in (
        (-0.42, 0.24, 0.50),
        (0.40, 0.34, 0.38),
        (0.14, -0.44, 0.42),
        (-0.62, -0.50, 0.20),
        (0.74, -0.26, 0.18),
    ):
        paint.oval(
            x + dx * r,
            y + dy * r,
            r * size,
            r * size,
            mix(ink, WHITE, 0.45),
            mix(ink, WHITE, 0.86),
            r * 0.05,
        )
        paint.oval(
            x + (dx - size * 0.34) * r,
            y + (dy - size * 0.34) * r,
            r * size * 0.22,
            r * size * 0.16,
            WHITE,
        )


def star(paint: Paint, x: float, y: float, r: float, ink: Colour) -> None:
    """Draw two sparkles."""
    for dx, dy, size in ((-0.16, 0.10, 0.86), (0.62, -0.52, 0.42)):
        points = []
        for part in range(8):
            far = size if part % 2 == 0 else size * 0.22
            turn = math.radians(part * 45)
            points.append(
                (x + dx * r + far * r * math.cos(turn), y + dy * r + far * r * math.sin(turn))
            )
        paint.polygon(points, ink)


def flake(paint: Paint, x: float, y: float, r: float, ink: Colour) -> None:
    """Draw a snow crystal."""
    for part in range(6):
        turn = math.radians(part * 60)
        dx, dy = math.cos(turn), math.sin(turn)
        paint.line([(x, y), (x + r * dx, y + r * dy)], ink, r * 0.12)
        for fork in (-0.7, 0.7):
            fx, fy = math.cos(turn + fork), math.sin(turn + fork)
            start = (x + r * 0.55 * dx, y + r * 0.55 * dy)
            paint.line([start, (start[0] + r * 0.34 * fx, start[1] + r * 0.34 * fy)], ink, r * 0.10)


def pulses(paint: Paint, x: float, y: float, r: float, ink: Colour) -> None:
    """Draw a handful of pulses."""
    for place in range(9):
        turn = place * 2.4
        far = r * 0.30 * math.sqrt(place)
        dx, dy = far * math.cos(turn), far * math.sin(turn)
        paint.oval(x + dx, y + dy, r * 0.27, r * 0.24, mix(ink, (0, 0, 0), 0.14))
        paint.oval(x + dx - r * 0.02, y + dy - r * 0.03, r * 0.22, r * 0.19, mix(ink, WHITE, 0.18))


def paw(paint: Paint, x: float, y: float, r: float, ink: Colour) -> None:
    """Draw a paw."""
    paint.oval(x, y + r * 0.32, r * 0.52, r * 0.42, ink)
    for dx, dy in ((-0.66, -0.10), (-0.26, -0.52), (0.26, -0.52), (0.66, -0.10)):
        paint.oval(x + dx * r, y + dy * r, r * 0.20, r * 0.27, ink)


def heart(paint: Paint, x: float, y: float, r: float, ink: Colour) -> None:
    """Draw a heart."""
    points = []
    for step in range(40):
        t = step / 40 * 2 * math.pi
        points.append(
            (
                x + r * 0.058 * 16 * math.sin(t) ** 3,
                y
                - r
                * 0.058
                * (13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)),
            )
        )
    paint.polygon(points, ink)


def flame(paint: Paint, x: float, y: float, r: float, ink: Colour) -> None:
    """Draw a bowl with steam, for cooked food."""
    for dx in (-0.36, 0, 0.36):
        wave = [
            (x + (dx + 0.07 * math.sin(s * 1.6)) * r, y - (0.02 + s * 0.16) * r) for s in range(6)
        ]
        paint.line(wave, mix(ink, WHITE, 0.4), r * 0.09)
    bowl = [
        (
            x + r * 0.92 * math.cos(t / 20 * math.pi),
            y + r * 0.10 + r * 0.78 * math.sin(t / 20 * math.pi),
        )
        for t in range(21)
    ]
    paint.polygon(bowl, ink)


# a word of the English name → the colour of what is inside, and its emblem
FLAVOURS: tuple[tuple[str, str, Emblem | None], ...] = (
    ("Tuna", "2F7FB5", fish), ("Mustard", "E2B11B", drop), ("Soy Sauce", "4A2418", drop), ("Lamb", "9E2B25", flame),
    ("Sour Cherry", "9E1030", berries), ("Cherr", "B3122F", berries), ("Strawberr", "E2313F", fruit),
    ("Pomegranate", "B5173B", fruit), ("Orange Blossom", "F2B05A", flower), ("Orange", "F28C1B", slice_),
    ("Lemon", "F2CE1B", slice_), ("Lime", "9CC63A", slice_), ("Citrus", "F2CE1B", slice_),
    ("Green Apple", "8CBF3F", fruit), ("Apple", "C9372C", fruit), ("Banana", "F6CF3C", None),
    ("Peach", "F8A066", fruit), ("Apricot", "F2A141", fruit), ("Mango", "F79A1E", fruit),
    ("Pineapple", "F3BE2B", None), ("Grape", "6B2C83", berries), ("Blueberr", "3D4FA1", berries),
    ("Quince", "E8BF3A", fruit), ("Fig", "6E3B5E", fruit), ("Plum", "5E2750", fruit),
    ("Pear", "B9C246", fruit), ("Cantaloupe", "F2A65A", fruit), ("Tropical", "FB8C00", fruit),
    ("Mixed Fruit", "E64A19", fruit), ("Fruit", "E2503C", fruit), ("Carrot", "EF7D22", None),
    ("Coconut", "C9B79A", nut), ("Chocolate", "5A3320", square), ("Cocoa", "5A3320", square),
    ("Dark", "3A2118", square), ("Hazelnut", "8A5A33", nut), ("Pistachio", "8FAE4A", nut),
    ("Walnut", "9A6A3F", nut), ("Peanut", "C18A45", nut), ("Nut", "9A6A3F", nut),
    ("Caramel", "C77B2E", drop), ("Vanilla", "E9C75A", flower), ("Coffee", "4A2C1B", bean),
    ("Saffron", "E39A00", flower), ("Honey", "E8A317", drop), ("Cinnamon", "9A552B", None),
    ("Mint", "2FA084", leaves), ("Cardamom", "7FA650", leaves), ("Thyme", "6E8F3E", leaves),
    ("Rose", "D9658B", flower), ("Jasmine", "F3E3A3", flower), ("Lavender", "8C76C4", flower),
    ("Ocean", "1E88C7", drop), ("Pine", "2E7D46", leaves), ("Floral", "D8699E", flower),
    ("Spring", "6FB94B", flower), ("Chamomile", "E8C53A", flower), ("Borage", "6A5ACD", flower),
    ("Olive", "7A8B2F", leaves), ("Sesame", "D9B978", pulses), ("Aloe", "4FA96B", leaves),
    ("Chicken", "D9822B", flame), ("Beef", "9E2B25", flame), ("Meat", "9E2B25", flame),
    ("Shrimp", "F08A6B", fish), ("Fish", "3A7CA5", fish), ("Mushroom", "A58B6F", None),
    ("Vegetable", "5E9B3C", leaves), ("Herb", "4E8F3C", leaves), ("Tomato", "D5331F", fruit),
    ("Ketchup", "D5331F", fruit), ("Chilli", "C8241B", None), ("Hot", "C8241B", None),
    ("Cheese", "F2B632", None), ("Onion", "B57BA6", None), ("Vinegar", "7BA53A", None),
    ("Pepperoni", "B9322A", flame), ("Corn", "F3C11B", None), ("Barley", "C79B4B", sprig),
    ("Wheat", "D0A045", sprig), ("Rice", "D9A02B", sprig), ("Whites", "4FA3D9", star),
    ("Colours", "D64584", star), ("Blacks", "33343A", star), ("Blue", "2E86D1", drop),
)  # fmt: skip

BY_CATEGORY: dict[str, tuple[str, Emblem]] = {
    "rice-iranian": ("D9A02B", sprig), "rice-foreign": ("D9A02B", sprig),
    "pulses": ("B5743A", pulses), "flour": ("D0A045", sprig), "pasta": ("E2B04A", sprig),
    "sugar": ("B7D3E8", star), "oil-liquid": ("F0B51E", drop), "oil-solid": ("F0C24A", drop),
    "oil-olive": ("7A8B2F", leaves), "sauces": ("D5331F", fruit), "tomato-paste": ("D5331F", fruit),
    "vinegar": ("C9B43A", slice_), "pickles": ("6F8F2E", leaves), "milk": ("7FC4EE", splash),
    "yoghurt": ("7FC4EE", splash), "cheese": ("F2C24A", splash), "butter-cream": ("F5D06A", splash),
    "dough": ("7FC4B8", leaves), "eggs": ("E8B45A", heart), "bread": ("C98B3F", sprig),
    "cakes": ("B5713A", flower), "pastries": ("D59A3A", flower), "tea": ("8E3B1F", leaves),
    "coffee": ("5A3522", bean), "infusions": ("6E9B4A", leaves), "hot-chocolate": ("5A3320", bean),
    "ground-spices": ("C9641E", leaves), "saffron": ("C9252B", flower),
    "dried-herbs": ("5E8B3A", leaves), "salt": ("8FB7D9", star), "tuna": ("2F7FB5", fish),
    "canned-vegetables": ("6A9B3C", leaves), "ready-meals": ("B5572B", flame),
    "soups": ("C9722B", flame), "honey": ("E8A317", drop), "jam": ("B3122F", fruit),
    "halva": ("C79A5A", nut), "cereals": ("D9A84A", sprig), "spreads": ("6A3D22", nut),
    "chocolate": ("5A3320", square), "biscuits": ("C98F4A", sprig), "crisps": ("F2C12E", star),
    "candy": ("D9487A", heart), "desserts": ("D83A6B", fruit), "nuts-roasted": ("A8743A", nut),
    "seeds": ("8F6B3F", pulses), "dates": ("6A3D1F", nut), "dried-fruit": ("B5652B", fruit),
    "soft-drinks": ("C62828", bubbles), "juice": ("F28C1B", fruit), "water": ("4FB3E8", drop),
    "malt": ("C98F1E", sprig), "syrups": ("C2334B", fruit), "ice-cream": ("8FC9EE", flake),
    "frozen-vegetables": ("5E9B3C", flake), "frozen-meals": ("C9622B", flame),
    "deli": ("C2564A", flame), "poultry": ("D9822B", flame), "fish": ("3A7CA5", fish),
    "shampoo": ("B08AD9", drop), "soap": ("8FC9E8", bubbles), "oral-care": ("4FC3C9", star),
    "skin-care": ("F0A6BE", flower), "paper": ("9FB4F0", flower), "feminine-care": ("F08AB0", flower),
    "shaving": ("6FB1E8", star), "laundry": ("5FB7F0", bubbles), "dishwashing": ("9CCB3A", bubbles),
    "surface-cleaners": ("4FB3E8", star), "cleaning-tools": ("7FB84A", star),
    "pest-control": ("7FC46A", flower), "nappies": ("7FC4EE", heart), "baby-food": ("F6B24A", heart),
    "baby-care": ("F2C84A", heart), "kitchenware": ("E8A04A", star), "disposables": ("7FB8C9", star),
    "textiles": ("C9B48A", flower), "batteries": ("F2C12E", star), "lamps": ("F6D04A", star),
    "cables": ("4FB3E8", star), "appliances": ("9FB4C9", star), "writing": ("F28C4A", star),
    "notebooks": ("F2B84A", star), "art": ("E85A8A", star), "pet-food": ("C9924A", paw),
}  # fmt: skip


def inside(category_id: str, english: str) -> tuple[Colour, Emblem]:
    """Give the colour of what is inside a pack and the emblem that stands for it."""
    plain, emblem = BY_CATEGORY.get(category_id, ("C9A24A", star))
    for word, tint, own in FLAVOURS:
        if word in english:
            return colour(tint), own or emblem
    return colour(plain), emblem
