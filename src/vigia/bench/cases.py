"""What is put where: faults and benign controls drawn evenly over clients, lengths and clean hours."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from vigia.bench.subjects import Hours, Subject
from vigia.calendars.holidays import is_holiday
from vigia.simulation.catalogue import CATALOGUE
from vigia.simulation.faults import DAY, Fault

LENGTHS = (6, 1 * DAY, 3 * DAY, 7 * DAY, 14 * DAY, 30 * DAY, 90 * DAY)
RECOVERY_HOURS = 14 * DAY
AFTER_HOURS = 35 * DAY
"""Past-only detection is given the readings up to so long after a case."""
LONGEST_SHARE = 1 / 3
"""Of a history: an event over half of it finds nothing."""
TO_THE_END = ("new_machine", "partial_last_day")
"""Changes that last: the readings end with them."""
ANNOUNCED = {"new_machine": "Equipo nuevo", "planned_closure": "Parada programada"}
"""Changes that the site log tells of."""


@dataclass(frozen=True)
class Case:
    """One change of one client's readings.

    Attributes:
        client_id: whose.
        fault_id: a name of `catalogue.CATALOGUE`.
        start: first hour that may change.
        end: hour after the last.
        seed: of what the fault leaves open.
        depth: asked strength; None = drawn from the fault's own range.
        donor: client whose readings are repeated, for a duplicated feed.
        after_hours: how long the readings go on behind the end for past-only detection; 0 = they end there in
            both modes.
        announced: what the site log says of it.
    """

    client_id: str
    fault_id: str
    start: pd.Timestamp
    end: pd.Timestamp
    seed: int
    depth: float | None = None
    donor: str | None = None
    after_hours: int = AFTER_HOURS
    announced: str | None = None

    @property
    def hours(self) -> int:
        """Length."""
        return round((self.end - self.start) / pd.Timedelta(hours=1))


def draw(subjects: Sequence[Subject], per_kind: int, country: str, seed: int) -> list[Case]:
    """Cases of every fault that fits somewhere and, as many in all, of every benign control.

    Args:
        subjects: clients with their clean hours.
        per_kind: cases of each fault.
        country: whose public holidays are closures.
        seed: each kind has draws of its own, so that a new fault leaves the cases of the others as they were.
    """
    able = [fault for fault in CATALOGUE.values() if any(subject.fits(fault) for subject in subjects)]
    controls = [fault for fault in able if fault.benign]
    wrong = [fault for fault in able if not fault.benign]
    each = -(-per_kind * len(wrong) // max(len(controls), 1))
    cases = []
    for fault in (*wrong, *controls):
        rng = np.random.default_rng([seed, zlib.crc32(fault.fault_id.encode())])
        cases += _of_kind(fault, subjects, each if fault.benign else per_kind, country, rng)
    return cases


def lengths_of(fault: Fault, count: int, rng: np.random.Generator) -> list[int]:
    """`count` lengths in hours: the standard ones in equal numbers, or draws from a range that has fewer than two.

    >>> from vigia.simulation.catalogue import fault_of
    >>> sorted(set(lengths_of(fault_of("stuck"), 50, np.random.default_rng(0))))
    [6, 24, 72, 168, 336, 720]
    """
    low, high = fault.lengths
    standard = [length for length in LENGTHS if low <= length <= high]
    if len(standard) < 2:
        return [int(length) for length in rng.integers(low, high + 1, count)]
    rounds = [rng.permutation(standard) for _ in range(-(-count // len(standard)))]
    return [int(length) for length in np.concatenate(rounds)[:count]]


def _of_kind(
    fault: Fault, subjects: Sequence[Subject], count: int, country: str, rng: np.random.Generator
) -> list[Case]:
    """Cases of one kind; each goes to the client that has the fewest and a place for its length."""
    able = [subject for subject in subjects if subject.fits(fault)]
    given = dict.fromkeys((subject.client_id for subject in able), 0)
    places: dict[tuple[str, int], Hours] = {}
    cases = []
    for asked in lengths_of(fault, count, rng):
        order = sorted(rng.permutation(len(able)).tolist(), key=lambda number: given[able[number].client_id])
        for length in _shorter(fault, asked):
            case = _first_place(fault, length, [able[number] for number in order], subjects, country, places, rng)
            if case is not None:
                cases.append(case)
                given[case.client_id] += 1
                break
    return cases


def _shorter(fault: Fault, asked: int) -> list[int]:
    """The asked length, then what may stand for it where it fits nowhere."""
    low = fault.lengths[0]
    return list(dict.fromkeys([asked, *(length for length in reversed(LENGTHS) if low <= length < asked), low]))


def _first_place(
    fault: Fault,
    length: int,
    order: list[Subject],
    subjects: Sequence[Subject],
    country: str,
    places: dict[tuple[str, int], Hours],
    rng: np.random.Generator,
) -> Case | None:
    for subject in order:
        key = (subject.client_id, length)
        if key not in places:
            places[key] = _places(fault, length, subject, country)
        if not len(places[key]):
            continue
        start = int(rng.choice(places[key]))
        donor = _donor(subject, subjects, start, length, rng) if fault.fault_id == "duplicated_feed" else None
        if donor is None and fault.fault_id == "duplicated_feed":
            continue
        return Case(
            subject.client_id,
            fault.fault_id,
            subject.series.at(start),
            subject.series.at(start + length),
            int(rng.integers(2**32)),
            donor=donor,
            after_hours=0 if fault.fault_id in TO_THE_END else AFTER_HOURS,
            announced=ANNOUNCED.get(fault.fault_id),
        )
    return None


def _places(fault: Fault, length: int, subject: Subject, country: str) -> Hours:
    """All hours where the case may begin, with a clean fortnight behind it where there is one."""
    if length > LONGEST_SHARE * subject.series.hours:
        return np.empty(0, dtype=np.int64)
    after = 0 if fault.fault_id in TO_THE_END else RECOVERY_HOURS
    for each in dict.fromkeys((after, 0)):
        found = _at_its_time(fault, subject.starts(fault, length, each), subject, country)
        if len(found):
            return found
    return found


def _at_its_time(fault: Fault, starts: Hours, subject: Subject, country: str) -> Hours:
    """A last day begins at midnight, and a holiday's closure at that of a public holiday; all others anywhere."""
    if fault.fault_id == "partial_last_day":
        return np.asarray(starts[starts % DAY == 0])
    if fault.fault_id != "holiday_closure" or not len(starts):
        return starts
    midnights = starts[starts % DAY == 0]
    days = pd.DatetimeIndex([subject.series.at(int(hour)) for hour in midnights])
    return np.asarray(midnights[is_holiday(days, country)]) if len(days) else midnights


def _donor(
    subject: Subject, subjects: Sequence[Subject], start: int, length: int, rng: np.random.Generator
) -> str | None:
    """A client with other, clean readings of the same hours."""
    own = subject.series.values["active"][start : start + length]
    able = []
    for other in subjects:
        shift = round((subject.series.first - other.series.first) / pd.Timedelta(hours=1))
        first = start + shift
        if first < 0 or first + length > other.series.hours or "active" not in other.series.values:
            continue
        theirs = other.series.values["active"][first : first + length]
        clean = not other.masked[first : first + length].any() and np.isfinite(theirs).all()
        if clean and np.ptp(theirs) > 0 and not np.array_equal(own, theirs):
            able.append(other.client_id)
    return str(rng.choice(able)) if able else None
