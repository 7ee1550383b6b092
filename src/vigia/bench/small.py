"""A bench small enough for every release: the same few faults and benign changes, to hold one engine to another.

It measures nothing by itself: a case more or less of some fifty says little. Its use is that it stays: an hour of the
history is taken because its own number comes first, not by a draw from all hours, so that a longer history, another
client or a slightly changed mask leaves nearly all cases where they were, and what differs is the engine.
"""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from vigia.bench.cases import ANNOUNCED, RECOVERY_HOURS, Case
from vigia.bench.engines import Engine
from vigia.bench.run import LATE_HOURS, Row, judge, tasks
from vigia.bench.subjects import Hours, Subject
from vigia.simulation.catalogue import fault_of
from vigia.simulation.faults import DAY

MODE = "past_only"
PER_KIND = 5
NAME = "bench"


@dataclass(frozen=True)
class Kind:
    """A fault or benign change of one length in hours and one depth (as `Case.depth`)."""

    fault_id: str
    hours: int
    depth: float | None = None


KINDS = (
    Kind("zero_block", 1 * DAY),
    Kind("near_zero_floor", 7 * DAY),
    Kind("stuck", 7 * DAY),
    Kind("reversed_transformer", 1 * DAY),
    Kind("voltage_swell", 3 * DAY),
    Kind("constant_cut", 14 * DAY, 0.8),
    Kind("constant_cut_active", 14 * DAY, 0.6),
    Kind("wrong_ratio", 7 * DAY, 0.5),
    Kind("slow_ramp", 90 * DAY, 0.4),
    Kind("planned_closure", 14 * DAY),
    Kind("outage", 12),
    Kind("missing_rows", 3 * DAY),
    Kind("catch_up", 1 * DAY),
)


def draw_small(subjects: Sequence[Subject], per_kind: int = PER_KIND) -> list[Case]:
    """Cases of each kind on as many clients as there are with a place for it; several on one where they are few."""
    cases = []
    for kind in KINDS:
        able = [(subject, starts) for subject in subjects if len(starts := _places(kind, subject))]
        able.sort(key=lambda pair: _number(kind.fault_id, pair[0].client_id))
        for number in range(per_kind if able else 0):
            subject, starts = able[number % len(able)]
            seed = _number(kind.fault_id, subject.client_id, str(number // len(able)))
            start = first_by_number(starts, subject.origin, seed)
            span = subject.series.at(start), subject.series.at(start + kind.hours)
            cases.append(
                Case(
                    subject.client_id,
                    kind.fault_id,
                    *span,
                    seed,
                    kind.depth,
                    after_hours=LATE_HOURS,
                    announced=ANNOUNCED.get(kind.fault_id),
                )
            )
    return cases


def judge_small(subject: Subject, cases: Iterable[Case], engine: Engine) -> list[Row]:
    """Rows of a client's cases, past-only."""
    return [row for task in tasks([subject], cases, {NAME: engine}, (MODE,)) for row in judge(task)]


def small_figures(rows: Iterable[Row]) -> dict[str, float]:
    """`bench_recall`, `bench_benign_raised`, the number of cases of both, and the recall of each kind of fault.

    Shares that there is no case of are left out.
    """
    judged = [row for row in rows if row["status"] == "judged"]
    faults, controls = ([row for row in judged if row["benign"] == benign] for benign in (False, True))
    out = {f"{NAME}_cases": float(len(faults)), f"{NAME}_benign_cases": float(len(controls))}
    shares = {f"{NAME}_recall": _hits(faults, "found"), f"{NAME}_benign_raised": _hits(controls, "raised")}
    for kind in KINDS:
        mine = [row for row in faults if row["fault_id"] == kind.fault_id]
        shares[f"{NAME}_recall_{kind.fault_id}"] = _hits(mine, "found")
    return out | {name: round(float(np.mean(hits)), 6) for name, hits in shares.items() if hits}


def first_by_number(starts: Hours, origin: pd.Timestamp, salt: int) -> int:
    """The one of `starts` (hours from `origin`) whose hour of time has the smallest number.

    The number is a hash of that hour (splitmix64, Steele et al. 2014), so that hours that are added or taken away
    change the answer only where it is one of them.
    """
    since = np.uint64(round(origin.timestamp()) // 3600)
    with np.errstate(over="ignore"):
        x = (starts.astype(np.uint64) + since) ^ (np.uint64(salt) << np.uint64(32))
        x = (x + np.uint64(0x9E3779B97F4A7C15)).astype(np.uint64)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return int(starts[np.argmin(x ^ (x >> np.uint64(31)))])


def _places(kind: Kind, subject: Subject) -> Hours:
    """Hours where a kind may begin, with a clean fortnight behind it where there is one."""
    fault = fault_of(kind.fault_id)
    if not subject.fits(fault):
        return np.empty(0, dtype=np.int64)
    calm = subject.starts(fault, kind.hours, RECOVERY_HOURS)
    return calm if len(calm) else subject.starts(fault, kind.hours)


def _number(*words: str) -> int:
    return zlib.crc32("/".join(words).encode())


def _hits(rows: Sequence[Mapping[str, object]], name: str) -> list[bool]:
    return [bool(row[name]) for row in rows]
