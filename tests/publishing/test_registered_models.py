"""A registered model takes readings of any form and says what the service says of them."""

import shutil
from collections.abc import Callable
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest

from serving.bodies.forecasting import ForecastRequest
from serving.forecasting.forecast import forecast
from serving.forecasting.issue import issue
from serving.release.served import Served, ServedClient
from tests.conftest import hourly_readings
from tests.publishing.registered import registered
from tests.support.bare_release import FLEET
from tests.support.tiny_release import TinyRelease
from vigia.config.settings import Tracking
from vigia.errors import FrameError, ModelError, NotEnoughDataError, VigiaError
from vigia.models.families.seasonal import Seasonal
from vigia.outlook import pyfunc
from vigia.outlook.offsets import Offsets, latest_offsets
from vigia.outlook.readings import taken
from vigia.release import Release
from vigia.tracking import Tracker

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*type hint is inferred:UserWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning:mlflow"),
]
ENERGY = "active_energy_kwh"
NOTHING = Offsets(*(np.full(shape, np.nan) for shape in ((7, 24), (7, 24), 7, 7)))
OUT = ["forecast_kwh", "lower_kwh", "upper_kwh"]
CHILE = "America/Santiago"
"""On 2024-04-07 its clock shows 23:00 of the day before twice, on 2024-09-08 it skips midnight."""


@pytest.fixture(scope="module")
def served(released: TinyRelease) -> Served:
    return Served.of(Release.load(released.folder))


@pytest.fixture(scope="module")
def client(served: Served) -> ServedClient:
    return served.clients["7"]


@pytest.fixture(scope="module")
def model(
    released: TinyRelease, empty_mlflow: Path, tmp_path_factory: pytest.TempPathFactory
) -> mlflow.pyfunc.PyFuncModel:
    """The champion, as anybody loads it."""
    folder = tmp_path_factory.mktemp("registered")
    shutil.copy(empty_mlflow, folder / "mlflow.db")
    registered(released, Tracker(Tracking(uri=f"sqlite:///{folder}/mlflow.db", artifacts=str(folder / "kept")), FLEET))
    return mlflow.pyfunc.load_model(f"models:/{FLEET}.7@champion")


def readings(client: ServedClient) -> pd.DataFrame:
    return client.stored.readings.drop(columns="client_id").reset_index(drop=True)


@pytest.mark.parametrize("days", [1, 7])
@pytest.mark.parametrize("level", [0.9, 0.95, 0.99])
def test_of_stored_readings_it_says_what_the_service_says_with_the_same_bands(
    model: mlflow.pyfunc.PyFuncModel, client: ServedClient, days: int, level: float
) -> None:
    said = model.predict(readings(client), params={"days": days, "level": level})
    wanted = issue(client, "as_measured", level, days)
    assert [pd.Timestamp(when) for when in said["timestamp"]] == list(wanted.times)
    assert np.isfinite(said[OUT].to_numpy()).all()
    for name, values in zip(OUT, (wanted.values, wanted.lower, wanted.upper), strict=True):
        assert said[name].to_numpy() == pytest.approx(values, abs=1e-9)


def test_of_newer_readings_it_says_what_the_service_answers_when_they_are_posted(
    model: mlflow.pyfunc.PyFuncModel, served: Served, client: ServedClient
) -> None:
    stored = client.stored.readings
    times = stored["timestamp"].iloc[-1] + pd.to_timedelta(np.arange(1, 32), unit="h")
    new = pd.DataFrame({"timestamp": times, ENERGY: 90.0 + np.arange(31)})
    posted = [{"timestamp": when.isoformat(), ENERGY: value} for when, value in zip(times, new[ENERGY], strict=True)]
    answer = forecast(
        served, client, ForecastRequest.model_validate({"client_id": "7", "horizon_hours": 30, "readings": posted})
    )
    said = model.predict(pd.concat([readings(client), new]), params={"days": 2}).set_index("timestamp")
    points = pd.DataFrame(answer["points"]).set_index("timestamp")[OUT]
    assert len(points) == 30
    assert said.loc[points.index, OUT].round(6).to_numpy() == pytest.approx(points.to_numpy(), abs=1e-9)


def aware(times: pd.Series) -> pd.Series:
    return times


def naive(times: pd.Series) -> pd.Series:
    return times.dt.tz_localize(None)


def text(times: pd.Series) -> pd.Series:
    return times.map(lambda when: when.tz_convert("UTC").isoformat())


def text_without_offset(times: pd.Series) -> pd.Series:
    return times.map(lambda when: when.tz_localize(None).isoformat(sep=" "))


def datetimes(times: pd.Series) -> pd.Series:
    return pd.Series([when.to_pydatetime() for when in times], dtype=object)


@pytest.mark.parametrize("form", [aware, naive, text, text_without_offset, datetimes], ids=lambda form: form.__name__)
def test_times_may_have_any_usual_form_and_rows_any_order(
    model: mlflow.pyfunc.PyFuncModel, client: ServedClient, form: Callable[[pd.Series], pd.Series]
) -> None:
    rows = readings(client)
    other = rows.assign(timestamp=form(rows["timestamp"])).sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(model.predict(other), model.predict(rows))


def test_only_active_energy_is_needed_and_what_else_there_is_changes_no_forecast(
    model: mlflow.pyfunc.PyFuncModel, client: ServedClient
) -> None:
    rows = readings(client)
    alone = rows[["timestamp", ENERGY]].assign(remark="read by hand")
    pd.testing.assert_frame_equal(model.predict(alone), model.predict(rows))


@pytest.mark.parametrize("kind", ["int64", "Int64", "float32", "object"])
def test_whole_numbers_and_missing_values_of_any_kind_are_readings(
    model: mlflow.pyfunc.PyFuncModel, client: ServedClient, kind: str
) -> None:
    whole = readings(client)[["timestamp", ENERGY]].assign(**{ENERGY: lambda table: table[ENERGY].round()})
    other = whole.assign(**{ENERGY: whole[ENERGY].astype("int64").astype(kind)}).assign(voltage_fa_v=None)
    pd.testing.assert_frame_equal(model.predict(other), model.predict(whole))
    gap = other.assign(**{ENERGY: other[ENERGY].where(other.index > 99, None)}) if kind != "int64" else other
    assert np.isfinite(model.predict(gap)[OUT].to_numpy()).all()


@pytest.mark.parametrize("form", [naive, text_without_offset], ids=lambda form: form.__name__)
def test_an_hour_that_clocks_show_twice_is_the_first_one_where_it_comes_first(
    form: Callable[[pd.Series], pd.Series],
) -> None:
    times = pd.Series(pd.date_range("2024-04-05", "2024-04-09", freq="h", tz=CHILE, unit="us"))
    taken_back = taken(pd.DataFrame({"timestamp": form(times), ENERGY: 1.0}), CHILE)
    assert taken_back["timestamp"].tolist() == times.tolist()


def rows(times: list[object], values: object = 1.0) -> pd.DataFrame:
    return pd.DataFrame({"timestamp": times, ENERGY: values})


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (rows(["2024-09-08 00:00"]), "row 0: timestamp 2024-09-08 00:00:00 is a time that clocks in .* never show"),
        (rows(["2024-01-01 00:00", "2024-01-01 00:30"]), "row 1: timestamp 2024-01-01 00:30 is no whole hour"),
        (rows(["2024-01-01T05:00Z", "2024-01-01T06:00+01:00"]), "row 1: .* is there more than once"),
        (rows(["2024-01-01 00:00"] * 2), "row 1: .* is there more than once"),
        (rows(["yesterday"]), "row 0: timestamp yesterday is no time"),
        (rows([1704067200]), "row 0: timestamp 1704067200 is no time"),
        (rows(["2024-01-01 00:00", None]), "row 1: timestamp .* is no time"),
        (rows(["2024-01-01 00:00"], "much"), "row 0: active_energy_kwh 'much' is no number"),
        (rows(["2024-01-01 00:00"] * 2, [1.0, "1.0"]), "row 1: active_energy_kwh '1.0' is no number"),
        (rows(["2024-01-01 00:00"], True), "row 0: active_energy_kwh .*True.* is no number"),
        (rows(["2024-01-01 00:00"], np.inf), "active_energy_kwh has infinite values"),
        (rows(["2024-01-01 00:00"], np.nan), "no value in active_energy_kwh"),
        (rows(["2024-01-01 00:00"]).assign(voltage_fa_v="high"), "row 0: voltage_fa_v 'high' is no number"),
        (rows(["2024-01-01 00:00"]).drop(columns=ENERGY), "no column active_energy_kwh; there are timestamp"),
    ],
    ids=[
        "skipped",
        "half hour",
        "twice",
        "twice naive",
        "word",
        "number",
        "no time",
        "text",
        "text that looks like a number",
        "true",
        "inf",
        "nothing",
        "volts",
        "column",
    ],
)
def test_what_is_no_reading_is_said_in_a_sentence(table: pd.DataFrame, told: str) -> None:
    with pytest.raises(FrameError, match=f"^readings: {told}"):
        taken(table, CHILE)


@pytest.mark.parametrize(
    ("params", "days", "error", "told"),
    [
        ({"days": 8}, 40, ModelError, "days is 8; 1 to 7 days are forecast"),
        ({"days": 0}, 40, ModelError, "days is 0; 1 to 7 days are forecast"),
        ({"level": 0.5}, 40, ModelError, "level is 0.5; there are bands of 0.95"),
        ({}, 20, NotEnoughDataError, "client 7: 20 days of history, 28 needed"),
    ],
    ids=["too far", "no day", "no such band", "too short"],
)
def test_what_cannot_be_forecast_is_said_in_a_sentence(
    params: dict[str, object], days: int, error: type[VigiaError], told: str
) -> None:
    made = pyfunc.HourlyForecast(Seasonal(), pyfunc.Site("7", "America/Lima", "PE", False, 0.95), {0.95: NOTHING})
    with pytest.raises(error, match=f"^{told}$"):
        made.predict(hourly_readings(days), params)


@pytest.mark.parametrize(("export", "lowest"), [(False, 0.0), (True, -1e6)])
def test_a_band_goes_below_nothing_only_where_energy_may_be_exported(
    export: bool, lowest: float, tmp_path: Path
) -> None:
    wide = Offsets(np.full((7, 24), -1e6), np.full((7, 24), 1.0), np.full(7, -1e6), np.full(7, 1.0))
    site = pyfunc.Site("7", "America/Lima", "PE", export, 0.95)
    pyfunc.save(tmp_path, Seasonal(), site, {0.95: wide})
    said = pyfunc._load_pyfunc(str(tmp_path)).predict(hourly_readings(40))
    assert said["lower_kwh"].min() == pytest.approx(lowest, abs=400)
    assert (said["upper_kwh"] - said["forecast_kwh"]).to_numpy() == pytest.approx(1.0)


def test_bands_are_kept_to_the_last_bit(client: ServedClient) -> None:
    found = latest_offsets(client.stored.thresholds, "as_measured", 0.95)
    again = Offsets.read(found.written())
    assert np.isfinite(found.lower).any()
    for name in ("lower", "upper", "day_lower", "day_upper"):
        assert np.array_equal(getattr(found, name), getattr(again, name), equal_nan=True)
