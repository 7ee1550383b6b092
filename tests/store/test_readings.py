import random
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vigia import frames
from vigia.errors import ConflictError
from vigia.store import Counts, Database, Readings, Rejected
from vigia.store.batches import Sent, listed, one
from vigia.store.readings import CHANNELS

ZONE = "America/Lima"
FIRST = pd.Timestamp("2024-03-01", tz=ZONE)


def table(hours: dict[int, tuple[float | None, ...]], client: str = "1") -> pd.DataFrame:
    """Readings of some hours after `FIRST`; channels that are not given are null."""
    rows = [
        {"client_id": client, "timestamp": FIRST + pd.Timedelta(hours=hour)}
        | dict(zip(CHANNELS, [*values, *[None] * (4 - len(values))], strict=True))
        for hour, values in hours.items()
    ]
    frame = pd.DataFrame(rows, columns=["client_id", "timestamp", *CHANNELS])
    frame = frame.astype(dict.fromkeys(CHANNELS, float)).sort_values("timestamp", ignore_index=True)
    return frames.check("readings", frame)


def sent(name: str, key: str | None = None) -> Sent:
    return Sent(name, "post", "tester", key)


@pytest.fixture
def readings(database: Database) -> Readings:
    return Readings(database, ZONE)


def test_readings_come_back_as_they_were_recorded(readings: Readings) -> None:
    given_ = table({0: (5.0, 1.0, 220.0, 221.0), 1: (6.5,), 30: (0.0, None, None, 219.5)})
    batch = readings.record(sent("a"), given_)
    assert batch.counts == Counts(accepted=3)
    pd.testing.assert_frame_equal(readings.current("1"), given_)
    assert readings.current("2").empty
    assert len(readings.current("1", since=FIRST + pd.Timedelta(hours=1), until=FIRST + pd.Timedelta(hours=30))) == 1


def test_the_same_again_is_a_duplicate_and_another_value_a_correction(readings: Readings) -> None:
    readings.record(sent("a"), table({0: (5.0, 1.0), 1: (6.0, 1.0)}))
    again = readings.record(sent("b"), table({0: (5.0, 1.0), 1: (7.0, 1.0), 2: (8.0,)}))
    assert again.counts == Counts(accepted=1, corrected=1, duplicate=1)
    assert readings.current("1")["active_energy_kwh"].tolist() == [5.0, 7.0, 8.0]
    assert readings.history("1", FIRST + pd.Timedelta(hours=1))["active_energy_kwh"].tolist() == [6.0, 7.0]


def test_a_null_says_nothing_so_channels_may_come_apart(readings: Readings) -> None:
    readings.record(sent("a"), table({0: (5.0,)}))
    other = readings.record(sent("b"), table({0: (None, 1.5)}))
    assert other.counts == Counts(corrected=1)
    assert readings.current("1").iloc[0][list(CHANNELS)].tolist()[:2] == [5.0, 1.5]
    assert readings.record(sent("c"), table({0: (5.0,)})).counts == Counts(duplicate=1)


def test_what_was_known_at_a_time_can_be_asked(readings: Readings) -> None:
    moments = [datetime(2024, 3, day, 7, tzinfo=UTC) for day in (2, 3, 4)]
    for value, moment in enumerate(moments):
        readings.record(sent(str(value)), table({0: (float(value),)}), now=moment)
    known = [readings.current("1", as_of=moment)["active_energy_kwh"].tolist() for moment in moments]
    assert known == [[0.0], [1.0], [2.0]]
    assert readings.current("1", as_of=moments[0] - timedelta(seconds=1)).empty


def test_the_same_key_is_answered_as_before_and_another_content_under_it_refused(readings: Readings) -> None:
    first = readings.record(sent("a", "key"), table({0: (5.0,)}))
    again = readings.record(sent("a", "key"), table({0: (5.0,)}))
    assert (again.id, again.counts, again.again) == (first.id, first.counts, True)
    with pytest.raises(ConflictError, match="something else was sent under the key 'key'"):
        readings.record(sent("b", "key"), table({0: (6.0,)}))
    assert readings.current("1")["active_energy_kwh"].tolist() == [5.0]


def test_what_was_rejected_is_kept_with_its_place_and_reason(database: Database, readings: Readings) -> None:
    rejected = [Rejected(4, {"timestamp": "31-02", "active_energy_kwh": 1.0}, "no such date")]
    batch = readings.record(sent("a"), table({0: (5.0,)}), rejected)
    assert batch.counts == Counts(accepted=1, rejected=1)
    assert batch.counts.read == 2
    found = one(database, batch.id)
    assert found is not None
    assert found[1] == rejected
    assert [each.id for each in listed(database, 10)] == [batch.id]
    assert listed(database, 10, before=batch.id) == []
    assert one(database, batch.id + 1) is None


def test_repeated_hours_of_a_clock_change_stay_two(database: Database) -> None:
    zone = "America/Santiago"
    times = pd.date_range("2024-04-06T20:00", periods=8, freq="h", tz=zone)
    frame = pd.DataFrame({"client_id": "1", "timestamp": times, **{name: np.arange(8.0) for name in CHANNELS}})
    stored = Readings(database, zone)
    stored.record(sent("a"), frames.check("readings", frame))
    assert stored.current("1")["timestamp"].tolist() == times.tolist()


Batches = list[tuple[str, dict[int, tuple[float | None, ...]]]]
VALUES = st.tuples(*[st.one_of(st.none(), st.sampled_from([0.0, 1.0, 2.5]))] * 4)
BATCHES_ = st.lists(
    st.tuples(st.sampled_from(["1", "2"]), st.dictionaries(st.integers(0, 5), VALUES, min_size=1)),
    min_size=1,
    max_size=8,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=BATCHES_)
def test_current_values_are_those_said_last_and_the_history_holds_all(database: Database, batches: Batches) -> None:
    """Against a model in a dictionary: the last value that is not null, channel by channel."""
    start = max(Readings(database, ZONE).latest().values(), default=0)
    stored, said, total = Readings(database, ZONE), {}, Counts()
    prefix = f"{start}-"
    for client, hours in batches:
        batch = stored.record(sent("x"), table(hours, prefix + client))
        assert batch.counts.read == len(hours)
        for hour, values in hours.items():
            before = said.get((client, hour), (None,) * 4)
            said[client, hour] = tuple(b if v is None else v for v, b in zip(values, before, strict=True))
        total = Counts(*(getattr(total, name) + getattr(batch.counts, name) for name in vars(total)))
    for client in {client for client, _ in batches}:
        expected = {hour: values for (whose, hour), values in said.items() if whose == client}
        pd.testing.assert_frame_equal(stored.current(prefix + client), table(expected, prefix + client))
    kept = sum(len(stored.history(prefix + client, FIRST + pd.Timedelta(hours=hour))) for client, hour in said)
    assert kept == total.accepted + total.corrected
    assert total.accepted == len(said)


def post(job: tuple[str, int, list[int], bool]) -> Counts:
    """Post some batches from a process of its own."""
    address, seed, numbers, keyed = job
    database = Database(address)
    stored, total = Readings(database, ZONE), Counts()
    random.Random(seed).shuffle(numbers)
    for number in numbers:
        hours = {hour: (float(hour), None, 220.0) for hour in range(number, number + 5)}
        key = f"batch {number}" if keyed else None
        batch = stored.record(sent(f"{number}", key), table(hours))
        if not batch.again:
            total = Counts(*(getattr(total, name) + getattr(batch.counts, name) for name in vars(total)))
    database.close()
    return total


@pytest.mark.parametrize("keyed", [False, True])
def test_batches_that_agree_give_the_same_in_any_order_and_from_several_processes(
    address: str, database: Database, keyed: bool
) -> None:
    jobs = [(address, seed, list(range(0, 40)), keyed) for seed in range(3)]
    with ProcessPoolExecutor(3) as pool:
        counts = list(pool.map(post, jobs))
    stored = Readings(database, ZONE)
    found = stored.current("1")
    assert found["active_energy_kwh"].tolist() == [float(hour) for hour in range(44)]
    assert sum(each.accepted for each in counts) == 44
    assert sum(each.corrected for each in counts) == 0
    assert sum(each.read for each in counts) == (40 if keyed else 120) * 5
    assert len(listed(database, 1_000)) == (40 if keyed else 120)
    numbers = [batch.id for batch in listed(database, 1_000)]
    assert all(later > earlier for later, earlier in pairwise(numbers))
