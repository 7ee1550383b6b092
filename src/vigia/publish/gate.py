"""What speaks against bringing a release into operation, beside the one that is there."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from vigia import frames
from vigia.config import Params
from vigia.errors import ReleaseError

NOMINAL = 0.95
ROUNDING = 1e-6
"""Of figures that are kept with six decimals."""


@dataclass(frozen=True)
class Summary:
    """What the gate looks at in a release.

    Attributes:
        digest: its name.
        families: chosen family by client.
        wape: daily WAPE of the chosen model by client, on the test slice.
        coverage: of the hourly 95 % band, mean over clients.
        events: past-only events, those of one cause as one.
        has_model: by client.
        bench: figures of the small bench by name (`vigia.bench.small`); empty where the release has none.
    """

    digest: str
    families: dict[str, str]
    wape: dict[str, float]
    coverage: float
    events: int
    has_model: dict[str, bool]
    bench: dict[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path) -> "Summary":
        """Read it from a release folder.

        Raises:
            ReleaseError: the folder is no release.
        """
        manifest = folder / "manifest.json"
        if not manifest.is_file():
            raise ReleaseError(f"no release in {folder}: manifest.json is missing")
        digest = json.loads(manifest.read_text(encoding="utf-8"))["digest"]
        clients = frames.read(folder / "clients.parquet", "clients")["client_id"]
        chosen = frames.read(folder / "chosen.parquet", "chosen").set_index("client_id")
        scores = pd.read_csv(folder / "reports" / "forecast_scores.csv", dtype={"client_id": str})
        scores = scores[scores["chosen"]].set_index("client_id")
        events = frames.read(folder / "events.parquet", "events")
        groups = events["group_id"].fillna(events["event_id"])[events["mode"] == "past_only"]
        return cls(
            digest,
            {str(client): str(family) for client, family in chosen["family"].items()},
            {str(client): float(error) for client, error in scores["wape_day"].items()},
            float(scores["coverage_95_hour"].mean()),
            int(groups.nunique()),
            {client: (folder / "models" / frames.client_folder(client) / "spec.json").is_file() for client in clients},
            _bench_of(folder / "reports" / "metrics.json"),
        )


def gate(new: Summary, current: Summary | None, params: Params) -> list[str]:
    """Reasons against a release, empty where there is none.

    The first release of a fleet is judged on its models alone: there is nothing to compare it with.
    """
    against = [f"client {client} has no model" for client, there in new.has_model.items() if not there]
    if current is None:
        return against
    limit = params.publish.max_wape_growth
    for client, error in new.wape.items():
        before = current.wape.get(client, np.nan)
        if np.isfinite(before) and np.isfinite(error) and error > before * (1 + limit):
            against.append(f"client {client}: daily WAPE {error:.1%}, released {before:.1%} (limit +{limit:.0%})")
    if np.isfinite(new.coverage) and abs(new.coverage - NOMINAL) > params.publish.max_coverage_gap:
        against.append(f"fleet coverage {new.coverage:.1%} is too far from {NOMINAL:.0%}")
    ratio = (new.events + 1) / (current.events + 1)
    if not 1 / params.publish.max_event_ratio <= ratio <= params.publish.max_event_ratio:
        against.append(
            f"{new.events} events, released {current.events}: more than a factor of {params.publish.max_event_ratio:g}"
        )
    return against + _bench_reasons(new.bench, current.bench, params)


def _bench_of(metrics: Path) -> dict[str, float]:
    if not metrics.is_file():
        return {}
    figures = json.loads(metrics.read_text(encoding="utf-8"))
    return {name: float(value) for name, value in figures.items() if name.startswith("bench_")}


def _bench_reasons(new: Mapping[str, float], current: Mapping[str, float], params: Params) -> list[str]:
    """Reasons of the small bench, where both releases have its figures."""
    against = []
    fallen = _change("bench_recall", new, current)
    if fallen < -params.publish.max_recall_drop - ROUNDING:
        front = "bench_recall_"
        kinds = [name for name in new if name.startswith(front) and _change(name, new, current) < 0]
        less = [f"{name.removeprefix(front)} {new[name]:.0%} after {current[name]:.0%}" for name in kinds]
        against.append(
            f"bench: {new['bench_recall']:.1%} of faults found, released {current['bench_recall']:.1%} "
            f"(limit -{params.publish.max_recall_drop:.0%})" + (f": {', '.join(less)}" if less else "")
        )
    if _change("bench_benign_raised", new, current) > params.publish.max_benign_rise + ROUNDING:
        against.append(
            f"bench: {new['bench_benign_raised']:.1%} of benign changes raised, released "
            f"{current['bench_benign_raised']:.1%} (limit +{params.publish.max_benign_rise:.0%})"
        )
    return against


def _change(name: str, new: Mapping[str, float], current: Mapping[str, float]) -> float:
    return new.get(name, np.nan) - current.get(name, np.nan)
