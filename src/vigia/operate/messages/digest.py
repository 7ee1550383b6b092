"""The digest of a day, in words and as data: both tell the same selection of alerts."""

from collections.abc import Iterator, Mapping
from typing import Any

from vigia.operate.messages.letter import Item, Letter, Section
from vigia.operate.messages.occasion import Client, Occasion
from vigia.operate.messages.selection import Selection, Totals
from vigia.operate.messages.words import MessageWords, words_of
from vigia.operate.messages.words.formats import capital, date_hour, day, energy, known, money, number, plain
from vigia.store.alerts import Alert
from vigia.store.messages.subscriptions import Wish
from vigia.vocabulary import BY_NAME, Language, Terms, events, people

MOST = 20
"""So many lines a section has; the rest is counted."""
MOST_CLIENTS = 5


def digest(selection: Selection, wish: Wish, occasion: Occasion, unsubscribe: str = "") -> Letter:
    """The digest as a letter.

    Args:
        selection: what is told.
        wish: who wants it told, in which language and of what alone.
        occasion: the day.
        unsubscribe: link that ends it; empty = there is none.
    """
    words = words_of(wish.language)
    own, when = words.digest, day(occasion.day)
    return Letter(
        language=wish.language,
        subject=own.subject.format(fleet=plain(occasion.fleet), day=when, what=_what(selection, words)),
        heading=own.heading.format(day=when),
        lead=tuple(_lead(selection, words, occasion)),
        facts=tuple(_facts(selection.totals, wish, words, occasion)),
        sections=tuple(_sections(selection, wish.language, words, occasion)),
        board=(words.board, occasion.dashboard_url),
        footer=words.footer,
        unsubscribe=(words.unsubscribe, unsubscribe),
    )


def as_data(selection: Selection, letter: Letter, text: str, occasion: Occasion) -> dict[str, Any]:
    """The digest for a program: numbers as they are, times in UTC, and the words for people."""
    totals = selection.totals
    return {
        "kind": "digest",
        "fleet": occasion.fleet,
        "day": occasion.day.isoformat(),
        "since": selection.since.isoformat() if selection.since else None,
        "data_until": occasion.data_until.isoformat() if occasion.data_until else None,
        "language": letter.language,
        "subject": letter.subject,
        "text": text,
        "dashboard": occasion.dashboard_url or None,
        "unsubscribe": letter.unsubscribe[1] or None,
        "counts": {
            "all": totals.all,
            "open": totals.open,
            "by_state": dict(totals.states),
            "by_severity": dict(totals.severities),
            "withdrawn": totals.withdrawn,
            **{name: len(found) for name, found in selection.sections.items()},
        },
        "sections": {
            name: [_row(alert, occasion) for alert in found[:MOST]]
            for name, found in (*selection.sections.items(), ("top", selection.top))
        },
    }


def _what(selection: Selection, words: MessageWords) -> str:
    if selection.since is None and selection.totals.open:
        return words.digest.open.of(selection.totals.open)
    return _parts(selection, words) or words.digest.quiet


def _parts(selection: Selection, words: MessageWords) -> str:
    counts = {name: len(found) for name, found in selection.sections.items()}
    return ", ".join(words.digest.parts[name].of(count) for name, count in counts.items() if count)


def _lead(selection: Selection, words: MessageWords, occasion: Occasion) -> Iterator[str]:
    own, totals = words.digest, selection.totals
    if selection.since is None:
        if totals.all:
            yield own.first.format(all=own.all.of(totals.all), left=own.left.of(totals.open))
    else:
        form, parts = (own.since, _parts(selection, words)) if selection.news else (own.quiet_line, "")
        yield form.format(when=date_hour(selection.since, occasion.zone), parts=parts)
    if not totals.open:
        yield own.nothing_open
    if occasion.data_until is not None:
        yield own.data_until.format(when=date_hour(occasion.data_until, occasion.zone))


def _facts(totals: Totals, wish: Wish, words: MessageWords, occasion: Occasion) -> Iterator[tuple[str, str]]:
    own, language = words.digest, wish.language
    if wish.sector is not None or wish.clients is not None or wish.severity is not None:
        yield own.filter, "; ".join(_filter(wish, words, occasion))
    acting = _counted({name: totals.states.get(name, 0) for name in ("new", "in_review")}, people.STATES, language)
    yield own.to_verify, f"{number(totals.open)} ({acting})" if acting else number(totals.open)
    severities = _counted(totals.severities, events.SEVERITIES, language)
    if severities:
        yield own.severity, severities
    stakes = [f"{_term(events.STAKES, name, language)} {energy(kwh)}" for name, kwh in totals.energy_kwh.items() if kwh]
    amounts = [money(amount, plain(currency)) for currency, amount in totals.money.items() if amount]
    if stakes or amounts:
        yield own.at_stake, "; ".join([*stakes, *amounts])
    rest = {name: count for name, count in totals.states.items() if name not in ("new", "in_review")}
    others = [_counted(rest, people.STATES, language), *_gone(totals.withdrawn, words)]
    if any(others):
        yield own.others, ", ".join(filter(None, others))


def _gone(withdrawn: int, words: MessageWords) -> list[str]:
    return [f"{words.digest.withdrawn} {number(withdrawn)}"] if withdrawn else []


def _filter(wish: Wish, words: MessageWords, occasion: Occasion) -> Iterator[str]:
    own = words.digest
    if wish.sector is not None:
        yield own.of_sector.format(sector=plain(wish.sector))
    if wish.clients is not None:
        names = [_name(each, occasion.clients) for each in wish.clients]
        left = len(names) - MOST_CLIENTS
        listed = ", ".join(names[:MOST_CLIENTS])
        yield own.of_clients.format(clients=words.line.members.of(left).format(name=listed) if left > 0 else listed)
    if wish.severity is not None:
        yield own.of_severity.format(severity=_term(events.SEVERITIES, wish.severity, wish.language))


def _sections(selection: Selection, language: Language, words: MessageWords, occasion: Occasion) -> Iterator[Section]:
    own = words.digest
    for name, found in (*selection.sections.items(), ("top", selection.top)):
        if found:
            title = own.sections[name].format(days=f"{occasion.overdue_days:g}")
            title = title if name == "top" else f"{title} ({number(len(found))})"
            items = tuple(_item(alert, name, language, words, occasion) for alert in found[:MOST])
            more = own.more.of(len(found) - MOST) if len(found) > MOST else ""
            yield Section(title, items, own.notes.get(name, ""), more)


def _item(alert: Alert, section: str, language: Language, words: MessageWords, occasion: Occasion) -> Item:
    facts = alert.facts
    said = [_seen(alert, language, words, occasion), _at_stake(alert, language, words)]
    said += _remarks(alert, section, language, words, occasion)
    name, others = _name(facts.client_id, occasion.clients), len(set(facts.clients) - {facts.client_id})
    title = words.line.members.of(others).format(name=name) if others else name
    grade = words.line.grade.format(severity=_term(events.SEVERITIES, facts.severity, language))
    return Item(title, "; ".join(said), facts.severity, grade, occasion.link(alert.id))


def _seen(alert: Alert, language: Language, words: MessageWords, occasion: Occasion) -> str:
    facts = alert.facts
    kind = BY_NAME[facts.kind].short.of(language) if facts.kind in BY_NAME else plain(facts.kind)
    start = date_hour(facts.start, occasion.zone)
    if facts.end is None:
        return words.line.going_on.format(kind=capital(kind), start=start)
    return words.line.over.format(kind=capital(kind), start=start, end=date_hour(facts.end, occasion.zone))


def _at_stake(alert: Alert, language: Language, words: MessageWords) -> str:
    facts = alert.facts
    kwh, amount = known(facts.energy_at_stake_kwh), known(facts.money_at_stake)
    stake = events.STAKES.get(facts.stake)
    if kwh is None:
        said = stake.help.of(language) if stake is not None and stake.help is not None else plain(facts.stake)
    else:
        said = f"{_term(events.STAKES, facts.stake, language)} {energy(kwh)}"
        low, high = known(facts.energy_low_kwh), known(facts.energy_high_kwh)
        if low is not None and high is not None:
            said += f" ({words.line.interval.format(low=energy(low), high=energy(high))})"
    return said if amount is None else f"{said}, {money(amount, plain(facts.currency or ''))}"


def _remarks(alert: Alert, section: str, language: Language, words: MessageWords, occasion: Occasion) -> Iterator[str]:
    told = known(alert.told_kwh)
    if section == "growing" and told is not None:
        yield words.line.before.format(energy=energy(told))
    if section == "withdrawn" and alert.merged_into is not None:
        yield words.line.merged
    if section == "overdue":
        yield words.line.in_review.format(when=date_hour(alert.state_at, occasion.zone))
    elif alert.state != "new":
        yield _term(people.STATES, alert.state, language)
    if alert.assignee is not None:
        yield words.line.assignee.format(name=plain(alert.assignee))


def _counted(counts: Mapping[str, int], terms: Terms, language: Language) -> str:
    """How many of each, in the order of the vocabulary, others after them."""
    names = [*(name for name in terms if name in counts), *(name for name in counts if name not in terms)]
    return ", ".join(f"{_term(terms, name, language)} {number(counts[name])}" for name in names if counts[name])


def _term(terms: Terms, name: str, language: Language) -> str:
    """The words of a name; one without words is shown as it is called."""
    return terms[name].short.of(language) if name in terms else plain(name)


def _name(client_id: str, clients: Mapping[str, Client]) -> str:
    return plain(clients[client_id].name if client_id in clients else client_id) or plain(client_id) or "—"


def _row(alert: Alert, occasion: Occasion) -> dict[str, Any]:
    facts = alert.facts
    numbers = ("energy_at_stake_kwh", "energy_low_kwh", "energy_high_kwh", "money_at_stake")
    client = occasion.clients.get(facts.client_id, Client(facts.client_id))
    return {
        "alert_id": alert.id,
        "client_id": facts.client_id,
        "client_name": client.name,
        "sector": client.sector,
        "clients": list(facts.clients),
        "kind": facts.kind,
        "stake": facts.stake,
        "severity": facts.severity,
        "state": alert.state,
        "assignee": alert.assignee,
        "start": facts.start.isoformat(),
        "end": facts.end.isoformat() if facts.end else None,
        **{name: known(getattr(facts, name)) for name in numbers},
        "currency": facts.currency,
        "told_kwh": known(alert.told_kwh),
        "link": occasion.link(alert.id) or None,
    }
