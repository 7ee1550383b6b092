"""Tables of judged cases."""

import numpy as np
import pandas as pd
import pytest

from vigia.bench import measures


def row(client: str, found: bool, delay: float = np.inf, **more: object) -> dict[str, object]:
    common = {"params": "now", "mode": "past_only", "client_id": client, "fault_id": "constant_cut", "benign": False}
    said = {"found": found, "delay_hours": delay, "cause_right": True, "all_channels": False, "end_error_hours": 1.0}
    return {**common, "status": "judged", "severity": 0.4, "hours": 72, "others": 0, **said, **more}


ROWS = [row("1", True, 10.0), row("1", True, 20.0), row("2", True, 30.0, cause_right=False), row("2", False)]


def one(table: pd.DataFrame, fault_id: str = "constant_cut") -> pd.Series:
    (found,) = (part for _, part in table[table["fault_id"] == fault_id].iterrows())
    return found


def test_recall_has_an_interval_over_clients() -> None:
    found = one(measures.recall(measures.table_of(ROWS)))
    assert (found["cases"], found["clients"], found["found"], found["recall"]) == (4, 2, 3, 0.75)
    assert (found["low"], found["high"]) == (0.5, 1.0)
    assert found["cause_right"] == pytest.approx(2 / 3)


def test_a_miss_is_an_infinite_delay() -> None:
    found = one(measures.recall(measures.table_of(ROWS)))
    assert found["delay_median_hours"] == 20
    assert found["delay_p90_hours"] == np.inf


def test_what_changed_nothing_is_not_counted() -> None:
    table = measures.table_of([*ROWS, row("2", False, status="nothing_changed")])
    assert one(measures.recall(table))["cases"] == 4


@pytest.mark.parametrize(
    ("severity", "hours", "depth", "length"),
    [
        (0.1, 3, "below 15 %", "to 6 h"),
        (0.3, 24, "30-50 %", "1 day"),
        (1.0, 2000, "80 % and more", "90 days"),
        (9.0, 2161, "80 % and more", "longer"),
    ],
)
def test_classes_of_depth_and_length(severity: float, hours: int, depth: str, length: str) -> None:
    table = measures.table_of([row("1", True, severity=severity, hours=hours)])
    assert table["depth_class"].tolist() == [depth]
    assert table["length_class"].tolist() == [length]
    assert one(measures.recall(table, "length_class"))["length_class"] == length


def test_all_kinds_stand_together_and_in_the_catalogue_s_order() -> None:
    table = measures.table_of([row("1", False, fault_id="spike"), *ROWS])
    recall = measures.recall(table)
    assert recall["fault_id"].tolist() == ["constant_cut", "spike", measures.ALL]
    assert one(recall, measures.ALL)["recall"] == 0.6


def test_benign_changes_are_counted_apart() -> None:
    controls = [row(client, False, benign=True, fault_id="outage", raised=client == "1") for client in "1223"]
    table = measures.table_of([*[{**each, "raised": None} for each in ROWS], *controls])
    found = one(measures.benign(table), "outage")
    assert (found["cases"], found["raised"], found["share"]) == (4, 1, 0.25)
    assert one(measures.recall(table), measures.ALL)["cases"] == 4


def test_causes_say_how_often_what_was_said() -> None:
    said = [{**each, "kind": "level_down", "cause": "unknown"} for each in ROWS]
    table = measures.causes(measures.table_of(said))
    assert dict(zip(table["right"], table["cases"], strict=True)) == {True: 2, False: 1}
