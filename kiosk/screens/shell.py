"""The window's whole content: the frame around, and the screen that a view's body asks for.

``Shell.show`` takes a view from any thread and draws the newest one in the next frame. It
decides nothing: which screen belongs to which body is a ``match`` that mypy checks, and what a
touch means travels with the view. Colours, scale and direction are those of its ``theme``.
"""

from __future__ import annotations

import ctypes
import gc
import os
from collections.abc import Callable
from importlib.resources import files
from typing import Any, assert_never

from kivy.base import EventLoop
from kivy.clock import Clock
from kivy.lang import Builder, global_idmap
from kivy.properties import NumericProperty, ObjectProperty
from kivy.uix.floatlayout import FloatLayout

from kiosk.basket.view import (
    AgeView,
    BasketView,
    CodeView,
    CountView,
    GiftView,
    QuestionView,
    TillView,
)
from kiosk.checkout.view import FollowView, PaidView, UnknownView
from kiosk.lobby.view import AttractView, HelpView, ScanView, TroubleView
from kiosk.messages import Post, Touched
from kiosk.preview import PreviewOf
from kiosk.pricecheck.view import AnswerView, ProductView
from kiosk.sales.view import SalesView
from kiosk.screens import (
    answer,
    attract,
    basket,
    browse,
    helping,
    hits,
    keyboard,
    kit,
    pads,
    paying,
    pin,
    product,
    sales,
    scan,
    search,
    staff,
    survey,
    survey_drawing,
    survey_typing,
    till,
    trouble,
)
from kiosk.screens.kit import Column, Ring, Row
from kiosk.screens.pictures import Pictures
from kiosk.screens.surfaces import draw_plainly
from kiosk.screens.theme import Theme, rules
from kiosk.search.view import BrowseView, SearchView
from kiosk.staff.view import PinView, StaffView
from kiosk.survey.view import SurveyListView, SurveyView, WordView
from kiosk.view import Body, View

TOUCHED_EVERY_S = 1.0
HELD_S = 3.0  # nobody rests a finger on a name for so long by chance
KEPT_MAX = 3  # screens: the price, the poster, and of the others the newest
TIDY_AFTER_S = 2.0  # how long the poster stands before memory is given back
KEPT_BEHIND_POSTER = (attract.AttractScreen, product.ProductScreen)
DRAWN_BY_RULES = (
    kit,
    attract,
    answer,
    browse,
    helping,
    hits,
    keyboard,
    pin,
    product,
    basket,
    pads,
    till,
    paying,
    sales,
    scan,
    search,
    staff,
    survey_drawing,
    survey_typing,
    survey,
    trouble,
)


def load_rules(theme: Theme, send: Post, pictures: Pictures) -> None:
    """Read every kv file; ``theme``, ``send`` and ``pictures`` in them mean these from now on."""
    global_idmap.update(rules(theme, send), pictures=pictures, Act=keyboard.Act, **kit.names())
    global_idmap.update(mood_colours=survey_drawing.mood_colours)
    names = [module.__name__.rpartition(".")[2] for module in DRAWN_BY_RULES]
    for name in (*names, "shell"):
        file = files("kiosk.screens").joinpath(f"{name}.kv")
        Builder.unload_file(str(file))
        Builder.load_string(file.read_text("utf-8"), filename=str(file))


def screen_for(body: Body) -> type[Any]:  # noqa: C901  (one line a body)
    """Choose the screen that draws a body; a body without one is a type error."""
    match body:
        case AttractView():
            return attract.AttractScreen
        case ScanView():
            return scan.ScanScreen
        case HelpView():
            return helping.HelpScreen
        case TroubleView():
            return trouble.TroubleScreen
        case ProductView():
            return product.ProductScreen
        case AnswerView():
            return answer.AnswerScreen
        case SearchView():
            return search.SearchScreen
        case BrowseView():
            return browse.BrowseScreen
        case PinView():
            return pin.PinScreen
        case StaffView():
            return staff.StaffScreen
        case SalesView():
            return sales.SalesScreen
        case BasketView():
            return basket.BasketScreen
        case CountView():
            return pads.CountScreen
        case CodeView():
            return pads.CodeScreen
        case GiftView():
            return pads.GiftScreen
        case QuestionView():
            return till.QuestionScreen
        case AgeView():
            return till.AgeScreen
        case TillView():
            return till.TillScreen
        case FollowView():
            return paying.FollowScreen
        case UnknownView():
            return paying.UnknownScreen
        case PaidView():
            return paying.PaidScreen
        case SurveyView():
            return survey.SurveyScreen
        case WordView():
            return survey.WordScreen
        case SurveyListView():
            return survey.SurveyListScreen
        case _:
            assert_never(body)


def give_back_memory() -> None:
    """Free what was forgotten, and hand it back to the system where the C library knows how.

    It takes a tenth of a second and more, so it is for when nobody is there. Widgets point at one
    another, and Python looks for such rings only when there are a quarter more of them.
    """
    gc.collect()
    _let_go_of_shader_compiler()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def _let_go_of_shader_compiler() -> None:
    """Free what Mesa keeps to compile shaders, some 6 MiB: all of Kivy's are compiled by now.

    One that came later would only take longer. Kivy has a name for this call and nothing behind.
    """
    for name in ("libGL.so.1", "libGLESv2.so.2"):
        try:
            library = ctypes.CDLL(name, os.RTLD_NOLOAD)  # the one that draws, or none
        except OSError:
            continue
        library.glReleaseShaderCompiler()
        return


class StillThereCard(FloatLayout):
    """The question whether somebody is there, over everything."""

    data = ObjectProperty(rebind=True)

    def on_touch_down(self, touch: Any) -> bool:
        """Let nothing below be touched."""
        super().on_touch_down(touch)
        return True


class NoticeLine(Row):
    """A ``Notice`` below the top bar."""

    data = ObjectProperty(rebind=True)


class CountRing(Ring):
    """A ``Countdown``."""

    data = ObjectProperty(rebind=True)


class Held(Row):
    """Something that is held, not touched: ``on_held`` after a finger has stayed on it.

    It shows nothing meanwhile, for it is for those who know of it.
    """

    __events__ = ("on_held",)

    held_s = NumericProperty(HELD_S)

    def __init__(self, **kwargs: Any) -> None:
        self._finger: Any = None
        self._wait = Clock.create_trigger(lambda _dt: self._stayed(), self.held_s)
        super().__init__(**kwargs)

    def on_held(self) -> None:
        """Be an event."""

    def on_touch_down(self, touch: Any) -> bool:
        """Begin to count with the first finger."""
        if self._finger is None and self.collide_point(*touch.pos):
            touch.grab(self)
            self._finger = touch
            self._wait.cancel()
            self._wait()
        return bool(super().on_touch_down(touch))

    def on_touch_move(self, touch: Any) -> bool:
        """Stop counting when the finger slides off."""
        if touch is self._finger and not self.collide_point(*touch.pos):
            self._wait.cancel()
        return bool(super().on_touch_move(touch))

    def on_touch_up(self, touch: Any) -> bool:
        """Stop counting."""
        if touch is self._finger:
            touch.ungrab(self)
            self._finger = None
            self._wait.cancel()
        return bool(super().on_touch_up(touch))

    def _stayed(self) -> None:
        self.dispatch("on_held")


class Surround(Column):
    """The bars, the notices and the place where the screen stands."""

    frame = ObjectProperty(rebind=True)


class Shell(FloatLayout):
    """Draws views. Give it to the window; it scales itself to the size it gets."""

    def __init__(self, first: View, send: Post, preview: PreviewOf, **kwargs: Any) -> None:
        self.theme = Theme()
        self.pictures = Pictures()
        self.on_drawn: Callable[[View], None] = lambda _view: None
        self._send, self._preview = send, preview
        self._screens: dict[type[Any], Any] = {}
        self._newest = first
        self._drawn: View | None = None
        self._touched_at = float("-inf")
        draw_plainly(EventLoop.window)
        load_rules(self.theme, send, self.pictures)
        super().__init__(**kwargs)
        self._redraw = Clock.create_trigger(lambda _dt: self._draw(), 0)
        self._tidy = Clock.create_trigger(lambda _dt: self._give_back(), TIDY_AFTER_S)
        self.theme.wear(first.frame)
        self._surround = Surround(frame=first.frame)
        self.add_widget(self._surround)
        self._draw()

    def show(self, view: View) -> None:
        """Draw ``view`` in the next frame; any thread may call this, only the newest is drawn."""
        self._newest = view
        self._redraw()

    @property
    def screen(self) -> Any:
        """The screen that stands in the frame now."""
        return self._surround.ids.place.children[0]

    def on_size(self, *_: Any) -> None:
        """Scale to the window."""
        self.theme.fit(*self.size)

    def on_touch_down(self, touch: Any) -> bool:
        """Tell that somebody is here, at most once a second, and pass the touch on."""
        if touch.time_start - self._touched_at >= TOUCHED_EVERY_S:
            self._touched_at = touch.time_start
            self._send(Touched())
        return bool(super().on_touch_down(touch))

    def stop(self) -> None:
        """End what runs beside the screen."""
        self._tidy.cancel()
        self.pictures.stop()

    def _draw(self) -> None:
        view = self._newest
        if view == self._drawn:
            return
        if self.theme.differs(view.frame):
            self._drop_hidden_screens()
        self.theme.wear(view.frame)
        EventLoop.window.clearcolor = self.theme.palette.ground
        self._surround.frame = view.frame
        self._place(view.body)
        self._ask_whether_there(view.frame.still_there)
        self._drawn = view
        self.on_drawn(view)

    def _drop_hidden_screens(self) -> None:
        """Forget what is not in sight: it would be laid out anew with the rest, for nobody."""
        for kind in [kind for kind, each in self._screens.items() if each.parent is None]:
            self._forget(kind)

    def _forget(self, kind: type[Any]) -> None:
        for widget in self._screens.pop(kind).walk():
            if getattr(widget, "focus", False):
                widget.focus = False  # Kivy keeps who has the focus
            Builder.unbind_widget(widget.uid)

    def _give_back(self) -> None:
        """While the poster stands, forget the others, but not the price: it comes next."""
        left = [kind for kind in self._screens if kind not in KEPT_BEHIND_POSTER]
        for kind in left:
            self._forget(kind)
        give_back_memory()
        if left:
            self._tidy()  # Kivy's clock still held some of it

    def _place(self, body: Body) -> None:
        kind = screen_for(body)
        screen = self._screens.pop(kind, None)
        if screen is None:
            screen = kind(view=body, send=self._send, preview=self._preview)
        else:
            screen.view = body
        self._screens[kind] = screen  # the newest stands last
        place = self._surround.ids.place
        if screen not in place.children:
            place.clear_widgets()
            place.add_widget(screen)
            screen.opened()
            self._settle_memory(kind)

    def _settle_memory(self, kind: type[Any]) -> None:
        others = [each for each in self._screens if each not in KEPT_BEHIND_POSTER]
        for oldest in others[: len(KEPT_BEHIND_POSTER) - KEPT_MAX]:
            self._forget(oldest)
        self._tidy.cancel()
        if kind is attract.AttractScreen:
            self._tidy()

    def _ask_whether_there(self, question: Any) -> None:
        cards = [child for child in self.children if isinstance(child, StillThereCard)]
        if question is None:
            for card in cards:
                self.remove_widget(card)
        elif cards:
            cards[0].data = question
        else:
            self.add_widget(StillThereCard(data=question))
