"""The rules of the house that no other check sees: imports without effect, texts complete."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("retail", "settings", "kiosk", "server")
EFFECTS = """
import importlib, os, pkgutil, sys, threading
os.environ["KIVY_NO_ARGS"] = "1"
import {package}
opened = []
WATCHED = ("socket.connect", "socket.bind", "sqlite3.connect", "subprocess.Popen")
OTHERS = ("('::1', 0)", "ldconfig")  # urllib3 tries out IPv6, ctypes looks for zbar's library
sys.addaudithook(lambda event, args: opened.append((event, args)) if event in WATCHED
    and not any(other in repr(args) for other in OTHERS) else None)
names = [m.name for m in pkgutil.walk_packages({package}.__path__, "{package}.")]
for name in names:
    if name.split(".")[-1] in ("__main__", "wsgi", "asgi") or ".migrations" in name:
        continue
    if name.startswith({skipped!r}):
        continue
    importlib.import_module(name)
assert threading.active_count() == 1, threading.enumerate()
assert not opened, opened
assert "kivy.core.window" not in sys.modules, "a window was made ready by an import"
print(len(names))
"""


def python_files() -> list[Path]:
    found = (file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py")))
    return [file for file in found if "migrations" not in file.parts]  # Django writes those


@pytest.mark.parametrize(
    ("package", "skipped"),
    # Kivy's widgets want a window as soon as they are imported, so the screens are imported
    # by kiosk.screens.app alone; Django's models want their settings
    [("retail", ()), ("kiosk", ("kiosk.screens",))],
)
def test_an_import_starts_and_opens_nothing(package: str, skipped: tuple[str, ...]) -> None:
    script = EFFECTS.format(package=package, skipped=skipped)
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)

    assert run.returncode == 0, run.stderr
    assert int(run.stdout) > 3


def texts_said() -> Iterator[str]:
    """Every literal that is handed to ``say``, and every template that is kept for it."""
    for file in (ROOT / "kiosk").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "say" and node.args:
                yield from literals(node.args[0])


def literals(node: ast.expr) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def persian() -> dict[str, str]:
    texts: dict[str, str] = json.loads((ROOT / "kiosk/languages/fa.json").read_text("utf-8"))
    return texts


def test_every_text_is_said_in_persian_too() -> None:
    said = set(texts_said())

    assert len(said) > 50
    assert sorted(said - persian().keys()) == []


def test_a_translation_names_the_same_values_as_its_text() -> None:
    unlike = {
        english: fa
        for english, fa in persian().items()
        if not set(re.findall(r"{(\w+)}", fa)) <= set(re.findall(r"{(\w+)}", english)) | {"unit"}
    }

    assert unlike == {}


def test_persian_is_written_with_persian_letters() -> None:
    arabic = {fa for fa in persian().values() if re.search("[يكة٤٥٦]", fa)}

    assert arabic == set()


@pytest.mark.parametrize("word", ["utils", "helpers", "common", "manager", "misc"])
def test_no_folder_or_file_hides_what_it_holds(word: str) -> None:
    assert [file for file in python_files() if word in file.stem or word in file.parent.name] == []


def test_files_can_be_read_in_one_sitting() -> None:
    long = {str(file.relative_to(ROOT)): n for file in python_files() if (n := lines(file)) > 500}

    assert long == {}


def lines(file: Path) -> int:
    return len(file.read_text("utf-8").splitlines())


def test_every_module_says_what_it_is() -> None:
    silent = [
        str(file.relative_to(ROOT))
        for file in python_files()
        if lines(file) and not ast.get_docstring(ast.parse(file.read_text("utf-8")))
    ]

    assert silent == []
