"""Incidents: events that have one cause are one alert, and go on under one id for as long as they last.

An event that continues keeps its id, and so does its alert. A release that was made anew may date an event a little
differently and give it another id: then it is the known one of the same client and class that it overlaps. What two
alerts were raised for may turn out to be one incident: the one that was raised first goes on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from vigia.alarming.kept_ids import continued
from vigia.alarming.worklist import incident_of, incidents


@dataclass(frozen=True)
class Incident:
    """Events that are one matter.

    Attributes:
        leading: the row of the gravest event.
        events: ids of all, in the order in which they were known.
        clients: of all, without repetition, in the same order.
    """

    leading: Mapping[str, object]
    events: tuple[str, ...]
    clients: tuple[str, ...]


@dataclass(frozen=True)
class Matched:
    """What of known alerts goes on.

    Attributes:
        going_on: alert id to the incident that it is now.
        fresh: incidents that no alert was raised for; the first event of each gives the id.
        merged: alert id to the alert that its events are part of now.
        gone: alerts of which no event is found any more.
    """

    going_on: Mapping[str, Incident]
    fresh: tuple[Incident, ...]
    merged: Mapping[str, str]
    gone: tuple[str, ...]


@dataclass(frozen=True)
class KnownAlert:
    """What of an alert decides which incident it is; in the order in which alerts were raised."""

    id: str
    events: tuple[str, ...]
    client_id: str
    class_: str
    start: pd.Timestamp
    end: pd.Timestamp | None


def incidents_of(events: pd.DataFrame) -> list[Incident]:
    """Past-only rows of table `events` as incidents, in the order in which they were known."""
    if events.empty:
        return []
    known = events.sort_values(["first_alert_at", "event_id"], kind="stable")
    members = {
        str(name): (tuple(rows["event_id"].astype(str)), tuple(dict.fromkeys(rows["client_id"].astype(str))))
        for name, rows in known.groupby(incident_of(known), sort=False)
    }
    leading = incidents(known)
    rows = {str(name): row for name, row in zip(incident_of(leading), leading.to_dict("records"), strict=True)}
    return [Incident({str(k): v for k, v in rows[name].items()}, *members[name]) for name in members]


def match(found: Sequence[Incident], known: Sequence[KnownAlert]) -> Matched:
    """Which alert each incident is.

    Args:
        found: all incidents of now.
        known: alerts that detection raised, in the order in which they were raised.
    """
    owner = {event: alert.id for alert in reversed(known) for event in (*alert.events, alert.id)}
    order = {alert.id: place for place, alert in enumerate(known)}
    claims = {place: {owner[e] for e in each.events if e in owner} for place, each in enumerate(found)}
    claimed = set().union(*claims.values()) if claims else set()
    for place, alert in _overlapping(found, claims, [each for each in known if each.id not in claimed]).items():
        claims[place] = {alert}
    going_on: dict[str, Incident] = {}
    merged: dict[str, str] = {}
    fresh = []
    for place, incident in enumerate(found):
        used = going_on.keys() | merged.keys()
        mine = sorted(claims[place] - used, key=order.__getitem__)
        mine = mine or [event for event in incident.events if event in order and event not in used][:1]
        if not mine:
            fresh.append(incident)
            continue
        going_on[mine[0]] = incident
        merged |= dict.fromkeys(mine[1:], mine[0])
    gone = tuple(each.id for each in known if each.id not in going_on and each.id not in merged)
    return Matched(going_on, tuple(fresh), merged, gone)


def _overlapping(
    found: Sequence[Incident], claims: Mapping[int, set[str]], known: Sequence[KnownAlert]
) -> dict[int, str]:
    """Of incidents that no id leads to, the alerts without a found event that they overlap."""
    loose = [place for place in claims if not claims[place]]
    if not loose or not known:
        return {}
    columns = ["client_id", "class", "start", "end"]
    rows = [{"event_id": str(place), **{name: found[place].leading[name] for name in columns}} for place in loose]
    before = [
        {"event_id": each.id, "client_id": each.client_id, "class": each.class_, "start": each.start, "end": each.end}
        for each in known
    ]
    new, old = (_times(pd.DataFrame(part).assign(mode="past_only")) for part in (rows, before))
    return {int(place): alert for place, alert in continued(new, old).items()}


def _times(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(**{name: pd.to_datetime(table[name], utc=True) for name in ("start", "end")})
