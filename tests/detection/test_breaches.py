"""Days outside the model's band: what makes an event of them, and what the calendar explains."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.detection.test_runs import CLOSED, DAY, DAYS, client, scaled
from vigia.config.sections.detect import DetectParams
from vigia.config.sections.screen import ScreenParams
from vigia.detection.bands import with_bands
from vigia.detection.detectors.band import BandBreaches
from vigia.detection.finding import Finding
from vigia.detection.series import Series

ONSET = 90


def band_around(series: Series, share: float = 0.15, level: float = 0.99) -> pd.DataFrame:
    """A band of that share around the mean of the series as it is."""
    usual = 24 * float(np.nanmean(series.values["active"]))
    return pd.DataFrame(
        {
            "client_id": series.client_id,
            "timestamp": [series.at(24 * day) for day in range(DAYS)],
            "horizon_h": 24,
            "resolution": "day",
            "level": level,
            "mode": "past_only",
            "lower_kwh": usual * (1 - share),
            "upper_kwh": usual * (1 + share),
        }
    )


def outside(series: Series, bands: pd.DataFrame, **params: Any) -> list[Finding]:
    banded = with_bands(series, bands, ("past_only",), DetectParams(**params))
    return BandBreaches().find(banded, [], ScreenParams(), "past_only")


@pytest.mark.parametrize(("share", "sign"), [(0.7, -1), (1.3, 1)])
def test_three_days_on_one_side_are_told_of_when_they_are_over(share: float, sign: int) -> None:
    bands = band_around(client())
    assert not outside(client(), bands)
    (part,) = outside(scaled(client(), ONSET * DAY, 5 * DAY, active=share), bands)
    assert (part.start, part.alert, part.stop, part.sign) == (ONSET * DAY, (ONSET + 3) * DAY, (ONSET + 5) * DAY, sign)
    assert not outside(scaled(client(), ONSET * DAY, 2 * DAY, active=share), bands)


def two_bands(wide_until: int) -> pd.DataFrame:
    """A band of 0.95 and, on the days before one, a wider one of 0.99."""
    wide = band_around(client(), 0.5, 0.99)
    sides = ["lower_kwh", "upper_kwh"]
    wide.loc[wide_until:, sides] = np.nan
    return pd.concat([wide, band_around(client(), 0.15, 0.95)], ignore_index=True)


@pytest.mark.parametrize("share", [0.7, 1.3])
def test_a_day_is_told_of_by_the_band_that_was_asked_for(share: float) -> None:
    series = scaled(client(), ONSET * DAY, 5 * DAY, active=share)
    bands = two_bands(wide_until=DAYS)
    for rows in (bands, bands[::-1]):
        assert not outside(series, rows)
        assert [part.start for part in outside(series, rows, breach_level=0.95)] == [ONSET * DAY]


def test_where_the_band_that_was_asked_for_is_not_known_the_one_of_95_stands_in() -> None:
    series = scaled(client(), (ONSET - 10) * DAY, 20 * DAY, active=0.7)
    (part,) = outside(series, two_bands(wide_until=ONSET))
    assert (part.start, part.alert, part.stop) == (ONSET * DAY, (ONSET + 3) * DAY, (ONSET + 10) * DAY)
    (part,) = outside(series, band_around(client(), 0.15, 0.95))
    assert (part.start, part.stop) == ((ONSET - 10) * DAY, (ONSET + 10) * DAY)
    assert not outside(series, band_around(client(), 0.15, 0.90))


@pytest.mark.parametrize("days", [1, 2, 6])
def test_so_many_days_in_a_row_are_waited_for_as_is_asked(days: int) -> None:
    series = scaled(client(), ONSET * DAY, 5 * DAY, active=0.7)
    found = outside(series, band_around(client()), breach_days=days)
    assert [part.alert for part in found] == ([(ONSET + days) * DAY] if days <= 5 else [])


def test_a_closure_of_a_holiday_is_no_breach_and_one_that_goes_on_is() -> None:
    bands = band_around(client())
    assert outside(scaled(client(), ONSET * DAY, 4 * DAY, **CLOSED), bands)
    assert not outside(scaled(client((ONSET,)), ONSET * DAY, 4 * DAY, **CLOSED), bands)
    (longer,) = outside(scaled(client((ONSET,)), ONSET * DAY, 9 * DAY, **CLOSED), bands)
    assert longer.start == (ONSET + 4) * DAY
    assert longer.alert == (ONSET + 7) * DAY
    assert outside(scaled(client((ONSET,)), ONSET * DAY, 4 * DAY, active=0.25), bands)
