"""When a rule is in force: from an instant up to another, and in weekly hours of the store.

Weekly hours are what the clock on the store's wall says: where the clock is set forward they
lose what is left out, where it is set back they have the repeated hour twice.

>>> late = Weekly(frozenset({3}), time(22), time(2))  # Thursdays, over midnight
>>> Window(weekly=(late,)).covers(datetime(2026, 11, 27, 1, 30, tzinfo=UTC), UTC)
True

Source: docs/pricing.md, section 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")  # as ``date.weekday`` counts them


@dataclass(frozen=True, slots=True)
class Weekly:
    """Hours on some weekdays, from ``start`` up to, but not at, ``end``.

    An end that is not after the start lies on the next day: 22:00 to 02:00 passes midnight,
    00:00 to 00:00 is the whole day.
    """

    days: frozenset[int]
    start: time
    end: time

    def __post_init__(self) -> None:
        if not self.days or not self.days <= set(range(7)):
            raise ValueError(f"Expected weekdays 0 (Monday) to 6, got {sorted(self.days)}")
        if self.start.tzinfo or self.end.tzinfo:
            raise ValueError("Expected times without a zone: they are the store's")

    def covers(self, wall: datetime) -> bool:
        """Tell whether the naive time on the wall lies within."""
        now, today = wall.time(), wall.weekday()
        if self.start < self.end:
            return today in self.days and self.start <= now < self.end
        return (today in self.days and now >= self.start) or (
            (today - 1) % 7 in self.days and now < self.end
        )

    def turns(self, day: date) -> tuple[datetime, ...]:
        """Give the naive times on the wall at which it begins or ends on this day."""
        at = []
        if day.weekday() in self.days:
            at.append(datetime.combine(day, self.start))
            if self.start < self.end:
                at.append(datetime.combine(day, self.end))
        if self.start >= self.end and (day.weekday() - 1) % 7 in self.days:
            at.append(datetime.combine(day, self.end))
        return tuple(at)


@dataclass(frozen=True, slots=True)
class Window:
    """In force from ``starts_at`` up to, but not at, ``ends_at``, and then only in weekly hours.

    Instants are aware; none stands for always. Without weekly hours it is the whole week.
    """

    starts_at: datetime | None = None
    ends_at: datetime | None = None
    weekly: tuple[Weekly, ...] = ()

    def __post_init__(self) -> None:
        for at in (self.starts_at, self.ends_at):
            if at is not None and at.tzinfo is None:
                raise ValueError(f"Expected instants with a zone, got {at}")
        if self.starts_at and self.ends_at and not self.starts_at < self.ends_at:
            raise ValueError(
                f"Expected a start before the end, got {self.starts_at}, {self.ends_at}"
            )

    @property
    def bounded(self) -> bool:
        """Whether it is a rule for a time: it has an end or weekly hours."""
        return self.ends_at is not None or bool(self.weekly)

    def covers(self, at: datetime, zone: tzinfo) -> bool:
        """Tell whether the aware instant ``at`` lies within, in a store of this zone."""
        if self.starts_at is not None and at < self.starts_at:
            return False
        if self.ends_at is not None and at >= self.ends_at:
            return False
        if not self.weekly:
            return True
        wall = at.astimezone(zone).replace(tzinfo=None)
        return any(hours.covers(wall) for hours in self.weekly)

    def next_turn(self, at: datetime, zone: tzinfo) -> datetime | None:
        """Give the first instant after ``at`` where ``covers`` may change; none if it stays."""
        found = [i for i in (self.starts_at, self.ends_at) if i is not None and i > at]
        if self.weekly and (self.ends_at is None or at < self.ends_at):
            found += self._weekly_turns(at, zone)
        return min(found, default=None)

    def _weekly_turns(self, at: datetime, zone: tzinfo) -> list[datetime]:
        """Give the nearest change of weekly hours, also one that a set clock brings about."""
        before = max(at, self.starts_at) if self.starts_at else at
        first = before.astimezone(zone).date() - timedelta(days=1)
        found: set[datetime] = set()
        for day in (first + timedelta(days=n) for n in range(10)):
            for hours in self.weekly:
                for wall in hours.turns(day):
                    found |= {
                        wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)
                    }
            found |= _clock_changes(day, zone)
            later = [turn for turn in found if turn > before]
            if later and day > first + timedelta(days=1):
                return [min(later)]
        return []  # pragma: no cover  (hours on any weekday turn within ten days)


ALWAYS = Window()


@lru_cache(maxsize=1_024)  # the same few days are asked of every rule
def _clock_changes(day: date, zone: tzinfo) -> frozenset[datetime]:
    """Give the instant within the store's day at which its clock is set, if it is."""
    low = datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
    high = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone).astimezone(UTC)
    shift = low.astimezone(zone).utcoffset()
    if shift == high.astimezone(zone).utcoffset():
        return frozenset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        low, high = (
            (middle, high) if middle.astimezone(zone).utcoffset() == shift else (low, middle)
        )
    return frozenset({high.replace(microsecond=0)})
