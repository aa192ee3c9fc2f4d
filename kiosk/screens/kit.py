"""The pieces that every screen is made of: boxes that mirror, text, icons, buttons, lists.

They know the shape of the data in ``kiosk.frame`` and nothing of what it means. How each looks
is in kit.kv. A piece with ``data`` draws that value; ``Several`` holds as many pieces as there
are values and reuses them, so a new view touches only what is new in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kivy.factory import Factory
from kivy.properties import (
    BooleanProperty,
    ColorProperty,
    NumericProperty,
    ObjectProperty,
    OptionProperty,
    StringProperty,
)
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.gridlayout import GridLayout
from kivy.uix.label import Label
from kivy.uix.scrollview import ScrollView
from kivy.uix.stacklayout import StackLayout
from kivy.uix.widget import Widget

from kiosk.frame import ItemRow, Tone
from kiosk.messages import Touched
from kiosk.screens.pictures import Pictures
from kiosk.screens.surfaces import fade, shade
from kiosk.screens.text.fonts import icon
from kiosk.screens.tokens import REACH, Colour

CLEAR: Colour = (0, 0, 0, 0)


def some(value: Any) -> tuple[Any, ...]:
    """Give what ``Several`` shows for something that may be absent: one piece, or none."""
    return () if value is None or value == "" else (value,)


class Stack(BoxLayout):
    """A box that runs the reader's way and leaves no gap for a child without a size."""

    rtl = BooleanProperty(False)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fbind("rtl", self._trigger_layout)

    def _iterate_layout(self, sizes: list[Any]) -> Iterator[tuple[int, float, float, float, float]]:
        across = self.orientation == "horizontal"
        along = 0 if across else 1
        kept = [i for i, child in enumerate(sizes) if not _gone(child, along)]
        mirror = self.x + self.right + self.padding[0] - self.padding[2]
        for i, x, y, width, height in super()._iterate_layout([sizes[i] for i in kept]):
            if across and self.rtl:
                x = mirror - x - width
            elif not across and all(sizes[i][1][1] is None for i in kept):
                y += max(0.0, self.height - self.minimum_height)  # Kivy would start at the bottom
            yield kept[i], x, y, width, height


def _gone(child: Any, dimension: int) -> bool:
    measured, hint = child[0], child[1]
    return hint[dimension] is None and not measured[dimension]


class Row(Stack):
    """Children beside one another, the first where reading starts."""


class Column(Stack):
    """Children below one another."""


class Several:
    """Mixed into a layout: a piece of ``kind`` for each of ``items``, in their order."""

    kind = StringProperty()
    items = ObjectProperty(())

    def on_items(self, *_: Any) -> None:
        """Follow the view."""
        self.fill()

    def on_kind(self, *_: Any) -> None:
        """Be set up in any order."""
        self.fill()

    def fill(self) -> None:
        """Make, reuse and drop pieces until there is one for each item."""
        box: Any = self
        if not box.kind:
            return
        pieces = list(reversed(box.children))
        for piece, item in zip(pieces, box.items, strict=False):
            piece.data = item
        for piece in pieces[len(box.items) :]:
            box.remove_widget(piece)
        for item in box.items[len(pieces) :]:
            box.add_widget(Factory.get(box.kind)(data=item))


class SeveralBeside(Several, Row):
    """Pieces in a row."""


class BesideHug(Several, Row):
    """Pieces in a row that is no wider than they are."""


class SeveralBelow(Several, Column):
    """Pieces in a column."""


class SeveralStack(Several, Stack):
    """Pieces in a row or in a column."""


class Flow(Several, StackLayout):
    """Pieces in lines that wrap."""


class Grid(Several, GridLayout):
    """Pieces in a grid of equal columns."""


class Layers(FloatLayout):
    """Children over one another."""


class SeveralOver(Several, FloatLayout):
    """A sheet over the rest, which dims and cannot be touched while it is there."""

    def on_touch_down(self, touch: Any) -> bool:
        """Keep what lies below from being touched."""
        return bool(super().on_touch_down(touch)) or bool(self.children)


class SeveralAnchored(Several, AnchorLayout):
    """A piece in the middle of a place."""


class Clipped:
    """Mixed into what scrolls: cut to its box, at the size it has on the window.

    It moves by whole pixels, for text is drawn unsmoothed. Its bar pales at once, not through a
    dozen frames for nobody.
    """

    def update_from_scroll(self, *args: Any) -> None:
        """Move what is scrolled."""
        scrolled: Any = self
        super().update_from_scroll(*args)  # type: ignore[misc]
        x, y = scrolled.g_translate.xy
        scrolled.g_translate.xy = round(x), round(y)

    def _bind_inactive_bar_color(self, *_: Any) -> None:  # Kivy's own would start an animation
        scrolled: Any = self
        scrolled.funbind("bar_color", scrolled._change_bar_color)
        scrolled.fbind("bar_inactive_color", scrolled._change_bar_color)
        scrolled._change_bar_color(scrolled, scrolled.bar_inactive_color)


class Strip(Clipped, ScrollView):
    """Pieces in one line that is pushed sideways where it is too long."""

    kind = StringProperty()
    items = ObjectProperty(())
    rtl = BooleanProperty(False)

    def on_rtl(self, *_: Any) -> None:
        """Start at the other side."""
        self.show_start()

    def show_start(self) -> None:
        """Push the line to where reading starts."""
        self.scroll_x = 1.0 if self.rtl else 0.0

    def show_end(self) -> None:
        """Push the line to its end."""
        self.scroll_x = 0.0 if self.rtl else 1.0


class LowSpace(Widget):
    """What is left free above things to touch for those who reach low."""

    wanted = BooleanProperty(True)


class Text(Label):
    """Text as wide as its box and as tall as it needs, in at most ``lines`` lines."""

    ink = ColorProperty(None, allownone=True)
    role = StringProperty("body")
    lines = NumericProperty(0)
    align = OptionProperty("start", options=["start", "end", "center"])

    def _create_label(self) -> None:
        super()._create_label()
        self._label.snug = True

    def placed(
        self, pos: list[float], size: list[float], drawn: list[float], side: str
    ) -> tuple[int, int]:
        """Give where what is ``drawn`` stands in the box: at a ``side``, half way up."""
        free = size[0] - drawn[0]
        shift = {"center": free / 2, "right": free}.get(side, 0.0)
        return int(pos[0] + shift), int(pos[1] + (size[1] - drawn[1]) / 2)


class Hug(Label):
    """Text as wide as it needs but at most ``limit``; then it wraps into ``lines`` lines."""

    ink = ColorProperty(None, allownone=True)
    role = StringProperty("body")
    lines = NumericProperty(1)
    limit = NumericProperty(10_000)
    align = OptionProperty("center", options=["start", "end", "center"])

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in ("text", "font_name", "font_size", "limit", "padding"):
            self.fbind(name, self._measure)
        self._measure()

    def _measure(self, *_: Any) -> None:
        self._label.resolve_font_name()
        around = self.padding[0] + self.padding[2] + 2
        natural = self._label.get_extents(self.text)[0] + around if self.text else 0
        self.width = min(natural, max(self.limit, 1))


class LabelChip(Hug):
    """A word about an item, on a soft ground."""

    data = StringProperty("")


class BadgeText(Hug):
    """A word that is to be seen first."""

    data = StringProperty("")


class Amount(Label):
    """One line that steps down in size until it fits its box: an amount is never cut."""

    ink = ColorProperty(None, allownone=True)
    role = StringProperty("price")
    align = OptionProperty("end", options=["start", "end", "center"])
    largest = NumericProperty(30)
    limit = NumericProperty(1000)
    steps = (1.0, 0.85, 0.7, 0.55, 0.45)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in ("text", "font_name", "largest", "limit"):
            self.fbind(name, self._fit)
        self._fit()

    def _fit(self, *_: Any) -> None:
        self._label.resolve_font_name()
        for step in self.steps:
            self.font_size = round(self.largest * step)
            natural = self._label.get_extents(self.text)[0] + 2 if self.text else 0
            if natural <= self.limit:
                break
        self.width = natural


class Glyph(Label):
    """An icon by its name."""

    ink = ColorProperty(None, allownone=True)
    name = StringProperty("")
    side = NumericProperty(44)


class Medal(Widget):
    """An icon on a soft rounded ground."""

    name = StringProperty("shape")
    side = NumericProperty(92)
    ink = ColorProperty(CLEAR)
    soft = ColorProperty(CLEAR)


class Card(Column):
    """A surface with rounded corners."""

    fill_colour = ColorProperty(None, allownone=True)
    edge = ColorProperty(None, allownone=True)
    radius = NumericProperty(30)
    raised = NumericProperty(1)


class Press(ButtonBehavior, Row):
    """Something to touch; ``data`` says what it is and what it sends."""

    data = ObjectProperty(rebind=True)
    fill_colour = ColorProperty(CLEAR)
    edge = ColorProperty(CLEAR)
    ink = ColorProperty(CLEAR)
    radius = NumericProperty(28)
    tall = NumericProperty(108)


class FactTile(Card):
    """A ``Tile``: a fact with its heading and a remark."""

    data = ObjectProperty(rebind=True)


class ItemLine(Press):
    """An ``ItemRow``: a product in a list, wide enough for its name."""

    # a list makes its lines before it fills them
    data = ObjectProperty(ItemRow("", "", "", "", Touched()), rebind=True)


class Saying(Column):
    """An icon, a title and what it means, one below the other."""

    icon = StringProperty("information")
    tone = ObjectProperty(Tone.PLAIN)
    title = StringProperty("")
    text = StringProperty("")
    code_text = StringProperty("")


class Ring(Widget):
    """How much of the waiting time is left, ``share`` from 0 to 1."""

    share = NumericProperty(1.0)
    text = StringProperty("")
    role = StringProperty("label")
    thickness = NumericProperty(4)


class Picture(Widget):
    """A product's picture fitted into its box, or a calm icon where there is none."""

    source = StringProperty("")
    placeholder = StringProperty("package-variant-closed")
    texture = ObjectProperty(None, allownone=True)
    pictures: Pictures = ObjectProperty(None, allownone=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fbind("size", self._ask)
        self.fbind("source", self._changed)
        self._ask()

    def _changed(self, *_: Any) -> None:
        self.texture = None
        self._ask()

    def _ask(self, *_: Any) -> None:
        if not self.source or self.pictures is None or min(self.size) < 8:
            return
        asked = self.source

        def take(texture: Any) -> None:
            if self.source == asked:
                self.texture = texture

        self.pictures.ask(asked, self.width, self.height, take)

    def fitted(self, texture: Any, size: list[float]) -> tuple[float, float]:
        """Give the size at which the picture fits the box without being distorted."""
        if texture is None:
            return 0.0, 0.0
        scale = min(size[0] / texture.width, size[1] / texture.height)
        return texture.width * scale, texture.height * scale


class Scroll(Clipped, ScrollView):
    """What is taller than its place, to be pushed by a finger."""


_MIRRORED = {
    "arrow-left": "arrow-right",
    "arrow-right": "arrow-left",
    "chevron-left": "chevron-right",
    "chevron-right": "chevron-left",
}


def glyph(name: str, rtl: bool) -> str:
    """Give the character of an icon; a name that head office made up gets a general one."""
    try:
        return icon(_MIRRORED.get(name, name) if rtl else name)
    except KeyError:
        return icon("shape")


def names() -> dict[str, Any]:
    """Name what the rules may call."""
    return {
        "some": some,
        "fade": fade,
        "shade": shade,
        "glyph": glyph,
        "Tone": Tone,
        "REACH": REACH,
        "CLEAR": CLEAR,
    }
