"""Everything -> reports, pictures, model cards; scores and pictures are added to the MLflow runs."""

import json
from functools import partial
from pathlib import Path
from urllib.parse import quote

import pandas as pd

from pipelines import common
from vigia import frames, parallel, tracking
from vigia.config import Params, load_params, load_settings
from vigia.evaluate.cards import model_card
from vigia.evaluate.forecasts import fleet_metrics, score_client, test_slice
from vigia.evaluate.pictures import backtest_picture, campaign_picture, coverage_picture, tuning_picture
from vigia.models import FAMILIES
from vigia.train import ClientData, read_candidates

CAMPAIGN_PICTURE = common.REPORTS / "pictures" / "campaign.png"


def picture_path(client: str, what: str) -> Path:
    """Where a picture of a client stands: `<model>`, `<model>_tuning`, or `coverage`."""
    return common.REPORTS / "pictures" / quote(client, safe="") / f"{what}.png"


def evaluate_one(client: str, params: Params) -> pd.DataFrame:
    """Score one client, draw its pictures, write its card, and return its scores."""
    (data,) = common.client_data([client])
    chosen = frames.read(common.CHOSEN, "chosen").set_index("client_id").loc[client]
    candidates = frames.read(common.CANDIDATES, "candidates")
    forecasts = frames.read_client(common.BACKTEST / "forecasts", "forecasts", client)
    bands = frames.read_client(common.CALIBRATE / "bands", "bands", client)
    scores = score_client(data, forecasts, bands, chosen["family"], params)
    _draw(data, forecasts, bands, chosen["family"], params)
    _draw_study(client, scores, params)
    own = candidates[candidates["client_id"] == client]
    card = model_card(data, common.client_table().loc[client], own, chosen, scores, params)
    path = common.REPORTS / "cards" / f"{quote(client, safe='')}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return scores


def _draw(data: ClientData, forecasts: pd.DataFrame, bands: pd.DataFrame, chosen: str, params: Params) -> None:
    test = test_slice(data, params)
    for model in FAMILIES:
        part = forecasts[forecasts["model"] == model]
        if len(part) and len(test.days):
            band = bands if model == chosen else bands.iloc[:0]
            path = picture_path(data.client_id, model)
            backtest_picture(test, part, band, model, f"client {data.client_id}, test slice", path)


def _draw_study(client: str, scores: pd.DataFrame, params: Params) -> None:
    for candidate in read_candidates(common.TRAIN, client, params.splits.block_days):
        if candidate.family != "seasonal" and candidate.trials:
            tuning_picture(candidate, picture_path(client, f"{candidate.family}_tuning"))
    chosen = scores[scores["chosen"]]
    if len(chosen):
        coverage_picture(chosen.iloc[0], f"client {client}, bands", picture_path(client, "coverage"))


def main() -> None:
    """Run the stage."""
    params, ids = load_params(), common.clients()
    done = parallel.run(partial(evaluate_one, params=params), ids, common.workers())
    parts = dict(common.followed(done, len(ids), "evaluate"))
    scores = pd.concat([parts[client] for client in ids], ignore_index=True)
    scores.to_csv(common.REPORTS / "forecast_scores.csv", index=False, float_format="%.6f")
    events = frames.read(common.DETECT / "events.parquet", "events")
    channels = frames.read(common.DETECT / "event_channels.parquet", "event_channels")
    events.to_csv(common.REPORTS / "events.csv", index=False)
    channels.to_csv(common.REPORTS / "event_channels.csv", index=False)
    campaign_picture(scores, CAMPAIGN_PICTURE)
    metrics = {**fleet_metrics(scores), "events_past_only": int((events["mode"] == "past_only").sum())}
    (common.REPORTS / "metrics.json").write_text(json.dumps(metrics, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    _track(scores, ids, params)


def _track(scores: pd.DataFrame, ids: list[str], params: Params) -> None:
    tracker = tracking.Tracker(load_settings().tracking, params.fleet.name)
    data, chosen = common.client_data(ids), frames.read(common.CHOSEN, "chosen")
    tracker.log_scores(scores, chosen, data, params)
    of_family = {
        (client, family): [picture_path(client, family), picture_path(client, f"{family}_tuning")]
        for client in ids
        for family in FAMILIES
    }
    for client, family in zip(chosen["client_id"], chosen["family"], strict=True):
        of_family[client, family].append(picture_path(client, "coverage"))
    there = {pair: [file for file in files if file.is_file()] for pair, files in of_family.items()}
    tracker.log_pictures(there, tracker.runs_by_client_family(data, params))
    tracker.log_campaign_comparison(scores, CAMPAIGN_PICTURE, params)


if __name__ == "__main__":
    common.run(main)
