"""The fixed words of the screen: one structure, which every language fills.

Words of what the service names (kinds, stakes, severities, states, families) are not here: they come from the service.
A text may hold `{placeholders}`, the same ones in every language.
"""

from dataclasses import dataclass
from typing import Literal

Language = Literal["es", "en"]


@dataclass(frozen=True)
class Count:
    """A text for one thing and one for another number of things, `{count}`."""

    one: str
    many: str

    def of(self, count: int) -> str:
        """The text that fits the number, other placeholders left in.

        >>> Count("1 client", "{count} clients").of(12)
        '12 clients'
        """
        return self.one if count == 1 else self.many.replace("{count}", f"{count:,}")


@dataclass(frozen=True)
class Shell:
    """What stands around every view, and what the program says when it starts."""

    navigation: str
    refresh: str
    loading: str
    status: str
    clients: Count
    no_data: str
    stale: str
    serving: str
    port_busy: str
    left_out: str
    and_more: str
    too_long: str
    bad_address: str
    to_start: str


@dataclass(frozen=True)
class Inbox:
    """The list over all clients."""

    name: str
    title: str
    note: str
    search: str
    no_events: str
    alarm: Count
    more: str
    no_match: Count
    clear: str
    unknown: str


@dataclass(frozen=True)
class Filters:
    """Labels of filters that several views have, and their choice of everything."""

    sector: str
    severity: str
    state: str
    stake: str
    client: str
    start: str
    end: str
    day: str
    hour: str
    form: str
    calendar: str
    every_sector: str
    every_severity: str
    every_state: str
    every_stake: str


@dataclass(frozen=True)
class Table:
    """A table of events."""

    severity: str
    client: str
    stake: str
    kind: str
    start: str
    state: str
    duration: str
    sector: str
    reason: str
    group: str
    ongoing: str
    open: str
    events: Count
    first_page: str
    former_page: str
    next_page: str
    last_page: str
    page: str


@dataclass(frozen=True)
class Client:
    """The page of one client."""

    name: str
    back: str
    former: str
    next: str
    anomaly: str
    events: str
    no_events: str
    no_series: str
    bad_dates: str
    unknown: str
    unlisted: str
    alarm: Count
    heading: str
    no_sector: str
    total: str
    anomalous_hours: str
    peak: str
    mape: str
    wape: str
    coverage: str
    period: str
    unknown_sector: str
    unknown_event: str
    missing: str
    reading: str
    no_clients: str
    anomalies: str


@dataclass(frozen=True)
class Card:
    """The card of a client's model."""

    title: str
    model: str
    reason: str
    wape: str
    mape: str
    coverage: str
    first_reading: str
    last_reading: str
    issues: str


@dataclass(frozen=True)
class Figures:
    """Headings, legends, axes and hover texts of the figures."""

    energy: str
    voltage: str
    reactive: str
    sector: str
    heat: str
    forecast: str
    registered: str
    expected: str
    band: str
    anomalous_hour: str
    anomaly: str
    phase_a: str
    phase_c: str
    reactive_line: str
    forecast_line: str
    time: str
    client: str
    active_energy: str
    day: str
    hour: str
    mean: str
    hour_of_day: str
    weekdays: tuple[str, str, str, str, str, str, str]


@dataclass(frozen=True)
class Service:
    """Why a call of the service did not succeed."""

    slow: str
    away: str
    other: str
    empty: str
    fault: str
    refused: str
    no_key: str
    no_right: str
    not_found: str
    bad_filter: str


@dataclass(frozen=True)
class Spans:
    """How times and their lengths are said."""

    ongoing: str
    hours: str
    days: str


@dataclass(frozen=True)
class Words:
    """All fixed words in one language. They state what was measured and accuse nobody."""

    language: Language
    locale: str
    shell: Shell
    inbox: Inbox
    filters: Filters
    table: Table
    client: Client
    card: Card
    figures: Figures
    service: Service
    spans: Spans
