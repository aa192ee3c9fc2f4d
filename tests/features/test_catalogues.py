"""What the core tells the feed of the catalogue in use, on real files."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from kiosk.catalogues import CataloguesInUse
from kiosk.feed.standing import Standing
from kiosk.messages import CatalogueBuilt
from kiosk.storage import build, next_edition
from tests.storage.conftest import HEADING


def built(folder: Path, sequence: int) -> CatalogueBuilt:
    """Build the next edition of a folder, without a product."""
    snapshot, file = folder / "snapshot.gz", next_edition(folder)
    records = [HEADING | {"sequence": sequence}, {"kind": "end", "records": 0}]
    snapshot.write_bytes(gzip.compress("".join(f"{json.dumps(r)}\n" for r in records).encode()))
    build(snapshot, file)
    return CatalogueBuilt(file, sequence)


def test_what_is_taken_refused_and_lost_is_told_to_the_feed(tmp_path: Path) -> None:
    catalogues = CataloguesInUse(tmp_path)
    assert catalogues.standing == Standing(in_use=0, answered=0)

    assert catalogues.take(built(tmp_path, 6)) == ""
    assert catalogues.take(built(tmp_path, 7)) == ""
    assert catalogues.standing == Standing(in_use=7, answered=2)

    assert catalogues.take(CatalogueBuilt(tmp_path / "none.db", 8)) != ""
    assert catalogues.standing == Standing(in_use=7, answered=3, refused=True)

    catalogues.fall_back()
    assert catalogues.standing.in_use == 6
    catalogues.fall_back()
    assert catalogues.standing.in_use == 0


def test_a_start_counts_from_the_catalogue_that_it_found(tmp_path: Path) -> None:
    CataloguesInUse(tmp_path).take(built(tmp_path, 7))

    assert CataloguesInUse(tmp_path).standing == Standing(in_use=7, answered=0)
