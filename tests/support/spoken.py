"""Tables of what people wrote, for tests."""

import pandas as pd

from tests.support.plain_clients import ZONE
from vigia import frames


def verdicts(*rows: tuple[str, str, pd.Timestamp | str, str, pd.Timestamp | str]) -> pd.DataFrame:
    """Table `verdicts` of rows `client_id, kind, start, verdict, recorded_at`; texts are local times."""
    if not rows:
        return frames.empty("verdicts", ZONE)
    frame = pd.DataFrame(rows, columns=["client_id", "kind", "start", "verdict", "recorded_at"])
    for name in ("start", "recorded_at"):
        frame[name] = [when if isinstance(when, pd.Timestamp) else pd.Timestamp(when, tz=ZONE) for when in frame[name]]
    return frames.check("verdicts", frame)
