"""What detection says of a series, for tests."""

from typing import Any

from vigia.config.sections.screen import ScreenParams
from vigia.detection.engine import find
from vigia.detection.events.rows import event_tables
from vigia.detection.finding import Finding
from vigia.detection.series import Series


def findings(series: Series, params: ScreenParams | None = None, mode: str = "past_only") -> list[Finding]:
    """All findings of a mode."""
    return find(series, params or ScreenParams(), mode)


def event_rows(series: Series, params: ScreenParams | None = None, mode: str = "past_only") -> list[dict[str, Any]]:
    """Rows of `events` of a mode; null where a field is not known."""
    params = params or ScreenParams()
    return rows_of(series, findings(series, params, mode), params, mode)


def rows_of(
    series: Series, found: list[Finding], params: ScreenParams | None = None, mode: str = "past_only"
) -> list[dict[str, Any]]:
    """Rows of `events` that these findings make."""
    events, _ = event_tables(series, found, mode, params or ScreenParams())
    plain = events.astype(object).where(events.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in plain.to_dict("records")]
