"""Laws of events: clients' names and the unit of their energy say nothing of what happened to them."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.detection.test_runs import DAY, client, frozen, scaled
from vigia import frames
from vigia.config.sections.screen import ScreenParams
from vigia.config.sections.splits import SplitParams
from vigia.detection.screen import Screened, screen_client
from vigia.detection.series import Series
from vigia.frames import CHANNEL_COLUMNS
from vigia.scanning import Scanned, scan

NAMED = ("client_id", "event_id", "group_id", "reason_es", "reason_en", "witnesses")
"""What may follow from the name of a client: a duplicated feed names the other one in its reason and witnesses."""
KWH = ("expected_kwh", "actual_kwh", "energy_at_stake_kwh", "energy_low_kwh", "energy_high_kwh")
ENERGIES = ("active_energy_kwh", "reactive_energy_kvarh")
PHASES = ("voltage_fa", "voltage_fc")


def table(series: Series, client_id: str) -> pd.DataFrame:
    columns = {CHANNEL_COLUMNS[channel]: values for channel, values in series.values.items()}
    stamps = pd.date_range(series.at(0), periods=series.hours, freq="h", unit="us")
    return frames.check("readings", pd.DataFrame({"client_id": client_id, "timestamp": stamps, **columns}))


@pytest.fixture(scope="module")
def readings() -> pd.DataFrame:
    """A client with events of consumption, the same readings under another name, and a third with the same sag."""
    first = scaled(client(), 55 * DAY + 9, 12 * DAY, active=0.5, reactive=0.5)
    scaled(frozen(first, 78 * DAY + 9, 30), 84 * DAY + 5, 2, active=9.0)
    scaled(scaled(first, 88 * DAY + 3, 6, active=-1.0), 95 * DAY + 9, 10 * DAY, active=1.8, reactive=1.6)
    third = client(seed=5)
    for each in (first, third):
        scaled(each, 40 * DAY + 9, 60, **dict.fromkeys(PHASES, 0.6))
    return pd.concat([table(first, "1"), table(first, "2"), table(third, "3")], ignore_index=True)


@pytest.fixture(scope="module")
def plainly(readings: pd.DataFrame) -> Scanned:
    found = scan(readings)
    kinds = {"level_down", "level_up", "stuck_value", "negative", "spike", "voltage_sag", "duplicated_feed"}
    assert set(found.events["kind"]) >= kinds
    assert found.events["group_id"].notna().any()
    return found


def groups(events: pd.DataFrame, names: Mapping[str, str]) -> set[frozenset[tuple[str, str, str, pd.Timestamp]]]:
    """Which events belong together, by the first name of their client."""
    grouped = events.dropna(subset="group_id").groupby("group_id")
    return {
        frozenset(zip(part["client_id"].map(names), part["kind"], part["mode"], part["start"], strict=True))
        for _, part in grouped
    }


def in_order(events: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Events without what names say, by the first name of their client."""
    kept = events.drop(columns=list(NAMED)).assign(client=events["client_id"].map(names).astype(str))
    return kept.sort_values(["client", "mode", "start", "kind", "channels"], ignore_index=True)


@pytest.mark.parametrize("names", [("9", "10", "A-7"), ("zeta", "11", "1")], ids=["another order", "one taken over"])
def test_renaming_clients_changes_names_alone(
    readings: pd.DataFrame, plainly: Scanned, names: tuple[str, str, str]
) -> None:
    new = dict(zip(("1", "2", "3"), names, strict=True))
    old = {name: before for before, name in new.items()}
    found = scan(readings.assign(client_id=readings["client_id"].map(new)))
    same = {name: name for name in new}
    pd.testing.assert_frame_equal(in_order(found.events, old), in_order(plainly.events, same))
    assert groups(found.events, old) == groups(plainly.events, same)
    assert found.events["event_id"].is_unique
    strangers = found.events[~found.events["client_id"].isin(new)]
    assert not set(strangers["event_id"]) & set(plainly.events["event_id"])
    said = found.events["kind"] != "duplicated_feed"
    before = plainly.events[plainly.events["kind"] != "duplicated_feed"]
    for text in ("reason_es", "reason_en", "witnesses"):
        assert sorted(found.events.loc[said, text]) == sorted(before[text])
    key = ["client_id", "timestamp", "mode"]
    scores = found.scores.assign(client_id=found.scores["client_id"].map(old)).sort_values(key, ignore_index=True)
    pd.testing.assert_frame_equal(scores, plainly.scores.sort_values(key, ignore_index=True), check_dtype=False)


def times(readings: pd.DataFrame, factor: float) -> pd.DataFrame:
    return readings.assign(**{name: readings[name] * factor for name in ENERGIES})


@pytest.mark.parametrize("factor", [0.01, 3.0, 1000.0])
def test_energies_in_another_unit_scale_what_is_at_stake_and_nothing_else(
    readings: pd.DataFrame, plainly: Scanned, factor: float
) -> None:
    found = scan(times(readings, factor))
    figures = [*KWH, "reason_es", "reason_en", "score"]
    same = [name for name in found.events.columns if name not in figures]
    pd.testing.assert_frame_equal(found.events[same], plainly.events[same])
    np.testing.assert_allclose(found.events["score"], plainly.events["score"], rtol=1e-6)
    for name in KWH:
        np.testing.assert_allclose(found.events[name], factor * plainly.events[name], rtol=1e-6, atol=1e-6 * factor)
    dates = ["event_id", "channel", "start", "end"]
    pd.testing.assert_frame_equal(found.event_channels[dates], plainly.event_channels[dates])
    pd.testing.assert_frame_equal(found.issues, plainly.issues)
    np.testing.assert_allclose(found.scores["score"], plainly.scores["score"], rtol=1e-5, atol=1e-6)


@pytest.fixture(scope="module")
def one(readings: pd.DataFrame) -> pd.DataFrame:
    return readings[readings["client_id"] == "1"].reset_index(drop=True)


def screened(readings: pd.DataFrame) -> Screened:
    return screen_client(readings, {"client_id": "1"}, ScreenParams(), SplitParams())


@pytest.fixture(scope="module")
def screened_plainly(one: pd.DataFrame) -> Screened:
    return screened(one)


@settings(max_examples=3, deadline=None)
@given(st.floats(1e-3, 1e5))
def test_what_is_screened_does_not_depend_on_the_unit_of_energy(
    one: pd.DataFrame, screened_plainly: Screened, factor: float
) -> None:
    found = screened(times(one, factor))
    assert len(found.events) > 5
    for name in ("events", "mask", "findings"):
        pd.testing.assert_frame_equal(getattr(found, name), getattr(screened_plainly, name), rtol=1e-6)
