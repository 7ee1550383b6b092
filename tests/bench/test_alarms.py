"""False alarms are counted on clean hours only."""

import numpy as np
import pandas as pd
import pytest

from tests.bench.conftest import subject_of
from vigia.bench.alarms import Quiet, alarm_table, false_alarms
from vigia.bench.engines import ScanEngine
from vigia.simulation.faults import DAY

X = "active_energy_kwh"


@pytest.fixture(scope="module")
def stuck(readings: dict[int, pd.DataFrame]) -> pd.DataFrame:
    """Repeats one value on days 120 to 123."""
    frame = readings[11].copy()
    frame.loc[24 * 120 : 24 * 124 - 1, X] = frame[X].median()
    return frame


@pytest.mark.parametrize(
    ("masked", "alarms"), [((0, 0), 1), ((119, 125), 0), ((124, 126), 0), ((126, 130), 1)], ids=str
)
def test_an_event_near_the_mask_is_no_false_alarm(
    stuck: pd.DataFrame, engine: ScanEngine, masked: tuple[int, int], alarms: int
) -> None:
    (row,) = false_alarms(Quiet(subject_of(stuck, masked), {"now": engine}))
    assert row["consumption"] == alarms
    assert row["supply"] == 0
    days = masked[1] - masked[0]
    assert row["clean_hours"] == len(stuck) - (24 * (days + 2) if days else 0)
    if masked == (0, 0):
        assert row["flagged"] == pytest.approx(4 * DAY, abs=2)


def test_rates_are_a_client_month_over_the_fleet() -> None:
    row = {"params": "now", "clean_hours": 7296, "clean_supply_hours": 7296, "consumption": 2, "supply": 0}
    table = alarm_table(
        [
            {**row, "client_id": "1", "flagged": 0},
            {**row, "client_id": "2", "consumption": 0, "clean_supply_hours": 0, "flagged": 7296},
        ]
    ).set_index("client_id")
    assert table.loc["1", "a_month"] == pytest.approx(0.2)
    assert table.loc["all", "a_month"] == pytest.approx(0.1)
    assert table.loc["all", "share"] == 0.5
    assert np.isnan(table.loc["2", "supply_a_month"])
