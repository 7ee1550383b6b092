"""From what was found to alerts: raised, gone on, ended, withdrawn. What people made of them is not touched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pandas as pd

from vigia.alarming.matching import Incident, KnownAlert, incidents_of, match
from vigia.store.alerts import Alert, Change, Facts

ACTOR = "vigia daily"


@dataclass(frozen=True)
class Followed:
    """What is to be recorded.

    Attributes:
        raised: new alerts.
        changed: alerts with other facts.
        changes: rows of the history of both.
    """

    raised: tuple[Alert, ...]
    changed: tuple[Alert, ...]
    changes: tuple[Change, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How often what happened."""
        kinds = [each.what for each in self.changes]
        return {what: kinds.count(what) for what in ("raised", "ended", "resumed", "withdrawn", "returned", "merged")}


def follow(known: Sequence[Alert], events: pd.DataFrame, release: str, now: datetime) -> Followed:
    """What becomes of alerts, now that detection says this.

    Args:
        known: all alerts, in the order in which they were raised; those recorded by hand are left alone.
        events: past-only rows of table `events` of all clients.
        release: digest of the release that says so.
        now: time of the run.
    """
    detected = {each.id: each for each in known if each.release is not None}
    matched = match(incidents_of(events), known_alerts(known))
    raised = tuple(_raised(incident, release, now) for incident in matched.fresh)
    changes = [Change(each.id, now, ACTOR, "raised", after=each.facts.severity) for each in raised]
    changed = []
    for alert in detected.values():
        if alert.id in matched.going_on:
            after, told = _gone_on(alert, facts_of(matched.going_on[alert.id]), now)
        else:
            after, told = _withdrawn(alert, matched.merged.get(alert.id), now)
        changes += told
        if after != alert:
            changed.append(after)
    return Followed(raised, tuple(changed), tuple(changes))


def known_alerts(alerts: Sequence[Alert]) -> list[KnownAlert]:
    """What of alerts decides which incidents they are; those recorded by hand are none of detection's."""
    return [_known(each) for each in alerts if each.release is not None]


def facts_of(incident: Incident) -> Facts:
    """What detection says of an incident, as an alert keeps it: the gravest event speaks."""
    row = {name: _plain(value) for name, value in incident.leading.items()}
    leading = str(row["event_id"])
    names = {name: name.rstrip("_") for name in Facts.__dataclass_fields__}
    facts = {name: row[column] for name, column in names.items() if column in row}
    events = (leading, *(event for event in incident.events if event != leading))
    return Facts(**facts, clients=incident.clients, events=events)


def _known(alert: Alert) -> KnownAlert:
    facts = alert.facts
    end = None if facts.end is None else pd.Timestamp(facts.end)
    return KnownAlert(alert.id, facts.events, facts.client_id, facts.class_, pd.Timestamp(facts.start), end)


def _raised(incident: Incident, release: str, now: datetime) -> Alert:
    facts = facts_of(incident)
    ended = None if facts.end is None else now
    return Alert(incident.events[0], 1, facts, release, now, "new", now, ended_at=ended)


def _gone_on(alert: Alert, facts: Facts, now: datetime) -> tuple[Alert, list[Change]]:
    before, told = alert.facts, []
    after = replace(alert, facts=facts, withdrawn_at=None, merged_into=None)

    def tell(what: str, was: object = None, becomes: object = None) -> None:
        told.append(Change(alert.id, now, ACTOR, what, _text(was), _text(becomes)))

    if not alert.there:
        tell("returned")
    if facts.severity != before.severity:
        tell("severity", before.severity, facts.severity)
    if before.end is None and facts.end is not None:
        tell("ended", None, facts.end)
        after = replace(after, ended_at=now)
    elif before.end is not None and facts.end is None:
        tell("resumed", before.end, None)
        after = replace(after, ended_at=None)
    return after, told


def _withdrawn(alert: Alert, into: str | None, now: datetime) -> tuple[Alert, list[Change]]:
    if not alert.there and alert.merged_into == into:
        return alert, []
    what = "withdrawn" if into is None else "merged"
    after = replace(alert, withdrawn_at=alert.withdrawn_at or now, merged_into=into)
    return after, [Change(alert.id, now, ACTOR, what, after=into)]


def _text(value: object) -> str | None:
    if value is None:
        return None
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _plain(value: Any) -> Any:
    """A value of a table as the store takes it."""
    if isinstance(value, Mapping | tuple | list) or value is None or not pd.isna(value):
        return value.to_pydatetime() if isinstance(value, pd.Timestamp) else value
    return None
