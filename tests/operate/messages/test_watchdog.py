"""What is wrong with operation, and who is told of it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from tests.operate.messages.conftest import SIX, Office
from tests.support.told import NOW, occasion
from vigia.config.settings import Operation
from vigia.operate.messages.alarm import MOST, alarm, concerning, queue_alarms, sentence
from vigia.operate.messages.letter import html_of, text_of
from vigia.operate.messages.occasion import Client, occasion_of
from vigia.operate.messages.sending import Sent
from vigia.operate.messages.words import words_of
from vigia.operate.problems import PROBLEMS
from vigia.operate.watchdog import Known, Problem, known_now, problems
from vigia.store import runs
from vigia.store.messages import outbox
from vigia.store.messages.subscriptions import Wish
from vigia.store.runs import Run
from vigia.vocabulary import Language

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LIMITS = Operation()
TODAY = NOW.date()
GOOD = Run(1, TODAY, 1, NOW - HOUR, NOW - HOUR, "alerts", {}, "release", None)
FAILED = replace(GOOD, finished_at=None, error="the power went out")
WELL = Known(NOW - HOUR, GOOD, {"1": NOW - 3 * HOUR, "2": NOW - 30 * HOUR}, None, 0)
QUEUED_ELSEWHERE = ("store_unavailable",)
"""Problems of which no message can be queued."""


def codes(**changes: Any) -> list[str]:
    return [each.code for each in problems(replace(WELL, **changes), NOW, LIMITS)]


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, []),
        ({"last_good": NOW - 26 * HOUR}, []),
        ({"last_good": NOW - 26.1 * HOUR}, ["no_daily_run"]),
        ({"last_good": None, "last_run": None}, ["no_daily_run"]),
        ({"last_run": FAILED}, ["daily_run_failed"]),
        ({"last_run": replace(FAILED, error=None)}, []),
        ({"last_run": FAILED, "last_good": NOW - 30 * HOUR}, ["no_daily_run", "daily_run_failed"]),
        ({"last_hours": {}}, []),
        ({"last_hours": {"1": NOW - 37 * HOUR, "2": NOW - 37 * HOUR}}, []),
        ({"last_hours": {"1": NOW - 38 * HOUR, "2": NOW - 3 * HOUR}}, ["clients_silent"]),
        ({"last_hours": {"1": NOW - 38 * HOUR, "2": NOW - 39 * HOUR}}, ["readings_stopped"]),
        ({"last_hours": {"1": NOW - 61 * DAY, "2": NOW - 3 * HOUR}}, []),
        ({"last_hours": {"1": NOW - 61 * DAY, "2": NOW - 38 * HOUR}}, ["readings_stopped"]),
        ({"last_hours": {"1": NOW - 61 * DAY, "2": NOW - 90 * DAY}}, ["readings_stopped"]),
        ({"waiting_since": NOW - 2 * HOUR}, []),
        ({"waiting_since": NOW - 2.1 * HOUR}, ["mail_waits"]),
        ({"waiting_since": NOW + HOUR}, []),
        ({"given_up": 3}, ["mail_failed"]),
    ],
)
def test_what_is_wrong_follows_from_the_limits(changes: dict[str, Any], wrong: list[str]) -> None:
    assert codes(**changes) == wrong


def test_silent_clients_are_named_those_that_are_silent_for_longest_first() -> None:
    last = {"1": NOW, "2": NOW - 40 * HOUR, "3": NOW - 50 * HOUR, "gone": NOW - 90 * DAY}
    (found,) = problems(replace(WELL, last_hours=last), NOW, LIMITS)
    assert (found.code, found.clients, found.count) == ("clients_silent", ("3", "2"), 2)


def test_what_is_known_of_a_problem_is_said_with_times_of_the_fleet() -> None:
    last = {"1": NOW - 40 * HOUR, "2": NOW - 60 * HOUR}
    known = Known(NOW - 30 * HOUR, FAILED, last, NOW - 5 * HOUR, 1)
    said = [sentence(each, "es", occasion(), 36.0) for each in problems(known, NOW, LIMITS)]
    assert said == [
        "El último proceso diario que terminó bien es del 30/06/2024 00:00, hace 30 horas.",
        "El proceso diario del 01/07/2024 no terminó: the power went out",
        "La última lectura de todas es del 29/06/2024 15:00, hace 39 horas.",
        "El mensaje que más espera debía salir el 01/07/2024 01:00, hace 5 horas.",
        "Se rechazó 1 mensaje en las últimas 24 horas.",
    ]
    assert sentence(Problem("no_daily_run"), "en", occasion(), 36.0) == "No daily run has ended well yet."


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("code", [each for each in PROBLEMS if each not in QUEUED_ELSEWHERE])
def test_every_problem_has_a_letter_in_both_languages(code: str, language: Language) -> None:
    problem = Problem(code, NOW - 30 * HOUR, 30.0, ("1", "<b>"), 2, FAILED)
    letter = alarm(problem, language, occasion(), 36.0)
    text = text_of(letter)
    assert not any(mark in text for mark in "{}")
    assert letter.subject == f"Vigía (demo) 01/07/2024: {PROBLEMS[code].short.of(language)}"
    assert words_of(language).alarm.advice[code] in text
    assert ("Molino Santa Rosa" in text) == (code == "clients_silent")
    assert "<b>" not in html_of(letter)


def test_a_long_list_of_clients_is_cut() -> None:
    many = tuple(f"{number:03d}" for number in range(MOST + 4))
    (section,) = alarm(Problem("clients_silent", clients=many), "es", occasion(), 36.0).sections
    assert (len(section.items), section.more) == (MOST, "y 4 más en el tablero")


@pytest.mark.parametrize(
    ("wish", "clients"),
    [
        (Wish("mail", ""), ("1", "2", "9")),
        (Wish("mail", "", clients=("2", "7")), ("2",)),
        (Wish("mail", "", sector="alimentos"), ("1",)),
        (Wish("mail", "", clients=("7",)), None),
    ],
    ids=str,
)
def test_silent_clients_concern_whoever_wants_to_hear_of_them(wish: Wish, clients: tuple[str, ...] | None) -> None:
    found = concerning(Problem("clients_silent", clients=("1", "2", "9"), count=3), wish, occasion())
    assert (None if found is None else found.clients) == clients
    assert concerning(Problem("no_daily_run"), wish, occasion()) == Problem("no_daily_run")


def test_a_problem_is_told_to_everybody_once_a_day(office: Office) -> None:
    office.but(administrator="admin@example.com", administrator_language="en")
    office.subscribe()
    office.subscribe("luis@example.com", clients=("1",), language="en")
    on = occasion(now=SIX, clients={name: Client(name) for name in "123"})
    found = [Problem("no_daily_run"), Problem("clients_silent", clients=("2",), count=1)]
    assert queue_alarms(office.settings, office.database, found, on) == 5
    assert queue_alarms(office.settings, office.database, found, on) == 0
    tomorrow = replace(on, now=SIX + DAY)
    assert queue_alarms(office.settings, office.database, found[:1], tomorrow) == 3
    assert [each.key for each in office.messages()] == [
        "watchdog/2024-07-01/no_daily_run/1",
        "watchdog/2024-07-01/no_daily_run/2",
        "watchdog/2024-07-01/no_daily_run/administrator",
        "watchdog/2024-07-01/clients_silent/1",
        "watchdog/2024-07-01/clients_silent/administrator",
        "watchdog/2024-07-02/no_daily_run/1",
        "watchdog/2024-07-02/no_daily_run/2",
        "watchdog/2024-07-02/no_daily_run/administrator",
    ]
    assert office.send(days=1) == Sent(sent=8)
    to = {each["To"]: each for each in office.server.mails[:3]}
    assert to["ana@example.com"]["Subject"] == "Vigía (demo) 01/07/2024: no se hizo el proceso diario"
    assert to["admin@example.com"]["Subject"] == "Vigía (demo) 01/07/2024: the daily run was not done"
    assert to["admin@example.com"]["List-Unsubscribe"] is None
    assert to["ana@example.com"]["List-Unsubscribe"] is not None


def test_an_administrator_who_subscribed_is_told_once_and_of_all_clients(office: Office) -> None:
    office.but(administrator="ana@example.com")
    office.subscribe(clients=("1",))
    found = [Problem("no_daily_run"), Problem("clients_silent", clients=("1", "2"), count=2)]
    assert queue_alarms(office.settings, office.database, found, occasion(now=SIX)) == 3


def test_while_mail_is_off_webhooks_alone_are_told(office: Office) -> None:
    office.but(host="", administrator="admin@example.com")
    office.subscribe()
    office.subscribe("https://example.com/hook")
    last = NOW - 40 * HOUR
    assert queue_alarms(office.settings, office.database, [Problem("readings_stopped", last, 40.0)], occasion()) == 1
    (message,) = office.messages()
    content = message.content
    assert (content["kind"], content["problem"], content["clients"]) == ("watchdog", "readings_stopped", [])
    assert content["since"] == last.isoformat()


def test_the_store_says_what_the_watchdog_has_to_know(office: Office) -> None:
    on = occasion_of(office.settings, office.database, SIX)
    assert set(on.last_hours) == set(on.clients) == {"1", "2", "3"}
    with office.database.writing() as connection:
        assert known_now(connection, {}, SIX) == Known(None, None, {}, None, 0)
        first = runs.begin(connection, date(2024, 6, 30), SIX - DAY)
        runs.note(connection, first.id, finished_at=SIX - DAY)
        second = runs.begin(connection, date(2024, 7, 1), SIX)
        runs.note(connection, second.id, error="no")
    office.subscribe()
    office.morning(0)
    with office.database.writing() as connection:
        outbox.give_up(connection, 1, "550", SIX)
        known = known_now(connection, on.last_hours, SIX + HOUR)
        assert (known.last_good, known.given_up, known.waiting_since) == (SIX - DAY, 1, None)
        assert known_now(connection, {}, SIX + DAY).given_up == 0
        assert known.last_run is not None
        assert known.last_run.error == "no"
    assert [each.code for each in problems(known, SIX, LIMITS)] == [
        "daily_run_failed",
        "readings_stopped",
        "mail_failed",
    ]
