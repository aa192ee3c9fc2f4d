"""The catalogue as the feed changes it: a segment at a time, and a newer base from time to time.

It lives on the feed's thread and holds the one connection that writes to the file of changes.
Readers on other threads find what it wrote by themselves. Which edition is in use it learns from
``InUse``, as the core may have gone back to the one before.

Source: docs/feed.md, sections 5 and 6; the port is ``kiosk.feed.shelf``.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from kiosk.errors import DataError
from kiosk.storage.applying import Applying, Record, last_prices
from kiosk.storage.base import Base
from kiosk.storage.bodies import (
    change_of,
    read_categories,
    read_parts,
    read_stores,
    read_whole,
)
from kiosk.storage.changes_file import (
    DamagedChangesError,
    Entry,
    changes_beside,
    create,
    entries,
    forget,
    of_base,
    open_to_read,
    open_to_write,
    put_in_place,
    read_state,
    set_aside,
    write_state,
)
from kiosk.storage.codes_order import sku_key
from kiosk.storage.file import DamagedRowError
from kiosk.storage.in_use import Edition, InUse
from kiosk.storage.made_later import make_later
from kiosk.storage.rules import RuleRecords, read_rules, unreadable, write_rules
from kiosk.storage.surveys import read_surveys
from kiosk.storage.unread import Faults, read_unread, write_unread
from kiosk.storage.used import read_used
from retail.pricing.rules import FixedPrice
from retail.segment import Change, Gone, SegmentHeading
from retail.survey_lines import ToldSurvey
from retail.used_lines import ToldUsed

log = logging.getLogger(__name__)

SHARE_MAX = 0.1  # of the base's products that may have changed before a newer base is wanted


class Changing:
    """One base and the file of changes beside it, to be written to; close it after use.

    Raises ``DataError`` where either is not sound.
    """

    def __init__(self, file: Path, changes: Path | None = None) -> None:
        self.base = Base(file)
        self._changes = changes or changes_beside(file)
        self._connection: sqlite3.Connection | None = None
        self._inode = 0
        self.state = of_base(self.base.info, self.base.seal)
        self.rules, self.unread = self.base.rules, self.base.unread
        self.count = 0
        try:
            if self._changes.exists():
                self._open()
        except DataError:
            self.close()
            raise

    @property
    def share(self) -> float:
        """How many products have changed, as a share of the base's."""
        return self.count / max(1, self.base.info.products)

    def is_current(self) -> bool:
        """Tell whether the file is still the one that was opened: it may have been set aside."""
        try:
            return os.stat(self._changes).st_ino == self._inode
        except FileNotFoundError:
            return self._connection is None

    def apply(self, heading: SegmentHeading, records: Iterable[Record]) -> None:
        """Go from N-1 to N in one transaction; whatever is raised leaves N-1."""
        self._check(heading)
        with self._transaction() as connection:
            applying = Applying(self.base, connection, self.state, heading.sequence, self.unread)
            state = applying.apply(records)
            state = replace(state, sequence=heading.sequence, made_at=heading.made_at)
            rules = self.rules
            if applying.rule_news:
                rules = rules.after(applying.rule_news)
                write_rules(connection, rules)
                state = replace(state, rules_sequence=heading.sequence)
            write_state(connection, state)
        self.state, self.rules, self.unread = state, rules, applying.faults
        self._count()

    def used(self) -> list[ToldUsed]:
        """Give what head office has counted of offers, as it told last."""
        return [] if self._connection is None else [*read_used(self._connection).values()]

    def surveys(self) -> list[ToldSurvey]:
        """Give the surveys that head office has published, as they came last."""
        return [] if self._connection is None else [*read_surveys(self._connection)]

    def lay(
        self, prices: Iterable[Change], others: Iterable[ToldUsed | ToldSurvey], unread: Faults
    ) -> None:
        """Lay beside a base what came with segments alone: last good prices, counts, surveys."""
        with self._transaction() as connection:
            applying = Applying(self.base, connection, self.state, self.state.sequence, {})
            applying.apply([*others, *prices])
            write_unread(connection, (), unread.values())
        self.unread = unread
        self._count()

    def fixed_prices_of(self, sku: str) -> tuple[FixedPrice, ...]:
        """Give the fixed prices that a product has; none of one that there is not."""
        of_base = self.base.by_sku([sku]).get(sku_key(sku))
        known = None
        if self._connection is not None:
            known = next(entries(self._connection, self._changes, "sku = ?", (sku,)), None)
        return last_prices(of_base, known, self.base.info.currency)

    def take_rules(self, rules: RuleRecords, sequence: int) -> None:
        """Lay rules beside a base: those that the publication of ``sequence`` told last."""
        with self._transaction() as connection:
            state = replace(self.state, rules_sequence=sequence)
            write_rules(connection, rules)
            write_state(connection, state)
        self.state, self.rules = state, rules

    def records_since(self, sequence: int) -> Iterator[Record]:
        """Give what changed after a sequence, as a segment from there to here would tell it."""
        state, currency = self.state, self.base.info.currency
        if state.categories_sequence > sequence:
            yield from read_categories(state.categories)
        if state.stores_sequence > sequence:
            stores = read_stores(state.stores)
            yield from stores
            known = {each.store_id for each in stores}
            yield from (Gone("store", key) for key in self.base.stores if key not in known)
        if self._connection is not None:
            yield from self._gone_first(sequence, currency)

    def pictures(self) -> Iterator[str]:
        """Give the names of the pictures of all products."""
        replaced = set()
        if self._connection is not None:
            for entry in entries(self._connection, self._changes, "kind <> 'parts'"):
                replaced.add(entry.rank)
                if entry.kind == "whole":
                    picture = read_whole(entry.body, self.base.info.currency).picture
                    yield from [picture] if picture else []
        yield from (name for rank, name in self.base.pictures() if rank not in replaced)
        for survey in self.surveys():
            yield from survey.pictures

    def close(self) -> None:
        """Let go of the files."""
        if self._connection is not None:
            with suppress(sqlite3.Error):  # of a damaged one
                self._connection.close()
        self.base.close()

    def _check(self, heading: SegmentHeading) -> None:
        info, expected = self.base.info, self.state.sequence + 1
        if heading.sequence != expected:
            raise DataError(f"expected segment {expected}, got {heading.sequence}")
        if (heading.store, heading.currency) != (info.store_id, info.currency):
            said = f"expected a segment of {info.store_id!r} in {info.currency}"
            raise DataError(f"{said}, got one of {heading.store!r} in {heading.currency}")
        if heading.vat_included != info.vat_included:
            said = f"expected prices with VAT included: {info.vat_included}"
            raise DataError(f"{said}, got a segment that says {heading.vat_included}")

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Write in one transaction: all of it is on the disk then, or nothing of it."""
        try:
            if self._connection is None:
                create(self._changes, self.state, self.base.unread)
                self._open()
            connection = self._connection
            assert connection is not None
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        except (sqlite3.Error, OSError, DamagedRowError) as error:
            what = f"{self._changes}: expected to write changes, got: {error}"
            raise (DamagedChangesError if _is_broken(error) else DataError)(what) from None

    def _open(self) -> None:
        try:
            with closing(open_to_read(self._changes)) as connection:
                read_state(connection, self._changes, self.base.seal)
            connection = open_to_write(self._changes)
            make_later(connection)
            self._connection = connection
            self._inode = os.stat(self._changes).st_ino
            self.state = read_state(connection, self._changes, self.base.seal)
            self.rules = self.base.rules
            if self.state.rules_sequence:
                self.rules = read_rules(connection, self._changes)
            self.unread = read_unread(connection)
            self._count()
        except (sqlite3.Error, OSError, ValueError, TypeError, OverflowError) as error:
            what = f"{self._changes}: expected sound changes, got: {error}"
            raise DamagedChangesError(what) from None

    def _count(self) -> None:
        if self._connection is not None:
            (self.count,) = self._connection.execute("SELECT count(*) FROM changed").fetchone()

    def _gone_first(self, sequence: int, currency: str) -> Iterator[Record]:
        assert self._connection is not None
        since = (sequence,)
        for kind in ("gone", "other"):
            where = f"sequence > ? AND (kind = 'gone') = {kind == 'gone':d} ORDER BY sku"
            for entry in entries(self._connection, self._changes, where, since):
                yield _record_of(entry, currency)


class ChangingCatalogue:
    """The feed's ``Shelf``: the edition in use, as ``in_use`` has it."""

    def __init__(self, in_use: InUse) -> None:
        self._in_use = in_use
        self._seen = in_use.answer
        self._changing: Changing | None = None
        self._open(in_use.answer.file)

    @property
    def sequence(self) -> int:
        """What is in use leads up to this; 0 where there is no catalogue."""
        changing = self._current()
        return changing.state.sequence if changing else 0

    @property
    def made_at(self) -> datetime | None:
        """When head office published that, aware UTC; none where there is no catalogue."""
        changing = self._current()
        return changing.state.made_at if changing else None

    @property
    def base_sequence(self) -> int:
        """The sequence of the sealed file under the changes; 0 where there is none."""
        changing = self._current()
        return changing.base.info.sequence if changing else 0

    @property
    def store_id(self) -> str:
        """Whose catalogue it is; empty where there is none."""
        changing = self._current()
        return changing.base.info.store_id if changing else ""

    @property
    def changes_share(self) -> float:
        """How many products have changed, as a share of the base's."""
        changing = self._current()
        return changing.share if changing else 0.0

    @property
    def wants_base(self) -> bool:
        """Tell whether the changes have grown so large that a newer base is to be taken."""
        return self.changes_share > SHARE_MAX

    def apply(self, heading: SegmentHeading, records: Iterable[Record]) -> None:
        """Go from N-1 to N in one transaction; whatever is raised leaves N-1."""
        changing = self._current()
        if changing is None:
            raise DataError(f"expected a catalogue to change, got none for {heading.sequence}")
        with self._setting_aside():
            changing.apply(heading, records)

    def take_base(self, file: Path) -> None:
        """Use ``file`` as the base from now on, with what was applied since its sequence."""
        before = self._current()
        if before is not None:
            with self._setting_aside():
                carry_over(before, file)
        newer = Changing(file)
        self.close()
        self._changing = newer
        self._in_use.brought = Edition(file)

    def named_pictures(self) -> Iterable[str]:
        """Give the names of all pictures that products have, some more than once."""
        changing = self._current()
        return changing.pictures() if changing else ()

    def close(self) -> None:
        """Let go of the files."""
        if self._changing is not None:
            self._changing.close()
            self._changing = None

    def _current(self) -> Changing | None:
        """Give what is in use, opened anew where the core went to another or set changes aside."""
        answer = self._in_use.answer
        if answer is not self._seen:
            self._seen = answer
            if self._changing is None or self._changing.base.file != answer.file:
                self._open(answer.file)
        if self._changing is not None and not self._changing.is_current():
            self._open(self._changing.base.file)
        return self._changing

    def _open(self, file: Path | None) -> None:
        self.close()
        if file is None:
            return
        try:
            self._changing = Changing(file)
        except DamagedChangesError as error:
            self._set_changes_aside(file, error)

    @contextmanager
    def _setting_aside(self) -> Iterator[None]:
        """Go on without the changes where they turn out to be damaged; raises that still."""
        try:
            yield
        except DamagedChangesError as error:
            assert self._changing is not None
            file = self._changing.base.file
            self.close()
            self._set_changes_aside(file, error)
            raise

    def _set_changes_aside(self, file: Path, error: DataError) -> None:
        log.error("catalogue-changes-damaged reason=%s", error)
        set_aside(changes_beside(file))
        self._changing = Changing(file)
        self._in_use.brought = Edition(file)  # so that readers do not go on in the damaged one


def carry_over(before: Changing, file: Path) -> None:
    """Lay changes beside a newer base: what was applied since its sequence.

    Without any there is no such file. Raises ``DataError``, and then nothing is left of it.
    """
    changes = changes_beside(file)
    part = changes.with_name(f"{changes.name}.part")
    try:
        _carry(before, file, part)
        if part.exists():
            put_in_place(part, changes)
    except (sqlite3.Error, OSError) as error:
        raise DataError(f"{changes}: expected to write changes, got: {error}") from None
    finally:
        forget(part)


def _carry(before: Changing, file: Path, part: Path) -> None:
    forget(part)
    with closing(Changing(file, part)) as newer:
        if newer.base.info.store_id != before.base.info.store_id:
            return
        _carry_products(before, newer, file)
        _carry_rules(before, newer)
        _carry_prices_and_counts(before, newer)


def _carry_prices_and_counts(before: Changing, newer: Changing) -> None:
    """Keep counts, surveys, and the last good fixed prices where newer ones cannot be read."""
    sequence = newer.base.info.sequence
    changes = (Change(sku, fixed_prices=before.fixed_prices_of(sku)) for sku in newer.unread)
    prices = [change for change in changes if change.fixed_prices]
    since = {sku: each for sku, each in before.unread.items() if each.sequence > sequence}
    faults = dict(sorted({**newer.unread, **since}.items()))
    others: list[ToldUsed | ToldSurvey] = [*before.used(), *before.surveys()]
    if prices or others or since:
        newer.lay(prices, others, faults)


def _carry_rules(before: Changing, newer: Changing) -> None:
    """Keep rules that are newer than the base's, and the last good ones where these are not."""
    sequence = newer.base.info.sequence
    if before.state.rules_sequence > sequence:
        newer.take_rules(before.rules, before.state.rules_sequence)
    elif unreadable(newer.rules.told):
        newer.take_rules(RuleRecords(newer.rules.told, before.rules.good), sequence)


def _carry_products(before: Changing, newer: Changing, file: Path) -> None:
    info, reached = newer.base.info, before.state
    if info.sequence < reached.sequence:
        if info.sequence < before.base.info.sequence:
            said = f"{file}: expected a base that leads to {reached.sequence}"
            raise DataError(f"{said}, got one of {info.sequence}, before {before.base.file}")
        sequence, made_at = reached.sequence, reached.made_at
        heading = SegmentHeading(
            "", info.store_id, info.currency, sequence, made_at, info.vat_included
        )
        newer.state = replace(newer.state, sequence=sequence - 1)
        newer.apply(heading, before.records_since(info.sequence))


def _record_of(entry: Entry, currency: str) -> Record:
    match entry.kind:
        case "gone":
            return Gone("product", entry.sku)
        case "whole":
            return read_whole(entry.body, currency)
        case _:
            return change_of(entry.sku, read_parts(entry.body), currency)


def _is_broken(error: Exception) -> bool:
    """Tell whether a file is no sound SQLite file; a full disk is something else."""
    name = getattr(error, "sqlite_errorname", "") or ""
    return name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))
