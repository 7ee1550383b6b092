"""An event that a person accepts as the new normal ends, nothing before it changes, and watching goes on at once."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.detection.levels.test_past_levels import PARAMS, client
from tests.support.findings import findings
from tests.support.plain_clients import ZONE, changed, plain
from tests.support.spoken import verdicts
from vigia import frames
from vigia.config.sections.screen import ScreenParams
from vigia.config.sections.splits import SplitParams
from vigia.detection.detectors.levels.past_only import past_only
from vigia.detection.detectors.levels.two_sided import two_sided
from vigia.detection.finding import Finding, verdicts_of
from vigia.detection.people.accepted import accepted_rows, without_accepted
from vigia.detection.screen import screen_client
from vigia.detection.series import Series
from vigia.scanning import scan

FIRST = pd.Timestamp("2023-01-01", tz=ZONE)


def written(series: Series, start: float, recorded: float, kind: str = "level_up") -> Series:
    """The series with an event that begins on a day accepted on another."""
    when = [FIRST + pd.Timedelta(hours=round(24 * each)) for each in (start, recorded)]
    return replace(series, verdicts=verdicts_of(verdicts(("1", kind, when[0], "new_normal", when[1])), "1"))


def known(series: Series) -> list[Finding]:
    return without_accepted(series, lambda view: past_only(view, "active", PARAMS), "past_only", 7, 24)


def times(found: Sequence[Finding]) -> list[tuple[str, int, float]]:
    return [(part.kind, round(part.start / 24), part.stop / 24) for part in found]


@pytest.mark.parametrize("length", [5, 30], ids=["days", "weeks"])
def test_an_accepted_shift_ends_at_the_next_midnight_and_a_loss_is_seen_at_once(length: int) -> None:
    series = client([(100, 1.0), (length + 4, 1.6), (20, 0.9)])
    before = known(series)
    assert times(before)[0][1] == 100
    first, second = known(written(series, 100, 100 + length + 0.4))
    assert (first.kind, first.stop, first.recovery) == ("level_up", *2 * (24 * (101 + length),))
    assert (first.start, first.alert, first.score) == (before[0].start, before[0].alert, before[0].score)
    assert (second.kind, round(second.start / 24)) == ("level_down", 104 + length)
    assert second.alert <= 24 * (107 + length)


def test_an_event_that_was_over_when_the_verdict_was_written_stays_as_it_was() -> None:
    series = client([(100, 1.0), (20, 1.6), (60, 1.0)])
    (part,) = known(series)
    assert known(written(series, 100, 150)) == [part]
    assert part.recovery < 24 * 150


def test_a_verdict_that_is_written_before_the_end_is_known_does_not_move_it() -> None:
    series = client([(100, 1.0), (20, 1.6), (60, 1.0)])
    (part,) = known(series)
    assert part.stop < 24 * 121 < part.recovery
    assert known(written(series, 100, 120.5)) == [part]


def test_a_verdict_that_is_older_than_the_alert_keeps_the_event_from_being_raised() -> None:
    series = client([(100, 1.0), (100, 1.25)])
    (part,) = known(series)
    assert part.alert > 24 * 102
    assert known(written(series, part.start / 24, part.start / 24 + 0.5)) == []


@pytest.mark.parametrize("start", [96, 104], ids=["earlier", "later"])
def test_a_verdict_on_another_event_accepts_nothing(start: int) -> None:
    series = client([(100, 1.0), (60, 1.6)])
    assert known(written(series, start, 120)) == known(series)
    assert known(written(series, 100, 120, "voltage_swell")) == known(series)


@pytest.mark.parametrize("seed", range(2))
def test_cutting_the_series_changes_nothing_that_was_known(seed: int) -> None:
    series = written(client([(60, 1.0), (50, 2.0), (30, 1.0), (40, 2.0)], noise=0.06, seed=seed), 60, 75.6)
    whole = known(series)
    assert whole[0].stop == 24 * 76
    assert len(whole) == 2
    assert whole[1].recovery < series.hours
    near = [*range(58, 80), *range(108, 114), *range(138, 146)]
    for day in sorted({*near, *range(58, 180, 8)}):
        hour = 24 * day + 15
        part = known(series.head(hour))
        then = [each for each in whole if each.alert <= hour]
        assert [(each.start, each.alert, each.kind) for each in part] == [
            (each.start, each.alert, each.kind) for each in then
        ]
        assert [each for each in part if each.recovery <= hour] == [each for each in then if each.recovery <= hour]


@pytest.mark.parametrize("recorded", [100.2, 101.4, 103.6, 110.7])
def test_cutting_at_any_hour_takes_back_nothing_of_an_event_with_several_parts(recorded: float) -> None:
    series = client([(100, 1.0), (40, 1.6)])
    active = series.values["active"].copy()
    active[24 * 103 + 5 : 24 * 112] = active[24 * 103 + 4]
    reactive = 0.4 * client([(101, 1.0), (39, 1.6)], seed=1).values["active"]
    series = written(replace(series, values={"active": active, "reactive": reactive}), 100, recorded)

    def all_of(view: Series) -> list[Finding]:
        return findings(view, ScreenParams(), "past_only")

    whole = all_of(series)
    assert {part.recovery for part in whole if part.alert < 24 * recorded} <= {24 * int(recorded + 1)}
    for hour in range(24 * 99, 24 * 118, 17):
        part = all_of(series.head(hour))
        then = [each for each in whole if each.alert <= hour]
        assert {(each.channel, each.start, each.alert, each.kind) for each in part} == {
            (each.channel, each.start, each.alert, each.kind) for each in then
        }
        assert [each for each in part if each.recovery <= hour] == [each for each in then if each.recovery <= hour]


def test_with_the_whole_history_known_the_client_has_another_normal_from_the_event_on() -> None:
    series = client([(150, 1.0), (100, 1.5), (50, 0.9)])
    accepted = written(series, 150, 170)
    found = without_accepted(accepted, lambda view: two_sided(view, "active", PARAMS), "two_sided", 7, 24)
    assert [(part.kind, round(part.start / 24)) for part in found] == [("level_down", 250)]
    (row,) = accepted_rows(accepted)
    assert (row["code"], row["start"]) == ("accepted_as_normal", FIRST + pd.Timedelta(days=150))
    assert "level_up is usual from then on: accepted as the new normal on 2023-06-20" in row["message"]


def test_a_later_verdict_takes_a_new_normal_back_for_the_whole_history() -> None:
    series = client([(150, 1.0), (100, 1.5)])
    when = [FIRST + pd.Timedelta(days=each) for each in (150, 170, 180)]
    table = verdicts(
        ("1", "level_up", when[0], "new_normal", when[1]), ("1", "level_up", when[0], "confirmed", when[2])
    )
    changed_mind = replace(series, verdicts=verdicts_of(table, "1"))
    assert two_sided(changed_mind, "active", PARAMS) == two_sided(series, "active", PARAMS)
    assert accepted_rows(changed_mind) == []


@pytest.mark.parametrize(("changed_on", "ends"), [(110.6, False), (111.5, True)], ids=["the same day", "too late"])
def test_a_mistake_can_be_mended_until_midnight(changed_on: float, ends: bool) -> None:
    series = client([(100, 1.0), (60, 1.6)])
    when = [FIRST + pd.Timedelta(hours=round(24 * each)) for each in (100, 110.4, changed_on)]
    table = verdicts(
        ("1", "level_up", when[0], "new_normal", when[1]), ("1", "level_up", when[0], "confirmed", when[2])
    )
    (part,) = known(replace(series, verdicts=verdicts_of(table, "1")))
    assert (part.recovery == 24 * 111) == ends


def test_an_accepted_standstill_ends_and_is_usual() -> None:
    readings = changed(plain("1"), 120, 200, 0.0)
    day = readings["timestamp"][24 * 120]
    table = verdicts(("1", "zero_run", day, "new_normal", day + pd.Timedelta(days=10, hours=9)))
    found = scan(readings, verdicts=table)
    (event,) = found.events.to_dict("records")
    assert (event["mode"], event["kind"], event["start"]) == ("past_only", "zero_run", day)
    assert event["end"] == day + pd.Timedelta(days=11)
    assert found.issues["code"].tolist() == ["accepted_as_normal"]


@pytest.mark.parametrize("mode", frames.MODES)
def test_after_an_accepted_event_another_is_valued_by_the_new_normal(mode: str) -> None:
    readings = changed(changed(plain("1"), 100, 200, 1.6), 116, 126, 0.0)
    stamps = readings["timestamp"]
    table = verdicts(("1", "level_up", stamps[24 * 100], "new_normal", stamps[24 * 110 + 8]))
    found = scan(readings, verdicts=table)
    event = found.events[found.events["mode"] == mode].iloc[-1]
    assert event["kind"] == "zero_run"
    assert event["expected_kwh"] == pytest.approx(160 * 240, rel=0.03)
    scores = found.scores[found.scores["mode"] == mode].set_index("timestamp")["score"]
    assert np.nanmedian(scores[stamps[24 * 170] : stamps[24 * 185]]) < 1.0


@pytest.mark.parametrize("day", [95, 108, 112, 125, 141, 160, 182])
def test_cutting_the_readings_changes_no_event_energy_or_score_that_was_known(day: int) -> None:
    readings = changed(changed(plain("1"), 60, 72, 0.5), 100, 200, 1.6)
    readings = changed(changed(readings, 130, 136, 0.5), 170, 175, 0.0)
    stamps = readings["timestamp"]
    table = verdicts(
        ("1", "level_down", stamps[24 * 60], "dismissed", stamps[24 * 90]),
        ("1", "level_up", stamps[24 * 100], "new_normal", stamps[24 * 110 + 8]),
        ("1", "level_down", stamps[24 * 130], "confirmed", stamps[24 * 150]),
    )
    cut = stamps[24 * day + 5]
    whole = scan(readings, modes=("past_only",), verdicts=table)
    part = scan(readings[stamps < cut], modes=("past_only",), verdicts=table)
    assert whole.events["kind"].tolist() == ["level_down", "level_up", "level_down", "zero_run"]
    known = whole.events[whole.events["first_alert_at"] < cut].set_index("event_id")
    then = part.events.set_index("event_id")
    assert list(then.index) == list(known.index)
    closed = then.index[then["end"].notna()]
    pd.testing.assert_frame_equal(then.loc[closed], known.loc[closed])
    both = part.scores.merge(whole.scores, on=["client_id", "timestamp", "channel", "mode"], suffixes=("", "_later"))
    assert len(both) == len(part.scores)
    np.testing.assert_array_equal(both["score"], both["score_later"])


def test_the_mask_ends_with_the_verdict() -> None:
    readings = changed(plain("1"), 100, 200, 1.6)
    stamps = readings["timestamp"]
    table = verdicts(("1", "level_up", stamps[24 * 100], "new_normal", stamps[24 * 110 + 8]))
    full = frames.check("readings", readings)
    client_row = {"client_id": "1"}
    mask = screen_client(full, client_row, ScreenParams(), SplitParams(), verdicts=table).mask
    (row,) = mask.to_dict("records")
    assert (row["mode"], row["end"]) == ("past_only", stamps[24 * 111])
    assert set(screen_client(full, client_row, ScreenParams(), SplitParams()).mask["mode"]) >= {"two_sided"}


def test_what_is_known_before_the_test_slice_holds_no_later_verdict() -> None:
    readings = frames.check("readings", changed(plain("1"), 140, 200, 1.6))
    stamps = readings["timestamp"]
    modes = []
    for recorded in (150, 190):
        table = verdicts(("1", "level_up", stamps[24 * 140], "new_normal", stamps[24 * recorded]))
        mask = screen_client(readings, {"client_id": "1"}, ScreenParams(), SplitParams(), verdicts=table).mask
        modes.append(set(mask["mode"]))
    assert modes == [{"past_only"}, {"past_only", "two_sided_before_test"}]


def test_readings_that_are_missing_do_not_become_normal() -> None:
    readings = plain("1")
    readings = readings[(readings.index < 24 * 100) | (readings.index >= 24 * 110)]
    day = plain("1")["timestamp"][24 * 100]
    table = verdicts(("1", "missing_data", day, "new_normal", day + pd.Timedelta(days=3)))
    pd.testing.assert_frame_equal(scan(readings, verdicts=table).events, scan(readings).events)
