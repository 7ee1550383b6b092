"""Hours of each client out of all its files, and what is said of them: contradictions, gaps, short histories."""

import pandas as pd

from vigia import frames
from vigia.config.sections.ingest import IngestParams
from vigia.errors import IngestError
from vigia.ingest.collected import Collected
from vigia.ingest.hours import gaps, hourly, native_rows
from vigia.ingest.rows import VALUES


def hours_by_client(found: Collected, params: IngestParams) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]:
    """Tables `native` and `readings` by client, in their order; what is odd about them becomes issues of `found`."""
    native, readings = {}, {}
    for client in sorted(found.rows, key=frames.client_order):
        rows = _of_all_files(client, found)
        try:
            own = native_rows(rows, params)
        except IngestError as error:
            found.issue(client, "unknown_interval", "blocks", f"client {client}: {error}")
            continue
        hours = hourly(own) if len(own) else own
        if hours.empty:
            message = f"client {client}: none of {len(rows)} readings makes up a whole hour"
            found.issue(client, "no_whole_hour", "blocks", message)
            continue
        native[client], readings[client] = own, hours
        _describe(client, own, hours, params, found)
    return native, readings


def _of_all_files(client: str, found: Collected) -> pd.DataFrame:
    """Rows of one client, by time, without those that several files repeat or contradict."""
    rows = pd.concat(found.rows[client], ignore_index=True).sort_values("timestamp", kind="stable", ignore_index=True)
    if rows["timestamp"].is_unique:
        return rows
    repeated = rows.duplicated(["timestamp", *VALUES])
    found.recount(rows[repeated], "duplicates")
    rows = rows[~repeated]
    clash = rows.duplicated("timestamp", keep=False)
    if clash.any():
        message = f"{int(clash.sum())} rows of several files contradict each other; these hours are missing"
        found.issue(client, "conflicting_files", "warns", message)
        found.recount(rows[clash], "rejected")
        contradicted = rows.loc[clash, ["source_file", "line", "raw"]]
        found.quarantine.append(contradicted.assign(reason="another file says otherwise for this hour"))
    return rows[~clash].reset_index(drop=True)


def _describe(
    client: str, native: pd.DataFrame, readings: pd.DataFrame, params: IngestParams, found: Collected
) -> None:
    minutes = int(native["interval_minutes"].iloc[0])
    lost = native["timestamp"].dt.floor("h", ambiguous=True).nunique() - int(
        readings["active_energy_kwh"].notna().sum()
    )
    if lost:
        message = f"{lost} hours do not have exactly {60 // minutes} readings of {minutes} minutes and are missing"
        found.issue(client, "incomplete_hours", "warns", message)
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
        hours = (end - start) / pd.Timedelta(hours=1)
        found.issue(client, "gap", "warns", f"no readings for {hours:.0f} hours", start, end)
    negative = active < 0
    if negative.any() and client not in params.export_allowed:
        times = stamps[negative]
        message = f"{int(negative.sum())} hours of negative active energy, and the client may not export"
        found.issue(client, "negative_energy", "warns", message, times.iloc[0], times.iloc[-1] + pd.Timedelta(hours=1))
