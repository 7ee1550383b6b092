"""What the page of a client is about, and what is known of it by now."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dashboard.service import Body, ServiceError
from dashboard.words import Words

CALLS = ("series", "profile", "detail", "events", "forecast", "summary")
"""Names of the answers that make a page."""


class Asked(NamedTuple):
    """Whom and when the page is about; `start` and `end` are local wall times."""

    client: str
    start: str
    end: str


@dataclass(frozen=True)
class Content:
    """All that stands on the page, so that nothing of another client or time can.

    Attributes:
        asked: whom and when it is about; nothing where there is no client at all.
        row: the client in the list of clients; nothing where he is not in it.
        found: answers, or why there is none, by the name of the call; those that are awaited yet are absent.
        why: why nothing was asked, in a sentence; empty where it was.
    """

    asked: Asked | None
    row: Body | None
    found: Body = field(default_factory=dict)
    why: str = ""

    def answer(self, name: str) -> Any:
        """An answer; nothing where there is none, or none yet."""
        answer = self.found.get(name)
        return None if isinstance(answer, ServiceError) else answer

    @property
    def waiting(self) -> bool:
        """Whether answers are awaited."""
        return not self.why and len(self.found) < len(CALLS)

    @property
    def failed(self) -> dict[str, list[str]]:
        """Names of the calls that have no answer, by the reason."""
        reasons: dict[str, list[str]] = {}
        for name, answer in self.found.items():
            if isinstance(answer, ServiceError):
                reasons.setdefault(str(answer), []).append(name)
        return reasons

    @property
    def events(self) -> list[Body]:
        """The client's events of the time, as far as they are known."""
        return self.answer("events") or []

    def chosen(self, event_id: str) -> Body | None:
        """One of the events."""
        return next((event for event in self.events if event["event_id"] == event_id), None)

    def sentences(self, words: Words) -> Iterator[tuple[str, str]]:
        """What is to be said of it, each with the grade of its alert."""
        said = words.client
        if self.why:
            yield self.why, "warning"
        elif self.waiting and self.row:
            yield said.reading.format(name=self.row["name"]), "info"
        names = {
            "series": words.figures.energy, "profile": words.figures.heat, "detail": words.card.title,
            "events": said.anomalies, "forecast": words.figures.forecast, "summary": words.figures.sector,
        }  # fmt: skip
        for reason, without in self.failed.items():
            yield said.missing.format(error=reason, parts=", ".join(names[name] for name in without)), "warning"
        series = self.answer("series")
        if series is not None and not series["timestamp"]:
            yield said.no_series, "warning"
