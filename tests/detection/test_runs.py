"""Hours that a meter repeats or leaves out, and what explains them: beside each fault its harmless look-alike."""

import numpy as np
import pandas as pd
import pytest

from tests.support.findings import findings, rows_of
from vigia.config.sections.screen import ScreenParams
from vigia.detection.events.merge import merge
from vigia.detection.finding import Finding
from vigia.detection.series import Series
from vigia.vocabulary import class_of

PARAMS = ScreenParams()
DAYS, DAY = 120, 24
ONSET = 90 * DAY + 9
PROFILE = 1 + 0.3 * np.sin(np.arange(24) / 24 * 2 * np.pi)
ENERGIES = ("active", "reactive")


def client(holidays: tuple[int, ...] = (), seed: int = 2) -> Series:
    """A plant that never rests, with the holidays of these days."""
    rng = np.random.default_rng(seed)
    together = np.repeat(np.exp(rng.normal(0, 0.03, DAYS)), DAY)
    values = {}
    for channel, size in {"active": 100.0, "reactive": 40.0, "voltage_fa": 220.0, "voltage_fc": 221.0}.items():
        energy = channel in ENERGIES
        shape = np.tile(PROFILE, DAYS) * together if energy else 1.0
        values[channel] = size * shape * np.exp(rng.normal(0, 0.03 if energy else 0.005, DAY * DAYS))
    holiday = np.zeros(DAYS, dtype=bool)
    holiday[list(holidays)] = True
    return Series("1", pd.Timestamp("2023-01-02"), "America/Lima", values, holiday)


def scaled(series: Series, start: int, hours: int, **factors: float) -> Series:
    for channel, factor in factors.items():
        series.values[channel][start : start + hours] *= factor
    return series


def frozen(series: Series, start: int, hours: int, channel: str = "active") -> Series:
    series.values[channel][start : start + hours] = series.values[channel][start - 1]
    return series


def raised(series: Series, mode: str = "past_only") -> list[Finding]:
    return [part for part in findings(series, PARAMS, mode) if class_of(part.kind) != "data"]


@pytest.mark.parametrize("channel", ENERGIES)
def test_a_day_of_one_value_is_told_of_on_that_day(channel: str) -> None:
    (part,) = [each for each in raised(frozen(client(), ONSET, 24, channel)) if each.kind == "stuck_value"]
    assert (part.channel, part.start) == (channel, ONSET)
    assert ONSET < part.alert <= ONSET + 24


@pytest.mark.parametrize("channel", ENERGIES)
def test_a_day_of_nothing_is_told_of_on_that_day(channel: str) -> None:
    found = raised(scaled(client(), ONSET, 24, **{channel: 0.0}))
    (part,) = [each for each in found if each.kind == "zero_run"]
    assert (part.channel, part.start, part.stop) == (channel, ONSET, ONSET + 24)
    assert part.alert <= ONSET + 24


@pytest.mark.parametrize("habit", ["repeats", "rests"])
def test_what_a_client_does_each_week_is_no_event(habit: str) -> None:
    series = client()
    for start in range(5 * DAY, (DAYS - 7) * DAY, 7 * DAY):
        if habit == "repeats":
            frozen(series, start, 20)
        else:
            scaled(series, start, 20, active=0.0, reactive=0.0)
    kinds = {part.kind for part in raised(series) if part.start > 28 * DAY}
    assert not kinds & {"stuck_value", "zero_run"}


def test_both_registers_that_stand_still_are_told_of_where_each_of_them_rests_by_itself() -> None:
    series = client()
    for start in range(5 * DAY, (DAYS - 7) * DAY, 7 * DAY):
        frozen(series, start, 40)
        frozen(series, start + 3 * DAY, 40, "reactive")
    found = [part for part in raised(series) if part.kind == "stuck_value" and part.start > 28 * DAY]
    assert not found
    start = 90 * DAY + 18
    frozen(frozen(series, start, 24), start, 24, "reactive")
    found = [part for part in raised(series) if part.kind == "stuck_value" and part.start > 28 * DAY]
    assert {(part.channel, part.start) for part in found} == {("active", start), ("reactive", start)}


@pytest.mark.parametrize(
    ("own", "told"), [((17, 18, 19, 20), True), ((8, 12, 16, 20), False)], ids=["all alike", "ever longer ones"]
)
def test_how_much_longer_than_a_client_s_own_runs_is_news_depends_on_how_alike_they_are(
    own: tuple[int, ...], told: bool
) -> None:
    series = client()
    for number, start in enumerate(range(29 * DAY, 85 * DAY, 2 * DAY)):
        frozen(series, start, own[number % 4])
    frozen(series, ONSET, 25)
    assert (ONSET in {part.start for part in raised(series) if part.kind == "stuck_value"}) == told


def test_one_fault_is_no_habit() -> None:
    series = frozen(frozen(client(), 60 * DAY, 30), ONSET, 24)
    assert [part.start for part in raised(series) if part.kind == "stuck_value"] == [60 * DAY, ONSET]


def test_a_meter_that_stops_long_after_a_shift_is_an_event_of_its_own() -> None:
    series = scaled(client(), 50 * DAY, 70 * DAY, active=0.5, reactive=0.5)
    scaled(series, ONSET, 5 * DAY, active=0.0, reactive=0.0)
    events = merge(raised(series), PARAMS.join_days, PARAMS.merge_wait_hours)
    shift, stop = sorted(events, key=lambda event: event.first.start)
    assert (shift.kind, stop.kind, stop.first.start) == ("level_down", "zero_run", ONSET)
    rows = rows_of(series, raised(series), PARAMS)
    assert len({row["event_id"] for row in rows}) == len(rows) == 2


def test_a_shift_that_a_stopped_meter_makes_is_the_same_event() -> None:
    series = scaled(client(), ONSET, 10 * DAY, active=0.0, reactive=0.0)
    assert len(merge(raised(series), PARAMS.join_days, PARAMS.merge_wait_hours)) == 1


def test_too_much_voltage_and_none_are_two_events() -> None:
    both = ("voltage_fa", "voltage_fc")
    series = scaled(client(), ONSET, 3 * DAY, **dict.fromkeys(both, 1.8))
    scaled(series, ONSET + 3 * DAY, 5 * DAY, **dict.fromkeys(both, 0.0))
    events = merge(raised(series), PARAMS.join_days, PARAMS.merge_wait_hours)
    assert {event.kind for event in events} == {"voltage_swell", "voltage_loss"}
    assert all(event.channels == list(both) for event in events)


@pytest.mark.parametrize("before", [0, 10], ids=["gone with the energy", "gone ten days before it"])
def test_voltage_is_a_witness_only_while_it_agrees_with_the_energy(before: int) -> None:
    series = scaled(client(), ONSET, 3 * DAY, active=0.0, reactive=0.0)
    start = ONSET - before * DAY
    scaled(series, start, 3 * DAY + before * DAY, voltage_fa=0.0, voltage_fc=0.0)
    consumption = [part for part in raised(series) if class_of(part.kind) == "consumption"]
    assert bool(consumption) == bool(before)


@pytest.mark.parametrize("hours", [6, 48, 72])
def test_energy_that_is_delivered_late_raises_no_level(hours: int) -> None:
    series = client()
    for channel in ENERGIES:
        values = series.values[channel]
        total = values[ONSET : ONSET + hours].sum()
        values[ONSET : ONSET + hours - 1] = np.nan
        values[ONSET + hours - 1] = total
    assert not raised(series)


def test_more_energy_than_was_missing_is_raised() -> None:
    series = client()
    series.values["active"][ONSET : ONSET + 5] = np.nan
    series.values["active"][ONSET + 5] *= 40
    assert {part.kind for part in raised(series)} >= {"spike"}


CLOSED = {"active": 0.25, "reactive": 0.3}


def test_a_closure_that_begins_on_a_holiday_and_ends_within_days_is_none() -> None:
    assert not raised(scaled(client((90,)), 90 * DAY, 4 * DAY, **CLOSED))


@pytest.mark.parametrize(
    ("holidays", "days", "changes"),
    [((), 4, CLOSED), ((90,), 9, CLOSED), ((90,), 4, {"active": 0.25})],
    ids=["no holiday", "it goes on", "reactive energy does not rest"],
)
def test_any_other_fall_is_raised(holidays: tuple[int, ...], days: int, changes: dict[str, float]) -> None:
    found = raised(scaled(client(holidays), 90 * DAY, days * DAY, **changes))
    assert "level_down" in {part.kind for part in found}
    assert min(part.alert for part in found) <= (90 + min(days, 6)) * DAY
