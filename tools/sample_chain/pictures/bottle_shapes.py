"""How wide each bottle is at which height, from its mouth down to its foot."""

from __future__ import annotations

from functools import cache

from tools.sample_chain.pictures.surface import Shape, turned

Profile = list[tuple[float, float]]  # heights and half widths, both in pixels of 512

# look: its profile and how much it shines, 0 to 1
_PROFILES: dict[str, tuple[Profile, float]] = {
    "oil": ([
        (30, 26), (70, 26), (70, 20), (92, 22), (150, 94), (178, 98), (300, 98),
        (318, 92), (336, 98), (474, 98)
    ], 0.9),
    "glass": ([(24, 22), (66, 22), (66, 18), (140, 20), (210, 72), (470, 72)], 0.95),
    "pet": ([
        (24, 24), (56, 24), (56, 18), (76, 20), (168, 84), (196, 86), (214, 80),
        (330, 80), (346, 86), (420, 86), (446, 80), (476, 84)
    ], 0.9),
    "water": ([
        (24, 24), (54, 24), (54, 18), (72, 20), (160, 80), (180, 82), (192, 77),
        (204, 82), (216, 77), (228, 82), (330, 82), (342, 77), (354, 82), (366, 77),
        (378, 82), (478, 80)
    ], 0.9),
    "squeeze": ([
        (24, 10), (44, 12), (76, 34), (76, 46), (112, 50), (150, 82), (300, 86),
        (470, 76)
    ], 0.6),
    "dish": ([
        (26, 12), (50, 14), (50, 26), (84, 28), (100, 34), (160, 88), (250, 92),
        (330, 78), (400, 88), (474, 90)
    ], 0.7),
    "pump": ([(96, 20), (120, 20), (120, 30), (146, 32), (160, 60), (190, 92), (470, 92)], 0.6),
    "trigger": ([(96, 26), (140, 28), (170, 34), (230, 88), (260, 92), (474, 92)], 0.6),
    "spray": ([(26, 44), (92, 48), (92, 58), (110, 68), (124, 72), (472, 72)], 0.8),
    "sodacan": ([(62, 60), (70, 64), (98, 82), (428, 82), (452, 66), (458, 66)], 1.0),
    "gallon": ([
        (40, 30), (78, 30), (78, 26), (96, 30), (150, 130), (180, 136), (250, 136),
        (262, 130), (274, 136), (340, 136), (352, 130), (364, 136), (474, 134)
    ], 0.8),
}  # fmt: skip


@cache
def bottle_shape(name: str) -> Shape:
    """Give the shape of a look of bottle; it is turned once for all products."""
    profile, gloss = _PROFILES[name]
    return turned(profile, gloss=gloss, bend=11, rounding=(4, 16))
