"""The smallest loss that is found."""

import numpy as np
import pandas as pd
import pytest

from tests.bench.conftest import subject_of
from vigia.bench.detectable import CUTS, WITHIN_DAYS, draw_cuts, noise_of, recall_table, smallest_cuts
from vigia.bench.engines import ScanEngine
from vigia.bench.run import judge, tasks
from vigia.bench.subjects import Subject


def test_on_a_quiet_client_larger_cuts_are_found_sooner_and_more_often(
    subjects: list[Subject], engine: ScanEngine
) -> None:
    quiet = subjects[1]
    cases = draw_cuts([quiet], 3, seed=1)
    assert len(cases) == 3 * len(CUTS)
    rows = [row for task in tasks([quiet], cases, {"now": engine}, ("past_only",)) for row in judge(task)]
    recalls = recall_table(rows)
    for days in WITHIN_DAYS:
        by_cut = recalls[recalls["days"] == days].sort_values("cut")["recall"]
        assert by_cut.is_monotonic_increasing
        assert by_cut.iloc[-1] == 1
        assert by_cut.iloc[0] < 1 or days > WITHIN_DAYS[0]
    by_days = recalls.pivot(index="cut", columns="days", values="recall")
    assert (by_days.diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)
    (row,) = smallest_cuts(recalls, {quiet.client_id: 0.02}).to_dict("records")
    assert row["smallest_14"] in CUTS
    assert row["onsets"] == 3


def recalls_of(*values: float) -> pd.DataFrame:
    rows = [
        {"params": "now", "client_id": "1", "cut": cut, "days": days, "onsets": 10, "recall": value}
        for cut, value in zip(CUTS, values, strict=True)
        for days in WITHIN_DAYS
    ]
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("recalls", "smallest"),
    [
        ((0, 0, 0, 0.5, 0.9, 1, 1), 0.20),
        ((0, 1, 0, 0.5, 0.8, 1, 1), 0.30),
        ((1, 1, 1, 1, 1, 1, 1), 0.05),
        ((0, 0, 0, 0, 0, 0, 0.5), np.inf),
    ],
    ids=["from a size on", "a lucky small one does not count", "all", "none"],
)
def test_the_smallest_cut_and_all_larger_ones_are_found(recalls: tuple[float, ...], smallest: float) -> None:
    table = smallest_cuts(recalls_of(*recalls), {"1": 0.1, "no place": 0.2})
    assert table["smallest_30"].tolist()[0] == smallest
    assert np.isnan(table["smallest_30"].tolist()[1])


def test_noise_is_that_of_daily_totals_on_unmasked_days(readings: dict[int, pd.DataFrame]) -> None:
    hours = readings[9]["timestamp"]
    day = np.arange(len(hours)) // 24
    rng = np.random.default_rng(1)
    week = np.where(day % 7 == 6, 0.4, 1.0)
    energy = 100 * week * np.exp(0.05 * rng.standard_normal(day.max() + 1)[day])
    frame = readings[9].assign(active_energy_kwh=energy)
    assert noise_of(subject_of(frame)) == pytest.approx(0.05, rel=0.25)
    frame.loc[day >= 130, "active_energy_kwh"] *= np.exp(rng.standard_normal(day.max() + 1)[day])[day >= 130]
    assert noise_of(subject_of(frame)) > 0.2
    assert noise_of(subject_of(frame, (130, 260))) == pytest.approx(0.05, rel=0.35)
    assert np.isnan(noise_of(subject_of(frame, (0, 260))))
