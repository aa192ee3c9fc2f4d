"""One HTML page that shows all pictures of the gallery, grouped, small and large."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: ``file`` is its path beside the page."""

    file: str
    name: str
    group: str
    language: str
    orientation: str


STYLE = """
:root { color-scheme: light dark; font-family: system-ui, sans-serif; }
body { margin: 0 auto; max-width: 1800px; padding: 2rem; }
nav { display: flex; flex-wrap: wrap; gap: .5rem 1rem; margin-block: 1rem 2rem; }
section { margin-block: 2.5rem; }
.shots { display: grid; gap: 1.25rem; }
.portrait { grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); }
.landscape { grid-template-columns: repeat(auto-fill, minmax(26rem, 1fr)); }
figure { margin: 0; }
img { width: 100%; height: auto; border-radius: .5rem; box-shadow: 0 1px 8px #0004; }
figcaption { font-size: .85rem; padding-block: .4rem; opacity: .8; }
"""


def page(shots: Sequence[Shot]) -> str:
    """Write the page."""
    groups = list(dict.fromkeys(shot.group for shot in shots))
    links = "".join(f'<a href="#{_anchor(group)}">{escape(group)}</a>' for group in groups)
    sections = "".join(_section(group, shots) for group in groups)
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>Screens of the kiosk</title><style>{STYLE}</style>"
        f"<h1>Screens of the kiosk</h1><p>{len(shots)} pictures</p><nav>{links}</nav>{sections}"
    )


def _section(group: str, shots: Sequence[Shot]) -> str:
    rows = []
    for orientation in ("portrait", "landscape"):
        figures = "".join(
            _figure(shot)
            for shot in shots
            if shot.group == group and shot.orientation == orientation
        )
        rows.append(f'<div class="shots {orientation}">{figures}</div>')
    return f'<section id="{_anchor(group)}"><h2>{escape(group)}</h2>{"".join(rows)}</section>'


def _figure(shot: Shot) -> str:
    said = escape(f"{shot.name} · {shot.language} · {shot.orientation}")
    return (
        f'<figure><a href="{escape(shot.file)}">'
        f'<img src="{escape(shot.file)}" alt="{said}" loading="lazy"></a>'
        f"<figcaption>{said}</figcaption></figure>"
    )


def _anchor(group: str) -> str:
    return escape(group.replace(" ", "-"))
