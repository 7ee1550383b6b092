"""What is at stake, and how sure it is that it is a loss."""

import numpy as np
import pandas as pd
import pytest

from vigia import frames
from vigia.config.sections.detect import DetectParams
from vigia.detection.events.severity import Reference, value_events
from vigia.detection.series import Series

ZONE = "America/Lima"


@pytest.mark.parametrize(
    ("share", "days", "severity"),
    [(0.5, 40, "critical"), (0.75, 70, "critical"), (0.88, 140, "high"), (0.95, 120, "low"), (0.5, 8, "medium")],
    ids=["deep and long", "a quarter", "an eighth for months", "a twentieth for months", "deep and short"],
)
def test_a_shallow_event_weighs_less_than_a_deep_one_of_the_same_energy(share: float, days: int, severity: str) -> None:
    hours = 24 * 200
    values = np.full(hours, 100.0)
    values[-24 * days :] *= share
    series = Series("1", pd.Timestamp("2023-01-01"), ZONE, {"active": values})
    start = series.at(hours - 24 * days)
    row = {"event_id": "a", "client_id": "1", "class": "consumption", "kind": "level_down", "stake": "missing"}
    row |= {"channels": "active", "start": start, "mode": "past_only", "severity": "low", "score": 1.0}
    row |= {"reason_es": "Baja.", "reason_en": "Down.", "witnesses": ""}
    names = [column.name for column in frames.TABLES["events"].columns if column.name not in row]
    events = frames.check("events", pd.DataFrame([row]).assign(**dict.fromkeys(names)))
    part = {"event_id": "a", "channel": "active", "start": start, "end": None, "expected": None, "actual": None}
    channels = frames.check("event_channels", pd.DataFrame([part]))
    reference = Reference(np.full(hours, 100.0), np.full(hours, 90.0), np.full(hours, 110.0))
    (valued,) = value_events(events, channels, series, {"a": reference}, DetectParams()).to_dict("records")
    assert valued["energy_at_stake_kwh"] == pytest.approx(24 * days * 100 * (1 - share))
    assert valued["severity"] == severity
