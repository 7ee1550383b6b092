import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vigia import frames
from vigia.errors import ConfigError, NotEnoughDataError
from vigia.simulation.catalogue import CATALOGUE
from vigia.simulation.injection import inject
from vigia.simulation.load import normal_readings, temperature
from vigia.simulation.profiles import PROFILES

ZONE = "America/Lima"
X, Q, VA, VC = "active_energy_kwh", "reactive_energy_kvarh", "voltage_fa_v", "voltage_fc_v"
HOURS = pd.date_range("2023-01-01", periods=24 * 100, freq="h", tz=ZONE, unit="us")
START, END = HOURS[24 * 40 + 7], HOURS[24 * 52 + 19]
FAULTS = [fault_id for fault_id, fault in CATALOGUE.items() if not fault.benign]
BENIGN = [fault_id for fault_id, fault in CATALOGUE.items() if fault.benign]


def _client(number: int) -> pd.DataFrame:
    rng = np.random.default_rng(number)
    return normal_readings(str(number), PROFILES[number - 1], HOURS, temperature(HOURS, rng), "PE", rng)


HEALTHY, OTHER = _client(1), _client(2)


def _inject(fault_id, start=START, end=END, readings=HEALTHY, seed=5, **options):
    donor = OTHER if fault_id == "duplicated_feed" else None
    return inject(readings, fault_id, start, end, np.random.default_rng(seed), donor=donor, **options)


def _inside(readings, start=START, end=END):
    return readings[(readings["timestamp"] >= start) & (readings["timestamp"] < end)]


def _changed(before: pd.DataFrame, after: pd.DataFrame, column: str) -> pd.DatetimeIndex:
    old = before.set_index("timestamp")[column]
    new = after.set_index("timestamp")[column].reindex(old.index)
    return old.index[(old != new).to_numpy()]


@pytest.mark.parametrize("fault_id", CATALOGUE)
def test_nothing_changes_outside_the_interval_or_the_named_channels(fault_id):
    before = HEALTHY.copy()
    after, labels = _inject(fault_id)
    pd.testing.assert_frame_equal(HEALTHY, before)
    frames.check("readings", after)
    frames.check("labels", labels)
    for channel, column in frames.CHANNEL_COLUMNS.items():
        hours = _changed(HEALTHY, after, column)
        assert ((hours >= START) & (hours < END)).all()
        if not CATALOGUE[fault_id].benign:
            assert (len(hours) > 0) == (channel in set(labels["channel"]))


@pytest.mark.parametrize("fault_id", FAULTS)
def test_label_goes_from_the_first_to_the_last_changed_hour(fault_id):
    after, labels = _inject(fault_id)
    assert len(labels)
    for label in labels.itertuples():
        hours = _changed(HEALTHY, after, frames.CHANNEL_COLUMNS[label.channel])
        assert label.start == hours[0]
        assert label.end == hours[-1] + pd.Timedelta(hours=1)


@pytest.mark.parametrize("fault_id", BENIGN)
def test_benign_change_is_labelled_as_such_and_expects_no_event(fault_id):
    _, labels = _inject(fault_id)
    assert labels["benign"].all()
    assert (labels["expected_kinds"] == "").all()
    assert (labels["start"] == START).all()
    assert (labels["end"] == END).all()


@pytest.mark.parametrize("fault_id", FAULTS)
def test_each_fault_says_what_would_be_right(fault_id):
    fault = CATALOGUE[fault_id]
    assert fault.expected_kinds
    assert fault.expected_causes
    assert 0 < fault.lengths[0] <= fault.lengths[1]
    assert set(fault.channels) <= set(frames.CHANNELS)


@pytest.mark.parametrize("fault_id", CATALOGUE)
def test_same_seed_same_fault(fault_id):
    first, first_labels = _inject(fault_id)
    second, second_labels = _inject(fault_id)
    pd.testing.assert_frame_equal(first, second)
    pd.testing.assert_frame_equal(first_labels, second_labels)


@pytest.mark.parametrize("fault_id", [f for f in CATALOGUE if f != "duplicated_feed"])
def test_active_energy_alone_is_enough(fault_id):
    alone = HEALTHY[["client_id", "timestamp", X]]
    after, labels = _inject(fault_id, readings=alone)
    assert list(after.columns) == list(alone.columns)
    assert set(labels["channel"]) <= {"active"}


def test_reversed_transformer_turns_both_energies_negative():
    after, _ = _inject("reversed_transformer")
    assert (_inside(after)[[X, Q]] < 0).all(axis=None)
    pd.testing.assert_frame_equal(after[[VA, VC]], HEALTHY[[VA, VC]])


@pytest.mark.parametrize(
    "fault_id", ["constant_cut", "random_cut", "slow_ramp", "wrong_ratio", "reversed_phase", "new_machine"]
)
def test_power_factor_stays_where_all_of_the_load_changes(fault_id):
    after, _ = _inject(fault_id)
    ratio = _inside(after)[Q] / _inside(after)[X]
    np.testing.assert_allclose(ratio, _inside(HEALTHY)[Q] / _inside(HEALTHY)[X])


def test_asked_depth_is_the_share_that_is_left():
    after, labels = _inject("constant_cut", depth=0.7)
    np.testing.assert_allclose(_inside(after)[X], 0.7 * _inside(HEALTHY)[X])
    np.testing.assert_allclose(labels["severity"], 0.3)


@pytest.mark.parametrize("fault_id", ["day_mean", "reversed_day"])
def test_energy_of_each_day_is_conserved(fault_id):
    after, _ = _inject(fault_id)
    days = after["timestamp"].dt.normalize()
    np.testing.assert_allclose(after.groupby(days)[X].sum(), HEALTHY.groupby(days)[X].sum())


def test_reversed_day_turns_the_day_round():
    after, _ = _inject("reversed_day")
    day = slice(24 * 45, 24 * 46)
    np.testing.assert_array_equal(after[X].to_numpy()[day], HEALTHY[X].to_numpy()[day][::-1])


@given(hours=st.integers(2, 200), first=st.integers(1, 2000))
@settings(max_examples=25, deadline=None)
def test_catch_up_loses_no_energy_and_all_hours_but_the_last(hours, first):
    after, _ = _inject("catch_up", HOURS[first], HOURS[first + hours])
    np.testing.assert_allclose(after[[X, Q]].sum(), HEALTHY[[X, Q]].sum())
    assert len(after) == len(HEALTHY) - hours + 1


def test_zero_block_has_voltage_and_outage_has_none():
    block, outage = _inside(_inject("zero_block")[0]), _inside(_inject("outage")[0])
    assert (block[[X, Q]] == 0).all(axis=None)
    assert (block[VA] > 300).all()
    assert (outage[[X, Q, VA, VC]] == 0).all(axis=None)


def test_floor_is_constant_and_small_while_reactive_energy_goes_on():
    after = _inside(_inject("near_zero_floor")[0])
    assert after[X].nunique() == 1
    assert 0.005 * HEALTHY[X].median() < after[X].iloc[0] < 0.2 * HEALTHY[X].median()
    assert (after[Q].to_numpy() >= _inside(HEALTHY)[Q].to_numpy()).all()
    assert after[Q].nunique() > 100


def test_stuck_registers_repeat_the_reading_before():
    after, _ = _inject("stuck")
    last = HEALTHY[HEALTHY["timestamp"] < START].iloc[-1]
    assert (_inside(after)[X] == last[X]).all()
    assert (_inside(after)[Q] == last[Q]).all()


def test_lost_phase_is_seen_in_one_voltage_and_in_the_energy():
    after, labels = _inject("lost_phase")
    assert {"active", "reactive"} < set(labels["channel"])
    low = (_inside(after)[[VA, VC]] < 0.25 * HEALTHY[VA].median()).all()
    assert low.sum() == 1


def test_window_off_repeats_each_day():
    after = _inside(_inject("daily_window_off", depth=6)[0])
    off = after.loc[after[X] == 0, "timestamp"].dt.hour
    assert off.nunique() == 6


def test_clip_leaves_nothing_above_the_share_of_the_highest_hour():
    day = pd.Timestamp("2023-02-15", tz=ZONE), pd.Timestamp("2023-02-16", tz=ZONE)
    after = _inside(_inject("clip", *day, depth=0.5)[0], *day)
    assert after[X].max() == pytest.approx(0.5 * _inside(HEALTHY, *day)[X].max())


def test_duplicated_feed_is_the_other_client_in_all_channels():
    after, labels = _inject("duplicated_feed")
    assert set(after["client_id"]) == {"1"}
    assert set(labels["channel"]) == set(frames.CHANNELS)
    np.testing.assert_array_equal(_inside(after)[[X, Q, VA, VC]], _inside(OTHER)[[X, Q, VA, VC]])


def test_duplicated_feed_is_empty_where_the_donor_is():
    donor = OTHER[OTHER["timestamp"] < END - pd.Timedelta(hours=3)]
    after, _ = inject(HEALTHY, "duplicated_feed", START, END, np.random.default_rng(1), donor=donor)
    assert _inside(after)[X].isna().sum() == 3


def test_partial_last_day_keeps_its_first_hours():
    day = HOURS[-24], HOURS[-1] + pd.Timedelta(hours=1)
    after, _ = _inject("partial_last_day", *day, depth=17)
    assert after["timestamp"].iloc[-1] == HOURS[-24 + 16]


def test_unknown_fault_is_named():
    with pytest.raises(ConfigError, match="'gremlin'"):
        _inject("gremlin")


def test_interval_without_readings_is_refused():
    with pytest.raises(NotEnoughDataError, match="client 1"):
        _inject("zero_block", END + pd.Timedelta(days=900), END + pd.Timedelta(days=901))
