"""Which function draws which look of pack."""

from __future__ import annotations

from collections.abc import Callable

from tools.sample_chain.pictures import bags, bottles, boxes, jars
from tools.sample_chain.pictures.labels import Subject
from tools.sample_chain.pictures.trims import Lit

PACKS: dict[str, Callable[[Subject], Lit]] = {
    function.__name__: function
    for function in (
        bags.sack,
        bags.bag,
        bags.pouch,
        bags.crisps,
        bags.nuts,
        bags.coffee,
        bags.pasta,
        bags.wrap,
        bags.bar,
        boxes.box,
        boxes.smallbox,
        boxes.salt,
        boxes.tissue,
        boxes.tetra,
        bottles.oil,
        bottles.oilglass,
        bottles.pet,
        bottles.sodacan,
        bottles.water,
        bottles.squeeze,
        bottles.pump,
        bottles.trigger,
        bottles.spray,
        bottles.dish,
        bottles.jug,
        jars.jar,
        jars.honey,
        jars.jam,
        jars.spice,
        jars.saffron,
        jars.can,
        jars.tunacan,
        jars.tin,
        jars.tub,
        jars.cup,
        jars.tube,
    )
}
