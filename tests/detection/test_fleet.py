"""What only several clients together show, and what an event is worth."""

import numpy as np
import pandas as pd
import pytest

from tests.support.event_rows import event_rows
from vigia import frames
from vigia.config.sections.detect import DetectParams
from vigia.config.sections.fetch import DemoParams
from vigia.config.sections.screen import ScreenParams
from vigia.detection.detect import detect_client, is_anomaly
from vigia.detection.detected import Detected
from vigia.detection.detectors.between_clients import day_digests, duplicated_feeds, supply_groups
from vigia.detection.fleet import join_fleet
from vigia.detection.series import Series
from vigia.simulation.demo import DemoFleet, generate

ZONE = "America/Lima"
PRICED = DetectParams(price_per_kwh=0.25, currency="PEN")


@pytest.fixture(scope="module")
def demo() -> DemoFleet:
    return generate(DemoParams(), ZONE)


def usual(readings: pd.DataFrame) -> pd.DataFrame:
    """An expectation made of the median of each hour of the week."""
    key = [readings["timestamp"].dt.day_of_week, readings["timestamp"].dt.hour]
    expected = readings["active_energy_kwh"].groupby(key).transform("median")
    frame = readings[["client_id", "timestamp"]].assign(expected_kwh=expected, model="seasonal", quality="ok")
    return frames.check("expected", pd.concat([frame.assign(mode=mode) for mode in frames.MODES], ignore_index=True))


@pytest.fixture(scope="module")
def fleet(demo: DemoFleet) -> tuple[pd.DataFrame, pd.DataFrame]:
    parts: dict[str, Detected] = {}
    for client, readings in demo.readings.groupby("client_id"):
        readings = readings.reset_index(drop=True)
        parts[str(client)] = detect_client(
            readings,
            {"client_id": client},
            usual(readings),
            frames.empty("bands", ZONE),
            PRICED,
            ScreenParams(),
            demo.site_log,
        )
    until = demo.readings.groupby("client_id")["timestamp"].max().to_dict()
    return join_fleet(parts, demo.clients, until, ZONE, PRICED)


def test_a_duplicated_feed_names_both_clients_in_one_group(fleet: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    events = fleet[0]
    found = events[(events["kind"] == "duplicated_feed") & (events["mode"] == "past_only")]
    assert sorted(found["client_id"]) == ["11", "12"]
    assert found["group_id"].nunique() == 1
    assert found["stake"].unique().tolist() == ["data"]


def test_a_swell_of_several_clients_is_one_group(fleet: tuple[pd.DataFrame, pd.DataFrame], demo: DemoFleet) -> None:
    truth = demo.labels[demo.labels["kind"].str.contains("swell")]
    events = fleet[0]
    swells = events[(events["kind"] == "voltage_swell") & (events["mode"] == "two_sided")]
    common = swells[(swells["start"] - truth["start"].min()).abs() < pd.Timedelta(days=2)]
    assert len(set(common["client_id"]) & set(truth["client_id"])) >= 2
    assert common["group_id"].nunique() == 1
    assert common["group_id"].notna().all()


def sags(*starts: tuple[str, float], **fields: object) -> pd.DataFrame:
    """Supply events of clients that begin so many hours after the first of June."""
    june = pd.Timestamp("2024-06-01")
    plain = {"class": "supply", "kind": "voltage_sag", "stake": "supply", "channels": "voltage_fa", "end": "2024-07-01"}
    rows = [{"client_id": client, "start": june + pd.Timedelta(hours=hours)} for client, hours in starts]
    return event_rows(*({**plain, **row, **fields} for row in rows))


@pytest.mark.parametrize(
    ("starts", "groups"),
    [
        ([("1", 0), ("2", 48)], [[0, 1]]),
        ([("1", 0), ("2", 49)], []),
        ([("1", 0), ("2", 40), ("3", 80), ("4", 130), ("5", 131)], [[0, 1, 2], [3, 4]]),
        ([("1", 0), ("1", 5)], []),
        ([("1", 0), ("1", 5), ("2", 9)], [[0, 1, 2]]),
    ],
    ids=["near", "further apart", "one after the other", "of one client alone", "of two clients"],
)
def test_supply_events_of_several_clients_that_begin_within_two_days_are_a_group(
    starts: list[tuple[str, float]], groups: list[list[int]]
) -> None:
    for events in (sags(*starts), sags(*starts)[::-1]):
        found = supply_groups(events, DetectParams().group_hours)
        assert sorted(sorted(rows.index) for _, rows in found.groupby(found)) == groups


def test_how_near_is_near_is_a_parameter() -> None:
    events = sags(("1", 0), ("2", 30))
    parts = {
        client: Detected(
            mine,
            *(frames.empty(name, ZONE) for name in ("event_channels", "scores", "issues")),
            pd.DataFrame(columns=["client_id", "day", "digest", "telling"]),
        )
        for client, mine in events.groupby("client_id")
    }
    clients = pd.DataFrame({"client_id": ["1", "2"], "name": ["Uno", "Dos"]})
    for hours, grouped in ((30, True), (29, False)):
        found, _ = join_fleet(parts, clients, {}, ZONE, DetectParams(group_hours=hours))
        assert found["group_id"].notna().all() == grouped


def test_only_supply_of_one_kind_and_mode_is_a_group() -> None:
    near = [("1", 0.0), ("2", 3.0)]
    assert supply_groups(sags(*near), 48).notna().all()
    apart = pd.concat([sags(near[0]), sags(near[1], mode="two_sided")], ignore_index=True)
    assert supply_groups(apart, 48).isna().all()
    unlike = pd.concat([sags(near[0]), sags(near[1], kind="voltage_swell")], ignore_index=True)
    assert supply_groups(unlike, 48).isna().all()
    consumption = {"class": "consumption", "kind": "level_down", "stake": "missing"}
    assert supply_groups(sags(*near, **consumption), 48).isna().all()


def test_a_new_machine_of_the_site_log_is_no_event(fleet: tuple[pd.DataFrame, pd.DataFrame], demo: DemoFleet) -> None:
    entry = demo.site_log.iloc[0]
    events = fleet[0]
    near = (events["start"] - entry["from"]).abs() < pd.Timedelta(days=2)
    mine = events[near & (events["client_id"] == entry["client_id"]) & (events["class"] == "consumption")]
    assert mine.empty


def test_clients_that_are_idle_on_the_same_days_make_no_pairs() -> None:
    days = pd.date_range("2024-01-01", periods=60, freq="D")
    idle = pd.DataFrame({"day": days, "digest": 7, "telling": False})
    digests = pd.concat([idle.assign(client_id=str(number)) for number in range(300)], ignore_index=True)
    assert duplicated_feeds(digests, {}, ZONE, {}, 7) == ([], [])


def test_idle_days_go_on_with_a_duplicated_feed_but_do_not_make_one() -> None:
    days = pd.date_range("2024-01-01", periods=30, freq="D")
    same = pd.DataFrame({"day": days, "digest": range(30), "telling": [*[True] * 10, *[False] * 20]})
    digests = pd.concat([same.assign(client_id=client) for client in ("1", "2")], ignore_index=True)
    until = dict.fromkeys(("1", "2"), pd.Timestamp("2024-06-01", tz=ZONE))
    rows, _ = duplicated_feeds(digests, {}, ZONE, until, 10)
    assert {row["end"] for row in rows} == {pd.Timestamp("2024-01-31", tz=ZONE)}
    assert duplicated_feeds(digests, {}, ZONE, until, 11) == ([], [])


def equal_days(*days: int) -> pd.DataFrame:
    """Digests of two clients that are alike on these days of January and February."""
    when = pd.Timestamp("2024-01-01") + pd.to_timedelta(list(days), unit="D")
    same = pd.DataFrame({"day": when, "digest": list(days), "telling": True})
    return pd.concat([same.assign(client_id=client) for client in ("1", "2")], ignore_index=True)


def test_only_telling_days_of_one_stretch_are_counted() -> None:
    days = equal_days(*range(12), *range(20, 32))
    until = dict.fromkeys(("1", "2"), pd.Timestamp("2024-06-01", tz=ZONE))
    rows, _ = duplicated_feeds(days.assign(telling=days["day"].dt.day % 2 == 0), {}, ZONE, until, 7)
    assert rows == []


@pytest.mark.parametrize(("gap", "stretches"), [(2, 1), (3, 2)], ids=["two days missing", "three days missing"])
def test_a_duplicated_feed_goes_on_over_two_days_that_differ(gap: int, stretches: int) -> None:
    digests = equal_days(*range(8), *range(8 + gap, 20))
    until = dict.fromkeys(("1", "2"), pd.Timestamp("2024-06-01", tz=ZONE))
    rows, channels = duplicated_feeds(digests, {"2": "Planta dos"}, ZONE, until, 7)
    mine = [row for row in rows if row["client_id"] == "1" and row["mode"] == "past_only"]
    assert len(mine) == stretches
    assert {row["event_id"] for row in rows} == {row["event_id"] for row in channels}
    assert len({row["event_id"] for row in rows}) == len(rows) == 4 * stretches
    first = mine[0]
    assert first["start"] == pd.Timestamp("2024-01-01", tz=ZONE)
    assert first["first_alert_at"] == pd.Timestamp("2024-01-08", tz=ZONE)
    assert "Planta dos" in first["reason_es"]


@pytest.mark.parametrize(("days", "goes_on"), [(1, True), (3, False)])
def test_a_duplicated_feed_is_over_when_its_readings_went_on_without_it(days: int, goes_on: bool) -> None:
    stop = pd.Timestamp("2024-01-11", tz=ZONE)
    until = {"1": stop + pd.Timedelta(days=days), "2": stop + pd.Timedelta(days=90)}
    rows, channels = duplicated_feeds(equal_days(*range(10)), {}, ZONE, until, 7)
    ends = {(row["client_id"], row["end"]) for row in rows}
    assert ends == {("1", None if goes_on else stop), ("2", stop)}
    assert {row["end"] for row in channels} == {end for _, end in ends}


def test_days_with_holes_are_like_no_others_and_days_that_differ_a_little_are_not_the_same() -> None:
    rng = np.random.default_rng(0)
    values = rng.uniform(1, 9, 24 * 4)
    values[24:48] = 5.0
    values[50] = np.nan
    other = values.copy()
    other[3] += 1e-6
    first, second = (
        day_digests(Series(client, pd.Timestamp("2024-01-01"), ZONE, {"active": each}))
        for client, each in (("1", values), ("2", other))
    )
    assert first["day"].dt.day.tolist() == [1, 2, 4]
    assert first["telling"].tolist() == [True, False, True]
    assert (first["digest"] == second["digest"]).tolist() == [False, True, True]


def test_what_the_site_log_explains_is_written_down(demo: DemoFleet) -> None:
    client = str(demo.site_log["client_id"].iloc[0])
    readings = demo.readings[demo.readings["client_id"] == client].reset_index(drop=True)
    none = frames.empty("expected", ZONE), frames.empty("bands", ZONE)
    found = detect_client(readings, {"client_id": client}, *none, PRICED, ScreenParams(), demo.site_log)
    assert "explained_by_site_log" in set(found.issues["code"])
    assert detect_client(readings, {"client_id": client}, *none, PRICED, ScreenParams()).issues.empty


def test_missing_energy_is_expectation_less_measurement_and_has_its_price(
    fleet: tuple[pd.DataFrame, pd.DataFrame],
) -> None:
    events = fleet[0]
    cut = events[(events["client_id"] == "7") & events["end"].isna() & (events["mode"] == "past_only")].iloc[0]
    assert cut["severity"] in ("critical", "high")
    assert cut["energy_at_stake_kwh"] == pytest.approx(cut["expected_kwh"] - cut["actual_kwh"])
    assert cut["money_at_stake"] == pytest.approx(0.25 * cut["energy_at_stake_kwh"])
    assert cut["currency"] == "PEN"
    assert "kWh esperados" in cut["reason_es"]


def test_no_reason_accuses_anybody(fleet: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    words = fleet[0]["reason_es"].str.lower() + fleet[0]["reason_en"].str.lower()
    assert not words.str.contains("robo|hurto|fraude|theft|fraud|bypass").any()


def test_flagged_hours_are_those_of_consumption_events(
    fleet: tuple[pd.DataFrame, pd.DataFrame], demo: DemoFleet
) -> None:
    events, channels = fleet
    stamps = pd.DatetimeIndex(demo.readings.loc[demo.readings["client_id"] == "7", "timestamp"])
    flagged = is_anomaly(events, channels, "7", stamps, "past_only")
    assert flagged[-24:].all()
    assert 0.01 < flagged.mean() < 0.3


def test_most_labelled_episodes_are_found_in_the_right_channel(
    fleet: tuple[pd.DataFrame, pd.DataFrame], demo: DemoFleet
) -> None:
    events, channels = fleet
    joined = channels.merge(events[["event_id", "client_id", "mode", "class"]], on="event_id")
    faults = demo.labels[~demo.labels["benign"]]
    found = []
    for row in faults.itertuples():
        rows = joined[(joined["client_id"] == row.client_id) & (joined["channel"] == row.channel)]
        end = rows["end"].fillna(stamps_end(demo))
        overlap = (
            (end.clip(upper=row.end) - rows["start"].clip(lower=row.start)).max() if len(rows) else pd.Timedelta(0)
        )
        found.append(overlap > (row.end - row.start) / 2)
    assert sum(found) / len(found) >= 0.8


def stamps_end(demo: DemoFleet) -> pd.Timestamp:
    return demo.readings["timestamp"].max()
