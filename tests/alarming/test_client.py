"""When a client is in alarm."""

import pandas as pd
import pytest

from tests.support.event_rows import event_rows
from tests.support.zone import ZONE
from vigia.alarming import client_alarm
from vigia.config.sections.alarm import AlarmParams

UNTIL = pd.Timestamp("2024-06-30 16:00", tz=ZONE)
RULE = AlarmParams()


def alerted(day: str, **more: object) -> dict[str, object]:
    return {"first_alert_at": day, "start": day, "end": "2024-06-29", **more}


def test_the_rule_as_it_is_published_is_thirty_days_and_three_events() -> None:
    assert (RULE.recent_days, RULE.recent_events) == (30, 3)


@pytest.mark.parametrize(("count", "active"), [(0, False), (2, False), (3, True), (4, True)])
def test_three_recent_events_put_a_client_in_alarm(count: int, active: bool) -> None:
    events = event_rows(*[alerted("2024-06-10")] * 4).iloc[:count]
    alarm = client_alarm(events, UNTIL, RULE)
    assert (alarm.recent_events, alarm.active) == (count, active)


def test_an_event_is_recent_for_thirty_days_after_its_first_alert() -> None:
    days = ("2024-05-30", "2024-05-31", "2024-06-01")
    events = event_rows(*[alerted(day, event_id=day) for day in days])
    assert client_alarm(events, UNTIL, RULE).recent_events == 1
    assert client_alarm(events, pd.Timestamp("2024-06-30", tz=ZONE) - pd.Timedelta("1us"), RULE).recent_events == 2
    assert client_alarm(events, UNTIL, AlarmParams(recent_days=32)).recent_events == 3


def test_one_critical_event_is_enough_while_it_is_recent() -> None:
    assert client_alarm(event_rows(alerted("2024-06-10", severity="critical")), UNTIL, RULE).active
    assert not client_alarm(event_rows(alerted("2024-06-10", severity="high")), UNTIL, RULE).active
    assert not client_alarm(event_rows(alerted("2024-05-10", severity="critical")), UNTIL, RULE).active


def test_an_open_event_counts_however_old_it_is() -> None:
    alarm = client_alarm(event_rows(alerted("2023-01-10", end=None, severity="critical")), UNTIL, RULE)
    assert (alarm.active, alarm.open_events, alarm.recent_events) == (True, 1, 1)


def test_a_group_counts_once_but_all_that_is_at_stake_adds_up() -> None:
    grouped = [alerted("2024-06-10", group_id="g", end=None, energy_at_stake_kwh=10.0 * n) for n in (1, 2, 3)]
    alarm = client_alarm(event_rows(*grouped), UNTIL, RULE)
    assert (alarm.open_events, alarm.recent_events, alarm.active) == (1, 1, False)
    assert alarm.energy_at_stake_kwh == 60
    assert alarm.money_at_stake is None


def test_contracts_and_what_was_only_known_afterwards_do_not_alarm() -> None:
    events = event_rows(
        alerted("2024-06-10", severity="critical", **{"class": "contract"}),
        alerted("2024-06-10", severity="critical", mode="two_sided"),
    )
    assert client_alarm(events, UNTIL, RULE) == client_alarm(events.iloc[:0], UNTIL, RULE)


def test_other_parameters_are_obeyed() -> None:
    events = event_rows(alerted("2024-06-28"), alerted("2024-06-20"))
    assert client_alarm(events, UNTIL, AlarmParams(recent_events=2)).active
    assert not client_alarm(events, UNTIL, AlarmParams(recent_events=2, recent_days=5)).active
