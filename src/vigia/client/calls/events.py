"""Events: what detection says."""

from vigia.client.answers import events as answers
from vigia.client.call import Call
from vigia.client.given import Time, maybe_time


def events(
    *,
    client_id: str | None = None,
    sector: str | None = None,
    state: str | None = None,
    class_: str | None = None,
    kind: str | None = None,
    stake: str | None = None,
    severity: str | None = None,
    mode: str = "past_only",
    start: Time | None = None,
    end: Time | None = None,
    assignee: str | None = None,
    sort: str = "severity",
    limit: int = 50,
    cursor: str | None = None,
) -> Call[answers.EventList]:
    """A page of events, one line a group, the most severe and costly first; values are those of `vocabulary`.

    Args:
        client_id: of this client alone.
        sector: of clients of this sector alone.
        state: of the alert that an event belongs to.
        class_: `consumption`, `supply`, `data` or `contract`.
        kind: such as `level_down`.
        stake: `missing`, `surplus`, `supply` or `data`.
        severity: `critical`, `high`, `medium` or `low`.
        mode: `past_only` or `two_sided`.
        start: those that last beyond it.
        end: those that begin before it.
        assignee: whose alert an event belongs to.
        sort: what comes first.
        limit: of rows, 1 to 500.
        cursor: `next_cursor` of the page before.
    """
    query = {
        "client_id": client_id, "sector": sector, "state": state, "class": class_, "kind": kind, "stake": stake,
        "severity": severity, "mode": mode, "start": maybe_time(start), "end": maybe_time(end), "assignee": assignee,
        "sort": sort, "limit": limit, "cursor": cursor,
    }  # fmt: skip
    return Call("GET", "/events", answers.EventList, query=query)


def event(event_id: str) -> Call[answers.EventDetail]:
    """One event with what speaks for and against it."""
    return Call("GET", "/events/{event_id}", answers.EventDetail, parts={"event_id": event_id})
