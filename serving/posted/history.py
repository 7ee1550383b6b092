"""The stored history of a client with newer readings, and what is expected of them."""

import numpy as np
import pandas as pd

from serving.release.served import Served, ServedClient
from vigia import frames
from vigia.models import DailyHistory
from vigia.models.doubt import cautious, expectation

LEVELS = (0.95, 0.99)


def newer_history(served: Served, client: ServedClient, posted: pd.DataFrame, basis: str) -> DailyHistory:
    """The history of the wanted basis with the readings that came with a request."""
    history = _extended(served, client, posted)
    if basis != "normal":
        return history
    normal = history.normal(_past_only_mask(served, client))
    return cautious(normal, normal.latest_origin)


def expected_and_bands(
    served: Served, client: ServedClient, joined: pd.DataFrame, posted: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Past-only: what is stored before the posted hours; the release's model, without a refit, for their days."""
    stored, manifest = client.stored, served.release.manifest
    history = DailyHistory.from_readings(joined, stored.measured.zone, manifest["country"])
    normal = history.normal(_past_only_mask(served, client))
    expected, bands = (table[table["mode"] == "past_only"] for table in (stored.expected, stored.bands))
    first = max(history.day_index(posted["timestamp"].iloc[0].date()), stored.model.history_days)
    days = np.arange(first, history.days)
    if not len(days):
        return expected, bands
    values = expectation(stored.model, normal, days)
    start = history.midnight(int(days[0]))
    stamps = history.timestamps()[int(days[0]) * 24 :]
    fresh = pd.DataFrame({"client_id": client.client_id, "timestamp": stamps, "mode": "past_only"})
    fresh = fresh.assign(expected_kwh=values.ravel(), model=stored.model.family, quality="ok")
    kept = expected[expected["timestamp"] < start]
    expected = frames.check("expected", pd.concat([kept, frames.check("expected", fresh)], ignore_index=True))
    parts = [bands[bands["timestamp"] < start]]
    for level in LEVELS:
        offsets = client.offsets("normal", level)
        totals = values.sum(axis=1)
        for resolution, times, lower, upper in (
            ("hour", stamps, (values + offsets.lower[0]).ravel(), (values + offsets.upper[0]).ravel()),
            ("day", stamps[::24], totals + offsets.day_lower[0], totals + offsets.day_upper[0]),
        ):
            part = pd.DataFrame({"client_id": client.client_id, "timestamp": times, "mode": "past_only"})
            part = part.assign(resolution=resolution, level=level)
            limits = {"lower_kwh": lower, "upper_kwh": upper}
            parts.append(part.assign(**{name: np.maximum(side, client.floor_kwh) for name, side in limits.items()}))
    return expected, frames.check("bands", pd.concat(parts, ignore_index=True))


def _extended(served: Served, client: ServedClient, posted: pd.DataFrame) -> DailyHistory:
    """The history as measured with newer readings; a reading that is there already is replaced."""
    stored = client.stored.readings[~client.stored.readings["timestamp"].isin(posted["timestamp"])]
    joined = pd.concat([stored, posted], ignore_index=True).sort_values("timestamp", ignore_index=True)
    return DailyHistory.from_readings(joined, client.stored.measured.zone, served.release.manifest["country"])


def _past_only_mask(served: Served, client: ServedClient) -> pd.DataFrame:
    mask = served.release.mask
    return mask[(mask["client_id"] == client.client_id) & (mask["mode"] == "past_only")]
