"""Pure functions from a release to answers: clients, series, profile, summary."""

from typing import Any

import numpy as np
import pandas as pd

from serving.forecasting import rounded
from vigia.detection.detect import is_anomaly
from vigia.frames import CHANNEL_COLUMNS
from vigia.release import Release
from vigia.release.reader import ClientRelease

NEW_DAYS = 30
ALERT_EVENTS = 3
BAND_LEVEL = 0.95
PEAK_HOURS = 4
COLUMNS = (
    "actual_kwh",
    "expected_kwh",
    "lower_kwh",
    "upper_kwh",
    "reactive_energy_kvarh",
    "voltage_fa_v",
    "voltage_fc_v",
)


def client_row(release: Release, client: ClientRelease) -> dict[str, Any]:
    """A line of the list of clients."""
    if "row" not in client.cache:
        client.cache["row"] = _client_row(release, client)
    row: dict[str, Any] = client.cache["row"]
    return row


def _client_row(release: Release, client: ClientRelease) -> dict[str, Any]:
    events = release.events
    mine = events[(events["client_id"] == client.client_id) & (events["mode"] == "past_only")]
    mine = mine[mine["class"].isin(["consumption", "supply", "data"])]
    new = mine["first_alert_at"] > release.data_until - pd.Timedelta(days=NEW_DAYS)
    recent = mine[mine["end"].isna() | new]
    lines = recent["group_id"].fillna(recent["event_id"])
    scores = client.card["test"].get(client.card["family"], {})
    open_events = mine[mine["end"].isna()]
    return {
        "client_id": client.client_id,
        "name": client.attributes["name"],
        "sector": client.attributes["sector"],
        "family": client.card["family"],
        "wape_day": scores.get("wape_day"),
        "mape_day": scores.get("mape_day"),
        "coverage_95": scores.get("coverage_95_hour"),
        "last_reading": client.readings["timestamp"].iloc[-1],
        "open_events": int((open_events["group_id"].fillna(open_events["event_id"])).nunique()),
        "recent_events": int(lines.nunique()),
        "alert": bool((recent["severity"] == "critical").any() or lines.nunique() >= ALERT_EVENTS),
        "energy_at_stake_kwh": _total(recent["energy_at_stake_kwh"]),
        "money_at_stake": _total(recent["money_at_stake"]),
    }


def series(
    release: Release,
    client: ClientRelease,
    start: pd.Timestamp | None,
    end: pd.Timestamp | None,
    resolution: str,
    points: int,
    mode: str,
) -> dict[str, Any]:
    """Columns of a time, by hour or day, reduced by extremes to about `points`."""
    table = _hours(release, client, mode)
    first = 0 if start is None else int(np.searchsorted(table["stamp"], start.value // 1000))
    last = len(table["stamp"]) if end is None else int(np.searchsorted(table["stamp"], end.value // 1000))
    resolution = "hour" if resolution == "auto" else resolution
    if resolution == "day":
        table, first, last = _days(release, client, mode), first // 24, -(-last // 24)
    cut = {name: values[first:last] for name, values in table.items()}
    kept = reduce_by_extremes([cut[name] for name in COLUMNS], cut["is_anomaly"], points)
    chosen = {name: values[kept] for name, values in cut.items()}
    stamps = pd.DatetimeIndex(chosen.pop("stamp").astype("datetime64[us]"), tz="UTC")
    local = stamps.tz_convert(client.measured.zone)
    return {
        "resolution": resolution,
        "reduced": bool(len(kept) < last - first),
        "timestamp": iso_texts(local),
        "is_anomaly": chosen.pop("is_anomaly"),
        **{name: np.round(chosen[name], 6) for name in COLUMNS},
    }


def iso_texts(times: pd.DatetimeIndex) -> list[str]:
    """Local times as ISO 8601 with their offset, a hundred times as fast as one by one.

    >>> iso_texts(pd.DatetimeIndex(["2024-03-05 07:00"], tz="America/Lima"))
    ['2024-03-05T07:00:00-05:00']
    """
    wall = times.tz_localize(None).as_unit("s")
    minutes = ((wall.asi8 - times.as_unit("s").asi8) // 60).astype(int)
    signs = {int(m): f"{'-' if m < 0 else '+'}{abs(m) // 60:02d}:{abs(m) % 60:02d}" for m in np.unique(minutes)}
    texts = np.datetime_as_string(wall.to_numpy(), unit="s").tolist()
    return [text + signs[offset] for text, offset in zip(texts, minutes.tolist(), strict=True)]


def reduce_by_extremes(columns: list[np.ndarray], flags: np.ndarray, points: int) -> np.ndarray:
    """Rows to keep so that no peak, dip or flagged stretch disappears: in each bucket the extremes of each column.

    Buckets are made so that about `points` rows stay; with fewer rows than that all stay.
    """
    rows = len(flags)
    if rows <= points:
        return np.arange(rows)
    known = [column for column in columns if np.isfinite(column).any()]
    buckets = max(1, points // (2 * len(known) + 2))
    size = -(-rows // buckets)
    padded = size * -(-rows // size)
    kept = [np.arange(0, rows, size), np.array([rows - 1])]
    for column in [*known, flags.astype(float)]:
        for fill, pick in ((np.inf, np.argmin), (-np.inf, np.argmax)):
            filled = np.full(padded, fill)
            filled[:rows] = np.where(np.isfinite(column), column, fill)
            grid = filled.reshape(-1, size)
            found = pick(grid, axis=1) + np.arange(len(grid)) * size
            kept.append(found[found < rows])
    return np.unique(np.concatenate(kept))


def profile(
    release: Release, client: ClientRelease, start: pd.Timestamp | None, end: pd.Timestamp | None
) -> dict[str, Any]:
    """Shape of a time: by weekday and hour, months as box plots, the four hours with most consumption."""
    days = _day_slice(client, start, end)
    values = client.measured.values[days]
    weekday = (np.arange(client.measured.days)[days] + client.measured.first_day.weekday()) % 7
    grid = [rounded(_nanmean(values[weekday == day])) for day in range(7)]
    mean = _nanmean(values)
    windows = np.array([np.take(mean, range(hour, hour + PEAK_HOURS), mode="wrap").sum() for hour in range(24)])
    known = bool(np.isfinite(windows).any()) and float(np.nansum(mean)) > 0
    table = _hours(release, client, "past_only")
    hours = slice(days.start * 24, days.stop * 24)
    return {
        "mean_by_weekday_and_hour_kwh": grid,
        "months": _months(client, days),
        "peak_band_start_hour": int(np.nanargmax(windows)) if known else None,
        "peak_band_share": float(np.nanmax(windows) / np.nansum(mean)) if known else None,
        "total_kwh": float(np.nansum(values)),
        "anomalous_hours": int((table["is_anomaly"][hours] & np.isfinite(table["actual_kwh"][hours])).sum()),
    }


def summary(
    release: Release, start: pd.Timestamp | None, end: pd.Timestamp | None, sector: str | None
) -> dict[str, Any]:
    """Totals of a time by client, ranked, and by sector; growth against the same days of the year before."""
    rows = []
    for client in release.clients.values():
        if sector is not None and client.attributes["sector"] != sector:
            continue
        days = _day_slice(client, start, end)
        total = float(np.nansum(client.measured.values[days]))
        before = slice(days.start - 364, days.stop - 364)
        former = float(np.nansum(client.measured.values[before])) if before.start >= 0 else float("nan")
        flagged = _hours(release, client, "past_only")["is_anomaly"][days.start * 24 : days.stop * 24]
        rows.append(
            {
                "client_id": client.client_id,
                "name": client.attributes["name"],
                "sector": client.attributes["sector"],
                "total_kwh": total,
                "growth_year": (total - former) / former if former > 0 else None,
                "anomalous_hours": int(flagged.sum()),
            }
        )
    rows.sort(key=lambda row: -row["total_kwh"])
    sectors: dict[str, dict[str, Any]] = {}
    for rank, row in enumerate(rows, start=1):
        row["rank"] = rank
        name = row["sector"] or ""
        entry = sectors.setdefault(
            name, {"sector": row["sector"], "total_kwh": 0.0, "clients": 0, "anomalous_hours": 0}
        )
        entry["total_kwh"] += row["total_kwh"]
        entry["clients"] += 1
        entry["anomalous_hours"] += row["anomalous_hours"]
    return {"clients": rows, "sectors": sorted(sectors.values(), key=lambda entry: -entry["total_kwh"])}


def _hours(release: Release, client: ClientRelease, mode: str) -> dict[str, np.ndarray]:
    """All hourly columns of a client and mode, arranged once; `stamp` in microseconds since 1970."""
    if ("hours", mode) not in client.cache:
        history = client.measured
        stamps = history.timestamps()
        band = client.bands[(client.bands["mode"] == mode) & np.isclose(client.bands["level"], BAND_LEVEL)]
        hourly = band[band["resolution"] == "hour"]
        expected = client.expected[client.expected["mode"] == mode]
        client.cache["hours", mode] = {
            "stamp": stamps.as_unit("us").asi8,
            "actual_kwh": history.values.ravel(),
            "expected_kwh": history.arrange(expected, "expected_kwh").ravel(),
            "lower_kwh": history.arrange(hourly, "lower_kwh").ravel(),
            "upper_kwh": history.arrange(hourly, "upper_kwh").ravel(),
            "is_anomaly": is_anomaly(release.events, release.event_channels, client.client_id, stamps, mode),
            **{
                column: history.arrange(client.readings, column).ravel()
                for column in list(CHANNEL_COLUMNS.values())[1:]
            },
        }
    table: dict[str, np.ndarray] = client.cache["hours", mode]
    return table


def _days(release: Release, client: ClientRelease, mode: str) -> dict[str, np.ndarray]:
    """Daily columns: energies summed over whole days, voltages averaged, bands of daily totals."""
    if ("days", mode) not in client.cache:
        hours, history = _hours(release, client, mode), client.measured
        grids = {name: values.reshape(-1, 24) for name, values in hours.items()}
        band = client.bands[(client.bands["mode"] == mode) & np.isclose(client.bands["level"], BAND_LEVEL)]
        daily = band[band["resolution"] == "day"]
        client.cache["days", mode] = {
            "stamp": grids["stamp"][:, 0],
            "actual_kwh": grids["actual_kwh"].sum(axis=1),
            "expected_kwh": grids["expected_kwh"].sum(axis=1),
            "lower_kwh": history.arrange(daily, "lower_kwh")[:, 0],
            "upper_kwh": history.arrange(daily, "upper_kwh")[:, 0],
            "is_anomaly": grids["is_anomaly"].mean(axis=1) >= 0.5,
            "reactive_energy_kvarh": grids["reactive_energy_kvarh"].sum(axis=1),
            "voltage_fa_v": grids["voltage_fa_v"].mean(axis=1),
            "voltage_fc_v": grids["voltage_fc_v"].mean(axis=1),
        }
    table: dict[str, np.ndarray] = client.cache["days", mode]
    return table


def _day_slice(client: ClientRelease, start: pd.Timestamp | None, end: pd.Timestamp | None) -> slice:
    """Days of the history that a time touches; an empty slice where it touches none."""
    history = client.measured

    def index(when: pd.Timestamp) -> int:
        return history.day_index(when.tz_convert(history.zone).date())

    first = 0 if start is None else min(max(index(start), 0), history.days)
    last = history.days if end is None else min(index(end - pd.Timedelta(1, "us")) + 1, history.days)
    return slice(first, max(first, last))


def _months(client: ClientRelease, days: slice) -> list[dict[str, Any]]:
    totals = client.measured.values[days].sum(axis=1)
    first = pd.Timestamp(client.measured.first_day) + pd.Timedelta(days=days.start)
    frame = pd.Series(totals, index=pd.date_range(first, periods=len(totals))).dropna()
    names = ("lowest", "lower_quartile", "median", "upper_quartile", "highest")
    boxes = []
    for month, part in frame.groupby(frame.index.strftime("%Y-%m")):
        figures = np.quantile(part.to_numpy(), [0, 0.25, 0.5, 0.75, 1])
        boxes.append({"month": month, **dict(zip(names, figures.tolist(), strict=True))})
    return boxes


def _nanmean(values: np.ndarray) -> np.ndarray:
    known = np.isfinite(values)
    count = known.sum(axis=0)
    total = np.where(known, values, 0.0).sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _total(values: pd.Series) -> float | None:
    return float(values.sum()) if values.notna().any() else None
