"""What detection yields of one client."""

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Detected:
    """Tables `events`, `event_channels`, `scores` and `issues`, and the day digests that find duplicated feeds."""

    events: pd.DataFrame
    event_channels: pd.DataFrame
    scores: pd.DataFrame
    issues: pd.DataFrame
    digests: pd.DataFrame
