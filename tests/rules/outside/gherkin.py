"""Feature files as scenarios: a name, and the texts of its steps with those of the background first.

Of Gherkin it reads what the kept files use and what is usual beside it: features, backgrounds,
scenarios, outlines with examples, ``*`` as a keyword, tags and comments. A step with a table or a
text below it is kept with them on its line, so that nothing is dropped unseen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

KEYWORDS = re.compile(r"(?:Given|When|Then|And|But|\*)\s+(.*)")
HEADS = re.compile(
    r"(Feature|Rule|Background|Scenario Outline|Scenario Template|Scenario|Example|Examples|Scenarios):\s*(.*)"
)


@dataclass(frozen=True)
class Scenario:
    """One scenario: the feature file below the root, its name, which of that name, and its steps."""

    feature: str
    name: str
    nth: int
    steps: tuple[str, ...]

    @property
    def key(self) -> str:
        """The name by which tables know it; equal names in one file are counted from 2 on."""
        return f"{self.feature}: {self.name}" + (f" [{self.nth}]" if self.nth > 1 else "")


@dataclass
class _Block:
    kind: str
    name: str
    steps: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


def scenarios_below(root: Path) -> list[Scenario]:
    """Give all scenarios of the feature files below a folder, file by file."""
    found = []
    for path in sorted(root.rglob("*.feature")):
        found += scenarios_of(path.read_text("utf-8"), str(path.relative_to(root)))
    return found


def scenarios_of(text: str, feature: str) -> list[Scenario]:
    """Give the scenarios of one feature file in their order, outlines written out."""
    background: list[str] = []
    found: list[Scenario] = []
    counts: dict[str, int] = {}
    outline: _Block | None = None
    for block in _blocks(text):
        if block.kind == "Background":
            background += block.steps
        elif block.kind in ("Scenario Outline", "Scenario Template"):
            outline = block
        elif block.kind in ("Scenario", "Example"):
            found.append(_named(feature, block.name, (*background, *block.steps), counts))
        elif block.kind in ("Examples", "Scenarios") and outline is not None:
            for steps in _written_out(outline, block.rows):
                found.append(_named(feature, outline.name, (*background, *steps), counts))
    return found


def _named(feature: str, name: str, steps: tuple[str, ...], counts: dict[str, int]) -> Scenario:
    counts[name] = counts.get(name, 0) + 1
    return Scenario(feature, name, counts[name], steps)


def _written_out(outline: _Block, rows: list[list[str]]) -> Iterator[list[str]]:
    names, *cases = rows
    for case in cases:
        steps = list(outline.steps)
        for name, value in zip(names, case, strict=True):
            steps = [step.replace(f"<{name}>", value) for step in steps]
        yield steps


def _blocks(text: str) -> list[_Block]:
    """Give what stands under each head; prose before the first step belongs to the name."""
    blocks: list[_Block] = []
    quoting = False
    for line in (each.strip() for each in text.splitlines()):
        if line.startswith(('"""', "```")):
            quoting = not quoting
        elif not quoting and (not line or line[0] in "#@"):
            continue
        elif not quoting and (head := HEADS.fullmatch(line)):
            blocks.append(_Block(head[1], head[2]))
        elif blocks:
            _put(blocks[-1], line, quoting=quoting)
    return blocks


def _put(block: _Block, line: str, *, quoting: bool) -> None:
    step = None if quoting else KEYWORDS.fullmatch(line)
    if step:
        block.steps.append(step[1])
    elif block.kind in ("Examples", "Scenarios"):
        block.rows.append([cell.strip() for cell in line.strip("|").split("|")])
    elif block.steps:
        block.steps[-1] += f" {line}"
    elif block.kind not in ("Feature", "Rule"):
        block.name += f" {line}"
