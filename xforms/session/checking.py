"""What is wrong with an answer: it is missing, of the wrong type, or refused by the form.

Source: docs/surveys.md, section 4.
"""

from __future__ import annotations

from xforms.loading.form import Control
from xforms.page import Fault
from xforms.session.keeping import fits
from xforms.session.model import Model
from xforms.session.paths import Asked
from xforms.session.words import Speaker

_CHOSEN = frozenset({"select", "select1", "rank"})


def fault_of(model: Model, asked: Asked, speaker: Speaker) -> Fault | None:
    """Tell what is wrong with the answer to a question that is shown; none where nothing is."""
    control, node = asked.control, asked.node
    bind, value = model.bind(control.path), model.text(node)
    if value == "":
        if model.required(node, control.path):
            return Fault("required", speaker.plain(bind.required_message, node))
        return None
    if not _of_its_type(model, asked, bind.type, value):
        return Fault("type")
    if not model.truth(bind.constraint, node, True):
        return Fault("constraint", speaker.plain(bind.constraint_message, node))
    return None


def _of_its_type(model: Model, asked: Asked, type_name: str, value: str) -> bool:
    control = asked.control
    if control.tag in _CHOSEN:
        return _among_choices(model, asked, value)
    if not fits(value, type_name):
        return False
    return control.tag != "range" or _on_scale(control, value)


def _among_choices(model: Model, asked: Asked, value: str) -> bool:
    known = model.item_values(asked.node, asked.control.path)
    if asked.control.tag == "select1":
        return value in known
    chosen = value.split()
    if len(set(chosen)) != len(chosen) or not set(chosen) <= set(known):
        return False
    return asked.control.tag != "rank" or len(chosen) == len(known)


def _on_scale(control: Control, value: str) -> bool:
    try:
        start, end, step = (float(part) for part in control.scale or ())
        told = float(value)
    except ValueError:
        return False
    low, high = min(start, end), max(start, end)
    steps = (told - start) / step
    return low <= told <= high and abs(steps - round(steps)) < 1e-6
