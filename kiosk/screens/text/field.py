"""A one-line field for Persian and mixed text, made for an on-screen keyboard.

It never opens the system's keyboard and has no clipboard, no menu and no handles: on a public kiosk
each of them leads out of the program or shows what the shopper before has copied. The on-screen
keyboard calls ``insert`` and ``backspace``; a physical keyboard works while the field has the
focus. What editing means is in ``editing``, where things stand in ``caret``; this draws and passes
on.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

from kivy.base import EventLoop
from kivy.clock import Clock
from kivy.graphics import Canvas, Color, Rectangle
from kivy.properties import (
    BooleanProperty,
    ColorProperty,
    NumericProperty,
    OptionProperty,
    StringProperty,
    VariableListProperty,
)
from kivy.uix.widget import Widget

from kiosk.screens.text import editing, fonts
from kiosk.screens.text.caret import Caret, caret_at, caret_beside, caret_x, selection_spans
from kiosk.screens.text.editing import Edited
from kiosk.screens.text.layout import Line
from kiosk.screens.text.levels import base_level
from kiosk.screens.text.provider import PersianLabel

BLINK_S = 0.5
CARET_WIDTH_PX = 3

_BACKSPACE, _DELETE, _ENTER, _PAD_ENTER = 8, 127, 13, 271
_RIGHT, _LEFT, _HOME, _END = 275, 276, 278, 279


class PersianField(Widget):
    """``text`` follows what is typed, in typing order. Fires ``on_text_validate`` on Enter."""

    __events__ = ("on_text_validate",)
    _focused: ClassVar["PersianField | None"] = None

    _LOOKS = (
        *("pos", "size", "padding", "hint_text", "base_direction", "font_name", "font_size"),
        *("color", "hint_color", "caret_color", "selection_color"),
    )

    text = StringProperty("")
    hint_text = StringProperty("")
    focus = BooleanProperty(False)
    length_max = NumericProperty(0)
    """Longest text in code points; 0 is no limit."""
    base_direction = OptionProperty(None, options=["ltr", "rtl", None], allownone=True)
    """None: by the first strong letter; right to left where there is none."""
    font_name = StringProperty(fonts.REGULAR)
    font_size = NumericProperty(38)
    padding = VariableListProperty([24, 0])
    color = ColorProperty("#14211D")
    hint_color = ColorProperty("#66756F")
    caret_color = ColorProperty("#0B5D4B")
    selection_color = ColorProperty("#BFE3D8")

    def __init__(self, **kwargs: Any) -> None:
        self._edited = Edited()
        self._scroll_px = 0
        self._caret_shown = False
        self._label = PersianLabel()
        self._drawn_as: tuple[Any, ...] = ()
        self._drawing = Canvas()  # its own, so that a kv rule may draw on the field's
        self._redraw = Clock.create_trigger(self._draw, -1)
        self._blink = Clock.create_trigger(self._toggle_caret, BLINK_S, interval=True)
        super().__init__(**kwargs)
        self.canvas.add(self._drawing)
        for name in self._LOOKS:
            self.fbind(name, self._redraw)
        self._redraw()

    # -------------------------------------------------------------- editing
    @property
    def caret(self) -> Caret:
        return self._edited.caret

    @property
    def selection(self) -> tuple[int, int]:
        """Selected part of ``text``, half-open; empty when nothing is selected."""
        return self._edited.selection

    def insert(self, piece: str) -> None:
        """Type ``piece`` at the caret, in place of what is selected."""
        self._become(editing.insert(self._edited, piece, int(self.length_max)))

    def backspace(self) -> None:
        self._become(editing.delete_before(self._edited))

    def delete(self) -> None:
        self._become(editing.delete_after(self._edited))

    def clear(self) -> None:
        self._become(Edited())

    def select_all(self) -> None:
        self._become(editing.select_all(self._edited))

    def move(self, step: int, selecting: bool = False) -> None:
        """Move the caret one place to the right (1) or to the left (-1) on screen."""
        caret = caret_beside(self.text, self._line(), self.caret, step, self._label.measure)
        self._become(editing.move_to(self._edited, caret, selecting))

    def move_to(self, index: int, selecting: bool = False) -> None:
        """Put the caret at a position of the text; ``selecting`` takes what lies between along."""
        index = max(0, min(index, len(self.text)))
        self._become(editing.move_to(self._edited, Caret(index), selecting))

    def _become(self, edited: Edited) -> None:
        self._edited = edited
        self.text = edited.text
        self._show_caret()

    def on_text(self, _: "PersianField", text: str) -> None:
        if text != self._edited.text:  # set from outside
            self._edited = editing.insert(Edited(), text)
            self.text = self._edited.text
        self._redraw()

    def on_text_validate(self) -> None:
        """Enter was pressed."""

    # -------------------------------------------------------------- focus and keys
    def on_focus(self, _: "PersianField", focus: bool) -> None:
        """One field has the focus; the last to ask gets it."""
        cls = PersianField
        if focus:
            if cls._focused is not None and cls._focused is not self:
                cls._focused.focus = False
            cls._focused = self
            EventLoop.window.bind(on_textinput=self._typed, on_key_down=self._pressed)
            self._show_caret()
            return
        if cls._focused is self:
            cls._focused = None
        EventLoop.window.unbind(on_textinput=self._typed, on_key_down=self._pressed)
        self._blink.cancel()
        self._caret_shown = False
        self._redraw()

    def on_parent(self, _: "PersianField", parent: Widget | None) -> None:
        """Stop listening to keys when the field leaves the screen."""
        if parent is None:
            self.focus = False

    def _typed(self, _: Any, text: str) -> None:
        self.insert(text)

    def _pressed(self, _: Any, key: int, *event: Any) -> bool:
        """Handle a key by its SDL code; True when it was one of ours."""
        selecting = "shift" in event[-1]
        validate = partial(self.dispatch, "on_text_validate")
        actions: dict[int, Callable[[], object]] = {
            _BACKSPACE: self.backspace,
            _DELETE: self.delete,
            _RIGHT: partial(self.move, 1, selecting),
            _LEFT: partial(self.move, -1, selecting),
            _HOME: partial(self.move_to, 0, selecting),
            _END: partial(self.move_to, len(self.text), selecting),
            _ENTER: validate,
            _PAD_ENTER: validate,
        }
        if key not in actions:
            return False
        actions[key]()
        return True

    # -------------------------------------------------------------- touch
    def on_touch_down(self, touch: Any) -> bool:
        if not self.collide_point(*touch.pos) or self.disabled:
            return bool(super().on_touch_down(touch))
        touch.grab(self)
        self.focus = True
        self._touch_caret(touch.x, selecting=False)
        return True

    def on_touch_move(self, touch: Any) -> bool:
        if touch.grab_current is not self:
            return bool(super().on_touch_move(touch))
        self._touch_caret(touch.x, selecting=True)
        return True

    def on_touch_up(self, touch: Any) -> bool:
        if touch.grab_current is not self:
            return bool(super().on_touch_up(touch))
        touch.ungrab(self)
        return True

    def _touch_caret(self, x: float, selecting: bool) -> None:
        line = self._line()
        caret = caret_at(self.text, line, x - self._line_left(line), self._label.measure)
        if selecting and caret.index == self.caret.index:
            return
        self._become(editing.move_to(self._edited, caret, selecting))

    # -------------------------------------------------------------- drawing
    @property
    def caret_px(self) -> int:
        """Left edge of the caret in the coordinates of the field's parent."""
        line = self._line()
        return self._line_left(line) + caret_x(self.text, line, self.caret, self._label.measure)

    @property
    def selection_px(self) -> tuple[tuple[int, int], ...]:
        """Highlighted spans (left, right) in the coordinates of the field's parent."""
        line = self._line()
        left = self._line_left(line)
        spans = selection_spans(self.text, line, *self.selection, self._label.measure)
        return tuple((left + start, left + end) for start, end in spans)

    def _line(self) -> Line:
        """Measure the text as one line, in the font that the field has now."""
        self._style_label(self.color)
        return self._label.one_line(self.text)

    def _style_label(self, color: Any) -> None:
        self._label.options.update(
            font_name=self.font_name,
            font_size=self.font_size,
            base_direction=self.base_direction or ("rtl" if base_level(self.text, 1) else "ltr"),
            color=tuple(color),
        )
        self._label.resolve_font_name()

    def _inner(self) -> tuple[int, int]:
        """Left edge and width in pixels of the part that shows text."""
        left, right = self.padding[0], self.padding[2]
        return int(self.x + left), max(0, int(self.width - left - right - CARET_WIDTH_PX))

    def _line_left(self, line: Line) -> int:
        """Where the line's left edge lies, outside the field when the line is scrolled."""
        left, width = self._inner()
        if line.width <= width:
            return left + (width - line.width if line.base else 0)
        return left - self._scroll_px

    def _follow_caret(self, line: Line) -> None:
        """Scroll a line that is too long just as far as the caret comes into sight."""
        _, width = self._inner()
        x = caret_x(self.text, line, self.caret, self._label.measure)
        lowest, highest = max(0, x - width), min(x, max(0, line.width - width))
        self._scroll_px = min(max(self._scroll_px, lowest), max(lowest, highest))

    def _draw(self, *_: Any) -> None:
        line = self._line()
        self._follow_caret(line)
        self._drawing.clear()
        with self._drawing:
            Color(*self.selection_color)
            for left, right in self.selection_px:
                self._draw_bar(left, right, self.font_size * 1.5)
            Color(1, 1, 1, 1)
            if self.text:
                self._draw_text(line)
            elif self.hint_text:
                self._draw_hint()
            if self._caret_shown:
                Color(*self.caret_color)
                x = self.caret_px
                self._draw_bar(x, x + CARET_WIDTH_PX, self.font_size * 1.3)

    def _draw_bar(self, left: int, right: int, height: float) -> None:
        """Fill a bar in the middle of the field, as far as it lies inside."""
        first, width = self._inner()
        left, right = max(left, first), min(right, first + width + CARET_WIDTH_PX)
        if left < right:
            Rectangle(pos=(left, int(self.center_y - height / 2)), size=(right - left, height))

    def _draw_text(self, line: Line) -> None:
        """Show the part of the line that lies inside the field."""
        texture = self._texture(self.text, self.color, None)
        first, width = self._inner()
        left = self._line_left(line)
        skipped = max(0, first - left)
        shown = min(texture.width - skipped, first + width - max(left, first))
        if shown > 0:
            part = texture.get_region(skipped, 0, shown, texture.height)
            self._place(part, left + skipped)

    def _draw_hint(self) -> None:
        first, width = self._inner()
        self._place(self._texture(self.hint_text, self.hint_color, width), first)

    def _place(self, texture: Any, left: int) -> None:
        bottom = int(self.center_y - texture.height / 2)
        Rectangle(texture=texture, pos=(left, bottom), size=texture.size)

    def _texture(self, text: str, color: Any, width_px: int | None) -> Any:
        """Draw text on one line, shortened to ``width_px``; again only when something changed."""
        wanted = (text, *color, width_px, self.font_name, self.font_size, self.base_direction)
        if wanted != self._drawn_as:
            self._style_label(color)
            self._label.options.update(shorten=width_px is not None, shorten_from="right")
            self._label.options["halign"] = "auto"
            self._label.text, self._label.text_size = text, (width_px, None)
            self._label.refresh()
            self._drawn_as = wanted
        return self._label.texture

    def _show_caret(self) -> None:
        """Keep the caret lit after each change, then let it blink again."""
        self._caret_shown = bool(self.focus)
        self._blink.cancel()
        if self.focus:
            self._blink()
        self._redraw()

    def _toggle_caret(self, *_: Any) -> None:
        self._caret_shown = not self._caret_shown
        self._redraw()
