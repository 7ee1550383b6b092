"""Frames as people have them become table `readings`, or it is said why not."""

import pandas as pd
import pytest

import vigia
from tests.support.plain_clients import ZONE, changed, plain
from vigia.errors import ConfigError, FrameError
from vigia.scanning.given import readings_of

TABLE = plain("1", days=40)


def naive(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(timestamp=table["timestamp"].dt.tz_localize(None))


@pytest.mark.parametrize(
    "frame",
    [
        TABLE,
        TABLE.drop(columns="client_id"),
        naive(TABLE),
        TABLE.set_index("timestamp"),
        TABLE.set_index("timestamp").drop(columns="client_id"),
        TABLE.set_index(["client_id", "timestamp"]),
        naive(TABLE).set_index("timestamp").rename_axis(None),
        naive(TABLE).set_index("timestamp")["active_energy_kwh"].rename("anything"),
        TABLE.assign(client_id=1),
        TABLE.assign(timestamp=TABLE["timestamp"].dt.tz_convert("UTC")),
        TABLE.assign(timestamp=TABLE["timestamp"].astype("datetime64[ns, America/Lima]")),
    ],
    ids=[
        "the contract",
        "one client",
        "no offset",
        "times as index",
        "times as index, one client",
        "both as index",
        "index without a name or offset",
        "a series",
        "numbers as clients",
        "another zone",
        "nanoseconds",
    ],
)
def test_all_forms_of_a_frame_are_one_table(frame: pd.DataFrame | pd.Series) -> None:
    pd.testing.assert_frame_equal(readings_of(frame, ZONE), readings_of(TABLE))


def test_what_is_given_is_left_as_it_was() -> None:
    frame = naive(TABLE).set_index("timestamp")
    before = frame.copy()
    readings_of(frame, ZONE)
    pd.testing.assert_frame_equal(frame, before)


def test_of_an_hour_that_the_clock_repeats_the_first_row_is_before_the_change() -> None:
    instants = pd.date_range("2024-04-06 20:00", periods=8, freq="h", tz="America/Santiago", unit="us")
    assert instants.tz_localize(None).duplicated().sum() == 1
    frame = pd.DataFrame({"timestamp": instants.tz_localize(None), "active_energy_kwh": 1.0})
    assert readings_of(frame, "America/Santiago")["timestamp"].tolist() == instants.tolist()


@pytest.mark.parametrize(
    ("frame", "zone", "error", "said"),
    [
        (naive(TABLE), None, FrameError, "times need a timezone"),
        (naive(TABLE), "Lima", ConfigError, "no such time zone"),
        (TABLE.iloc[:0], None, FrameError, "there is no row"),
        (TABLE.reset_index(drop=True).drop(columns="timestamp"), None, FrameError, r"missing columns \['timestamp'\]"),
        (TABLE.rename(columns={"active_energy_kwh": "kWh"}), None, FrameError, r"unknown columns \['kWh'\]"),
        (TABLE.assign(timestamp=TABLE["timestamp"].astype(str)), ZONE, FrameError, "expected times, found str"),
        (pd.concat([TABLE, TABLE.head(1)]), None, FrameError, "more than one row for"),
        (
            pd.Series(1.0, pd.date_range("2024-09-07 23:00", periods=2, freq="h")),
            "America/Santiago",
            FrameError,
            "1 local times do not exist in America/Santiago, or stand there twice, as 2024-09-08 00:00:00",
        ),
    ],
    ids=["no zone", "no such zone", "no row", "no times", "another name", "texts", "twice", "no such hour"],
)
def test_what_is_wrong_with_a_frame_is_said(
    frame: pd.DataFrame | pd.Series, zone: str | None, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        readings_of(frame, zone)


def test_a_series_is_scanned_as_the_table_is() -> None:
    table = changed(plain("1", days=100), 80, 90, 0.0)
    series = naive(table).set_index("timestamp")["active_energy_kwh"]
    one, other = vigia.scan(table, modes=("past_only",)), vigia.scan(series, zone=ZONE, modes=("past_only",))
    assert len(one.events) == 1
    pd.testing.assert_frame_equal(one.events, other.events)
