"""What events are worth by the tariff of their client, hour by hour: energy of the peak costs more."""

import numpy as np
import pandas as pd

from vigia.calendars.clock import on_the_wall
from vigia.contracts import Contracts, money_of
from vigia.extension import Extended
from vigia.release.reader import ClientRelease

SIGNS = {"missing": 1.0, "surplus": -1.0}
"""Energy that was not registered is owed to the distributor; what was registered beyond what was expected may be owed
to the client."""


def with_money(
    events: pd.DataFrame, found: Extended, stored: ClientRelease, contracts: Contracts, country: str
) -> pd.DataFrame:
    """Events with what is at stake in the currency of the tariff; where there is no tariff they stay as they are.

    Args:
        events: of the client, by the ids of their detection.
        found: what was extended of it.
        stored: its part of the release.
        contracts: what was agreed.
        country: whose public holidays have no peak.
    """
    attributes = stored.attributes
    terms = contracts.of(stored.client_id, attributes.get("tariff"), attributes.get("nominal_voltage_v"))
    tariff = contracts.tariff_of(terms)
    if tariff is None or events.empty:
        return events
    channels = found.found.event_channels
    dates = channels[channels["channel"] == "active"].set_index("event_id")
    hours, money = found.history.hours(), []
    wall = on_the_wall(pd.Series(hours.times), found.history.zone)
    missing = np.asarray(hours.of(found.expected - found.history.values), dtype=float)
    for event, stake in zip(events["event_id"], events["stake"], strict=True):
        if event not in dates.index or stake not in SIGNS:
            money.append(np.nan)
            continue
        start, end = dates.loc[event, ["start", "end"]]
        inside = np.asarray(hours.times >= start) & (np.asarray(hours.times < end) if pd.notna(end) else True)
        money.append(max(money_of(wall[inside], SIGNS[stake] * missing[inside], tariff, country), 0.0))
    known = pd.Series(money, index=events.index, dtype=float)
    worth = known.where(events["energy_at_stake_kwh"].notna())
    return events.assign(
        money_at_stake=worth, currency=[contracts.currency if pd.notna(each) else None for each in worth]
    )
