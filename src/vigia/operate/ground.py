"""How a client of a release goes on with what came since: asked by the service in memory, and by the day.

Everything is extended from the release, with its models, masks and thresholds and without a refit, so what came in
pieces gives what it gives at once (`vigia.extension`). What people say in operation counts instead of what they had
written when the release was made.
"""

from dataclasses import dataclass, replace

import pandas as pd

from vigia.config import Params
from vigia.detection.checkpoints import Checkpoints
from vigia.extension import Extended, Known, Look, extend
from vigia.frames import CHANNEL_COLUMNS
from vigia.ingest.arrived import with_arrived
from vigia.operate.known import known_of
from vigia.release.reader import ClientRelease

CHANNELS = list(CHANNEL_COLUMNS.values())
REACH = pd.Timedelta(hours=20_000)
"""From a release's readings of a client to what comes of it; as far as `detect` takes posted hours."""


@dataclass(frozen=True)
class Written:
    """What people say of clients and events: tables of these names."""

    site_log: pd.DataFrame
    verdicts: pd.DataFrame

    def of(self, client_id: str) -> "Written":
        """What is said of one client."""
        return Written(
            *(each[each["client_id"] == client_id].reset_index(drop=True) for each in (self.site_log, self.verdicts))
        )


def look_at(stored: ClientRelease, params: Params, written: Written) -> Look:
    """How a client is looked at, with what people say of it."""
    return Look(stored.attributes, params.screen, params.fleet.country, written.site_log, written.verdicts)


def begun(stored: ClientRelease, checkpoints: Checkpoints) -> Known:
    """What a release knows past-only of a client, to be gone on from; new checkpoints are added to those given."""
    return replace(known_of(stored), checkpoints=checkpoints, mask=stored.mask)


def gone_on(
    known: Known, stored: ClientRelease, news: pd.DataFrame, params: Params, written: Written
) -> tuple[pd.DataFrame, Extended]:
    """All readings of a client, with those that came since, and what follows from them.

    Args:
        known: what its release knows.
        stored: its part of the release.
        news: table `readings` of what came; a value that is null says nothing.
        params: of the release.
        written: what people say.
    """
    readings = merged(stored.readings, within_reach(stored.readings, news))
    return readings, extend(known, readings, look_at(stored, params, written), params.detect)


def within_reach(before: pd.DataFrame, news: pd.DataFrame) -> pd.DataFrame:
    """The newer readings that are not too far from the others: they stay in the store, and are not looked at.

    A history is a row an hour, so one hour of another decade would cost decades.
    """
    times, known = news["timestamp"], before["timestamp"]
    return news.loc[times.between(known.iloc[0] - REACH, known.iloc[-1] + REACH)]


def merged(before: pd.DataFrame, news: pd.DataFrame) -> pd.DataFrame:
    """Readings of a client with newer ones, as `ingest` takes them in too: what is not null of the newer counts."""
    return before if news.empty else with_arrived(before, news)
