"""Clients, their readings with expectation and band, and their totals."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from serving import alerts, bodies, views
from serving.answers import known, model, position, send, stamp, stamp_of
from serving.routes.current import Current, Limit, Mode, When, time

router = APIRouter()


@router.get("/clients", response_model=bodies.ClientList)
def clients(
    release: Current,
    sector: str | None = None,
    q: str | None = None,
    sort: Literal["client", "energy", "wape", "events"] = "client",
    limit: Limit = 50,
    cursor: str | None = None,
) -> Response:
    """Clients with their model's error and what is at stake."""
    rows = [views.client_row(release, client) for client in release.clients.values()]
    rows = [row for row in rows if sector is None or row["sector"] == sector]
    words = (q or "").strip().lower()
    rows = [row for row in rows if words in f"{row['client_id']} {row['name']} {row['sector']}".lower()]
    order = {
        "energy": lambda row: -(row["energy_at_stake_kwh"] or 0.0),
        "wape": lambda row: -(row["wape_day"] or 0.0),
        "events": lambda row: -row["recent_events"],
    }
    if sort in order:
        rows.sort(key=order[sort])
    start = position(cursor)
    more = alerts.encode_cursor(start + limit) if start + limit < len(rows) else None
    return send({**stamp(release), "items": rows[start : start + limit], "next_cursor": more})


@router.get("/clients/{client_id}", response_model=bodies.ClientDetail)
def client(client_id: str, release: Current) -> Response:
    """One client with the problems of its data and its model card."""
    found = known(release, client_id)
    issues = release.issues[release.issues["client_id"] == client_id]
    return send(
        {
            **stamp(release),
            "client": views.client_row(release, found),
            "first_reading": found.readings["timestamp"].iloc[0],
            "issues": [alerts.plain(row) for row in issues.to_dict("records")],
            "card": found.card,
        }
    )


@router.get("/clients/{client_id}/card", response_model=bodies.Card)
async def card(client_id: str, release: Current) -> Response:
    """The model card."""
    found = known(release, client_id)
    return send({**stamp(release), "model": model(found), "card": found.card})


@router.get("/clients/{client_id}/series", response_model=bodies.Series)
def series(
    client_id: str,
    release: Current,
    start: When = None,
    end: When = None,
    resolution: Literal["auto", "hour", "day"] = "auto",
    points: Annotated[int, Query(ge=50, le=20_000)] = 2_000,
    mode: Mode = "past_only",
) -> Response:
    """All channels with expectation and band as columns, reduced by extremes to about `points`."""
    found = known(release, client_id)
    columns = views.series(release, found, time(start), time(end), resolution, points, mode)
    return send({**stamp_of(release, found), "client_id": client_id, "mode": mode, **columns})


@router.get("/clients/{client_id}/profile", response_model=bodies.Profile)
def profile(client_id: str, release: Current, start: When = None, end: When = None) -> Response:
    """Shape of the consumption of a time."""
    shape: dict[str, Any] = views.profile(release, known(release, client_id), time(start), time(end))
    return send({**stamp(release), "client_id": client_id, **shape})


@router.get("/summary", response_model=bodies.Summary)
def summary(release: Current, start: When = None, end: When = None, sector: str | None = None) -> Response:
    """Totals of a time by client and sector."""
    return send({**stamp(release), **views.summary(release, time(start), time(end), sector)})
