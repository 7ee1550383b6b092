"""Model cards: what an operator or a data scientist must know of a client's model before trusting it."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from vigia import keys
from vigia.config import Params
from vigia.train import SECTIONS, ClientData


def model_card(
    data: ClientData,
    client: Mapping[str, Any],
    candidates: pd.DataFrame,
    chosen: Mapping[str, Any],
    scores: pd.DataFrame,
    params: Params,
    pictures: Sequence[str] = (),
) -> dict[str, Any]:
    """The card of one client as JSON values; missing figures are null.

    Args:
        data: the client's readings and mask.
        client: its row of `clients`.
        candidates: its rows of `candidates`.
        chosen: its row of `chosen`.
        scores: its rows of the forecast scores.
        params: all parameters.
        pictures: its pictures, as paths below the folder of the reports.
    """
    stamps = data.readings["timestamp"]
    mask = data.mask[(data.mask["mode"] == "two_sided") & (data.mask["channel"] == "active")]
    masked_hours = float((mask["end"] - mask["start"]).dt.total_seconds().sum() / 3600)
    fitted = candidates.set_index("family")
    parameters = json.loads(fitted.loc[chosen["family"], "parameters"])
    card: dict[str, Any] = plain(
        {
            "client_id": data.client_id,
            "name": client["name"],
            "sector": client["sector"],
            "family": chosen["family"],
            "reason_es": chosen["reason_es"],
            "reason_en": chosen["reason_en"],
            "parameters": parameters,
            "members": parameters.get("members"),
            "candidates": [
                {
                    "family": row["family"],
                    "status": row["status"],
                    "validation_wape_day": row["validation_wape_day"],
                    "default_wape_day": row["default_wape_day"],
                    "trials": row["trials"],
                    "message": row["message"],
                }
                for row in candidates.to_dict("records")
            ],
            "test": {row["model"]: _figures(row) for row in scores.to_dict("records")},
            "history": {
                "first_reading": stamps.iloc[0].isoformat(),
                "last_reading": stamps.iloc[-1].isoformat(),
                "hours": len(stamps),
                "masked_share": masked_hours / max(len(stamps), 1),
            },
            "data_digest": keys.data_digest(data.readings)[:16],
            "params_digest": keys.params_digest(params, SECTIONS)[:16],
            "pictures": list(pictures),
        }
    )
    return card


def plain(value: Any) -> Any:
    """The value with NaN, NaT and numpy scalars replaced by what JSON can write."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if hasattr(value, "item"):
        value = value.item()
    if value is None or value is pd.NaT or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return value


def _figures(row: dict[Any, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in ("client_id", "model", "chosen")}
