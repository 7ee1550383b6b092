"""Hours that forecasters must not learn from: of each mode what it knows, and when it knew it."""

import numpy as np
import pandas as pd
import pytest

from tests.detection.test_runs import DAY, client
from tests.support.findings import findings
from vigia.config.sections.screen import ScreenParams
from vigia.detection.finding import UNTIL_NEVER, Finding
from vigia.detection.mask import mask_table
from vigia.detection.series import Series

START, ALERT, STOP, RECOVERY = 60 * DAY, 62 * DAY, 70 * DAY, 72 * DAY


def rows(series: Series, kind: str, mode: str, recovery: int = RECOVERY) -> list[dict[str, object]]:
    part = Finding("active", kind, START, STOP, ALERT, recovery, -1, 1.0)
    return [
        {str(name): value for name, value in row.items()} for row in mask_table(series, [part], mode).to_dict("records")
    ]


def test_past_only_an_event_is_left_out_until_its_end_was_known_and_is_not_known_before_its_alert() -> None:
    series = client()
    (row,) = rows(series, "level_down", "past_only")
    assert (row["start"], row["end"], row["known_at"]) == tuple(series.at(hour) for hour in (START, RECOVERY, ALERT))
    (row,) = rows(series, "level_down", "past_only", UNTIL_NEVER)
    assert row["end"] == series.at(series.hours)


def test_with_the_whole_history_known_an_event_is_left_out_as_long_as_it_lasted() -> None:
    series = client()
    (row,) = rows(series, "level_down", "two_sided")
    assert (row["start"], row["end"], row["known_at"]) == tuple(series.at(hour) for hour in (START, STOP, START))


@pytest.mark.parametrize("kind", ["voltage_sag", "missing_data", "clock_shift"])
def test_supply_and_wrong_data_leave_nothing_out(kind: str) -> None:
    assert not rows(client(), kind, "past_only")


@pytest.mark.parametrize("mode", ["past_only", "two_sided"])
@pytest.mark.parametrize("channel", ["active", "reactive"])
def test_the_hour_that_carries_the_energy_of_a_gap_is_left_out(channel: str, mode: str) -> None:
    series, start = client(), 90 * DAY + 9
    values = series.values[channel]
    total = values[start : start + 30].sum()
    values[start : start + 29] = np.nan
    values[start + 29] = total
    (row,) = mask_table(series, findings(series, ScreenParams(), mode), mode).to_dict("records")
    assert (row["channel"], row["start"], row["end"]) == (channel, series.at(start + 29), series.at(start + 30))
    assert row["known_at"] == (row["end"] if mode == "past_only" else row["start"])
    assert row["end"] - row["start"] == pd.Timedelta(hours=1)
