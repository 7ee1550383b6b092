"""The past-only law through the whole chain: screen, backtest, calibrate, detect, each made anew of the cut series."""

import pandas as pd
import pytest

from tests.modelling.conftest import QUICK
from vigia.backtest import backtest_client
from vigia.calibrate import calibrate_client
from vigia.config import Params
from vigia.detection.detect import detect_client
from vigia.detection.detected import Detected
from vigia.detection.screen import screen_client
from vigia.train import ClientData

CUTS = ("2023-11-08 09:00", "2024-03-21 00:00")


def detected(client: str, readings: pd.DataFrame, family: str, params: Params) -> Detected:
    """Past-only events of a client, from its readings alone, with bands so narrow that there are days outside."""
    attributes = {"client_id": client, "name": client}
    mask = screen_client(readings, attributes, params.screen, params.splits).mask
    data = ClientData(client, readings, mask)
    made = backtest_client(data, family, {family: QUICK[family]}, params)
    bands = calibrate_client(data, made.expected, made.ahead, params, False).bands
    often = params.detect.model_copy(update={"breach_days": 1, "breach_level": 0.9})
    return detect_client(readings, attributes, made.expected, bands, often, params.screen, modes=("past_only",))


@pytest.mark.parametrize(
    ("client", "family", "kind"), [("2", "xgboost", "band_breach"), ("7", "seasonal", "level_down")]
)
def test_cutting_the_series_changes_no_event_score_or_energy_before_the_cut(
    demo: dict[str, ClientData], params: Params, client: str, family: str, kind: str
) -> None:
    readings = demo[client].readings
    whole = detected(client, readings, family, params)
    for text in CUTS:
        when = pd.Timestamp(text, tz=params.fleet.timezone)
        part = detected(client, readings[readings["timestamp"] < when].reset_index(drop=True), family, params)
        before = part.events.set_index("event_id")
        after = whole.events[whole.events["first_alert_at"] < when].set_index("event_id")
        assert set(before.index) == set(after.index)
        closed = before.index[before["end"].notna()]
        pd.testing.assert_frame_equal(before.loc[closed], after.loc[closed])
        still_open = before.index.difference(closed)
        columns = ["start", "first_alert_at"]
        pd.testing.assert_frame_equal(before.loc[still_open, columns], after.loc[still_open, columns])
        day = when.normalize()
        pd.testing.assert_frame_equal(scores(part, day), scores(whole, day))
    assert (whole.events["kind"] == kind).any()


def scores(found: Detected, before: pd.Timestamp) -> pd.DataFrame:
    """Scores of whole days before a midnight."""
    kept = found.scores[found.scores["timestamp"] < before]
    return kept.sort_values("timestamp").reset_index(drop=True)
