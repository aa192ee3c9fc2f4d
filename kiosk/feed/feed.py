"""Asks a server of version 1 for a newer catalogue: fetch the whole, check, build, tell.

From one of version 2 ``kiosk.feed.follower`` takes segments, and calls this where there is none.

``Feed.run`` is the body of its own thread. What it brings is a file beside the one in use; the
core swaps them. Whatever is wrong with what came, the catalogue in use stays. Pictures come
after, so that new prices never wait for them.

Source: docs/outbox.md, "The catalogue comes down"; docs/snapshot.md.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event as Signal
from time import monotonic

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.errors import DataError, Unreachable
from kiosk.feed.faults import NoAnswerError
from kiosk.feed.manifest import Manifest, check_file, check_wanted, read_manifest
from kiosk.feed.pictures import Pictures, picture_names
from kiosk.feed.standing import Standing
from kiosk.line.backoff import Backoff
from kiosk.line.server import ServerLink
from kiosk.line.watch import LineWatch, Side
from kiosk.messages import CatalogueBuilt, CatalogueRefused, Post

log = logging.getLogger(__name__)

MANIFEST_PATH = "/api/v1/catalogue/manifest"
PICTURES_PATH = "/api/v1/pictures/"
UNFIT_AGAIN_S = 3_600.0  # a snapshot that could not be built is not fetched over and over
_NOT_THERE = 404
Stopped = Callable[[], bool]
Build = Callable[[Path, Stopped], Path]  # a snapshot's file to a catalogue's; see ``build_apart``


@dataclass(frozen=True, slots=True)
class FeedConfig:
    """``folder`` keeps the newest snapshot; ``poll_s`` is how often the server is asked."""

    store_id: str
    public_key: Ed25519PublicKey
    folder: Path
    poll_s: float = 30.0


class Feed:
    """Brings newer catalogues in; ``standing`` tells what became of them.

    So one that the core lost again, because its file was damaged, is fetched anew.
    """

    def __init__(  # noqa: PLR0913  (each is a part of the outside that a test replaces)
        self,
        config: FeedConfig,
        link: ServerLink,
        watch: LineWatch,
        post: Post,
        build: Build,
        pictures: Pictures,
        standing: Callable[[], Standing],
        backoff: Backoff | None = None,
    ) -> None:
        self._config, self._link, self._watch, self._post = config, link, watch, post
        self._build, self._pictures, self._standing = build, pictures, standing
        self._backoff = backoff or Backoff()
        self._refused = ""  # the last reason that was told
        self._posted = 0  # catalogues since the start
        self._last: Manifest | None = None  # of the newest posted, until the core looked at it
        self._unfit, self._unfit_until_s = "", 0.0
        self._pictures_due = True
        self._bad_pictures: set[str] = set()

    @property
    def snapshot(self) -> Path:
        """The snapshot that the newest catalogue was built from."""
        return self._config.folder / "snapshot.ndjson.gz"

    def run(self, stop: Signal) -> None:
        """Ask, bring in and wait until ``stop``; returns within the link's timeout."""
        try:
            while not stop.is_set():
                stop.wait(self.step(stop.is_set))
        finally:
            self.close()

    def close(self) -> None:
        """Close the link."""
        self._link.close()

    def step(self, stopped: Stopped = lambda: False) -> float:
        """Make one round; give the seconds until the next."""
        try:
            self._look(stopped)
            self._fetch_pictures(stopped)
        except Unreachable as error:
            return 0.0 if stopped() else self._failed(str(error))
        except NoAnswerError as error:
            return self._failed(str(error), error.retry_after_s, down=error.down)
        except (DataError, OSError) as error:
            self._refuse(str(error))
            return max(self._config.poll_s, self._backoff.next_s())
        self._backoff.reset()
        return self._config.poll_s

    def _look(self, stopped: Stopped) -> None:
        answer = self._link.get(MANIFEST_PATH, {"store": self._config.store_id})
        if answer.status not in (200, _NOT_THERE):
            raise NoAnswerError(answer)
        self._watch.up(Side.CATALOGUE)
        if answer.status == _NOT_THERE:  # nothing was published yet
            return
        manifest = read_manifest(answer.body, self._config.public_key)
        if check_wanted(manifest, self._config.store_id, self._brought()):
            if manifest.sha256 != self._unfit or monotonic() > self._unfit_until_s:
                self._bring(manifest, stopped)
        else:
            self._refused = ""

    def _brought(self) -> int:
        """Give the sequence of the catalogue in use, or of one that the core has yet to see."""
        standing = self._standing()
        if self._last is None:
            return standing.in_use
        if standing.answered < self._posted:
            return max(standing.in_use, self._last.sequence)
        if standing.refused:
            self._call_unfit(self._last)
        self._last = None
        return standing.in_use

    def _bring(self, manifest: Manifest, stopped: Stopped) -> None:
        self._config.folder.mkdir(parents=True, exist_ok=True)
        part = self._config.folder / "snapshot.part"
        try:
            answer = self._link.download(manifest.path, part, manifest.size, stopped)
            if answer.status != 200:
                raise NoAnswerError(answer)
            check_file(part, manifest)
            catalogue = self._built(part, manifest, stopped)
            part.replace(self.snapshot)
        finally:
            part.unlink(missing_ok=True)
        self._posted, self._last, self._refused = self._posted + 1, manifest, ""
        self._pictures_due, self._bad_pictures = True, set()
        log.info("catalogue-built sequence=%d file=%s", manifest.sequence, catalogue)
        self._post(CatalogueBuilt(catalogue, manifest.sequence))

    def _built(self, part: Path, manifest: Manifest, stopped: Stopped) -> Path:
        try:
            return self._build(part, stopped)
        except DataError:
            self._call_unfit(manifest)
            raise

    def _call_unfit(self, manifest: Manifest) -> None:
        self._unfit, self._unfit_until_s = manifest.sha256, monotonic() + UNFIT_AGAIN_S

    def _fetch_pictures(self, stopped: Stopped) -> None:
        if not (self._pictures_due and self.snapshot.exists()):
            return
        try:
            self._pictures.prepare()
            for name in picture_names(self.snapshot):
                if stopped():
                    return
                if name not in self._bad_pictures and self._pictures.file_of(name) is None:
                    self._fetch_picture(name)
        except (DataError, OSError) as error:  # a broken or a full disk: items lack pictures
            log.error("pictures-failed reason=%s", error)
        self._pictures_due = False

    def _fetch_picture(self, name: str) -> None:
        try:
            answer = self._link.get(PICTURES_PATH + name)
            if answer.status not in (200, _NOT_THERE):
                raise NoAnswerError(answer)
            if answer.status == _NOT_THERE:
                raise DataError(answer.in_words())
            self._pictures.keep(name, answer.body)
        except DataError as error:  # the item is shown without it
            self._bad_pictures.add(name)
            log.warning("picture-dropped name=%s reason=%s", name, error)

    def _refuse(self, reason: str) -> None:
        if reason != self._refused:
            self._refused = reason
            log.error("catalogue-refused reason=%s", reason)
            self._post(CatalogueRefused(reason))

    def _failed(self, told: str, asked_s: float | None = None, *, down: bool = True) -> float:
        log.warning("catalogue-not-fetched reason=%s", told)
        if down:
            self._watch.down(Side.CATALOGUE, told)
        return max(min(self._backoff.next_s(), self._config.poll_s), asked_s or 0.0)
