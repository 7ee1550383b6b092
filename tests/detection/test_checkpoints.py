"""The law of checkpoints: going on from one gives what the whole history gives, and only later days are looked at."""

import io
import os
import pickle
import zlib
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.detection.test_past_only_law import SCENES
from tests.detection.test_runs import DAY, DAYS
from vigia.config.sections.screen import ScreenParams
from vigia.detection.checkpoints import Checkpoints, Reads, follow, read_state
from vigia.detection.engine import find
from vigia.detection.finding import Finding, Verdict
from vigia.detection.series import Series

MODE = "past_only"
CHECKPOINT_DAYS = frozenset({45, 60, 75, 92, 99})


def found(series: Series, checkpoints: Checkpoints | None) -> list[Finding]:
    return find(replace(series, checkpoints=checkpoints), ScreenParams(), MODE)


@pytest.fixture(scope="module")
def made() -> dict[str, tuple[Series, Checkpoints]]:
    """Each scene with its checkpoints."""
    scenes = {}
    for scene in SCENES:
        series, checkpoints = scene(), Checkpoints(CHECKPOINT_DAYS)
        found(series, checkpoints)
        scenes[scene.__name__] = (series, checkpoints.closed())
    return scenes


@given(
    scene=st.sampled_from([scene.__name__ for scene in SCENES]),
    channels=st.sets(st.sampled_from(["active", "reactive", "voltage_fa", "voltage_fc"])),
    start=st.integers(40 * DAY, DAYS * DAY - 1),
    hours=st.integers(1, 20 * DAY),
    factor=st.sampled_from([0.0, 0.4, 0.95, 1.6, -1.0, np.nan]),
    cut=st.integers(46 * DAY, DAYS * DAY),
)
@settings(max_examples=25, deadline=None)
def test_other_or_fewer_readings_give_from_checkpoints_what_they_give_without(
    made: dict[str, tuple[Series, Checkpoints]],
    scene: str,
    channels: set[str],
    start: int,
    hours: int,
    factor: float,
    cut: int,
) -> None:
    series, checkpoints = made[scene]
    values = {name: column.copy() for name, column in series.values.items()}
    for name in channels:
        values[name][start : start + hours] *= factor
    other = replace(series, values=values).head(cut)
    assert found(other, checkpoints) == found(other, None)


@pytest.mark.parametrize("day", [50, 70, 95])
def test_so_do_an_announced_change_and_an_accepted_event(made: dict[str, tuple[Series, Checkpoints]], day: int) -> None:
    for series, checkpoints in made.values():
        spoken = replace(series, resets=(day,))
        assert found(spoken, checkpoints) == found(spoken, None)
        for part in found(series, None):
            said = Verdict(part.kind, series.at(part.start), "new_normal", series.at(24 * day + 9))
            spoken = replace(series, verdicts=(said,))
            assert found(spoken, checkpoints) == found(spoken, None)


@pytest.mark.parametrize("rate", [0.01, 2.0])
def test_other_parameters_do_not_go_on_from_them(made: dict[str, tuple[Series, Checkpoints]], rate: float) -> None:
    params = ScreenParams().at_rate(rate)
    for series, checkpoints in made.values():
        kept = replace(series, checkpoints=checkpoints)
        assert find(kept, params, MODE) == find(series, params, MODE)


class Counter:
    """A watch that keeps what it saw."""

    def __init__(self) -> None:
        self.seen: list[int] = []


def followed(checkpoints: Checkpoints, values: np.ndarray, looked_at: list[int]) -> list[int]:
    def see(watch: Counter, day: int) -> None:
        looked_at.append(day)
        watch.seen.append(day)

    reads = Reads("", [], [(values, 2)])
    return follow(checkpoints, "it", reads, range(len(values) // 2), {}, Counter, see).seen


def test_only_days_behind_the_latest_checkpoint_that_read_the_same_are_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("vigia.detection.checkpoints.OURS", "tests.detection.")
    checkpoints, values = Checkpoints(frozenset({3, 6})), np.arange(20.0)
    followed(checkpoints, values, [])
    assert [each.day for each in checkpoints.of("it")] == [3, 6, 10]
    changed = values.copy()
    changed[9] = 0.0
    for read, first in ((values, 10), (np.append(values, [1.0, 2.0]), 10), (values[:18], 6), (changed, 3)):
        looked_at: list[int] = []
        whole = list(range(len(read) // 2))
        assert followed(checkpoints.closed(), read, looked_at) == whole
        assert looked_at == whole[first:]


def test_missing_readings_are_read_as_such() -> None:
    gap = np.array([1.0, np.nan, 3.0, 4.0])
    digests = [Reads("", [], [(values, 2)]).digests([1, 2]) for values in (gap, gap.copy(), np.nan_to_num(gap))]
    assert digests[0] == digests[1]
    assert set(digests[0].values()).isdisjoint(digests[2].values())


def test_what_counts_later_does_not_change_what_was_read() -> None:
    values, later = np.arange(6.0), (2, "reset")
    plain, dated = (Reads("", what, [(values, 2)]).digests([2, 3]) for what in ([], [later]))
    assert plain[2] == dated[2]
    assert plain[3] != dated[3]


@pytest.mark.parametrize("strange", [os.system, pd.Timestamp("2024-01-01"), io.BytesIO(b""), find])
def test_a_state_that_names_anything_but_a_watch_is_not_read(strange: object) -> None:
    with pytest.raises(pickle.UnpicklingError, match="is no part of a watch"):
        read_state(zlib.compress(pickle.dumps(strange)), {})
