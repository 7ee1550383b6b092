"""The stored history of a client with posted readings: what is expected of it, and what its events are."""

import pandas as pd

from serving.release.served import Served, ServedClient
from vigia import frames
from vigia.config.sections.screen import ScreenParams
from vigia.extension import Extended, Known, extend, normal_history, prepared
from vigia.models import DailyHistory


def newer_history(served: Served, client: ServedClient, posted: pd.DataFrame, basis: str) -> DailyHistory:
    """The history of the wanted basis with posted readings; one that is stored already is replaced."""
    stored, params = client.stored, served.release.params
    kept = stored.readings[~stored.readings["timestamp"].isin(posted["timestamp"])]
    joined = pd.concat([kept, posted], ignore_index=True).sort_values("timestamp", ignore_index=True)
    if basis == "normal":
        known, said = _prepared(served, client, params.screen), (served.release.site_log, served.release.verdicts)
        return normal_history(known, joined, client.stored.attributes, params.screen, params.fleet.country, *said)
    return DailyHistory.from_readings(joined, stored.measured.zone, params.fleet.country)


def up_to(client: ServedClient, posted: pd.DataFrame) -> pd.DataFrame:
    """The posted readings with the stored ones before them, which are their context."""
    stored = client.stored.readings
    earlier = stored[stored["timestamp"] < posted["timestamp"].iloc[0]]
    return frames.concat("readings", [earlier, posted], client.stored.measured.zone)


def extended(served: Served, client: ServedClient, readings: pd.DataFrame, screen: ScreenParams) -> Extended:
    """Mask, expectation, bands and events of a client whose readings are these, without a refit.

    What people said of the client when the release was made holds on: an accepted event does not come back.
    """
    release = served.release
    country, said = release.params.fleet.country, (release.site_log, release.verdicts)
    known = _prepared(served, client, screen)
    return extend(known, readings, client.stored.attributes, screen, release.params.detect, country, *said)


def _prepared(served: Served, client: ServedClient, screen: ScreenParams) -> Known:
    """What is known of a client, with checkpoints for these parameters."""
    stored, release = client.stored, served.release
    country, said = release.params.fleet.country, (release.site_log, release.verdicts)
    return served.prepared.of(
        client.client_id,
        screen.model_dump_json(),
        lambda: prepared(client.known, stored.readings, stored.attributes, screen, country, *said),
    )
