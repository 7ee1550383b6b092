"""The stored history of a client with posted readings: what is expected of it, and what its events are."""

from dataclasses import replace

import pandas as pd

from serving.release.served import Served, ServedClient
from vigia import frames
from vigia.config.sections.screen import ScreenParams
from vigia.extension import Extended, checkpoints_of, extend
from vigia.models import DailyHistory


def newer_history(served: Served, client: ServedClient, posted: pd.DataFrame, basis: str) -> DailyHistory:
    """The history of the wanted basis with posted readings; one that is stored already is replaced."""
    stored = client.stored.readings
    kept = stored[~stored["timestamp"].isin(posted["timestamp"])]
    joined = pd.concat([kept, posted], ignore_index=True).sort_values("timestamp", ignore_index=True)
    if basis == "normal":
        return extended(served, client, frames.check("readings", joined), served.release.params.screen).normal
    return DailyHistory.from_readings(joined, client.stored.measured.zone, served.release.params.fleet.country)


def up_to(client: ServedClient, posted: pd.DataFrame) -> pd.DataFrame:
    """The posted readings with the stored ones before them, which are their context."""
    stored = client.stored.readings
    earlier = stored[stored["timestamp"] < posted["timestamp"].iloc[0]]
    return frames.check("readings", pd.concat([earlier, posted], ignore_index=True))


def extended(served: Served, client: ServedClient, readings: pd.DataFrame, screen: ScreenParams) -> Extended:
    """Mask, expectation, bands and events of a client whose readings are these, without a refit.

    What people said of the client when the release was made holds on: an accepted event does not come back.
    """
    release, stored = served.release, client.stored
    country, said = release.params.fleet.country, (release.site_log, release.verdicts)
    checkpoints = served.checkpoints.of(
        client.client_id,
        screen.model_dump_json(),
        lambda: checkpoints_of(stored.readings, stored.attributes, screen, country, *said),
    )
    known = replace(client.known, checkpoints=checkpoints)
    return extend(known, readings, stored.attributes, screen, release.params.detect, country, *said)
