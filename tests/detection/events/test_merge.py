"""Which findings are one event: those of a class that begin near each other, or go on in the same channel."""

import pytest

from vigia.detection.events.merge import Event, merge
from vigia.detection.finding import Finding

START, WEEK = 24 * 100, 24 * 7
WAIT = 72


def part(
    kind: str, start: int, stop: int, channel: str = "active", sign: int = -1, alert: int | None = None, **more: bool
) -> Finding:
    """Known a day after it began unless said otherwise, and its end when it ended."""
    return Finding(channel, kind, start, stop, start + 24 if alert is None else alert, stop, sign, 1.0, **more)


def events(*found: Finding) -> list[Event]:
    return merge(list(found), join_days=7, wait_hours=WAIT)


FIRST = part("level_down", START, START + 60 * 24)


@pytest.mark.parametrize(("apart", "count"), [(0, 1), (WEEK, 1), (WEEK + 1, 2)])
def test_channels_that_leave_within_a_week_are_one_event(apart: int, count: int) -> None:
    other = part("reactive_shift", START + apart, START + 60 * 24, "reactive")
    assert len(events(FIRST, other)) == len(events(other, FIRST)) == count


@pytest.mark.parametrize(("late", "count"), [(0, 1), (WAIT, 1), (WAIT + 1, 2)])
def test_what_is_known_only_after_an_event_was_over_for_the_wait_is_another(late: int, count: int) -> None:
    brief = part("level_down", START, START + 48)
    other = part("reactive_shift", START + 30, START + 200, "reactive", alert=START + 48 + late)
    assert len(events(brief, other)) == count


@pytest.mark.parametrize(("later", "count"), [(WAIT, 1), (WAIT + 1, 2)])
def test_the_same_channel_that_is_away_again_within_the_wait_goes_on(later: int, count: int) -> None:
    stop = START + 20 * 24
    before = part("level_down", START, stop)
    again = part("level_down", stop + later, stop + later + 240, alert=stop + later)
    assert len(events(before, again)) == count


def test_classes_are_never_one_event() -> None:
    sag = part("voltage_sag", START, START + 240, "voltage_fa")
    gap = part("missing_data", START, START + 40, sign=0)
    assert sorted(event.kind for event in events(FIRST, sag, gap)) == ["level_down", "missing_data", "voltage_sag"]


@pytest.mark.parametrize(("sign", "count"), [(-1, 1), (1, 2)])
def test_too_much_voltage_is_another_event_than_too_little(sign: int, count: int) -> None:
    sag = part("voltage_sag", START, START + 240, "voltage_fa")
    other = part("voltage_sag" if sign < 0 else "voltage_swell", START + 5, START + 240, "voltage_fc", sign)
    assert len(events(sag, other)) == count


@pytest.mark.parametrize(("later", "count"), [(5, 1), (20, 2)])
def test_a_further_step_long_after_the_first_is_an_event_of_its_own(later: int, count: int) -> None:
    step = part("level_down", START + later * 24, START + 60 * 24, deeper=True)
    assert len(events(FIRST, step)) == count


def test_what_is_brief_does_not_name_the_event() -> None:
    (event,) = events(FIRST, part("zero_run", START + 24, START + 36))
    assert event.kind == "level_down"
    (event,) = events(FIRST, part("zero_run", START + 24, START + 20 * 24))
    assert event.kind == "zero_run"
