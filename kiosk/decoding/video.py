"""Codes in a live picture: little work a frame, agreement across frames, each code told once.

A frame gets a glance; where that finds nothing, frames take turns: a look for two-dimensional
codes, a look where bars are, and now and then a closer look there. Votes of the last moments
count together, so two frames that agree are enough. A code that stays in view is told once,
and again only after it was out of view for ``forget_s``.

The time comes with each frame; nothing here reads a clock. One thread at a time.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.decoding.agreement import NORMAL, Ballot, Rule, Vote
from kiosk.decoding.bars import is_blank
from kiosk.decoding.pipeline import Pipeline, Scene, grey
from kiosk.decoding.symbols import Key, Picture, Symbol


@dataclass(frozen=True, slots=True)
class FrameReaderConfig:
    """How long things count, in seconds of the clock that the caller passes in."""

    agree_s: float = 1.0  # looks at frames further apart do not agree
    forget_s: float = 2.0  # out of view for so long, a code is told again
    closer_every: int = 4  # frames; an even number, for only every second one looks for bars
    rule: Rule = NORMAL


class FrameReader:
    """Reads the frames of one camera, in order."""

    def __init__(
        self, config: FrameReaderConfig | None = None, pipeline: Pipeline | None = None
    ) -> None:
        self._config = config or FrameReaderConfig()
        self._pipeline = pipeline or Pipeline(self._config.rule)
        self._earlier: list[tuple[float, Vote]] = []
        self._seen_s: dict[Key, float] = {}
        self._frames = 0

    def read(self, frame: Picture, now_s: float) -> list[Symbol]:
        """Give the codes that came into view; ``now_s`` never gets less."""
        config = self._config
        self._earlier = [each for each in self._earlier if now_s - each[0] <= config.agree_s]
        self._seen_s = {
            key: at_s for key, at_s in self._seen_s.items() if now_s - at_s < config.forget_s
        }
        gray = grey(frame)
        self._frames += 1
        if is_blank(gray):
            return []
        ballot = Ballot(config.rule, (vote for _, vote in self._earlier))
        self._look(Scene(gray, ballot, f"frame {self._frames} "))
        self._earlier += [(now_s, vote) for vote in ballot.votes()]
        found = ballot.symbols()
        new = [symbol for symbol in found if symbol.key not in self._seen_s]
        self._seen_s |= {symbol.key: now_s for symbol in found}
        return new

    def _look(self, scene: Scene) -> None:
        self._pipeline.glance(scene)
        if scene.done():
            return
        if self._frames % 2:
            self._pipeline.matrix(scene)
            return
        self._pipeline.bars(scene)
        if self._frames % self._config.closer_every == 0:
            self._pipeline.closer(scene)
