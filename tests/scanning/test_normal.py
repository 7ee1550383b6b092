"""What an event is compared with: the normal weeks before it, and where the whole history is known those after it."""

import pandas as pd
import pytest

from tests.support.plain_clients import changed, plain
from vigia.scanning import scan

CUT, BACK = 100, 110


def expected(readings: pd.DataFrame, mode: str) -> float:
    """What was expected of the hours of the cut, over what they would be at a level of one."""
    found = scan(readings, modes=(mode,), scores=False).events
    near = found[(found["start"] - readings["timestamp"][24 * CUT]).abs() < pd.Timedelta(days=2)]
    (event,) = near.to_dict("records")
    assert event["kind"] == "level_down"
    usual = plain("1").set_index("timestamp")["active_energy_kwh"]
    return float(event["expected_kwh"] / usual[event["start"] : event["end"]].iloc[:-1].sum())


def cut(before: float, after: float) -> pd.DataFrame:
    """A client that is at two fifths of its level for ten days, and on another level after them than before."""
    readings = changed(changed(plain("1"), 0, CUT, before), BACK, 200, after)
    return changed(readings, CUT, BACK, 0.4)


@pytest.mark.parametrize(("before", "after"), [(1.0, 1.08), (1.08, 1.0)], ids=["more after it", "less after it"])
def test_with_the_whole_history_known_the_weeks_on_both_sides_count_alike(before: float, after: float) -> None:
    assert expected(cut(before, after), "two_sided") == pytest.approx((before + after) / 2, rel=0.01)
    assert expected(cut(before, after), "past_only") == pytest.approx(before, rel=0.01)


def test_hours_of_an_event_are_nobody_s_normal_weeks() -> None:
    """Of the four weeks before the second event the first took most."""
    readings = changed(cut(1.0, 1.0), CUT - 25, CUT - 4, 0.4)
    assert expected(readings, "past_only") == pytest.approx(1.0, rel=0.01)
    assert expected(readings, "two_sided") == pytest.approx(1.0, rel=0.01)
