"""Snapshots that are ready to use: the kiosk's own file, built by the program kiosks build with.

That program runs as a process of its own, at low priority; neither side imports the other.

Source: docs/feed.md, section 3; docs/catalogue.md, section 2.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

import zstandard
from django.db import transaction

from server.feed.files import move, whole_file, writing
from server.feed.models import Whole
from server.feed.publisher import Publisher
from server.feed.writing import About, snapshot_path, write_manifest
from server.snapshots.models import Snapshot
from server.snapshots.writing import FileDigest

COMPRESSION = 9  # of zstd
BUILDER = (sys.executable, "-m", "kiosk", "catalogue", "build")
BUILD_S_MAX = 3_600.0
_PIECE_BYTES = 1 << 20


class BuildError(Exception):
    """The program did not build it; the text is what it said."""


def make_built(snapshot: Snapshot, publisher: Publisher, stop: threading.Event) -> Whole:
    """Build a snapshot's ready-made file, if there is none; raises ``BuildError``."""
    store_id, sequence = snapshot.store_id, snapshot.sequence
    known = Whole.objects.filter(store=store_id, sequence=sequence, form="built").first()
    if known is not None:
        return known
    ruled = Whole.objects.filter(store=store_id, sequence=sequence, form="ruled").exists()
    form = "ruled" if ruled else "records"
    records = whole_file(publisher.configuration, store_id, sequence, form)
    plain = records.with_name(f".new-{sequence}.db")
    try:
        _build(records, plain, stop)
        return _pack(plain, snapshot, publisher)
    finally:
        plain.unlink(missing_ok=True)


def _build(records: Path, into: Path, stop: threading.Event) -> None:
    """Run the program until it is done or the server stops; raises ``BuildError``."""
    command = ["nice", *BUILDER, str(records), "--out", str(into)]
    end = time.monotonic() + BUILD_S_MAX
    with subprocess.Popen(  # noqa: S603  (our own words)
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as building:
        while building.poll() is None and not stop.wait(0.1) and time.monotonic() < end:
            pass
        if building.poll() is None:
            building.terminate()
        _, said = building.communicate()
    if building.returncode:
        raise BuildError(f"Expected a catalogue of {records.name}, got: {said.strip()[-400:]}")


def _pack(plain: Path, snapshot: Snapshot, publisher: Publisher) -> Whole:
    store_id, sequence = snapshot.store_id, snapshot.sequence
    with writing(plain.parent) as file:
        digest = _compress(plain, file)
        path = snapshot_path(store_id, sequence, "built")
        about = About("built", store_id, sequence, snapshot.made_at, path, _schema(plain))
        manifest = write_manifest(about, digest, publisher.key)
        with transaction.atomic(durable=True):
            whole = Whole.objects.create(
                store_id=store_id,
                sequence=sequence,
                form="built",
                made_at=snapshot.made_at,
                size=digest.size,
                manifest=manifest,
            )
            move(Path(file.name), whole_file(publisher.configuration, store_id, sequence, "built"))
    return whole


def _compress(plain: Path, file: BinaryIO) -> FileDigest:
    """Write ``plain`` to ``file``, compressed, and flush it to the disk."""
    sha256, size, unpacked = hashlib.sha256(), 0, plain.stat().st_size
    packer = zstandard.ZstdCompressor(COMPRESSION, write_content_size=True)
    with plain.open("rb") as opened:
        for piece in packer.read_to_iter(opened, unpacked, _PIECE_BYTES):
            sha256.update(piece)
            size += len(piece)
            file.write(piece)
    file.flush()
    os.fsync(file.fileno())
    return FileDigest(sha256.hexdigest(), size, unpacked)


def _schema(plain: Path) -> int:
    """Give the version of the file's tables, by which a kiosk knows whether it can read them."""
    with closing(sqlite3.connect(f"{plain.absolute().as_uri()}?mode=ro", uri=True)) as opened:
        (version,) = opened.execute("PRAGMA user_version").fetchone()
    return int(version)
