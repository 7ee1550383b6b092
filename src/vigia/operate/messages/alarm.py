"""What the watchdog found, told to people: a message a problem, day and reader."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC

from vigia.config.settings import Settings
from vigia.operate.messages import signing
from vigia.operate.messages.letter import Item, Letter, Section, text_of
from vigia.operate.messages.occasion import Occasion
from vigia.operate.messages.queueing import content_of, name_of, unsubscribe_link
from vigia.operate.messages.words import words_of
from vigia.operate.messages.words.formats import capital, date_hour, day, number, plain
from vigia.operate.problems import PROBLEMS
from vigia.operate.watchdog import Problem
from vigia.store import Connection, Database
from vigia.store.messages import outbox, subscriptions
from vigia.store.messages.subscriptions import Wish
from vigia.vocabulary import Language

MOST = 50
"""So many clients are named."""
LONGEST_ERROR = 500
ADMINISTRATOR = "administrator"


def sentence(problem: Problem, language: Language, occasion: Occasion, silent_hours: float) -> str:
    """What is known of a problem."""
    words = words_of(language).alarm
    if problem.code == "no_daily_run" and problem.since is None:
        return words.never
    run = problem.run
    return words.known[problem.code].format(
        when="" if problem.since is None else date_hour(problem.since, occasion.zone),
        hours=number(silent_hours if problem.code == "clients_silent" else problem.hours),
        day="" if run is None else day(run.day),
        error="" if run is None else plain(run.error or "", LONGEST_ERROR),
        clients=words.silent.of(len(problem.clients)),
        messages=words.refused.of(problem.count),
    )


def alarm(
    problem: Problem, language: Language, occasion: Occasion, silent_hours: float, unsubscribe: str = ""
) -> Letter:
    """A problem as a letter."""
    words, what = words_of(language), PROBLEMS[problem.code].short.of(language)
    section = Section(words.alarm.clients, tuple(_client(each, language, occasion) for each in problem.clients[:MOST]))
    left = len(problem.clients) - MOST
    section = replace(section, more=words.digest.more.of(left) if left > 0 else "")
    return Letter(
        language=language,
        subject=words.alarm.subject.format(fleet=plain(occasion.fleet), day=day(occasion.day), what=what),
        heading=capital(what),
        lead=(sentence(problem, language, occasion, silent_hours), words.alarm.advice[problem.code]),
        facts=(),
        sections=(section,) if problem.code == "clients_silent" else (),
        board=(words.board, occasion.dashboard_url),
        footer=f"Vigía ({plain(occasion.fleet)}) {date_hour(occasion.now, occasion.zone)}",
        unsubscribe=(words.unsubscribe, unsubscribe),
    )


def queue_alarms(settings: Settings, database: Database, found: Sequence[Problem], occasion: Occasion) -> int:
    """Queue a message a problem, for each subscriber whom it concerns and for the administrator; once a day.

    Returns how many are new. Mail is left out while it is off.
    """
    with database.writing() as connection:
        return sum(_queued(connection, settings, problem, occasion) for problem in found)


def _queued(connection: Connection, settings: Settings, problem: Problem, occasion: Occasion) -> int:
    count, told = 0, set()
    mail = settings.mail
    for each in subscriptions.listed(connection):
        mine = concerning(problem, each.wish, occasion)
        if mine is not None and (each.wish.channel != "mail" or mail.on):
            told |= {each.wish.address} if mine == problem else set()
            count += _queue(connection, settings, mine, each.wish, each.id, occasion)
    if mail.on and mail.administrator and mail.administrator not in told:
        wish = Wish("mail", mail.administrator, mail.administrator_language)
        count += _queue(connection, settings, problem, wish, None, occasion)
    return count


def concerning(problem: Problem, wish: Wish, occasion: Occasion) -> Problem | None:
    """A problem as far as it concerns somebody; none where it does not."""
    if problem.code != "clients_silent":
        return problem
    mine = tuple(
        each
        for each in problem.clients
        if (wish.clients is None or each in wish.clients)
        and (wish.sector is None or (each in occasion.clients and occasion.clients[each].sector == wish.sector))
    )
    return replace(problem, clients=mine, count=len(mine)) if mine else None


def _queue(
    connection: Connection, settings: Settings, problem: Problem, wish: Wish, number: int | None, occasion: Occasion
) -> bool:
    secret = signing.secret_of(connection, occasion.now)
    link = "" if number is None else unsubscribe_link(settings.mail, secret, number)
    letter = alarm(problem, wish.language, occasion, settings.operation.silent_hours, link)
    content = content_of(letter)
    if wish.channel == "webhook":
        content = {
            "kind": outbox.WATCHDOG,
            "fleet": occasion.fleet,
            "day": occasion.day.isoformat(),
            "language": wish.language,
            "subject": letter.subject,
            "text": text_of(letter),
            "problem": problem.code,
            "since": problem.since.astimezone(UTC).isoformat() if problem.since else None,
            "clients": list(problem.clients),
        }
    key = f"{outbox.WATCHDOG}/{occasion.day.isoformat()}/{problem.code}/{number or ADMINISTRATOR}"
    return outbox.queue(
        connection,
        key,
        outbox.WATCHDOG,
        wish.channel,
        wish.address,
        name_of(settings.mail, secret, key),
        content,
        occasion.now,
        subscription_id=number,
        day=occasion.day,
    )


def _client(client_id: str, language: Language, occasion: Occasion) -> Item:
    name = occasion.clients[client_id].name if client_id in occasion.clients else client_id
    hour = occasion.last_hours.get(client_id)
    said = "" if hour is None else words_of(language).alarm.last_reading.format(when=date_hour(hour, occasion.zone))
    return Item(plain(name) or plain(client_id) or "—", said)
