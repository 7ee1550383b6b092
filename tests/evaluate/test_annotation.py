"""The judge of events, on events whose verdict is known beforehand."""

from pathlib import Path

import pandas as pd
import pytest

from vigia import frames
from vigia.errors import FrameError
from vigia.evaluate.annotation import Annotation, day_scores, episode_table, false_alarms, totals

ZONE = "America/Lima"
FIRST, LAST = pd.Timestamp("2023-01-01", tz=ZONE), pd.Timestamp("2023-02-09 23:00", tz=ZONE)
SPANS = {"1": (FIRST, LAST)}


@pytest.fixture
def truth(tmp_path: Path) -> Annotation:
    """Client 1: active abnormal on the days 10 to 19 of January, nothing else."""
    days = pd.DataFrame({"client": "1", "day": pd.date_range("2023-01-01", periods=40)})
    days["active"] = days["day"].between("2023-01-10", "2023-01-19").astype(int)
    days.assign(reactive=0, voltage=0).to_csv(tmp_path / "annotated_days.csv", index=False)
    episode = {"client": "1", "channel": "active", "start": "2023-01-10", "end": "2023-01-19"}
    pd.DataFrame([episode]).to_csv(tmp_path / "annotated_episodes.csv", index=False)
    return Annotation.read(tmp_path)


def tables(*spans: tuple[str, str, str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Past-only events of the active channel: start, end, first alert."""
    events, channels = [], []
    for number, (start, end, alert) in enumerate(spans):
        times = {"start": pd.Timestamp(start, tz=ZONE), "end": pd.Timestamp(end, tz=ZONE)}
        channels.append({"event_id": str(number), "channel": "active", **times, "expected": None, "actual": None})
        row = dict.fromkeys(column.name for column in frames.TABLES["events"].columns)
        row |= {
            "event_id": str(number),
            "client_id": "1",
            "class": "consumption",
            "kind": "level_up",
            "stake": "surplus",
        }
        row |= {"channels": "active", "mode": "past_only", "severity": "low", "score": 1.0, **times}
        row |= {"reason_es": "x", "reason_en": "x", "first_alert_at": pd.Timestamp(alert, tz=ZONE)}
        events.append(row)
    return frames.check("events", pd.DataFrame(events)), frames.check("event_channels", pd.DataFrame(channels))


def active(scores: pd.DataFrame) -> pd.Series:
    return scores.set_index(["mode", "channel"]).loc[("past_only", "active")]


def test_days_count_from_the_first_alert_on(truth: Annotation) -> None:
    events, channels = tables(("2023-01-10", "2023-01-20", "2023-01-12"))
    row = active(totals(day_scores(truth, events, channels, SPANS)))
    assert (row["true_days"], row["false_days"], row["missed_days"]) == (8, 0, 2)
    assert row["f1"] == pytest.approx(16 / 18)


def test_an_event_that_goes_on_too_long_costs_precision(truth: Annotation) -> None:
    events, channels = tables(("2023-01-10", "2023-01-30", "2023-01-10"))
    row = active(totals(day_scores(truth, events, channels, SPANS)))
    assert (row["precision"], row["recall"]) == (0.5, 1.0)


def test_an_episode_is_found_by_an_alert_inside_it_and_the_delay_counts_from_midnight(truth: Annotation) -> None:
    found = episode_table(truth, *tables(("2023-01-10 05:00", "2023-01-20", "2023-01-11 06:00")), ZONE)
    past = found[found["mode"] == "past_only"].iloc[0]
    assert (past["found"], past["delay_hours"]) == (True, 30.0)
    early = episode_table(truth, *tables(("2023-01-02", "2023-01-20", "2023-01-03")), ZONE)
    assert not early[early["mode"] == "past_only"]["found"].iloc[0]


def test_only_events_away_from_every_abnormal_day_are_false_alarms(truth: Annotation) -> None:
    events, _ = tables(("2023-01-18", "2023-01-25", "2023-01-19"), ("2023-02-01", "2023-02-03", "2023-02-02"))
    (row,) = false_alarms(truth, events, SPANS, ZONE).to_dict("records")
    assert (row["false_alarms"], row["events"]) == (1, 2)
    assert row["per_client_month"] == pytest.approx(1 / (40 / 30.4), rel=0.02)


def test_a_folder_without_annotation_says_so(tmp_path: Path) -> None:
    with pytest.raises(FrameError, match=r"no annotation .*annotated_days.csv"):
        Annotation.read(tmp_path)
