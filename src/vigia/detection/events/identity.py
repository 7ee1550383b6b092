"""Identifiers of events, which stay while an event grows."""

import hashlib
from collections.abc import Container

import pandas as pd

from vigia.detection.events.merge import Event
from vigia.detection.series import Series


def event_id(client_id: str, mode: str, when: pd.Timestamp, channels: str) -> str:
    """Pure hash of what an event is from its first alert on."""
    text = "|".join([client_id, mode, when.isoformat(), channels])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def identify(series: Series, event: Event, mode: str, taken: Container[str] = ()) -> str:
    """Identifier: hour of the first alert (two-sided: day of the start) and the channel that raised it.

    Where an event known by the same hour has that one (`taken`), the kind that raised it tells the two apart.
    """
    hour = event.first.alert if mode == "past_only" else 24 * (event.first.start // 24)
    plain = event_id(series.client_id, mode, series.at(hour), event.first.channel)
    return plain if plain not in taken else event_id(plain, mode, series.at(hour), event.first.kind)
