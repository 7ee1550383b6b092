"""Totals of all clients."""

from datetime import datetime
from typing import Any

import numpy as np

from serving.clients.days import days_within
from serving.release.served import Served


def summary(served: Served, start: datetime | None, end: datetime | None, sector: str | None) -> dict[str, Any]:
    """Totals of a time by client, ranked, and by sector; growth against the same days of the year before."""
    rows = []
    for client in served.clients.values():
        if sector is not None and client.sector != sector:
            continue
        history = client.stored.measured
        days = days_within(history, start, end)
        total = float(np.nansum(history.values[days]))
        before = slice(days.start - 364, days.stop - 364)
        former = float(np.nansum(history.values[before])) if before.start >= 0 else float("nan")
        flagged = client.columns("hour", "past_only")["is_anomaly"][days.start * 24 : days.stop * 24]
        rows.append(
            {
                "client_id": client.client_id,
                "name": client.stored.attributes["name"],
                "sector": client.sector,
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
