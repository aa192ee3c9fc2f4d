"""Which function draws which look of goods that are no pack; each gives the finished picture."""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image

from tools.sample_chain.pictures import bathroom, bread, desk, electric, kitchen, meat, produce
from tools.sample_chain.pictures.labels import Subject

SOLIDS: dict[str, Callable[[Subject], Image.Image]] = {
    function.__name__: function
    for function in (
        produce.produce,
        produce.herbs,
        bread.loaf,
        bread.flatbread,
        bread.baguette,
        bread.buns,
        bread.eggs,
        bread.dates,
        bread.cone,
        meat.tray,
        bathroom.soap,
        bathroom.brush,
        bathroom.rolls,
        bathroom.rollbox,
        bathroom.nappy,
        kitchen.pan,
        kitchen.pot,
        kitchen.knife,
        kitchen.glass,
        kitchen.plate,
        kitchen.towel,
        electric.battery,
        electric.bulb,
        electric.torch,
        electric.cable,
        electric.charger,
        electric.strip,
        electric.kettle,
        electric.blender,
        desk.pen,
        desk.pencil,
        desk.pencils,
        desk.book,
    )
}
