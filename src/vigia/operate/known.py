"""What a release knows of a client, as `vigia.extension` takes it."""

from collections.abc import Collection

import numpy as np

from vigia.extension import Known, by_released
from vigia.release.reader import ClientRelease

PAST_ONLY = "past_only"
NORMAL = "normal"


def known_of(
    stored: ClientRelease, levels: Collection[float] | None = None, hourly: Collection[float] | None = None
) -> Known:
    """What a release knows past-only of a client, before its history goes on.

    Args:
        stored: its part of the release.
        levels: of the bands that are wanted; none = all.
        hourly: of those, the levels of which bands of hours are wanted too; none = all.
    """
    expected, bands = stored.expected, stored.bands
    there = {*stored.thresholds["level"]}
    levels, hourly = (there if some is None else some for some in (levels, hourly))
    wanted = np.isin(bands["level"], sorted(levels))
    wanted &= np.isin(bands["level"], sorted(hourly)) | (bands["resolution"] == "day")
    return Known(
        stored.client_id,
        PAST_ONLY,
        stored.measured,
        stored.measured.arrange(expected[expected["mode"] == PAST_ONLY], "expected_kwh"),
        bands[(bands["mode"] == PAST_ONLY) & wanted].reset_index(drop=True),
        by_released(stored.model),
        {level: stored.offsets(NORMAL, level) for level in sorted(there & {*levels})},
        stored.floor_kwh,
    )
