"""readings + expected + bands -> events, of each client and of the fleet."""

from functools import partial

import pandas as pd

from pipelines import common
from vigia import frames, parallel
from vigia.config import Params, load_params
from vigia.detection.detect import detect_client
from vigia.detection.detected import Detected
from vigia.detection.fleet import join_fleet


def detect_one(client: str, params: Params, site_log: pd.DataFrame, verdicts: pd.DataFrame) -> Detected:
    """Detect the events of one client and write its scores."""
    result = detect_client(
        frames.read_client(common.INGEST / "readings", "readings", client),
        common.attributes(client, common.client_table()),
        frames.read_client(common.BACKTEST / "expected", "expected", client),
        frames.read_client(common.CALIBRATE / "bands", "bands", client),
        params.detect,
        params.screen,
        site_log,
        country=params.fleet.country,
        verdicts=verdicts,
    )
    frames.write_client(result.scores, common.DETECT / "scores", client)
    return result


def main() -> None:
    """Run the stage."""
    params, ids = load_params(), common.clients()
    zone = params.fleet.timezone
    site_log = frames.read(common.INGEST / "site_log.parquet", "site_log")
    verdicts = frames.read(common.INGEST / "verdicts.parquet", "verdicts")
    work = partial(detect_one, params=params, site_log=site_log, verdicts=verdicts)
    done = dict(common.followed(parallel.run(work, ids, common.workers()), len(ids), "detect"))
    until = {client: _last_reading(client) for client in ids}
    events, channels = join_fleet(
        {client: done[client] for client in ids}, common.client_table(), until, zone, params.detect, verdicts
    )
    frames.write(events, common.DETECT / "events.parquet")
    frames.write(channels, common.DETECT / "event_channels.parquet")
    issues = frames.concat("issues", [done[client].issues for client in ids], zone)
    frames.write(issues, common.DETECT / "issues.parquet")


def _last_reading(client: str) -> pd.Timestamp:
    return pd.Timestamp(frames.read_client(common.INGEST / "readings", "readings", client)["timestamp"].iloc[-1])


if __name__ == "__main__":
    common.run(main)
