"""A figure of an event shows what was measured, what was to be expected, and when they differ."""

import sys

import matplotlib.dates
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes

import vigia
from tests.support.plain_clients import changed, plain
from vigia.errors import ConfigError, FrameError
from vigia.evaluate.event_picture import Picture

DAYS = 120


@pytest.fixture(scope="module")
def readings() -> pd.DataFrame:
    cut = changed(plain("norte", days=DAYS), 80, 100, 0.4)
    return pd.concat([changed(cut, 110, 112, 0.0), plain("sur", days=DAYS)], ignore_index=True)


@pytest.fixture(scope="module")
def events(readings: pd.DataFrame) -> pd.DataFrame:
    found = vigia.scan(readings, modes=("past_only",)).events
    assert found["kind"].tolist() == ["level_down", "zero_run"]
    return found


def curves(figure: Picture) -> dict[str, pd.Series]:
    (axes,) = figure.axes
    return {
        str(line.get_label()): pd.Series(line.get_ydata(), index=pd.DatetimeIndex(line.get_xdata()))
        for line in axes.lines
        if line.get_label() in ("measured", "expected")
    }


def marked(axes: Axes) -> list[tuple[pd.Timestamp, pd.Timestamp]]:
    spans = [patch for patch in axes.patches if patch.get_label() in ("event", "_nolegend_")]
    boxes = [patch.get_extents().transformed(axes.transData.inverted()) for patch in spans]
    return [
        tuple(pd.Timestamp(matplotlib.dates.num2date(x)).tz_localize(None).round("h") for x in (box.x0, box.x1))  # type: ignore[misc] # two of them
        for box in boxes
    ]


def test_a_long_event_is_drawn_by_the_day_with_whole_days_alone(readings: pd.DataFrame, events: pd.DataFrame) -> None:
    figure = vigia.plot(events.iloc[0], readings)
    drawn = curves(figure)
    mine = readings[readings["client_id"] == "norte"]
    totals = mine.groupby(mine["timestamp"].dt.tz_localize(None).dt.normalize())["active_energy_kwh"].sum()
    assert drawn["measured"].to_numpy() == pytest.approx(totals.reindex(drawn["measured"].index.normalize()).to_numpy())
    start, end = (events.iloc[0][name].tz_localize(None).normalize() for name in ("start", "end"))
    days = drawn["measured"].index.normalize()
    assert days[0] == start - pd.Timedelta(days=28)
    assert days[-1] == min(end + pd.Timedelta(days=28), totals.index[-1])
    assert figure.axes[0].get_ylabel() == "active energy, kWh a day"


def test_the_expected_curve_is_the_energy_that_the_event_is_valued_by(
    readings: pd.DataFrame, events: pd.DataFrame
) -> None:
    event = events.iloc[0]
    expected = curves(vigia.plot(event, readings, by="hour"))["expected"]
    start, end = (event[name].tz_localize(None) for name in ("start", "end"))
    inside = expected[(expected.index >= start) & (expected.index < end)]
    assert inside.sum() == pytest.approx(event["expected_kwh"], rel=0.02)


def test_a_short_event_is_drawn_by_the_hour_where_it_was(readings: pd.DataFrame, events: pd.DataFrame) -> None:
    event = events.iloc[1]
    figure = vigia.plot(event, readings)
    (axes,) = figure.axes
    assert axes.get_ylabel() == "active energy, kWh an hour"
    assert marked(axes) == [(event["start"].tz_localize(None), event["end"].tz_localize(None))]
    measured = curves(figure)["measured"]
    zero = measured.index[measured == 0]
    assert abs(zero.min() - event["start"].tz_localize(None)) <= pd.Timedelta(hours=1)
    assert "Client norte: at zero, severity" in axes.get_title(loc="left")


def test_hours_of_another_event_that_is_given_are_not_usual(readings: pd.DataFrame) -> None:
    cut = changed(readings[readings["client_id"] == "sur"].reset_index(drop=True), 60, 95, 0.3)
    found = vigia.scan(changed(cut, 98, 104, 0.0), modes=("past_only",)).events
    together = curves(vigia.plot(found, cut, by="day"))["expected"]
    usual = cut["active_energy_kwh"][: 24 * 50].mean() * 24
    inside = together[together.index >= cut["timestamp"].iloc[24 * 99].tz_localize(None)]
    assert inside.to_numpy()[:4] == pytest.approx(usual, rel=0.05)


def test_an_open_event_is_marked_to_the_last_reading(readings: pd.DataFrame) -> None:
    still = changed(plain("1", days=DAYS), 100, DAYS, 0.3)
    (event,) = vigia.scan(still, modes=("past_only",)).events.to_dict("records")
    assert pd.isna(event["end"])
    figure = vigia.plot(event, still)
    assert marked(figure.axes[0])[0][1] == still["timestamp"].iloc[-1].tz_localize(None) + pd.Timedelta(hours=1)


def test_the_reference_of_a_release_is_drawn_with_its_band_by_the_hour(release: vigia.Release) -> None:
    events = release.events("8", mode="past_only")
    event = events[events["channels"].str.startswith("active")].iloc[0]
    expected = release.expected("8")
    figure = vigia.plot(event, release.readings("8"), expected, by="hour", around=1)
    drawn = curves(figure)["expected"].dropna()
    known = expected.set_index(expected["timestamp"].dt.tz_localize(None))["expected_kwh"]
    np.testing.assert_array_equal(drawn.to_numpy(), known.reindex(drawn.index).to_numpy())
    labels = figure.axes[0].get_legend_handles_labels()[1]
    assert "band" in labels
    by_day = vigia.plot(event, release.readings("8"), expected, by="day")
    assert "band" not in by_day.axes[0].get_legend_handles_labels()[1]


def test_voltage_is_drawn_in_volt_without_an_expectation(release: vigia.Release) -> None:
    events = release.events("7", mode="past_only")
    figure = vigia.plot(events[events["channels"].str.startswith("voltage")].iloc[0], release.readings("7"))
    assert figure.axes[0].get_ylabel() == "voltage FA, V"
    assert set(curves(figure)) == {"measured"}


def test_a_day_with_a_missing_hour_has_no_total(readings: pd.DataFrame, events: pd.DataFrame) -> None:
    gone = readings.drop(index=24 * 90 + 5)
    measured = curves(vigia.plot(events.iloc[0], gone))["measured"]
    day = readings["timestamp"].iloc[24 * 90].tz_localize(None)
    assert measured.index.normalize()[measured.isna()].tolist() == [day]


def test_frames_of_one_s_own_are_drawn(readings: pd.DataFrame) -> None:
    own = plain("1", days=DAYS).set_index("timestamp")["active_energy_kwh"].tz_localize(None)
    own.iloc[24 * 100 :] = 0.0
    event = vigia.scan(own, zone="America/Lima", modes=("past_only",)).events.iloc[0]
    measured = curves(vigia.plot(event, own, zone="America/Lima"))["measured"]
    assert measured.iloc[-1] == 0.0


def test_a_notebook_shows_the_figure_and_nothing_is_kept_of_it(readings: pd.DataFrame, events: pd.DataFrame) -> None:
    from matplotlib import pyplot

    figure = vigia.plot(events.iloc[0], readings)
    assert figure._repr_png_().startswith(b"\x89PNG")
    assert pyplot.get_fignums() == []


def test_what_is_wrong_with_a_call_is_one_sentence(readings: pd.DataFrame, events: pd.DataFrame) -> None:
    with pytest.raises(FrameError, match="there is no row to draw"):
        vigia.plot(events.iloc[:0], readings)
    with pytest.raises(FrameError, match=r"events: missing columns \['kind', 'channels'"):
        vigia.plot(events[["client_id", "start", "end"]], readings)
    with pytest.raises(FrameError, match="those of one client are drawn at once, not of norte, sur"):
        vigia.plot(pd.concat([events, events.assign(client_id="sur")]), readings)
    with pytest.raises(FrameError, match="those of one mode are drawn at once, not of past_only, two_sided"):
        vigia.plot(pd.concat([events, events.assign(mode="two_sided")]), readings)
    with pytest.raises(FrameError, match="none of client norte; there are those of sur"):
        vigia.plot(events.iloc[0], readings[readings["client_id"] == "sur"])
    with pytest.raises(FrameError, match="none of client norte by the hour between"):
        vigia.plot(events.iloc[1], readings[readings["timestamp"] < "2024-03-01"])
    with pytest.raises(FrameError, match=r"reference: missing columns \['expected_kwh'\]"):
        vigia.plot(events.iloc[0], readings, readings)
    with pytest.raises(ConfigError, match="by: 'week' given"):
        vigia.plot(events.iloc[0], readings, by="week")  # type: ignore[arg-type] # asked wrongly on purpose
    with pytest.raises(ConfigError, match="around: -1 days given"):
        vigia.plot(events.iloc[0], readings, around=-1)


def test_a_missing_library_is_one_sentence_with_the_way_out(
    readings: pd.DataFrame, events: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "vigia.evaluate.event_picture", raising=False)
    for name in [name for name in sys.modules if name.split(".")[0] == "matplotlib"]:
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(
        ModuleNotFoundError, match=r"a figure needs matplotlib, which is not installed: pip install 'vi"
    ):
        vigia.plot(events.iloc[0], readings)
