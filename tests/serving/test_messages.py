"""Who is told, over HTTP; the link that ends it; and what `health` says of operation."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from serving.api import create_api
from serving.guard import guarded
from serving.messages.page import POLICY
from serving.messages.watched import KEPT_SECONDS, Watched
from serving.release.current import CurrentRelease
from tests.serving.conftest import Caller
from tests.support.loops import finished
from tests.support.tiny_release import TinyRelease
from vigia.config.settings import Serving
from vigia.operate.messages.signing import secret_of, token_of
from vigia.store import Database, migrated, runs
from vigia.store.access import audit
from vigia.store.messages import outbox, subscriptions

NOW = datetime.now(UTC)
FIELDS = {"channel": "mail", "address": "ana@example.com"}


class Desk:
    """A service with a store of its own."""

    def __init__(self, tiny: TinyRelease, folder: Path, open_: bool = True) -> None:
        self.database = migrated(Database(f"sqlite:///{folder / 'vigia.db'}"))
        self.seconds = 0.0
        self.current = CurrentRelease(
            Serving(fleet=tiny.fleet, releases=tiny.var, open=open_),
            store=lambda: self.database,
            watched=Watched(clock=lambda: self.seconds),
        )
        assert self.current.refresh()
        self.app = create_api(self.current)
        self.api = Caller(self.app)

    def subscribe(self, **fields: Any) -> httpx.Response:
        return self.api.post("/subscriptions", {**FIELDS, **fields})

    def token(self, number: int) -> str:
        with self.database.writing() as connection:
            return token_of(secret_of(connection, NOW), number)

    def health(self) -> dict[str, Any]:
        """As it is once nothing that was kept holds any more."""
        self.seconds += KEPT_SECONDS
        found: dict[str, Any] = self.api.get("/health").json()
        return found


@pytest.fixture
def desk(tiny: TinyRelease, tmp_path: Path) -> Iterator[Desk]:
    found = Desk(tiny, tmp_path)
    yield found
    found.database.close()


def test_somebody_subscribes_is_listed_and_ends_it(desk: Desk) -> None:
    made = desk.subscribe(language="en", clients=["7"], severity="high", empty=False)
    assert (made.status_code, made.json()["secret"]) == (201, None)
    line = made.json()["subscription"]
    assert {name: line[name] for name in ("channel", "address", "language", "clients", "severity", "empty")} == {
        **FIELDS,
        "language": "en",
        "clients": ["7"],
        "severity": "high",
        "empty": False,
    }
    assert desk.api.get("/subscriptions").json()["items"] == [line]
    ended = desk.api.call("DELETE", f"/subscriptions/{line['subscription_id']}").json()["subscription"]
    assert (ended["ended_by"], ended["ended_at"] is not None) == ("local", True)
    assert desk.api.get("/subscriptions").json()["items"] == []
    assert desk.api.get("/subscriptions", ended=True).json()["items"] == [ended]
    assert desk.api.call("DELETE", "/subscriptions/99").status_code == 404


def test_the_secret_of_a_webhook_is_told_once(desk: Desk) -> None:
    made = desk.subscribe(channel="webhook", address="https://example.com/hook").json()
    assert len(made["secret"]) > 40
    assert made["secret"] not in desk.api.get("/subscriptions").text
    assert desk.api.call("DELETE", "/subscriptions/1").json()["secret"] is None


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"address": "ana"}, "body.address"),
        ({"address": "ana@example.com\nBcc: x@example.com"}, "body.address"),
        ({"channel": "webhook", "address": "file:///etc/passwd"}, "body.address"),
        ({"channel": "pigeon"}, "body.channel"),
        ({"language": "fr"}, "body.language"),
        ({"severity": "huge"}, "body.severity"),
        ({"sector": "nowhere"}, "body.sector"),
        ({"clients": ["7", "99"]}, "body.clients.1"),
        ({"clients": []}, "body.clients"),
        ({"empty": "yes"}, "body.empty"),
        ({"owner": "eva"}, "body.owner"),
    ],
    ids=str,
)
def test_a_wrong_field_is_named(desk: Desk, fields: dict[str, Any], field: str) -> None:
    answer = desk.subscribe(**fields)
    assert (answer.status_code, answer.json()["detail"].split(":")[0]) == (422, field)


def test_the_same_twice_is_a_conflict(desk: Desk) -> None:
    assert [desk.subscribe().status_code for _ in range(2)] == [201, 409]


@pytest.mark.parametrize(
    ("language", "question", "done"),
    [("es", "¿Dejar de enviar", "Ya no se envían"), ("en", "Stop sending", "no longer sent to")],
)
def test_the_link_asks_first_and_the_button_ends_it(desk: Desk, language: str, question: str, done: str) -> None:
    desk.subscribe(language=language)
    token = desk.token(1)
    for _ in range(2):
        asked = desk.api.get("/unsubscribe", token=token)
        assert asked.status_code == 200
        assert f'<html lang="{language}">' in asked.text
        assert question in asked.text
        assert "ana@example.com" in asked.text
        assert f'<form method="post" action="?token={token}">' in asked.text
        assert desk.api.get("/subscriptions").json()["items"] != []
    for _ in range(2):
        form = {"List-Unsubscribe": "One-Click"}
        acted = desk.api.call("POST", f"/unsubscribe?token={token}", data=form)
        assert (acted.status_code, "<form" in acted.text) == (200, False)
        assert done in acted.text
    assert desk.api.get("/subscriptions").json()["items"] == []
    ended = desk.api.get("/subscriptions", ended=True).json()["items"]
    assert [each["ended_by"] for each in ended] == ["link in a message"]
    assert done in desk.api.get("/unsubscribe", token=token).text


def test_the_link_needs_no_key_and_its_page_may_post_to_its_own_address_alone(
    tiny: TinyRelease, tmp_path: Path
) -> None:
    desk = Desk(tiny, tmp_path, open_=False)
    with desk.database.writing() as connection:
        subscriptions.add(connection, subscriptions.Wish("mail", "ana@example.com"), "ana", NOW)
    token = desk.token(1)

    async def ask() -> tuple[httpx.Response, httpx.Response]:
        carried = guarded(Starlette(routes=[Mount("/v1", desk.app)]), Serving())
        transport = httpx.ASGITransport(carried)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            path = f"/v1/unsubscribe?token={token}"
            return await client.get(path), await client.post(path, headers={"Sec-Fetch-Site": "cross-site"})

    asked, acted = finished(ask())
    assert (asked.status_code, acted.status_code) == (200, 200)
    assert asked.headers["content-security-policy"] == POLICY
    assert asked.headers["referrer-policy"] == "no-referrer"
    with desk.database.reading() as connection:
        (row,) = audit.listed(connection, 10)
    assert (row.actor, row.object, row.outcome) == ("link in a message", "1", 200)
    assert token not in str(row)
    desk.database.close()


def test_the_address_of_a_webhook_stands_on_no_page(desk: Desk) -> None:
    desk.subscribe(channel="webhook", address="https://example.com/hook/secret")
    assert "secret" not in desk.api.get("/unsubscribe", token=desk.token(1)).text


@pytest.mark.parametrize("verb", ["GET", "POST"])
def test_a_link_that_was_cut_off_or_made_up_ends_nothing(desk: Desk, verb: str) -> None:
    assert desk.api.call(verb, "/unsubscribe?token=1.abc").status_code == 404, "nothing was signed yet"
    desk.subscribe()
    desk.subscribe(address="luis@example.com")
    good = desk.token(1)
    wrong = [good[:-1], f"2.{good[2:]}", good.swapcase(), f"0{good}", "1.", "", "ñ", desk.token(3)]
    for token in wrong:
        assert desk.api.call(verb, "/unsubscribe", params={"token": token}).status_code == 404, token
    assert desk.api.call(verb, "/unsubscribe", params={"token": "1" * 99}).status_code == 422
    assert desk.api.call(verb, "/unsubscribe").status_code == 422
    assert len(desk.api.get("/subscriptions").json()["items"]) == 2


def test_health_says_what_is_wrong_with_operation_and_when_the_day_was_done(desk: Desk) -> None:
    found = desk.health()
    assert (found["status"], found["last_daily_run"]) == ("ok", None)
    assert found["problems"] == ["no_daily_run", "readings_stopped"]
    with desk.database.writing() as connection:
        done = runs.begin(connection, NOW.date(), NOW)
        runs.note(connection, done.id, finished_at=NOW)
        content = {"subject": "", "text": "", "html": ""}
        due = NOW - timedelta(hours=3)
        outbox.queue(connection, "k", outbox.DIGEST, "mail", "ana@example.com", "<a@b>", content, due)
    found = desk.health()
    assert datetime.fromisoformat(found["last_daily_run"]) == NOW
    assert found["problems"] == ["readings_stopped", "mail_waits"]


def test_health_asks_the_store_now_and_then_however_often_it_is_asked(desk: Desk) -> None:
    before = desk.health()
    with desk.database.writing() as connection:
        done = runs.begin(connection, NOW.date(), NOW)
        runs.note(connection, done.id, finished_at=NOW)
    desk.seconds += KEPT_SECONDS - 0.1
    assert desk.api.get("/health").json() == before
    assert desk.health()["last_daily_run"] is not None


def test_without_a_store_nothing_is_said_of_operation(api: Caller) -> None:
    found = api.get("/health").json()
    assert (found["last_daily_run"], found["problems"]) == (None, [])


def test_a_store_that_is_away_is_a_problem_and_health_answers(tiny: TinyRelease) -> None:
    away = Database("postgresql://vigia@127.0.0.1:1/vigia?connect_timeout=2")
    current = CurrentRelease(Serving(fleet=tiny.fleet, releases=tiny.var, open=True), store=lambda: migrated(away))
    current.refresh()
    found = Caller(create_api(current)).get("/health").json()
    assert (found["status"], found["problems"]) == ("degraded", ["store_unavailable"])
