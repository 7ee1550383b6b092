"""Which alerts a digest tells of: what became of them since its reader was told last, and what is most at stake."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from vigia.alarming.states import OPEN, is_growing, is_overdue
from vigia.alarming.worklist import RANK
from vigia.operate.messages.occasion import Occasion
from vigia.operate.messages.words.formats import known
from vigia.store.alerts import FINISHED, Alert, Change
from vigia.store.messages.subscriptions import Wish

NEWS = ("new", "growing", "ended", "withdrawn", "overdue")
"""Sections that make a digest one with news, in order."""
TOP = 10


@dataclass(frozen=True)
class Totals:
    """Counts of all alerts that are wanted.

    Attributes:
        all: how many there are.
        open: on how many somebody has to act.
        states: how many by state, without those withdrawn.
        severities: how many of the open ones by severity.
        withdrawn: of how many no event is found any more.
        energy_kwh: of the open ones, by stake.
        money: of the open ones, by currency.
    """

    all: int
    open: int
    states: Mapping[str, int]
    severities: Mapping[str, int]
    withdrawn: int
    energy_kwh: Mapping[str, float]
    money: Mapping[str, float]


@dataclass(frozen=True)
class Selection:
    """What a digest tells.

    Attributes:
        since: when its reader was told last; none = never, so that all is backlog.
        sections: alerts by section of `NEWS`, those with most at stake first.
        top: the open ones with most at stake.
        totals: counts of all.
    """

    since: datetime | None
    sections: Mapping[str, tuple[Alert, ...]]
    top: tuple[Alert, ...]
    totals: Totals

    @property
    def news(self) -> bool:
        """Whether there is something to tell."""
        return any(self.sections.values()) or (self.since is None and self.totals.open > 0)


def select(
    alerts: Sequence[Alert], changes: Sequence[Change], wish: Wish, since: datetime | None, occasion: Occasion
) -> Selection:
    """What of all alerts is told to somebody.

    Args:
        alerts: all of them.
        changes: of their histories, in order; those of before `since` do not matter.
        wish: what is wanted.
        since: when they were told last; none = never: then what happened before is counted, and not listed.
        occasion: the day.
    """
    wanted = sorted((each for each in alerts if _passes(each, each.facts.severity, wish, occasion)), key=_worth)
    later = [each for each in changes if _after(each.at, since)]
    known_as = _severities_before(later)
    returned = {each.alert_id for each in later if each.what == "returned"}

    def is_new(alert: Alert) -> bool:
        before = known_as.get(alert.id, alert.facts.severity)
        fresh = _after(alert.raised_at, since) or alert.id in returned
        return alert.there and (fresh or not _passes(alert, before, wish, occasion))

    tests: dict[str, Callable[[Alert], bool]] = {
        "new": lambda a: a.state in OPEN and is_new(a),
        "growing": lambda a: a.there and is_growing(a.facts.energy_at_stake_kwh, a.told_kwh) and not is_new(a),
        "ended": lambda a: a.there and _after(a.ended_at, since) and not is_new(a),
        "withdrawn": lambda a: _after(a.withdrawn_at, since) and not _after(a.raised_at, since),
        "overdue": lambda a: a.there and is_overdue(a.state, a.state_at, occasion.now, occasion.overdue_days),
    }
    told = [each for each in wanted if each.state not in FINISHED]
    sections = {name: tuple(filter(tests[name], told if since is not None else ())) for name in NEWS}
    if since is None:
        sections["overdue"] = tuple(filter(tests["overdue"], told))
    open_ones = [each for each in wanted if each.there and each.state in OPEN]
    return Selection(since, sections, tuple(open_ones[:TOP]), _totals(wanted, open_ones))


def _passes(alert: Alert, severity: str, wish: Wish, occasion: Occasion) -> bool:
    """Whether an alert of a severity is wanted; one of several clients is, if one of them is."""
    lowest = RANK.get(wish.severity or "", len(RANK))
    clients = alert.facts.clients or (alert.facts.client_id,)
    sectors = {occasion.clients[each].sector for each in clients if each in occasion.clients}
    return (
        RANK.get(severity, 0) <= lowest
        and (wish.sector is None or wish.sector in sectors)
        and (wish.clients is None or not set(wish.clients).isdisjoint(clients))
    )


def _severities_before(changes: Sequence[Change]) -> dict[str, str]:
    """The severity that alerts had before the first of these changes of it."""
    found: dict[str, str] = {}
    for each in changes:
        if each.what == "severity" and each.before is not None:
            found.setdefault(each.alert_id, each.before)
    return found


def _worth(alert: Alert) -> tuple[float, float, str]:
    facts = alert.facts
    return -(known(facts.money_at_stake) or 0.0), -(known(facts.energy_at_stake_kwh) or 0.0), alert.id


def _after(when: datetime | None, since: datetime | None) -> bool:
    return when is not None and since is not None and when > since


def _totals(wanted: Sequence[Alert], open_ones: Sequence[Alert]) -> Totals:
    energy: dict[str, float] = {}
    money: dict[str, float] = {}
    for each in (alert.facts for alert in open_ones):
        kwh, amount, currency = known(each.energy_at_stake_kwh), known(each.money_at_stake), each.currency or ""
        if kwh is not None:
            energy[each.stake] = energy.get(each.stake, 0.0) + kwh
        if amount is not None:
            money[currency] = money.get(currency, 0.0) + amount
    return Totals(
        len(wanted),
        len(open_ones),
        Counter(each.state for each in wanted if each.there),
        Counter(each.facts.severity for each in open_ones),
        sum(not each.there for each in wanted),
        energy,
        money,
    )
