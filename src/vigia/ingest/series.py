"""Hours of each client out of all its files, and what is said of them: contradictions, gaps, short histories."""

import re
from collections.abc import Mapping

import pandas as pd

from vigia import frames
from vigia.config.sections.ingest import IngestParams
from vigia.errors import IngestError
from vigia.ingest.arrived import with_arrived
from vigia.ingest.collected import Collected
from vigia.ingest.intervals.hours import Native, gaps, hourly, native_rows
from vigia.ingest.intervals.registers import rises
from vigia.ingest.intervals.steps import local_hours
from vigia.ingest.rows import VALUES

ROUNDED = re.compile(r"\d[.,]\d+E\+?\d+", re.IGNORECASE)
"""A long number that a spreadsheet rounded."""


def hours_by_client(
    found: Collected, params: IngestParams, arrived: Mapping[str, pd.DataFrame] | None = None
) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]:
    """Tables `native` and `readings` by client, in their order; what is odd about them becomes issues of `found`.

    Args:
        found: rows of the files.
        params: how they are read.
        arrived: by client, hours that came in operation; a client of which no file speaks has those alone.
    """
    came = {} if arrived is None else arrived
    native, readings = {}, {}
    for client in sorted(found.rows, key=frames.client_order):
        rows = _of_all_files(client, found, params)
        try:
            own = native_rows(rows, params, found.zone)
        except IngestError as error:
            found.issue(client, "unknown_interval", "blocks", f"client {client}: {error}")
            continue
        found.reject(client, rows.assign(reason=own.rejected)[own.rejected != ""])
        hours = hourly(own.rows, found.zone) if len(own.rows) else own.rows
        if hours.empty:
            message = f"client {client}: none of {len(rows)} readings makes up a whole hour"
            found.issue(client, "no_whole_hour", "blocks", message)
            continue
        share = found.left_out_share(client)
        if share > params.refused_share:
            message = f"client {client}: {share:.0%} of the rows could not be taken; the client is not judged"
            found.issue(client, "mostly_rejected", "blocks", message)
            continue
        if not params.register_readings and rises(own.rows["active_energy_kwh"].to_numpy(dtype=float)):
            message = (
                f"client {client}: energies only rise, as readings of a register do; set `register_readings: true`"
            )
            found.issue(client, "looks_like_register", "blocks", message)
            continue
        if ROUNDED.fullmatch(client):
            message = f"a spreadsheet rounded the number {client}: several meters may have it; export numbers as text"
            found.issue(client, "rounded_client", "warns", message)
        hours = with_arrived(hours, came.get(client))
        native[client], readings[client] = own.rows, hours
        _describe(client, own, hours, params, found)
    for client in sorted(came.keys() - found.rows.keys(), key=frames.client_order):
        found.names[client], readings[client] = client, came[client]
        _describe_hours(client, came[client], params, found)
    ordered = sorted(readings, key=frames.client_order)
    return native, {client: readings[client] for client in ordered}


def _of_all_files(client: str, found: Collected, params: IngestParams) -> pd.DataFrame:
    """Rows of one client, by time, without those that several files repeat or contradict."""
    rows = pd.concat(found.rows[client], ignore_index=True).sort_values("timestamp", kind="stable", ignore_index=True)
    if rows["timestamp"].is_unique:
        return rows
    repeated = rows.duplicated(["timestamp", *VALUES])
    found.recount(rows[repeated], "duplicates")
    rows = rows[~repeated]
    clash = rows.duplicated("timestamp", keep=False)
    if clash.any() and params.later_file_wins:
        order = rows["source_file"].map({name: place for place, name in enumerate(sorted(set(rows["source_file"])))})
        last = order == order.groupby(rows["timestamp"]).transform("max")
        corrected = rows[~last]
        message = f"{len(corrected)} rows are corrected by a later file"
        found.issue(client, "corrected_readings", "warns", message)
        found.replaced(corrected.assign(reason="a later file corrects this hour"))
        rows = rows[last]
        clash = rows.duplicated("timestamp", keep=False)
    if clash.any():
        message = f"{int(clash.sum())} rows of several files contradict each other; these hours are missing. "
        message += "Where a later export corrects an earlier one, set `later_file_wins: true`"
        found.issue(client, "conflicting_files", "warns", message)
        found.reject(client, rows[clash].assign(reason="another file says otherwise for this hour"))
    return rows[~clash].reset_index(drop=True)


def _describe(client: str, own: Native, readings: pd.DataFrame, params: IngestParams, found: Collected) -> None:
    hours = local_hours(own.rows["timestamp"], found.zone)
    lost = hours.nunique() - int(readings["active_energy_kwh"].notna().sum())
    steps = sorted({int(each) for each in own.rows["interval_minutes"]})
    if lost > 0:
        words = " or ".join(str(each) for each in steps)
        message = f"{lost} hours are not full of readings of {words} minutes and are missing"
        found.issue(client, "incomplete_hours", "warns", message)
    if len(steps) > 1:
        changes = own.rows.loc[own.rows["interval_minutes"].diff().fillna(0) != 0, "timestamp"]
        words = " and ".join(str(each) for each in steps)
        message = f"readings of {words} minutes; the interval changes first on {changes.iloc[0]:%Y-%m-%d %H:%M}"
        found.issue(client, "changed_interval", "warns", message)
    apart = own.rows.loc[(own.rows["interval_minutes"] == 60) & (own.rows["timestamp"] != hours), "timestamp"]
    if len(apart):
        message = (
            f"{len(apart)} readings begin {apart.iloc[0].minute} minutes after the hour; they stand under that hour"
        )
        found.issue(client, "hours_begin_late", "warns", message)
    if own.unplaced_spans:
        spans = f"{own.unplaced_spans} spans without a reading"
        message = f"the register counted {own.unplaced_kwh:.1f} kWh in {spans}; no hour has them"
        found.issue(client, "energy_without_hours", "warns", message)
    if own.falls:
        message = f"the register falls {own.falls} times, as where another meter begins; these intervals have no energy"
        found.issue(client, "register_falls", "warns", message)
    _describe_hours(client, readings, params, found)


def _describe_hours(client: str, readings: pd.DataFrame, params: IngestParams, found: Collected) -> None:
    stamps, active = readings["timestamp"], readings["active_energy_kwh"]
    days = (stamps.iloc[-1] - stamps.iloc[0]) / pd.Timedelta(days=1)
    if days < params.short_history_days:
        found.issue(
            client,
            "short_history",
            "warns",
            f"{days:.0f} days of readings; tuned models need {params.short_history_days}",
        )
    for start, end in gaps(stamps, params.gap_hours):
        length = (end - start) / pd.Timedelta(hours=1)
        found.issue(client, "gap", "warns", f"no readings for {length:.0f} hours", start, end)
    negative = active < 0
    if negative.any() and client not in params.export_allowed:
        times = stamps[negative]
        message = f"{int(negative.sum())} hours of negative active energy, and the client may not export"
        found.issue(client, "negative_energy", "warns", message, times.iloc[0], times.iloc[-1] + pd.Timedelta(hours=1))
