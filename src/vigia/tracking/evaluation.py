"""Runs of evaluation: one for each release and code, with everything by which two of them are compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from vigia import keys
from vigia.tracking.runs import DESCRIPTION, Tracker, answered

LEVEL = "evaluation"
OVERVIEW = "overview"
"""Group of the metrics that are read first: all other groups have names that come later."""
DECISION = "decision"


@dataclass(frozen=True)
class Evaluation:
    """What a run of evaluation shows.

    Attributes:
        release: digest of the release that it speaks of.
        code: digest of the code that made it.
        data_digest: of all readings.
        headline: the metrics that are read first.
        scores, seconds: all others, and how long each stage took.
        params: all parameters, nested.
        tables: by file name.
        pictures: PNG files.
        description: Markdown.
        tags: further ones.
    """

    release: str
    code: str
    data_digest: str
    headline: Mapping[str, float]
    scores: Mapping[str, float]
    seconds: Mapping[str, float]
    params: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]
    pictures: Sequence[Path] = ()
    description: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Of readings, parameters and code: what has the same key has the same figures."""
        return keys.combine(self.release, self.code)[:32]


@answered()
def log_evaluation(tracker: Tracker, found: Evaluation) -> tuple[str, bool]:
    """Log an evaluation, unless it is there; returns its run and whether it is new.

    One that was begun and never ended, because its process was killed, is logged anew.

    Raises:
        TrackingError: MLflow did not answer.
    """
    for run in tracker.found(f"tags.level = '{LEVEL}' and tags.evaluation = '{found.key}'"):
        if run.info.status == "FINISHED":
            return str(run.info.run_id), False
        tracker.client.delete_run(run.info.run_id)
    tags = {**found.tags, "level": LEVEL, "evaluation": found.key, "release": found.release, "code": found.code[:16]}
    name = found.tags.get("dvc_exp") or f"evaluation {found.release[:8]}"
    run_id = tracker.start(name, {**tags, "data_digest": found.data_digest[:16]}, sum(found.seconds.values()))
    tracker.describe(run_id, flat(found.params), {DESCRIPTION: found.description})
    values = {f"{OVERVIEW}/{name}": value for name, value in found.headline.items()}
    values |= {f"scores/{name}": value for name, value in found.scores.items() if name not in found.headline}
    values |= {f"seconds/{stage}": value for stage, value in found.seconds.items()}
    tracker.attach(run_id, found.tables, found.pictures, values)
    tracker.log_dataset(run_id, tracker.fleet, found.data_digest[:16])
    tracker.client.set_terminated(run_id)
    return run_id, True


@answered()
def decided(tracker: Tracker, release: str, decision: str, reason: str) -> None:
    """Write on the evaluations of a release what was decided about it."""
    for run in tracker.found(f"tags.level = '{LEVEL}' and tags.release = '{release}'"):
        tracker.describe(run.info.run_id, {}, {DECISION: decision, "decision_reason": reason[:5000]})


@answered()
def note_report(tracker: Tracker, release: str, report: Mapping[str, Any]) -> None:
    """Attach a shadow report to the evaluations of a release, and how many alerts it would change as metrics."""
    counts = {f"shadow/{name}": float(len(report[name])) for name in ("vanish", "appear", "severity")}
    for run in tracker.found(f"tags.level = '{LEVEL}' and tags.release = '{release}'"):
        tracker.client.log_dict(run.info.run_id, dict(report), "shadow.json")
        tracker.attach(run.info.run_id, {}, (), counts)


def flat(nested: Mapping[str, Any], front: str = "") -> dict[str, str]:
    """Parameters by their full names, as `dvc exp run -S` takes them.

    >>> flat({"detect": {"breach_days": 3, "severity": {"high": 0.2}}})
    {'detect.breach_days': '3', 'detect.severity.high': '0.2'}
    """
    found: dict[str, str] = {}
    for name, value in nested.items():
        place = f"{front}{name}"
        found |= flat(value, f"{place}.") if isinstance(value, Mapping) and value else {place: str(value)}
    return found
