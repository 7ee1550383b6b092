"""The watchdog: what is wrong with operation itself. Nobody misses a message that was never made, so this must tell.

It has to run by a timer of its own: what does the day cannot say that the day was not done.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from vigia.config.settings import Operation
from vigia.store import Connection, runs
from vigia.store.messages import outbox
from vigia.store.runs import Run

HOUR = timedelta(hours=1)
FAILED_WITHIN = timedelta(days=1)


@dataclass(frozen=True)
class Known:
    """What the watchdog looks at.

    Attributes:
        last_good: when a daily run ended well last; none = never.
        last_run: the run of the latest day.
        last_hours: the last hour that was read, by client.
        waiting_since: when the message that waits longest was to be sent.
        given_up: messages that were given up within a day.
    """

    last_good: datetime | None
    last_run: Run | None
    last_hours: Mapping[str, datetime]
    waiting_since: datetime | None
    given_up: int


@dataclass(frozen=True)
class Problem:
    """Something that is wrong.

    Attributes:
        code: one of `operate.problems.PROBLEMS`.
        since: when it was last as it should be; none = never, or it does not matter.
        hours: how long ago that was.
        clients: those concerned, those silent for longest first.
        count: of what there are several.
        run: that failed.
    """

    code: str
    since: datetime | None = None
    hours: float = 0.0
    clients: tuple[str, ...] = ()
    count: int = 0
    run: Run | None = None


def known_now(connection: Connection, last_hours: Mapping[str, datetime], now: datetime) -> Known:
    """What the store says, with the last hours by client."""
    good, latest = runs.last_good(connection), runs.listed(connection, 1)
    return Known(
        good.finished_at if good else None,
        latest[0] if latest else None,
        last_hours,
        outbox.waiting_since(connection),
        outbox.given_up(connection, now - FAILED_WITHIN),
    )


def problems(known: Known, now: datetime, limits: Operation) -> tuple[Problem, ...]:
    """All that is wrong, in the order of the vocabulary."""
    found = [
        _no_run(known.last_good, now, limits),
        _failed(known.last_run),
        _silent(known.last_hours, now, limits),
        _late("mail_waits", known.waiting_since, now, limits.mail_hours),
        Problem("mail_failed", count=known.given_up) if known.given_up else None,
    ]
    return tuple(each for each in found if each is not None)


def _no_run(last_good: datetime | None, now: datetime, limits: Operation) -> Problem | None:
    if last_good is None:
        return Problem("no_daily_run")
    return _late("no_daily_run", last_good, now, limits.run_hours)


def _failed(last: Run | None) -> Problem | None:
    failed = last is not None and last.error is not None and last.finished_at is None
    return Problem("daily_run_failed", run=last) if failed else None


def _silent(last_hours: Mapping[str, datetime], now: datetime, limits: Operation) -> Problem | None:
    """Clients of which nothing is read any more; those that are long gone only where nobody else is left."""
    silence = {client: (now - (hour + HOUR)) / HOUR for client, hour in last_hours.items()}
    silent = sorted((each for each in silence if silence[each] > limits.silent_hours), key=lambda c: (-silence[c], c))
    gone = {each for each in silent if silence[each] > limits.gone_days * 24}
    if silent and (len(silent) == len(silence) or set(silent) - gone == silence.keys() - gone):
        latest = max(last_hours.values()) + HOUR
        return Problem("readings_stopped", latest, (now - latest) / HOUR, tuple(silent))
    missed = tuple(each for each in silent if each not in gone)
    return Problem("clients_silent", clients=missed, count=len(missed)) if missed else None


def _late(code: str, since: datetime | None, now: datetime, hours: float) -> Problem | None:
    late = None if since is None else (now - since) / HOUR
    return Problem(code, since, late) if late is not None and late > hours else None
