"""What a half of the clients chooses."""

import pandas as pd

from benchmarks.limits.choice import CHANNELS, best, careful, judged


def client(number: int, ratio: float, missed: int, alarms: int) -> dict[str, float]:
    days = {f"{what}_{channel}": value for channel in CHANNELS for what, value in (("true", 50), ("false", 0))}
    return {
        "client_id": number,
        "ratio": ratio,
        **days,
        **{f"missed_{channel}": missed for channel in CHANNELS},
        "alarms": alarms,
        "months": 20,
    }


def table(missed: dict[float, list[int]], alarms: dict[float, int]) -> pd.DataFrame:
    return pd.DataFrame(
        [client(number, ratio, each, alarms[ratio]) for ratio in missed for number, each in enumerate(missed[ratio])]
    )


def test_days_and_alarms_are_summed_over_clients() -> None:
    row = judged(table({1.5: [0, 10]}, {1.5: 1}), ["ratio"]).iloc[0]
    assert row["f1_active"] == 200 / 210
    assert row["a_month"] == 2 / 40


def test_too_many_alarms_are_no_choice_unless_there_is_no_other() -> None:
    both = table({1.3: [0, 0], 1.5: [3, 3]}, {1.3: 2, 1.5: 1})
    assert best(both, ["ratio"])["ratio"] == 1.5
    assert best(both[both["ratio"] == 1.3], ["ratio"])["ratio"] == 1.3


def test_what_clients_cannot_tell_apart_goes_to_the_wider_limit() -> None:
    close = table({1.3: [0, 12, 0, 12], 1.5: [1, 12, 1, 12], 1.8: [40, 40, 40, 40]}, {1.3: 1, 1.5: 1, 1.8: 0})
    assert best(close, ["ratio"])["ratio"] == 1.3
    assert careful(close, ["ratio"])["ratio"] == 1.5
    clear = table({1.3: [2, 2, 2, 2], 1.5: [9, 9, 9, 9]}, {1.3: 1, 1.5: 1})
    assert careful(clear, ["ratio"])["ratio"] == 1.3
