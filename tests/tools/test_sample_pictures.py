"""Every look of the sample chain can be drawn, small enough, on nothing, the same each time."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, features

from tools.sample_chain.assortment import items
from tools.sample_chain.pictures.goods import SOLIDS
from tools.sample_chain.pictures.packs import PACKS
from tools.sample_chain.pictures.studio import BYTES_MAX, picture_of, webp, write_pictures

ITEMS = items()
ONE_OF_EACH = {item.kind.look: item for item in reversed(ITEMS)}


def test_every_kind_has_a_look_that_can_be_drawn():
    assert set(ONE_OF_EACH) <= set(PACKS) | set(SOLIDS)


def test_persian_on_labels_is_shaped():
    assert features.check("raqm"), "Pillow needs raqm and libfribidi to shape Persian"


@pytest.mark.parametrize("look", sorted(ONE_OF_EACH))
def test_a_look_is_drawn_on_nothing_and_fills_its_frame(look):
    encoded = webp(picture_of(ONE_OF_EACH[look]))
    assert len(encoded) <= BYTES_MAX
    picture = np.asarray(Image.open(io.BytesIO(encoded)).convert("RGBA"))
    assert picture.shape == (512, 512, 4)
    cover = picture[..., 3]
    assert cover[:8, :8].max() < 12  # the corner is clear
    assert 0.03 < (cover > 200).mean() < 0.8
    assert picture[cover > 200][:, :3].std() > 12  # it has light, shade and colour


def test_the_same_product_gives_the_same_picture():
    rice = next(item for item in ITEMS if item.is_hero)
    assert webp(picture_of(rice)) == webp(picture_of(rice))


def test_pictures_are_written_under_the_names_of_the_products_table(tmp_path):
    assert write_pictures(tmp_path, workers=1, only="rice-hashemi-premium-astaneh") == 2
    assert {path.name for path in tmp_path.iterdir()} == {
        "rice-hashemi-premium-astaneh-10000g.webp",
        "rice-hashemi-premium-astaneh-5000g.webp",
    }
