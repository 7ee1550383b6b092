"""readings + expected + bands -> events, of each client and of the fleet."""

from dataclasses import dataclass
from functools import partial

import pandas as pd

from pipelines import common
from pipelines.clients import Client, read_clients
from vigia import frames
from vigia.config import Params
from vigia.detection.detect import detect_client
from vigia.detection.detected import Detected
from vigia.detection.fleet import join_fleet
from vigia.detection.kept import findings_of


@dataclass(frozen=True)
class Found:
    """What was detected of one client, and until when it has readings."""

    detected: Detected
    until: pd.Timestamp


def detect_one(client: Client, params: Params) -> Found:
    """Detect the events of one client and write its scores."""
    readings = client.readings()
    result = detect_client(
        readings,
        client.attributes,
        frames.read_client(common.BACKTEST / "expected", "expected", client.client_id),
        frames.read_client(common.CALIBRATE / "bands", "bands", client.client_id),
        params.detect,
        params.screen,
        client.site_log,
        country=params.fleet.country,
        verdicts=client.verdicts,
        model_free=findings_of(frames.read_client(common.FINDINGS, "findings", client.client_id)),
    )
    frames.write_client(result.scores, common.DETECT / "scores", client.client_id)
    return Found(result, readings["timestamp"].iloc[-1])


def main() -> None:
    """Run the stage."""
    params, clients = common.params("detect"), read_clients()
    done = common.compute().run(partial(detect_one, params=params), clients)
    found = {client.client_id: result for client, result in common.followed(done, len(clients), "detect")}
    parts = {client.client_id: found[client.client_id].detected for client in clients}
    until = {client.client_id: found[client.client_id].until for client in clients}
    verdicts = frames.read(common.INGEST / "verdicts.parquet", "verdicts")
    zone = params.fleet.timezone
    events, channels = join_fleet(parts, common.client_table(), until, zone, params.detect, verdicts)
    frames.write(events, common.DETECT / "events.parquet")
    frames.write(channels, common.DETECT / "event_channels.parquet")
    issues = frames.concat("issues", [part.issues for part in parts.values()], zone)
    frames.write(issues, common.DETECT / "issues.parquet")


if __name__ == "__main__":
    common.run(main)
