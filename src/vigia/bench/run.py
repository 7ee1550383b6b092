"""Put a case into a client's readings, detect, and say what came of it: pure functions of picklable tasks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from vigia import frames
from vigia.bench import found
from vigia.bench.cases import TO_THE_END, Case
from vigia.bench.engines import Engine
from vigia.bench.found import Raised, Truth
from vigia.bench.subjects import HOUR, Subject
from vigia.errors import NotEnoughDataError
from vigia.simulation.catalogue import fault_of
from vigia.simulation.faults import DAY
from vigia.simulation.injection import inject

Row = dict[str, Any]

CASES_A_TASK = 48
COUNTED = ("consumption", "supply")
LATE_HOURS = 7 * DAY
"""A benign change may be raised so long after its end, and is then still its doing."""


@dataclass(frozen=True)
class Task:
    """Cases of one client, all that is needed to judge them, and with what.

    Attributes:
        subject: the client.
        cases: what is put into its readings, each by itself.
        donors: readings of other clients by client, where a case repeats them.
        engines: what detects, by the name of its parameters.
        modes: past-only, two-sided or both.
    """

    subject: Subject
    cases: tuple[Case, ...]
    donors: Mapping[str, pd.DataFrame]
    engines: Mapping[str, Engine]
    modes: tuple[str, ...]


def tasks(
    subjects: Sequence[Subject],
    cases: Iterable[Case],
    engines: Mapping[str, Engine],
    modes: tuple[str, ...] = frames.MODES,
    size: int = CASES_A_TASK,
) -> list[Task]:
    """Tasks of at most `size` cases of one client."""
    readings = {subject.client_id: subject.readings for subject in subjects}
    by_client: dict[str, list[Case]] = {}
    for case in cases:
        by_client.setdefault(case.client_id, []).append(case)
    found_tasks = []
    for subject in subjects:
        mine = by_client.get(subject.client_id, [])
        for first in range(0, len(mine), size):
            part = tuple(mine[first : first + size])
            donors = {case.donor: readings[case.donor] for case in part if case.donor is not None}
            found_tasks.append(Task(subject, part, donors, engines, modes))
    return found_tasks


def judge(task: Task) -> list[Row]:
    """A row a case, set of parameters and mode."""
    before = {name: Unchanged(task.subject, engine) for name, engine in task.engines.items()}
    return [row for case in task.cases for row in judge_case(case, task, before)]


class Unchanged:
    """What an engine says of a client's readings as they are, each question answered once."""

    def __init__(self, subject: Subject, engine: Engine) -> None:
        self.subject, self.engine = subject, engine
        self._known: dict[tuple[str, pd.Timestamp | None], list[Raised]] = {}

    def events(self, mode: str, until: pd.Timestamp | None) -> list[Raised]:
        """Events of a mode from the readings before `until`.

        Past-only an end changes nothing before it, so that the events of the whole history are cut there.
        """
        key = (mode, until if mode == "two_sided" else None)
        if key not in self._known:
            readings = _before(self.subject.readings, key[1])
            self._known[key] = _detected(self.engine, self.subject, readings, mode)
        if until is None or mode == "two_sided":
            return self._known[key]
        return found.cut(self._known[key], (until - self.subject.origin) / HOUR)


def judge_case(case: Case, task: Task, before: Mapping[str, Unchanged]) -> list[Row]:
    """Rows of one case.

    Columns: `params, mode, client_id, fault_id, benign, start, end, hours, depth, donor, seed, status` (`judged`, or
    `nothing_changed` where the client had nothing to lose then), `severity` (mean change over mean value of the
    first changed channel), `found, kind, cause, cause_right, all_channels, overlap, delay_hours, end_error_hours`
    (of the event that is credited), `raised` (a benign change as a consumption event), `others` (further events of
    consumption or supply that are there because of the case).
    """
    subject, fault = task.subject, fault_of(case.fault_id)
    common: Row = {
        "client_id": case.client_id,
        "fault_id": case.fault_id,
        "benign": fault.benign,
        "start": case.start,
        "end": case.end,
        "hours": case.hours,
        "depth": case.depth,
        "donor": case.donor,
        "seed": case.seed,
    }
    keys = [(name, mode) for name in task.engines for mode in task.modes]
    donor = task.donors[case.donor] if case.donor is not None else None
    try:
        readings, labels = inject(
            subject.readings,
            case.fault_id,
            case.start,
            case.end,
            np.random.default_rng(case.seed),
            case.depth,
            donor,
        )
    except NotEnoughDataError:
        labels = frames.empty("labels", subject.series.zone)
    if labels.empty:
        return [{"params": name, "mode": mode, **common, "status": "nothing_changed"} for name, mode in keys]
    truth = Truth.of(labels, subject.origin)
    common |= {"status": "judged", "severity": float(labels["severity"].iloc[0])}
    rows = []
    for name, mode in keys:
        until = case.end + case.after_hours * HOUR if mode == "past_only" or not case.after_hours else None
        changed = _detected(task.engines[name], subject, _before(readings, until), mode, case, donor)
        mine = found.caused(changed, before[name].events(mode, until))
        verdict = _raised(case, mine, mode, subject) if fault.benign else _credited(truth, mine, mode, subject)
        rows.append({"params": name, "mode": mode, **common, **verdict})
    return rows


def _credited(truth: Truth, events: list[Raised], mode: str, subject: Subject) -> Row:
    """What the credited event says, and how many others there are."""
    number = found.match([truth], events, mode, subject.series.hours).get(0)
    event = events[number] if number is not None else None
    others = sum(other.class_ in COUNTED and other is not event for other in events)
    if event is None:
        return {"found": False, "delay_hours": np.inf if mode == "past_only" else np.nan, "others": others}
    named = found.named_channels(truth, event)
    return {
        "found": True,
        "kind": event.kind,
        "cause": event.cause,
        "cause_right": event.cause in truth.causes,
        "all_channels": set(truth.spans) <= set(event.spans),
        "overlap": found.best_overlap(truth, event),
        "delay_hours": event.alert - truth.start if mode == "past_only" else np.nan,
        "end_error_hours": event.spans[named[0]][1] - truth.spans[named[0]][1],
        "others": others,
    }


def _raised(case: Case, events: list[Raised], mode: str, subject: Subject) -> Row:
    """Whether a benign change is raised as consumption: past-only in its time or soon after, two-sided on its days."""
    start, end = ((when - subject.origin) / HOUR for when in (case.start, case.end))
    if mode == "past_only":
        at = [event for event in events if start < event.alert <= end + LATE_HOURS]
    else:
        at = [event for event in events if any(a < end + DAY and b > start - DAY for a, b in event.spans.values())]
    wrong = [event for event in at if event.class_ == "consumption"]
    others = sum(event.class_ in COUNTED and event not in wrong for event in events)
    first = wrong[0] if wrong else None
    return {
        "raised": first is not None,
        "kind": first.kind if first else None,
        "cause": first.cause if first else None,
        "others": others,
    }


def _detected(
    engine: Engine,
    subject: Subject,
    readings: pd.DataFrame,
    mode: str,
    case: Case | None = None,
    donor: pd.DataFrame | None = None,
) -> list[Raised]:
    log, others = None, None
    if case is not None and case.announced:
        until = pd.NaT if case.fault_id in TO_THE_END else case.end
        entry = {"client_id": case.client_id, "from": case.start, "to": until, "what": case.announced}
        log = frames.check("site_log", pd.DataFrame([entry]))
    if case is not None and case.donor and donor is not None:
        others = {case.donor: donor}
    events, channels = engine.detect(readings, subject.client, (mode,), log, others)
    hours = (readings["timestamp"].iloc[-1] - subject.origin) / HOUR + 1
    return found.raised(events, channels, mode, subject.origin, hours)


def _before(readings: pd.DataFrame, until: pd.Timestamp | None) -> pd.DataFrame:
    return readings if until is None else readings.iloc[: int(readings["timestamp"].searchsorted(until))]
