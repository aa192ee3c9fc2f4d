"""One person's answers: asked page by page, changed, and sent.

Source: docs/surveys.md, sections 3, 4 and 6.
"""

from __future__ import annotations

from datetime import datetime

from xforms.loading import Form
from xforms.page import Fault, Page
from xforms.session.checking import fault_of
from xforms.session.choosing import Chooser
from xforms.session.circumstances import Circumstances
from xforms.session.drawing import Drawer, is_matrix_head
from xforms.session.keeping import typed
from xforms.session.model import Model, chance
from xforms.session.paths import Asked, Stop, Walk
from xforms.session.sending import write
from xforms.session.tree import REPETITIONS_MAX, Element, Tree
from xforms.session.words import Speaker
from xforms.xpath import HIDDEN, World
from xforms.xpath.values import iso

_LISTS = frozenset({"select", "rank"})
NOTHING = Page("", (), (), 0.0, True, True)


class UnknownPathError(ValueError):
    """There is no such question to answer now; the text names it and says why."""


class Session:
    """Belongs to one thread; ``complete`` once everything was answered and taken."""

    def __init__(self, form: Form, circumstances: Circumstances) -> None:
        self.form, self._circumstances = form, circumstances
        tree = Tree(form)
        self._chance = chance(circumstances.seed)
        world = World(
            now=circumstances.now,
            random=self._chance.random,
            root=tree.root,
            instances=form.instances,
            properties={"deviceid": circumstances.device_id, **circumstances.properties},
            version=form.version,
        )
        self._model = Model(form, world, tree)
        self._chooser = Chooser(self._model, circumstances.seed)
        self._speaker = Speaker(self._model, _language_of(form, circumstances.language))
        world.choice_label = self._label_of
        world.itext = lambda identity: self._speaker.said(identity, tree.root[0])
        self._model.begin(circumstances)
        self.complete = False
        self.began_at = circumstances.now()
        self.ended_at: datetime | None = None
        self.attachments: dict[str, bytes] = {}
        self._times: dict[str, int] = {}
        self._since = self.began_at
        self._attempted: set[str] = set()
        self._another: dict[str, str] = {}
        self._stops: list[Stop] = []
        self._revision = -1
        self._at = 0
        self._key = self._here().key if self._listed() else ""

    @classmethod
    def begin(cls, form: Form, circumstances: Circumstances) -> Session:
        """Begin: defaults, what is set at the start, everything worked out."""
        return cls(form, circumstances)

    # words

    @property
    def language(self) -> str:
        """Give the language of the form that is spoken; empty where it has one only."""
        return self._speaker.language

    @property
    def languages(self) -> tuple[str, ...]:
        """Give the languages of the form, its own first."""
        return self.form.languages

    def speak(self, language: str) -> None:
        """Go on in another language; no answer is lost. One that there is not changes nothing."""
        self._speaker.language = _language_of(self.form, language, self.language)

    # pages

    @property
    def page(self) -> Page:
        """Draw the page that is shown now."""
        stops = self._listed()
        if not stops:
            return NOTHING
        drawer = Drawer(self._model, self._chooser, self._speaker, self._attempted)
        return drawer.page(stops, self._at, self._another.get(stops[self._at].key, ""))

    def forward(self) -> bool:
        """Go to the next page; refused while something on this one is missing or wrong."""
        stops = self._listed()
        if not stops:
            return False
        stop = stops[self._at]
        self._attempted |= {self._model.tree.address(each.node) for each in stop.asked}
        if any(self._fault(each) for each in stop.asked):
            return False
        if stop.another is not None and self._another.get(stop.key) == "yes":
            return self._one_more(stop)
        return self._move(self._at + 1)

    def back(self) -> bool:
        """Go to the page before; never refused but at the first one."""
        return self._move(self._at - 1) if self._listed() else False

    def finish(self) -> bool:
        """Check everything; with a fault its page is shown, without one it is complete."""
        for at, stop in enumerate(self._listed()):
            if any(self._fault(each) for each in stop.asked):
                self._attempted |= {self._model.tree.address(each.node) for each in stop.asked}
                self._move(at)
                return False
        self._count_time()
        self.end()
        self.complete = True
        return True

    def end(self) -> None:
        """Note when it ended, also where it is not complete."""
        self.ended_at = self._circumstances.now()
        for path, bind in self.form.binds.items():
            if bind.preload == ("timestamp", "end"):
                for node in self._model.tree.at(path):
                    self._model.set(node, iso(self.ended_at))

    # answers

    def answer(self, path: str, value: str) -> None:
        """Answer a question; what is typed in other digits is kept in Latin ones.

        ``path`` is an address; a question's name will do where there is one of it. Raises
        ``UnknownPathError`` for a question that there is not, or not now.
        """
        if self._answered_another(path, value):
            return
        asked = self._asked(self.resolve(path))
        kind = self._model.bind(asked.control.path).type
        told = typed(value, kind)
        if asked.control.tag in _LISTS:
            told = " ".join(told.split())
        if self._model.readonly(asked.node, asked.control.path):
            raise UnknownPathError(f"Expected a question to be answered, got {path}: read only")
        if self._model.set(asked.node, told):
            self._model.changed_by_hand(asked.node, asked.control.path)

    def attach(self, path: str, name: str, content: bytes) -> None:
        """Answer with a file, a signature: its name is the value."""
        before = self.value(path)
        self.answer(path, name)
        self.attachments.pop(before, None)
        if kept := self.value(path):
            self.attachments[kept] = content

    def value(self, path: str) -> str:
        """Give what is kept for a question now."""
        return self._model.text(self._asked(self.resolve(path)).node)

    def add(self, path: str) -> str:
        """Add a repetition of a repeat; gives its address."""
        address = self.resolve(path)
        around, _slash, name = address.rpartition("/")
        parent = self._model.tree.find(around)
        repeat = None if parent is None else self.form.repeats.get(
            f"{self._model.tree.path(parent)}/{name.partition('[')[0]}"
        )  # fmt: skip
        if parent is None or repeat is None or repeat.count is not None or repeat.fixed:
            raise UnknownPathError(f"Expected a repeat that may grow, got {path}")
        if len(self._model.tree.repetitions(parent, repeat.path)) >= REPETITIONS_MAX:
            raise UnknownPathError(f"Expected at most {REPETITIONS_MAX} repetitions of {path}")
        return self._model.tree.address(self._model.add(parent, repeat.path))

    def remove(self, path: str) -> None:
        """Take a repetition out."""
        node = self._model.tree.find(self.resolve(path))
        repeat = self.form.repeats.get(self._model.tree.path(node)) if node is not None else None
        if node is None or repeat is None or repeat.count is not None or repeat.fixed:
            raise UnknownPathError(f"Expected a repetition that may go, got {path}")
        self._model.remove(node)

    def resolve(self, path: str) -> str:
        """Give an address as it is, and the address of a question's or repeat's bare name."""
        if path.startswith("/"):
            return path
        name, bracket, place = path.partition("[")
        known = [*self.form.controls, *self.form.repeats]
        found = sorted({each for each in known if each.rpartition("/")[2] == name})
        if len(found) != 1:
            told = "none" if not found else f"{len(found)} of that name"
            raise UnknownPathError(f"Expected a question, got {path!r:.200}: there is {told}")
        return f"{found[0]}{bracket}{place}"

    # what there is

    def visible(self) -> tuple[str, ...]:
        """Give the addresses of all questions that are asked now, in order."""
        return tuple(
            self._model.tree.address(each.node)
            for stop in self._listed()
            for each in stop.asked
            if not is_matrix_head(each)
        )

    def faults(self) -> tuple[tuple[str, Fault], ...]:
        """Give what is missing or wrong, on any page."""
        return tuple(
            (self._model.tree.address(each.node), fault)
            for stop in self._listed()
            for each in stop.asked
            if (fault := self._fault(each)) is not None
        )

    def data(self) -> dict[str, str]:
        """Give what would be sent, by address."""
        keeps = self.form.keeps_hidden
        return {
            self._model.tree.address(node): node.text or ""
            for node in self._model.tree.root[0].iter()
            if len(node) == 0 and (keeps or node.get(HIDDEN) is None)
        }

    def xml(self) -> str:
        """Write the instance as it is sent."""
        return write(self.form, self._model.tree, self._circumstances.instance_id)

    @property
    def times(self) -> tuple[tuple[str, int], ...]:
        """Give for how many milliseconds each page was shown."""
        return tuple(self._times.items())

    @property
    def last(self) -> str:
        """Give the path of the page that is or was shown last, without places."""
        stops = self._listed()
        if not stops:
            return ""
        return "/".join(step.partition("[")[0] for step in stops[self._at].key.split("/"))

    # within

    def _listed(self) -> list[Stop]:
        """List the pages anew where something may be shown otherwise, and stay at the same."""
        if self._revision != self._model.revision:
            self._revision = self._model.revision
            self._stops = Walk(self._model).stops()
            keys = [stop.key for stop in self._stops]
            key = getattr(self, "_key", "")
            self._at = keys.index(key) if key in keys else min(self._at, max(0, len(keys) - 1))
            if keys:
                self._key = keys[self._at]
        return self._stops

    def _label_of(self, path: str, value: str, here: Element | None) -> str:
        return self._chooser.label(path, value, here, self._speaker)

    def _here(self) -> Stop:
        return self._stops[self._at]

    def _move(self, at: int) -> bool:
        if not 0 <= at < len(self._stops):
            return False
        self._count_time()
        self._at = at
        self._key = self._stops[at].key
        return True

    def _count_time(self) -> None:
        now = self._circumstances.now()
        if self._stops:
            key = self._here().key
            passed = max(0, round((now - self._since).total_seconds() * 1000))
            self._times[key] = self._times.get(key, 0) + passed
        self._since = now

    def _fault(self, asked: Asked) -> Fault | None:
        if is_matrix_head(asked):
            return None
        return fault_of(self._model, asked, self._speaker)

    def _asked(self, address: str) -> Asked:
        node = self._model.tree.find(address)
        control = None if node is None else self.form.controls.get(self._model.tree.path(node))
        if node is None or control is None:
            raise UnknownPathError(f"Expected a question, got {address!r:.200}")
        if self._model.hidden(node):
            raise UnknownPathError(f"Expected a question that is asked now, got {address}: hidden")
        return Asked(control, node)

    def _answered_another(self, path: str, value: str) -> bool:
        stops = self._listed()
        keys = {stop.key for stop in stops if stop.another is not None}
        if path not in keys:
            return False
        if value not in ("yes", "no", ""):
            raise UnknownPathError(f"Expected yes or no for {path}, got {value!r:.60}")
        self._another[path] = value
        return True

    def _one_more(self, stop: Stop) -> bool:
        """Add a repetition, and go to its first page."""
        self._another.pop(stop.key, None)
        before = {each.key for each in self._stops}
        self._count_time()
        self.add(stop.key)
        fresh = [each.key for each in Walk(self._model).stops() if each.key not in before]
        inside = [key for key in fresh if key.startswith(f"{stop.key}/") or key == stop.key]
        self._key = (inside or fresh or [self._key])[0]
        self._listed()
        return True


def _language_of(form: Form, wanted: str, otherwise: str = "") -> str:
    """Find a language by its name, or by the code in its name: ``Persian (fa)``."""
    for language in form.languages:
        if wanted and (language == wanted or language.lower() == wanted.lower()):
            return language
    for language in form.languages:
        if wanted and language.lower().endswith(f"({wanted.lower()})"):
            return language
    if len(wanted) == 2 and "default" in form.languages:  # of a form that names one language only
        return "default"
    return otherwise or (form.languages[0] if form.languages else "")
