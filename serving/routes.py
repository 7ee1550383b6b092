"""The routes under `/v1`. Each takes the release once, so that it answers from one release from start to end."""

from datetime import datetime
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
from fastapi import Depends, FastAPI, HTTPException, Query
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from pydantic import AwareDatetime

from serving import alerts, bodies, forecasting, problems, scoring, views
from serving.store import Store
from vigia import __version__
from vigia.release import Release
from vigia.release.reader import ClientRelease

Mode = Literal["past_only", "two_sided"]
Limit = Annotated[int, Query(ge=1, le=500)]
When = Annotated[AwareDatetime | None, Query()]


def create_api(store: Store) -> FastAPI:
    """The application on a store; every route answers 503 until a release is loaded."""
    api = FastAPI(
        title="Vigía",
        version=__version__,
        description="Forecasts, thresholds and anomaly events of large electricity clients.",
        docs_url=None,
        redoc_url=None,
    )
    problems.install(api)

    def current() -> Release:
        release = store.release
        if release is None:
            raise HTTPException(503, store.error)
        return release

    Current = Annotated[Release, Depends(current)]
    _add_clients(api, Current)
    _add_models(api, Current)
    _add_events(api, Current)
    _add_docs(api)

    @api.get("/health", response_model=bodies.Health)
    def health(release: Current) -> dict[str, Any]:  # type: ignore[valid-type] # a type made at run time
        return {**_stamp(release), "status": "ok", "fleet": release.manifest["fleet"], "clients": len(release.clients)}

    return api


def _add_clients(api: FastAPI, Current: Any) -> None:
    @api.get("/clients", response_model=bodies.ClientList)
    def clients(
        release: Current,
        sector: str | None = None,
        q: str | None = None,
        sort: Literal["client", "energy", "wape", "events"] = "client",
        limit: Limit = 50,
        cursor: str | None = None,
    ) -> dict[str, Any]:
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
        start = _position(cursor)
        more = alerts.encode_cursor(start + limit) if start + limit < len(rows) else None
        return {**_stamp(release), "items": rows[start : start + limit], "next_cursor": more}

    @api.get("/clients/{client_id}", response_model=bodies.ClientDetail)
    def client(client_id: str, release: Current) -> dict[str, Any]:
        found = _client(release, client_id)
        issues = release.issues[release.issues["client_id"] == client_id]
        return {
            **_stamp(release),
            "client": views.client_row(release, found),
            "first_reading": found.readings["timestamp"].iloc[0],
            "issues": [alerts.plain(row) for row in issues.to_dict("records")],
            "card": found.card,
        }

    @api.get("/clients/{client_id}/card")
    def card(client_id: str, release: Current) -> dict[str, Any]:
        found = _client(release, client_id)
        return {**_stamp(release), "model": _model(found), "card": found.card}

    @api.get("/clients/{client_id}/series")
    def series(
        client_id: str,
        release: Current,
        start: When = None,
        end: When = None,
        resolution: Literal["auto", "hour", "day"] = "auto",
        points: Annotated[int, Query(ge=50, le=20_000)] = 2_000,
        mode: Mode = "past_only",
    ) -> dict[str, Any]:
        found = _client(release, client_id)
        columns = views.series(release, found, _time(start), _time(end), resolution, points, mode)
        return {**_answer(release, found), "client_id": client_id, "mode": mode, **columns}

    @api.get("/clients/{client_id}/profile", response_model=bodies.Profile)
    def profile(client_id: str, release: Current, start: When = None, end: When = None) -> dict[str, Any]:
        found = _client(release, client_id)
        shape = views.profile(release, found, _time(start), _time(end))
        return {**_stamp(release), "client_id": client_id, **shape}

    @api.get("/summary", response_model=bodies.Summary)
    def summary(release: Current, start: When = None, end: When = None, sector: str | None = None) -> dict[str, Any]:
        return {**_stamp(release), **views.summary(release, _time(start), _time(end), sector)}


def _add_models(api: FastAPI, Current: Any) -> None:
    @api.post("/forecast")
    def forecast(request: bodies.ForecastRequest, release: Current) -> dict[str, Any]:
        return {**_forecast(request, release, _client(release, request.client_id))}

    @api.post("/thresholds")
    def thresholds(request: bodies.ThresholdsRequest, release: Current) -> dict[str, Any]:
        found = _client(release, request.client_id)
        if request.end <= request.start:
            raise HTTPException(422, "end: must be after start")
        mine = found.bands[
            (found.bands["mode"] == "past_only")
            & (found.bands["resolution"] == request.resolution)
            & np.isclose(found.bands["level"], request.level)
            & (found.bands["timestamp"] >= pd.Timestamp(request.start))
            & (found.bands["timestamp"] < pd.Timestamp(request.end))
        ]
        limits = [forecasting.rounded(mine[side]) for side in ("lower_kwh", "upper_kwh")]
        points = [
            {"timestamp": when.isoformat(), "lower_kwh": lower, "upper_kwh": upper}
            for when, lower, upper in zip(mine["timestamp"], *limits, strict=True)
        ]
        points += _future_thresholds(request, found, after=found.bands["timestamp"].max())
        coverage = found.card["test"][found.card["family"]].get(
            f"coverage_{round(100 * request.level)}_{request.resolution}"
        )
        return {
            **_answer(release, found),
            "client_id": request.client_id,
            "level": request.level,
            "resolution": request.resolution,
            "calibration": "split conformal, past-only, by client and hour group, asymmetric",
            "measured_coverage": coverage,
            "points": points,
        }

    @api.post("/detect")
    def detect(request: bodies.DetectRequest, release: Current) -> dict[str, Any]:
        result = scoring.score(release, request.client_id, request.readings)
        found = release.clients.get(request.client_id)
        head = _answer(release, found) if found else {**_stamp(release), "model": None, "quality": ["model_free"]}
        return {**head, **result}


def _add_events(api: FastAPI, Current: Any) -> None:
    @api.get("/events", response_model=bodies.EventList)
    def events(
        release: Current,
        client_id: str | None = None,
        sector: str | None = None,
        state: Literal["new", "in_review", "confirmed", "dismissed", "missed", "closed"] | None = None,
        class_: Annotated[Literal["consumption", "supply", "data", "contract"] | None, Query(alias="class")] = None,
        kind: str | None = None,
        stake: Literal["missing", "surplus", "supply", "data"] | None = None,
        severity: Literal["critical", "high", "medium", "low"] | None = None,
        mode: Mode = "past_only",
        start: When = None,
        end: When = None,
        assignee: str | None = None,
        sort: Literal["severity", "start", "energy"] = "severity",
        limit: Limit = 50,
        cursor: str | None = None,
    ) -> dict[str, Any]:
        filters = {
            "client_id": client_id,
            "sector": sector,
            "state": state if assignee is None else "assigned",
            "class": class_,
            "kind": kind,
            "stake": stake,
            "severity": severity,
            "mode": mode,
            "start": _time(start),
            "end": _time(end),
            "sort": sort,
        }
        _position(cursor)
        return {**_stamp(release), **alerts.listing(release, filters, limit, cursor)}

    @api.get("/events/{event_id}", response_model=bodies.EventDetail)
    def event(event_id: str, release: Current) -> dict[str, Any]:
        found = alerts.detail(release, event_id)
        if found is None:
            raise HTTPException(404, f"no event {event_id}")
        return {**_stamp(release), **found}


def _add_docs(api: FastAPI) -> None:
    @api.get("/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        """Swagger UI from the files that BentoML carries and serves itself: nothing is loaded from outside."""
        assets = "/static_content/swagger-ui"
        return get_swagger_ui_html(
            openapi_url="openapi.json",
            title="Vigía API",
            swagger_js_url=f"{assets}-bundle.js",
            swagger_css_url=f"{assets}.css",
            swagger_favicon_url="data:,",
        )


def _forecast(request: bodies.ForecastRequest, release: Release, client: ClientRelease) -> dict[str, Any]:
    history = None
    if request.readings:
        posted = scoring.frame_of(request.readings, client.client_id, release.manifest["timezone"])
        history = forecasting.extended(client, posted, release.manifest["country"])
        if request.basis == "normal":
            mask = release.mask[(release.mask["client_id"] == client.client_id) & (release.mask["mode"] == "past_only")]
            history = history.normal(mask)
    base = history or client.measured
    midnight = base.midnight(forecasting.first_day(base))
    open_from = midnight + pd.Timedelta(hours=forecasting.first_open_hour(base))
    start = max(pd.Timestamp(request.start).tz_convert(base.zone) if request.start else open_from, open_from)
    first = int((start - midnight) / pd.Timedelta(hours=1))
    last = first + request.horizon_hours
    if last > 24 * forecasting.MAX_DAYS:
        raise HTTPException(
            422, f"horizon_hours: ends {last} hours after {midnight.isoformat()}, at most 168 are forecast"
        )
    issued = forecasting.issue(client, request.basis, request.level, -(-last // 24), history)
    name = "expected_kwh" if request.basis == "normal" else "forecast_kwh"
    columns = [forecasting.rounded(part.ravel()[first:last]) for part in (issued.values, issued.lower, issued.upper)]
    points = [
        {"timestamp": when.isoformat(), name: value, "lower_kwh": low, "upper_kwh": high}
        for when, value, low, high in zip(issued.times[first:last], *columns, strict=True)
    ]
    whole = range(-(-first // 24), last // 24)
    totals = [forecasting.rounded(part) for part in (issued.values.sum(axis=1), issued.day_lower, issued.day_upper)]
    days = [
        {
            "timestamp": issued.times[24 * day].isoformat(),
            name: totals[0][day],
            "lower_kwh": totals[1][day],
            "upper_kwh": totals[2][day],
        }
        for day in whole
    ]
    return {
        **_answer(release, client),
        "client_id": client.client_id,
        "issued_at": issued.issued_at.isoformat(),
        "basis": request.basis,
        "level": request.level,
        "points": points,
        "days": days,
    }


def _future_thresholds(
    request: bodies.ThresholdsRequest, client: ClientRelease, after: pd.Timestamp
) -> list[dict[str, Any]]:
    """Bands of hours or days that are not stored yet, as far as seven days reach."""
    if pd.Timestamp(request.end) <= after:
        return []
    issued = forecasting.issue(client, "normal", request.level, forecasting.MAX_DAYS)
    times = issued.times if request.resolution == "hour" else issued.times[::24]
    lower = issued.lower.ravel() if request.resolution == "hour" else issued.day_lower
    upper = issued.upper.ravel() if request.resolution == "hour" else issued.day_upper
    wanted = (times > after) & (times >= pd.Timestamp(request.start)) & (times < pd.Timestamp(request.end))
    columns = (forecasting.rounded(lower[wanted]), forecasting.rounded(upper[wanted]))
    return [
        {"timestamp": when.isoformat(), "lower_kwh": low, "upper_kwh": high}
        for when, low, high in zip(times[wanted], *columns, strict=True)
    ]


def _stamp(release: Release) -> dict[str, Any]:
    return {"release": release.digest, "data_until": release.manifest["data_until"]}


def _answer(release: Release, client: ClientRelease) -> dict[str, Any]:
    if "quality" not in client.cache:
        codes = release.issues.loc[release.issues["client_id"] == client.client_id, "code"]
        client.cache["quality"] = sorted(set(codes))
    return {**_stamp(release), "model": _model(client), "quality": client.cache["quality"]}


def _model(client: ClientRelease) -> dict[str, Any]:
    version = client.version
    return {"family": client.model.family, "version": version.get("version"), "run_id": version.get("run_id")}


def _client(release: Release, client_id: str) -> ClientRelease:
    if client_id not in release.clients:
        raise HTTPException(404, f"no client {client_id}")
    return release.clients[client_id]


def _position(cursor: str | None) -> int:
    try:
        return alerts.decode_cursor(cursor)
    except ValueError as error:
        raise HTTPException(422, f"cursor: {error}") from error


def _time(when: datetime | None) -> pd.Timestamp | None:
    return None if when is None else pd.Timestamp(when)
