"""The form engine as the kiosk uses it: a form read once, answered any number of times.

``lxml`` comes with the engine; it is loaded when the first form is read, not when the kiosk starts.

Source: docs/surveys.md.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import AbstractContextManager, suppress
from datetime import tzinfo
from typing import TYPE_CHECKING, Final

from kiosk.clock import Clock
from kiosk.errors import DataError
from kiosk.survey.ports import Answers, Start
from retail.survey import Survey
from xforms.page import Page

if TYPE_CHECKING:
    from xforms.loading import Form
    from xforms.session import Session

KEPT_MAX: Final = 4  # forms that are kept ready
SEED_MAX: Final = 2**31 - 1
_NAMES: Final = {"fa": ("fa", "Persian", "Farsi", "فارسی"), "en": ("en", "English", "انگلیسی")}


class FormEngine:
    """Belongs to the core's thread; the forms that were asked last are kept ready."""

    def __init__(self, clock: Clock, zone: tzinfo) -> None:
        self._clock, self._zone = clock, zone
        self._forms: OrderedDict[Survey, Form] = OrderedDict()

    def begin(self, survey: Survey, start: Start) -> Answers:
        """Begin to answer; ``DataError`` where the form cannot be read."""
        from xforms.session import Circumstances, Session

        form = self._form(survey)
        circumstances = Circumstances(
            now=lambda: self._clock.now().astimezone(self._zone),
            seed=1 + secrets.randbelow(SEED_MAX - 1),
            language=_spoken(form.languages, start.language),
            device_id=start.kiosk,
            instance_id=str(start.sitting),
        )
        try:
            return FormAnswers(Session.begin(form, circumstances))
        except (ValueError, ArithmeticError, LookupError, RecursionError) as error:
            raise DataError(f"form: expected one that can be begun, got {error}") from None

    def _form(self, survey: Survey) -> Form:
        if survey in self._forms:
            self._forms.move_to_end(survey)
            return self._forms[survey]
        from xforms.loading import load
        from xforms.problems import FormRefusedError

        try:
            form = load(survey.xform.encode())
        except FormRefusedError as error:
            raise DataError(f"form: expected one that can be read, got {error}") from None
        self._forms[survey] = form
        if len(self._forms) > KEPT_MAX:
            self._forms.popitem(last=False)
        return form


def _spoken(languages: tuple[str, ...], wanted: str) -> str:
    """Find a form's language by the kiosk's: its code, its code in brackets, or its name."""
    names = {each.casefold() for each in _NAMES.get(wanted, (wanted,))}
    for language in languages:
        name, _, code = language.casefold().rstrip(")").partition("(")
        if {name.strip(), code.strip()} & names:
            return language
    return languages[0] if languages else ""


class FormAnswers:
    """A ``Session`` that neither a touch on a screen of before nor a form can upset.

    What a form makes of the engine (an expression that fails on these very answers) is a
    ``DataError``: the survey is left out then, and the kiosk goes on.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def page(self) -> Page:
        """What is asked now."""
        with _engine():
            return self._session.page

    @property
    def last(self) -> str:
        """The path of the page that stands, without places."""
        with _engine():
            return self._session.last

    @property
    def language(self) -> str:
        """The language's name, as the form has it."""
        return self._session.language

    def answer(self, path: str, value: str) -> None:
        """Answer; what is not asked now is left alone."""
        with _engine(), _stale():
            self._session.answer(path, value)

    def attach(self, path: str, name: str, content: bytes) -> None:
        """Answer with a file."""
        with _engine(), _stale():
            self._session.attach(path, name, content)

    def another(self, path: str, *, more: bool) -> None:
        """Answer whether there is one more, and go on."""
        with _engine(), _stale():
            self._session.answer(path, "yes" if more else "no")
            self._session.forward()

    def forward(self) -> bool:
        """Go on, where nothing is missing or refused."""
        with _engine():
            return self._session.forward()

    def back(self) -> bool:
        """Go back."""
        with _engine():
            return self._session.back()

    def finish(self) -> bool:
        """End, where nothing is missing or refused."""
        with _engine():
            return self._session.finish()

    def end(self) -> None:
        """Note that it ends here, finished or not."""
        with _engine():
            self._session.end()

    def speak(self, language: str) -> None:
        """Go on in another language, if the form has it."""
        self._session.speak(_spoken(self._session.languages, language))

    def xml(self) -> str:
        """Give what is sent."""
        with _engine():
            return self._session.xml()

    def values(self) -> Mapping[str, str]:
        """Give what would be sent, by path."""
        with _engine():
            return self._session.data()


class _engine:  # noqa: N801  (read as a word: with the engine)
    """Whatever goes wrong within is the form's fault."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Exception):
            reason = f"form: expected one that can be answered, got {type(error).__name__}: {error}"
            raise DataError(reason) from error


def _stale() -> AbstractContextManager[None]:
    """Pass over a question that is not asked now: it was touched on a screen of before."""
    from xforms.session import UnknownPathError

    return suppress(UnknownPathError)
