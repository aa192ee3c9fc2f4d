"""What the core tells the feed of the catalogue in use, on real files."""

from __future__ import annotations

import gzip
import json
import sqlite3
from contextlib import closing
from pathlib import Path

from kiosk.catalogues import CataloguesInUse
from kiosk.feed.shelf import Shelf
from kiosk.feed.standing import Standing
from kiosk.messages import CatalogueBuilt
from kiosk.storage import ChangingCatalogue, InUse, build, next_edition
from retail.catalogue import Store, Text
from tests.storage.conftest import HEADING
from tests.storage.segments import heading, made_at


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


def test_what_the_feed_applies_and_brings_is_in_use_at_the_next_message(tmp_path: Path) -> None:
    in_use = InUse()
    built(tmp_path, 6)
    catalogues = CataloguesInUse(tmp_path, in_use)
    with closing(ChangingCatalogue(in_use)) as changing:
        shelf: Shelf = changing
        shelf.apply(heading(7), [Store("karaj", Text("کرج"))])

        assert catalogues.current is not None
        assert list(catalogues.current.stores()) == ["karaj"]
        assert (catalogues.current.sequence, catalogues.current.made_at) == (7, made_at(7))

        shelf.take_base(built(tmp_path, 9).file)
        assert catalogues.current is not None
        assert (catalogues.current.sequence, shelf.sequence) == (9, 9)
        assert catalogues.standing == Standing(in_use=9, answered=0)


def test_damaged_changes_are_let_go_without_a_word_to_the_shopper(tmp_path: Path) -> None:
    in_use = InUse()
    built(tmp_path, 6)
    catalogues = CataloguesInUse(tmp_path, in_use)
    with closing(ChangingCatalogue(in_use)) as shelf:
        shelf.apply(heading(7), [])
        with closing(sqlite3.connect(tmp_path / "changes-000001.db")) as connection:
            connection.execute("UPDATE state SET sequence = 9")
            connection.commit()

        assert catalogues.current is not None
        assert catalogues.current.sequence == 6
        assert shelf.sequence == 6
