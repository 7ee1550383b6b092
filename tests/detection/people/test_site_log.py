"""What an entry of the site log explains: consumption of its client, in its time and a little around it."""

import pandas as pd
import pytest

from tests.detection.test_runs import DAY, client
from vigia import frames
from vigia.detection.people.site_log import is_excused

ONSET = 60
HOUR = 1 / DAY


def excused(days: float, kind: str = "level_up", until: float | None = None, of: str = "1") -> bool:
    """Whether a finding that begins so many days after an entry is explained by it."""
    series = client()
    end = pd.NaT if until is None else series.at(round((ONSET + until) * DAY))
    entry = {"client_id": of, "from": series.at(ONSET * DAY), "to": end, "what": "Equipo nuevo"}
    log = frames.check("site_log", pd.DataFrame([entry]))
    return is_excused(series, round((ONSET + days) * DAY), kind, log)


@pytest.mark.parametrize(
    ("days", "kind", "explained"),
    [
        (5, "level_up", True),
        (9, "level_up", True),
        (9 + HOUR, "level_up", False),
        (20, "level_up", False),
        (20, "band_breach", True),
        (35, "band_breach", False),
    ],
)
def test_new_equipment_explains_levels_of_a_week_and_the_band_of_a_month(
    days: float, kind: str, explained: bool
) -> None:
    assert excused(days, kind) == explained


@pytest.mark.parametrize(
    ("days", "explained"), [(-2 - HOUR, False), (-2, True), (0, True), (14, True), (16, True), (16 + HOUR, False)]
)
def test_what_begins_from_two_days_before_an_entry_to_two_days_after_its_end_is_explained(
    days: float, explained: bool
) -> None:
    assert excused(days, until=14) == explained
    assert not excused(days, until=14, of="2")


@pytest.mark.parametrize("kind", ["voltage_sag", "missing_data", "clock_shift"])
def test_no_entry_explains_supply_or_readings_that_are_wrong(kind: str) -> None:
    assert not excused(1, kind, until=14)
