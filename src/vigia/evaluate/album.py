"""All pictures of one client, by the family on whose page they belong."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from vigia.evaluate.forecasts import Window
from vigia.evaluate.histories import histories_picture
from vigia.evaluate.pictures import backtest_picture, coverage_picture, importance_picture, tuning_picture
from vigia.models import families
from vigia.models.forecaster import Explained, FittedForecaster
from vigia.train import Candidate, ClientData

Pictures = dict[str, list[Path]]
FLEET = families.FLEET.name


@dataclass(frozen=True)
class ClientResults:
    """What a client's pictures are drawn from.

    Attributes:
        chosen: its family.
        test: its test slice.
        scores: its forecast scores.
        candidates: its families after tuning.
        model: the released one.
    """

    data: ClientData
    chosen: str
    test: Window
    forecasts: pd.DataFrame
    expected: pd.DataFrame
    bands: pd.DataFrame
    scores: pd.DataFrame
    candidates: Sequence[Candidate]
    model: FittedForecaster


def draw_client(results: ClientResults, folder: Path) -> Pictures:
    """Draw a client's pictures into `folder`; what has no data is left out.

    `<family>.png` (backtest), `<family>_tuning.png`, `<family>_importance.png` of released boosters,
    `coverage.png`, and `two_histories.png`, which stand with the chosen family. Study and features of the fleet model
    are the same for all clients: see `draw_fleet_model`.
    """
    client, chosen = results.data.client_id, results.chosen
    found: Pictures = {family: [] for family in families.names()}
    for family in families.names():
        part = results.forecasts[results.forecasts["model"] == family]
        if len(part) and len(results.test.days):
            band = results.bands if family == chosen else results.bands.iloc[:0]
            title, path = f"client {client}, {family}, test slice", folder / f"{family}.png"
            found[family].append(backtest_picture(results.test, part, band, family, title, path))
    for candidate in results.candidates:
        name = candidate.family
        if name != FLEET and len(candidate.trials) > 1:
            found[name].append(tuning_picture(candidate, f"client {client}, {name}", folder / f"{name}_tuning.png"))
    for name, gains in gains_by_family(results.model).items():
        if name != FLEET:
            title, file = f"client {client}, what its {name} looks at", f"{name}_importance.png"
            found[name].append(importance_picture(gains, name, title, folder / file))
    row = results.scores[results.scores["chosen"]].iloc[0]
    found[chosen].append(coverage_picture(row, f"client {client}, bands", folder / "coverage.png"))
    own = results.forecasts[results.forecasts["model"] == chosen]
    through_event = histories_picture(
        results.data, results.test.history, own, results.expected, results.bands, folder / "two_histories.png"
    )
    return found if through_event is None else {**found, chosen: [*found[chosen], through_event]}


def draw_fleet_model(model: FittedForecaster | None, candidate: Candidate | None, folder: Path) -> list[Path]:
    """Draw `fleet_importance.png` and `fleet_tuning.png`, of what there is of the two."""
    found = []
    if model is not None:
        title, path = "what the fleet model looks at (mean of its members)", folder / f"{FLEET}_importance.png"
        found.append(importance_picture(gains_by_family(model)[FLEET], FLEET, title, path))
    if candidate is not None and candidate.trials:
        found.append(tuning_picture(candidate, "fleet model, all clients", folder / f"{FLEET}_tuning.png"))
    return found


def gains_by_family(model: FittedForecaster) -> dict[str, dict[str, float]]:
    """Share of the total gain by feature, for each part of a model that can say what it looks at, by family."""
    return {part.family: part.gains() for part in model.parts if isinstance(part, Explained)}
