"""Totals of all clients."""

from datetime import datetime
from typing import Any

import numpy as np

from serving.clients.hours import hours_within, weeks_before
from serving.release.served import PAST_ONLY, Served

WEEKS_OF_A_YEAR = 52


def summary(served: Served, start: datetime | None, end: datetime | None, sector: str | None) -> dict[str, Any]:
    """Totals of a time by client, ranked, and by sector; growth against the same hours 52 weeks before."""
    rows = []
    for client in served.clients.values():
        if sector is not None and client.sector != sector:
            continue
        table = client.columns("hour", PAST_ONLY)
        hours = hours_within(table, start, end)
        values = table["actual_kwh"]
        total = float(np.nansum(values[hours]))
        before = weeks_before(client.stored.measured, hours, WEEKS_OF_A_YEAR)
        former = float("nan") if before is None else float(np.nansum(values[before]))
        flagged = table["is_anomaly"][hours] & np.isfinite(values[hours])
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
