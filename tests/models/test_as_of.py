import numpy as np
import pandas as pd
import pytest

from tests.conftest import ZONE, hourly_readings
from vigia.backtest.models import PastOnlyModel, normal_expectation
from vigia.features import MIN_DAYS
from vigia.models.as_of import AsOfHistory
from vigia.models.families import fit, named
from vigia.models.history import DailyHistory
from vigia.models.suspect import expectation, near_suspect, suspect_days


@pytest.mark.parametrize(("family", "changed"), [("fleet", {"trees": 5}), ("xgboost", {"trees": 5, "levels": "1+28"})])
def test_all_days_at_once_are_expected_as_each_by_itself(family: str, changed: dict[str, object]) -> None:
    """The law of the windows: a day is expected from the history as it was normal at its midnight, and nothing else."""
    readings = hourly_readings(140)
    readings.loc[readings.index[24 * 91 : 24 * 97], "active_energy_kwh"] *= 2.0
    history = DailyHistory.from_readings(readings, ZONE, "PE")
    starts = [history.midnight(day) for day in (40, 70, 91)]
    mask = pd.DataFrame(
        {
            "mode": "past_only",
            "channel": "active",
            "start": starts,
            "end": [start + pd.Timedelta(days=5) for start in starts],
            "known_at": [start + pd.Timedelta(days=3, hours=5) for start in starts],
        }
    )
    as_of = AsOfHistory(history, mask)
    model = fit(family, history, np.arange(20, 60), {**named(family).defaults, **changed}, seed=3)
    days = np.arange(max(model.history_days, 14), history.days)
    single = [expectation(model, as_of.at(day), np.array([day]))[0] for day in days.tolist()]
    at_once = normal_expectation([PastOnlyModel(model, days)], as_of)
    assert np.array_equal(at_once[days], np.array(single))
    assert np.isnan(at_once[: days[0]]).all()
    late = days[days >= MIN_DAYS]
    assert any(near_suspect(suspect_days(as_of.at(day)), late[late == day])[0] for day in late.tolist())
    assert len(as_of.spans(late)) == 4
