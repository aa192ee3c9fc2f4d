"""A page of a survey: draws a ``SurveyView``, a ``WordView``, a ``SurveyListView``; survey.kv.

What is asked comes as pieces of many kinds in one list; each kind has its widget. The pieces with
something of their own while a finger is on them are in ``survey_typing`` and ``survey_drawing``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, ObjectProperty, StringProperty

from kiosk.messages import Touched
from kiosk.screens.keyboard import Keyboard
from kiosk.screens.kit import Card, Column, Press, Row, Scroll
from kiosk.screens.screen import Screen
from kiosk.screens.survey_drawing import Dragged, FacesPanel, IconKey, SignaturePanel, SliderPanel
from kiosk.screens.survey_typing import AreaPanel, FindPanel, LinePanel, TypingPanel
from kiosk.survey import pieces
from kiosk.survey.pieces import LinePiece, Piece

NO_HEAD = pieces.Head("", "")  # until a rule has given the real one


class Panel(Card):
    """A piece of the page: its head, and below it what is touched."""

    data = ObjectProperty(rebind=True)


class PieceHead(Column):
    """A ``Head``: the question, what helps with it, and why its answer is not taken."""

    data = ObjectProperty(NO_HEAD, rebind=True)


class HeadingLine(Column):
    """The label of a group around what is asked."""

    data = StringProperty("")


class FaultLine(Row):
    """Why an answer is not taken."""

    data = ObjectProperty("")


class NotePanel(Panel):
    """A ``NotePiece``."""


class ListPanel(Panel):
    """A ``ListPiece``."""


class ChoiceRow(Press):
    """A ``Cell`` with a mark, as a line."""


class PicturesPanel(Panel):
    """A ``PicturesPiece``."""


class PictureCard(Press):
    """A ``Cell`` as a picture with its words."""


class LikertPanel(Panel):
    """A ``LikertPiece``."""


class LikertCell(Press):
    """A ``Cell`` as a dot on a line."""


class YesNoPanel(Panel):
    """A ``YesNoPiece``."""


class LargeChoice(Press):
    """A ``Cell`` as one of two large answers."""


class StarsPanel(Panel):
    """A ``StarsPiece``."""


class StarCell(Press):
    """A ``Cell`` as a star."""


class ScorePanel(Panel):
    """A ``ScorePiece``."""


class ScoreCell(Press):
    """A ``Cell`` as a number."""


class FiguresPanel(Panel):
    """A ``FiguresPiece``."""


class FigureField(Press):
    """What was typed on the pad; a touch opens or closes it."""

    data = ObjectProperty(pieces.FiguresPiece(NO_HEAD, "", Touched(), ""), rebind=True)


class RankPanel(Panel):
    """A ``RankPiece``."""


class RankKey(IconKey):
    """A key that moves a choice; ``faded`` where it would lead nowhere."""

    faded = BooleanProperty(False)


class TurnKey(IconKey):
    """A key that turns a calendar."""


class RankRow(Card):
    """A ``Ranked``."""

    data = ObjectProperty(rebind=True)


class MatrixPanel(Panel):
    """A ``MatrixPiece``."""


class ColumnTitle(Column):
    """What a column of a matrix means."""

    data = ObjectProperty("")


class MatrixLine(Column):
    """A ``MatrixRow``."""

    data = ObjectProperty(rebind=True)


class DotCell(Press):
    """A ``Cell`` as a dot in a matrix."""


class DatePanel(Card):
    """A ``DatePiece``."""

    data = ObjectProperty(rebind=True)


class DateField(Press):
    """The date that was chosen; a touch opens the calendar."""

    data = ObjectProperty(pieces.DatePiece(NO_HEAD, "", "", Touched(), ""), rebind=True)


class SheetBox(Column):
    """A ``Sheet`` of a calendar."""

    data = ObjectProperty(rebind=True)


class SheetHead(Column):
    """The name of a weekday."""

    data = ObjectProperty("")


class SheetCell(Press):
    """A day, a month or a year; none where a week begins in another month."""

    data = ObjectProperty(None, rebind=True, allownone=True)


class TimeBox(Column):
    """A ``TimePart``."""

    data = ObjectProperty(rebind=True)


class ShortCell(Press):
    """A ``Cell`` of hours or minutes."""


PANELS: Mapping[type[Any], type[Any]] = {
    pieces.NotePiece: NotePanel,
    pieces.ListPiece: ListPanel,
    pieces.PicturesPiece: PicturesPanel,
    pieces.LikertPiece: LikertPanel,
    pieces.YesNoPiece: YesNoPanel,
    pieces.StarsPiece: StarsPanel,
    pieces.ScorePiece: ScorePanel,
    pieces.FacesPiece: FacesPanel,
    pieces.SliderPiece: SliderPanel,
    pieces.LinePiece: LinePanel,
    pieces.FindPiece: FindPanel,
    pieces.FiguresPiece: FiguresPanel,
    pieces.RankPiece: RankPanel,
    pieces.MatrixPiece: MatrixPanel,
    pieces.DatePiece: DatePanel,
    pieces.SignaturePiece: SignaturePanel,
}


def panel_for(piece: Piece) -> type[Any]:
    """Choose the widget that draws a piece."""
    if isinstance(piece, LinePiece) and (piece.tall or piece.masked):
        return AreaPanel
    return PANELS[type(piece)]


class Questions(Column):
    """Pieces of many kinds, one below the other; a widget is kept while its kind stays."""

    __events__ = ("on_filled",)

    items = ObjectProperty(())

    def on_filled(self) -> None:
        """Be an event."""

    def on_items(self, *_: Any) -> None:
        """Follow the view."""
        there = list(reversed(self.children))
        kinds = [panel_for(item) for item in self.items]
        kept = [type(each) for each in there] == kinds
        if kept:
            for panel, item in zip(there, self.items, strict=True):
                panel.data = item
        else:
            self.clear_widgets()
            for kind, item in zip(kinds, self.items, strict=True):
                self.add_widget(kind(data=item))
        self.dispatch("on_filled")

    def opened_piece(self) -> Any:
        """Give the panel whose keys are open, or none."""
        return next((each for each in self.children if getattr(each.data, "open", False)), None)

    def typing_at(self, path: str) -> TypingPanel | None:
        """Give the panel whose text is typed."""
        found = (each for each in self.children if isinstance(each, TypingPanel))
        return next((each for each in found if each.data.path == path), None)


class QuestionScroll(Scroll):
    """Scrolls, but not under a finger that slides along a scale or signs."""

    def on_touch_down(self, touch: Any) -> bool:
        """Give such a finger to what it drags, at once."""
        if self.collide_point(*touch.pos):
            touch.push()
            touch.apply_transform_2d(self.to_local)
            held = any(
                each.on_touch_down(touch)
                for each in self.walk(restrict=True)
                if isinstance(each, Dragged) and each.collide_point(*touch.pos)
            )
            touch.pop()
            if held:
                return True
        return bool(super().on_touch_down(touch))


class KeyDock(Column):
    """The keyboard while something is typed; none of it is there otherwise."""

    keys = ObjectProperty(None, allownone=True)
    field = ObjectProperty(None, allownone=True)
    send = ObjectProperty(None)
    keyboard: Keyboard | None = None

    def lay(self, keys: Any, field: Any, *, rtl: bool) -> None:
        """Bring the keyboard up for a field, or put it away."""
        if keys is None or field is None:
            self.keys = self.field = None
            if self.keyboard is not None:
                self.keyboard.field = None
            self.clear_widgets()
            return
        if self.keyboard is None:
            self.keyboard = Keyboard(done="check")
            self.keyboard.bind(on_search=lambda *_: self.send(self.keys.done))
        if self.keys is None or self.field is not field:
            self.keyboard.open_letters()
        self.keyboard.rtl, self.keyboard.words = rtl, keys.words
        self.keys, self.field = keys, field
        self.keyboard.field = field
        if self.keyboard.parent is None:
            self.add_widget(self.keyboard)


class PadBox(Column):
    """A ``FigurePad``."""

    data = ObjectProperty(rebind=True)


class SurveyScreen(Screen):
    """Draws a page of a survey; what is being typed is its own."""

    _key = _sought = ""

    def opened(self) -> None:
        """Start at the top, with the keys of what is typed."""
        self.ids.scroll.scroll_y = 1
        self.arrange()

    def arrange(self) -> None:
        """Give the keys to what is typed, and begin another page at its top."""
        if "scroll" not in self.ids:
            return
        if self.view.key != self._key:
            self._key = self.view.key
            self.ids.scroll.scroll_y = 1
        keys = self.view.keys
        panel = self.ids.questions.typing_at(keys.path) if keys else None
        self.ids.dock.lay(keys, panel and panel.field, rtl=self.ids.dock.rtl)
        self._bring_into_sight(self.ids.questions.opened_piece())

    def _bring_into_sight(self, panel: Any) -> None:
        """Scroll to what is typed, once it is opened: the keys may stand where it was."""
        if panel is not None and panel.data.head.key != self._sought:
            Clock.schedule_once(lambda _dt: self._scroll_to(panel), 0)
        self._sought = panel.data.head.key if panel is not None else ""

    def _scroll_to(self, panel: Any) -> None:
        if panel.parent is not None and not self.view.alone:
            self.ids.scroll.scroll_to(panel, padding=0, animate=False)


class WordScreen(Screen):
    """Draws what is said around a survey."""


class SurveyLine(Press):
    """A survey to choose."""


class SurveyListScreen(Screen):
    """Draws several surveys to choose from."""

    def opened(self) -> None:
        """Start at the top."""
        self.ids.scroll.scroll_y = 1
