"""One family a client, with the reason in words."""

import numpy as np
import pandas as pd

from vigia import frames

STEADIEST_FIRST = ("combination", "fleet", "xgboost", "seasonal", "lstm")
NAMES_ES = {
    "seasonal": "línea base estacional",
    "xgboost": "XGBoost",
    "lstm": "LSTM",
    "fleet": "modelo de flota",
    "combination": "combinación",
}
NAMES_EN = {
    "seasonal": "seasonal baseline",
    "xgboost": "XGBoost",
    "lstm": "LSTM",
    "fleet": "fleet model",
    "combination": "combination",
}
TIE = 0.1
"""About one standard error of the WAPE of 84 days: what is nearer than that is not told apart."""


def choose(candidates: pd.DataFrame, min_validation_days: int, zone: str) -> pd.DataFrame:
    """The family with the smallest validation error of each client (table `chosen`).

    The test slice plays no part. Of the families whose errors are within a tenth of the smallest, the
    steadiest is taken: the combination, which hedges, then the fleet model, which has seen most. With fewer than
    `min_validation_days` scored days errors say little, and the fleet model is taken, which has learnt from the other
    clients; the seasonal baseline where there is none.

    Args:
        candidates: table `candidates`.
        min_validation_days: normal validation days that a tuned family needs.
        zone: timezone of the fleet.
    """
    rows = [
        _choice(str(client), part, min_validation_days) for client, part in candidates.groupby("client_id", sort=False)
    ]
    return frames.check("chosen", pd.DataFrame(rows)) if rows else frames.empty("chosen", zone)


def _choice(client_id: str, part: pd.DataFrame, min_validation_days: int) -> dict[str, object]:
    errors = dict(zip(part["family"], part["validation_wape_day"].astype(float), strict=True))
    known = {family: error for family, error in errors.items() if np.isfinite(error)}
    days = int(part["validation_days"].max())
    if not known or days < min_validation_days:
        fitted = part.loc[part["status"] == "fitted", "family"]
        family = "fleet" if "fleet" in set(fitted) else "seasonal"
        es, en = NAMES_ES[family], NAMES_EN[family]
        return {
            "client_id": client_id,
            "family": family,
            "validation_wape_day": known.get(family),
            "reason_es": f"{capital(es)}: solo {days} días de validación, se piden {min_validation_days}.",
            "reason_en": f"{capital(en)}: only {days} validation days; {min_validation_days} are needed.",
        }
    limit = min(known.values()) * (1 + TIE)
    family = next(name for name in STEADIEST_FIRST if known.get(name, np.inf) <= limit)
    return {
        "client_id": client_id,
        "family": family,
        "validation_wape_day": known[family],
        "reason_es": _reason(
            family, known, days, NAMES_ES, "WAPE diario {} en {} días de validación; {}.", "frente a "
        ),
        "reason_en": _reason(family, known, days, NAMES_EN, "daily WAPE {} on {} validation days; {}.", "against "),
    }


def _reason(family: str, known: dict[str, float], days: int, names: dict[str, str], sentence: str, against: str) -> str:
    others = ", ".join(f"{names[other]} {error:.1%}" for other, error in known.items() if other != family)
    text = sentence.format(f"{known[family]:.1%}", days, (against + others) if others else "—")
    return f"{capital(names[family])}: {text}"


def capital(text: str) -> str:
    """The text with its first letter in upper case.

    >>> capital("modelo de flota"), capital("XGBoost")
    ('Modelo de flota', 'XGBoost')
    """
    return text[:1].upper() + text[1:]
