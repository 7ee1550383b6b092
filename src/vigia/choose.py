"""One family a client, with the reason in words."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from vigia import frames
from vigia.models import families
from vigia.shrinkage import shrunk

REFERENCE = families.FLEET.name
"""Errors are compared with this family's, which serves every client."""


def choose(candidates: pd.DataFrame, min_validation_days: int, zone: str) -> pd.DataFrame:
    """The family with the smallest expected error of each client (table `chosen`).

    The test slice plays no part. A few blocks of validation days say little of one client: what wins there by a
    tenth wins as often as not by chance, and what tuning won on the days it picked on is taken back. So the error of a
    family is its error relative to the fleet model's, shrunk towards its mean over all clients by as much as its
    scatter between blocks asks for (`vigia.shrinkage`). Of equal families the steadiest is taken: the combination,
    which hedges, then the fleet model, which has seen most. With fewer than `min_validation_days` scored days the
    fleet model is taken, which has learnt from the other clients; the seasonal baseline where there is none.

    Args:
        candidates: table `candidates`.
        min_validation_days: validation days that a tuned family needs.
        zone: timezone of the fleet.
    """
    expected = expected_errors(candidates)
    rows = [
        _choice(str(client), part, expected[str(client)], min_validation_days)
        for client, part in candidates.groupby("client_id", sort=False)
    ]
    return frames.check("chosen", pd.DataFrame(rows)) if rows else frames.empty("chosen", zone)


def expected_errors(candidates: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Daily WAPE that each client's families are expected to have, from its own blocks and from all clients."""
    measured: dict[tuple[str, str], float] = {}
    blocks: dict[tuple[str, str], dict[str, float]] = {}
    for row in candidates.to_dict("records"):
        key, taken_back = (str(row["client_id"]), str(row["family"])), _taken_back(row)
        blocks[key] = {
            block: taken_back * error
            for block, error in json.loads(row["validation_wape_by_block"]).items()
            if error > 0
        }
        if pd.notna(row["validation_wape_day"]):
            measured[key] = taken_back * float(row["validation_wape_day"])
    expected: dict[str, dict[str, float]] = {str(client): {} for client in candidates["client_id"]}
    for family in {family for _, family in measured}:
        clients = [client for client, name in measured if name == family]
        ratios = {client: _log_ratios(blocks, client, family) for client in clients}
        estimate = shrunk(ratios)
        for client in clients:
            own = measured[client, family]
            reference = measured.get((client, REFERENCE), np.nan)
            known = client in estimate and np.isfinite(reference)
            expected[client][family] = float(reference * np.exp(estimate[client])) if known else own
    return expected


def _taken_back(row: Mapping[Any, Any]) -> float:
    """What the error on the validation days is to be multiplied with, so that only what is believed was won there.

    The best of several tries on a few days is mostly the luckiest (docs/forecasting-results.md, *Does tuning pay?*). So
    when families are compared, each has the error of its defaults less the gain that is believed (`vigia.tune.gains`).
    """
    best, default = row["validation_wape_day"], row["default_wape_day"]
    known = pd.notna(best) and pd.notna(default) and best > 0
    return float(default / best * np.exp(row["believed_gain"])) if known else 1.0


def _log_ratios(blocks: Mapping[tuple[str, str], dict[str, float]], client: str, family: str) -> list[float]:
    """Logarithm of the family's error over the reference's in each block that both have."""
    own, reference = blocks[client, family], blocks.get((client, REFERENCE), {})
    return [float(np.log(own[block] / reference[block])) for block in own if block in reference]


def _choice(
    client_id: str, part: pd.DataFrame, expected: Mapping[str, float], min_validation_days: int
) -> dict[str, object]:
    errors = dict(zip(part["family"], part["validation_wape_day"].astype(float), strict=True))
    known = {family: error for family, error in errors.items() if np.isfinite(error)}
    days = int(part["validation_days"].max())
    if not known or days < min_validation_days:
        fitted = part.loc[part["status"] == "fitted", "family"]
        family = families.FLEET.name if families.FLEET.name in set(fitted) else families.BASELINE.name
        words = families.named(family).short
        return {
            "client_id": client_id,
            "family": family,
            "validation_wape_day": known.get(family),
            "reason_es": f"{capital(words.es)}: solo {days} días de validación, se piden {min_validation_days}.",
            "reason_en": f"{capital(words.en)}: only {days} validation days; {min_validation_days} are needed.",
        }
    family = min((each.name for each in families.steadiest_first()), key=lambda name: expected.get(name, np.inf))
    names_es = {name: words.es for name, words in families.words().items()}
    names_en = {name: words.en for name, words in families.words().items()}
    return {
        "client_id": client_id,
        "family": family,
        "validation_wape_day": known[family],
        "reason_es": _reason(family, known, expected, names_es, WORDS_ES.format(days=days)),
        "reason_en": _reason(family, known, expected, names_en, WORDS_EN.format(days=days)),
    }


WORDS_ES = "WAPE diario medido en {days} días de validación (y esperado a la luz de todos los clientes)"
WORDS_EN = "daily WAPE measured on {days} validation days (and expected in the light of all clients)"


def _reason(
    family: str, known: Mapping[str, float], expected: Mapping[str, float], names: Mapping[str, str], words: str
) -> str:
    order = [family, *(name for name in known if name != family)]
    figures = [f"{names[name]} {known[name]:.1%} ({expected[name]:.1%})" for name in order]
    return f"{capital(names[family])}: {words}: {', '.join(figures)}."


def capital(text: str) -> str:
    """The text with its first letter in upper case.

    >>> capital("modelo de flota"), capital("XGBoost")
    ('Modelo de flota', 'XGBoost')
    """
    return text[:1].upper() + text[1:]
