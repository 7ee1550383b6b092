"""What changed between two runs, worked out from the tables of their stages alone, and the seconds of steps."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

FOREVER = pd.Timestamp("2200-01-01", tz="UTC")


@dataclass(frozen=True)
class Run:
    """What a run left in a checkout.

    Attributes:
        errors: WAPE of daily totals of the chosen model on the test slice, by client.
        alerts: past-only events.
        figures: `metrics.json`.
    """

    errors: pd.Series
    alerts: pd.DataFrame
    figures: Mapping[str, float]

    @classmethod
    def of(cls, folder: Path) -> "Run":
        """Read from the outputs of the stages."""
        scores = pd.read_csv(folder / "reports" / "forecast_scores.csv", dtype={"client_id": str})
        events = pd.read_parquet(folder / "data" / "detect" / "events.parquet")
        return cls(
            scores[scores["chosen"]].set_index("client_id")["wape_day"],
            events[events["mode"] == "past_only"],
            json.loads((folder / "reports" / "metrics.json").read_text(encoding="utf-8")),
        )

    def growth(self, before: "Run") -> pd.Series:
        """Share by which each client's error grew, the largest first."""
        return (self.errors / before.errors - 1).sort_values(ascending=False)

    def named(self) -> set[tuple[str, str, str]]:
        """Client, kind and start of all alerts."""
        rows = self.alerts.assign(start=self.alerts["start"].map(pd.Timestamp.isoformat))
        return set(rows[["client_id", "kind", "start"]].itertuples(index=False, name=None))

    def without_match(self, other: "Run") -> set[tuple[str, str, str]]:
        """Those alerts during which the other run has none of the client and class."""
        alone = set()
        for alert in self.alerts.to_dict("records"):
            rows = other.alerts[
                (other.alerts["client_id"] == alert["client_id"]) & (other.alerts["class"] == alert["class"])
            ]
            end = FOREVER if pd.isna(alert["end"]) else alert["end"]
            if not ((rows["start"] < end) & (rows["end"].fillna(FOREVER) > alert["start"])).any():
                alone.add((alert["client_id"], alert["kind"], alert["start"].isoformat()))
        return alone


@dataclass
class Steps:
    """Names of steps and the seconds that each took."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Take the time of what is done inside."""
        begun = time.monotonic()
        yield
        self.seconds[name] = time.monotonic() - begun

    def table(self) -> str:
        """As CSV."""
        rows = pd.DataFrame({"step": self.seconds.keys(), "seconds": self.seconds.values()})
        return str(rows.round(1).to_csv(index=False))
