"""The alarm of a client: whether its events of late, taken together, call for attention."""

from dataclasses import dataclass

import pandas as pd

from vigia.alarming.worklist import incident_of
from vigia.config.sections.alarm import AlarmParams


@dataclass(frozen=True)
class ClientAlarm:
    """What is on at a client.

    Attributes:
        active: a critical event is recent, or as many as the parameters say.
        open_events: events without an end, one a group.
        recent_events: events that are open or were first alerted of late, one a group.
        energy_at_stake_kwh: of the recent ones, members of groups included; None where no event says one.
        money_at_stake: the same in the currency of the tariffs.
    """

    active: bool
    open_events: int
    recent_events: int
    energy_at_stake_kwh: float | None
    money_at_stake: float | None


def client_alarm(events: pd.DataFrame, data_until: pd.Timestamp, params: AlarmParams) -> ClientAlarm:
    """The alarm of the client whose rows of table `events` these are, as it was known at `data_until`.

    Only past-only events count, and none of contracts: those are matters of the bill.
    """
    known = events[(events["mode"] == "past_only") & (events["class"] != "contract")]
    is_open = known["end"].isna()
    recent = known[is_open | (known["first_alert_at"] > data_until - pd.Timedelta(days=params.recent_days))]
    count = int(incident_of(recent).nunique())
    return ClientAlarm(
        active=bool((recent["severity"] == "critical").any()) or count >= params.recent_events,
        open_events=int(incident_of(known[is_open]).nunique()),
        recent_events=count,
        energy_at_stake_kwh=_total(recent["energy_at_stake_kwh"]),
        money_at_stake=_total(recent["money_at_stake"]),
    )


def _total(values: pd.Series) -> float | None:
    return float(values.sum()) if values.notna().any() else None
