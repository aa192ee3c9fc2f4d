"""The examples of all features as views: in a language, with aids, with what a frame may hold.

The states stand beside each feature's view (``kiosk/*/examples.py``); the frame around them is
worked out by the kiosk's own ``frame_of``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from kiosk.basket import state as basket
from kiosk.basket.examples import EXAMPLES as BASKET
from kiosk.checkout import state as checkout
from kiosk.checkout.examples import EXAMPLES as CHECKOUT
from kiosk.config import ChainSettings, MoneyStyle
from kiosk.examples import NOW
from kiosk.items import PictureOf
from kiosk.lobby import view as lobby
from kiosk.lobby.examples import EXAMPLES as LOBBY
from kiosk.messages import Aid, Language
from kiosk.pricecheck.examples import EXAMPLES as PRICECHECK
from kiosk.sales.examples import EXAMPLES as SALES
from kiosk.scenes import body_of, with_surveys, with_way_in
from kiosk.search.examples import EXAMPLES as SEARCH
from kiosk.situation import Devices, Health, Scene, Visit
from kiosk.staff.examples import EXAMPLES as STAFF
from kiosk.surroundings import Surroundings, frame_of
from kiosk.survey import state as survey
from kiosk.survey.examples import EXAMPLES as SURVEY
from kiosk.survey.examples import SMILEYS, answering
from kiosk.survey.examples_in_english import spoken
from kiosk.survey.scales import faces_card
from kiosk.view import View
from kiosk.words import Words, read_texts
from xforms.page import Page

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "build/sample/pictures"
_PICTURE_FILES = {
    "rice": "rice-hashemi-premium-baran-10000g.webp",
    "rice2": "rice-hashemi-premium-baran-5000g.webp",
    "rice3": "rice-brown-organic-astaneh-900g.webp",
    "milk": "milk-powder-baran-400g.webp",
}
_AROUND = Surroundings(
    ChainSettings("فروشگاه‌های زنجیره‌ای باران", "Baran Stores"),
    Devices(frozenset({"scanner"}), frozenset({"camera"})),
    idle_s=30.0,
    warn_s=10.0,
)
_WELL = Health()
SCENES: Mapping[str, Scene] = {
    **PRICECHECK,
    **SEARCH,
    **LOBBY,
    **STAFF,
    **BASKET,
    **CHECKOUT,
    **SURVEY,
    **SALES,
}
AIDED = (
    "product, longest texts",
    "search, hits",
    "attract, camera ready",
    "help",
    "unknown code",
    "staff, longest texts",
    "staff, the pin",
    "sales, longest texts",
    "sale, paid",
    "basket, longest texts",
    "basket, waits for staff",
    "basket pad",
    "basket voucher",
    "basket gift, longest texts",
    "basket staff, age",
    "basket question, prices rose",
    "basket till",
    "paying, longest texts",
    "paying, declined, refused",
    "paid, longest texts",
    "outcome unknown, largest",
    "attendant, longest texts",
    "attendant, deciding, longest texts",
    "survey, longest texts",
    "survey, smileys",
    "survey, matrix",
    "survey, range",
    "survey, text",
)
TROUBLED = Health(lost=frozenset({"scanner"}), line_up=False, catalogue_refused="wrong signature")


@dataclass(frozen=True, slots=True)
class Example:
    """A scene with its surroundings; ``waited_s`` is how long nobody has touched anything."""

    name: str
    scene: Scene
    aids: frozenset[Aid] = frozenset()
    waited_s: float = 8.0
    health: Health = _WELL
    group: str = ""
    baskets: bool = False  # put together at this kiosk
    surveys: bool = False  # asked on the poster


def examples() -> list[Example]:
    """List every example: the features' own, then notices, the question, and the aids."""
    plain = [Example(name, scene, group=name.partition(",")[0]) for name, scene in SCENES.items()]
    product = SCENES["product, member price"]
    framed = [
        Example("notices", product, health=TROUBLED, group="frame"),
        Example("memory full", product, health=Health(memory_full=True), group="frame"),
        Example("are you still there", product, waited_s=24.0, group="frame"),
        Example("are you still there, basket", SCENES["basket"], waited_s=70.0, group="frame"),
        Example("product, with baskets", product, group="frame", baskets=True),
        Example(
            "product, longest with baskets",
            SCENES["product, longest texts"],
            group="frame",
            baskets=True,
        ),
        Example(
            "attract, with baskets", SCENES["attract, camera ready"], group="frame", baskets=True
        ),
        Example(
            "attract, with surveys", SCENES["attract, camera ready"], group="frame", surveys=True
        ),
        Example(
            "attract, with everything",
            SCENES["attract, camera ready"],
            group="frame",
            baskets=True,
            surveys=True,
        ),
        Example("survey, are you still there", SCENES["survey, stars"], waited_s=50, group="frame"),
    ]
    aided = [
        Example(
            f"{name}, {aid.value.replace('_', ' ')}", SCENES[name], frozenset({aid}), group="aids"
        )
        for aid in Aid
        for name in AIDED
    ]
    everything = Example(
        "product, all aids", SCENES["product, longest texts"], frozenset(Aid), group="aids"
    )
    return [*plain, *framed, *aided, everything]


def view_of(example: Example, language: Language, picture_of: PictureOf | None = None) -> View:
    """Work out what the screen shows for an example."""
    words = words_in(language)
    attracting = isinstance(example.scene, lobby.Attracting | lobby.OutOfService)
    own_ways = isinstance(example.scene, basket.State | checkout.State | survey.State)
    behind = () if attracting or own_ways else (lobby.Attracting(),)
    open_ = getattr(example.scene, "open", None)
    visit = Visit(example.scene, language, 0.0, behind, example.aids, open_)
    frame = frame_of(
        visit, example.health, _AROUND, words, NOW, example.waited_s, NOW - timedelta(hours=2)
    )
    scene = _with_pictures(_spoken(example.scene, language), picture_of or picture_file)
    body = body_of(scene, words, picture_of or picture_file)
    if example.surveys:
        body = with_surveys(body, words, faces_card("visit", _asked_at_once(language), words), 1)
    return View(frame, with_way_in(body, words) if example.baskets else body)


def _spoken(scene: Scene, language: Language) -> Scene:
    """Give a form's page in the language of the screen."""
    return spoken(scene, language) if isinstance(scene, survey.State) else scene


def _asked_at_once(language: Language) -> Page:
    state = spoken(answering(SMILEYS), language)
    assert isinstance(state, survey.Answering)
    return state.page


def _with_pictures(scene: Scene, picture_of: PictureOf) -> Scene:
    """Give a form's page the files of its pictures."""
    if not isinstance(scene, survey.Answering):
        return scene
    return replace(scene, pictures={name: picture_of(name) for name in _PICTURE_FILES})


@cache
def words_in(language: Language) -> Words:
    """Give the words of a language, in Tehran and in Toman."""
    return Words(language, ZoneInfo("Asia/Tehran"), MoneyStyle.TOMAN, read_texts(language))


@cache
def picture_file(name: str) -> str:
    """Find the sample chain's picture for an example's; none before it was drawn."""
    pattern = _PICTURE_FILES.get(name, "")
    found = sorted(PICTURES.glob(pattern)) if pattern and PICTURES.is_dir() else []
    return str(found[0]) if found else ""
