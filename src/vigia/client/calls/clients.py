"""Health, words, clients, and what they consumed."""

from vigia.client.answers import base
from vigia.client.answers import clients as answers
from vigia.client.call import Call
from vigia.client.given import Time, maybe_time


def health() -> Call[base.Health]:
    """Which release is served, up to when it knows, and in which zone its days are."""
    return Call("GET", "/health", base.Health)


def vocabulary(language: str = "es") -> Call[base.Vocabulary]:
    """Kinds, causes, states, reason codes and the other names with their words; kept until the service has others."""
    return Call("GET", "/vocabulary", base.Vocabulary, query={"language": language}, kept=True)


def clients(
    *,
    sector: str | None = None,
    q: str | None = None,
    sort: str = "client",
    limit: int = 50,
    cursor: str | None = None,
) -> Call[answers.ClientList]:
    """A page of clients with their model's error and what is at stake.

    Args:
        sector: of these alone.
        q: text in name or id.
        sort: `client`, `energy`, `wape` or `events`.
        limit: of rows, 1 to 500.
        cursor: `next_cursor` of the page before.
    """
    query = {"sector": sector, "q": q, "sort": sort, "limit": limit, "cursor": cursor}
    return Call("GET", "/clients", answers.ClientList, query=query)


def client(client_id: str) -> Call[answers.ClientDetail]:
    """One client with the problems of its data and its model card."""
    return Call("GET", "/clients/{client_id}", answers.ClientDetail, parts={"client_id": client_id})


def card(client_id: str) -> Call[answers.Card]:
    """The model card of a client."""
    return Call("GET", "/clients/{client_id}/card", answers.Card, parts={"client_id": client_id})


def contract(client_id: str) -> Call[answers.Contract]:
    """What was agreed with a client, and the facts of its months: demand, reactive energy, voltage, costs."""
    return Call("GET", "/clients/{client_id}/contract", answers.Contract, parts={"client_id": client_id})


def series(
    client_id: str,
    start: Time | None = None,
    end: Time | None = None,
    *,
    resolution: str = "auto",
    points: int = 2_000,
    mode: str = "past_only",
) -> Call[answers.Series]:
    """All channels with expectation and band.

    Args:
        client_id: whose.
        start: first hour; of all that is known where it is missing.
        end: behind the last hour.
        resolution: `auto`, `hour` or `day`.
        points: about so many, 50 to 20,000; a longer series is reduced by its extremes.
        mode: `past_only` (what was known at the time) or `two_sided`.
    """
    query = {
        "start": maybe_time(start), "end": maybe_time(end), "resolution": resolution, "points": points, "mode": mode,
    }  # fmt: skip
    return Call("GET", "/clients/{client_id}/series", answers.Series, parts={"client_id": client_id}, query=query)


def profile(client_id: str, start: Time | None = None, end: Time | None = None) -> Call[answers.Profile]:
    """Shape of the consumption of a time: mean by hour and weekday, months, errors of the expectation."""
    query = {"start": maybe_time(start), "end": maybe_time(end)}
    return Call("GET", "/clients/{client_id}/profile", answers.Profile, parts={"client_id": client_id}, query=query)


def summary(start: Time | None = None, end: Time | None = None, *, sector: str | None = None) -> Call[answers.Summary]:
    """Totals of a time by client and sector."""
    query = {"start": maybe_time(start), "end": maybe_time(end), "sector": sector}
    return Call("GET", "/summary", answers.Summary, query=query)
