"""Days outside the model's band: what makes an event of them, and what the calendar or the site log explains."""

import numpy as np
import pandas as pd
import pytest

from tests.detection.test_runs import CLOSED, DAY, DAYS, PARAMS, client, scaled
from tests.support.findings import findings
from vigia.config.sections.detect import DetectParams
from vigia.config.sections.screen import ScreenParams
from vigia.detection.bands import with_bands
from vigia.detection.detectors.band import BandBreaches
from vigia.detection.finding import Finding
from vigia.detection.mask import mask_table
from vigia.detection.people.site_log import is_excused
from vigia.detection.series import Series
from vigia.frames import check

ONSET = 90


def band_around(series: Series, share: float = 0.15) -> pd.DataFrame:
    """A band of that share around the mean of the series as it is."""
    usual = 24 * float(np.nanmean(series.values["active"]))
    return pd.DataFrame(
        {
            "client_id": series.client_id,
            "timestamp": [series.at(24 * day) for day in range(DAYS)],
            "horizon_h": 24,
            "resolution": "day",
            "level": 0.99,
            "mode": "past_only",
            "lower_kwh": usual * (1 - share),
            "upper_kwh": usual * (1 + share),
        }
    )


def outside(series: Series, bands: pd.DataFrame) -> list[Finding]:
    banded = with_bands(series, bands, ("past_only",), DetectParams())
    return BandBreaches().find(banded, [], ScreenParams(), "past_only")


@pytest.mark.parametrize(("share", "sign"), [(0.7, -1), (1.3, 1)])
def test_three_days_on_one_side_are_told_of_when_they_are_over(share: float, sign: int) -> None:
    bands = band_around(client())
    assert not outside(client(), bands)
    (part,) = outside(scaled(client(), ONSET * DAY, 5 * DAY, active=share), bands)
    assert (part.start, part.alert, part.stop, part.sign) == (ONSET * DAY, (ONSET + 3) * DAY, (ONSET + 5) * DAY, sign)
    assert not outside(scaled(client(), ONSET * DAY, 2 * DAY, active=share), bands)


def test_a_closure_of_a_holiday_is_no_breach_and_one_that_goes_on_is() -> None:
    bands = band_around(client())
    assert outside(scaled(client(), ONSET * DAY, 4 * DAY, **CLOSED), bands)
    assert not outside(scaled(client((ONSET,)), ONSET * DAY, 4 * DAY, **CLOSED), bands)
    (longer,) = outside(scaled(client((ONSET,)), ONSET * DAY, 9 * DAY, **CLOSED), bands)
    assert longer.start == (ONSET + 4) * DAY
    assert longer.alert == (ONSET + 7) * DAY
    assert outside(scaled(client((ONSET,)), ONSET * DAY, 4 * DAY, active=0.25), bands)


@pytest.mark.parametrize(
    ("days", "kind", "excused"),
    [(5, "level_up", True), (20, "band_breach", True), (20, "level_up", False), (35, "band_breach", False)],
)
def test_new_equipment_explains_levels_of_a_week_and_the_band_of_a_month(days: int, kind: str, excused: bool) -> None:
    series = client()
    entry = {"client_id": "1", "from": series.at(ONSET * DAY), "to": pd.NaT, "what": "Equipo nuevo"}
    log = check("site_log", pd.DataFrame([entry]))
    assert is_excused(series, (ONSET + days) * DAY, kind, log) == excused


@pytest.mark.parametrize("channel", ["active", "reactive"])
def test_forecasters_keep_away_from_the_hour_that_carries_the_energy_of_a_gap(channel: str) -> None:
    series, start = client(), ONSET * DAY + 9
    values = series.values[channel]
    total = values[start : start + 30].sum()
    values[start : start + 29] = np.nan
    values[start + 29] = total
    (row,) = mask_table(series, findings(series, PARAMS, "past_only"), "past_only").to_dict("records")
    assert (row["channel"], row["start"], row["end"]) == (channel, series.at(start + 29), series.at(start + 30))
    assert row["known_at"] == row["end"]
