"""The audit: every write and every refusal, and nothing else."""

import asyncio
import logging
import time
from typing import Any

import httpx
import pytest

from serving.access import may
from serving.guard.deadline import Deadline
from serving.request_id import InLogs
from tests.serving.access.conftest import ACTING, PASSWORD, Keyed
from tests.serving.test_arrived import hours
from tests.support.loops import finished

ASKED = {"client_id": "7", "horizon_hours": 3}


def told(keyed: Keyed) -> list[tuple[Any, ...]]:
    """What was noted, in order."""
    return [(each.actor, each.person, each.method, each.route, each.object, each.outcome) for each in keyed.audit[::-1]]


def test_a_write_is_noted_with_who_did_it_for_whom_and_to_what(keyed: Keyed) -> None:
    keyed.person("ana", "admin")
    sent = {"client_id": "8", "readings": hours(2)}
    assert keyed.call("writer", "POST", "/readings", json=sent).status_code == 200
    made = keyed.call(ACTING, "POST", "/keys", acting_for="ana", json={"name": "x", "role": "reader"}).json()
    assert keyed.call("admin", "DELETE", f"/keys/{made['prefix']}").status_code == 200
    assert told(keyed) == [
        ("writer", None, "POST", "/readings", "1", 200),
        (ACTING, "ana", "POST", "/keys", made["prefix"], 201),
        ("admin", None, "DELETE", "/keys/{prefix}", made["prefix"], 200),
    ]
    assert made["created_by"] == "ana"
    assert keyed.audit[0].key_prefix == keyed.keys["admin"][:14]
    assert keyed.call("reader", "GET", "/readings/batches/1").json()["actor"] == "writer"


def test_a_refused_write_is_noted_whatever_refused_it(keyed: Keyed) -> None:
    keyed.person("ana", "reader")
    keyed.call("admin", "POST", "/people", json={"name": "ana", "role": "reader"})
    keyed.call("admin", "POST", "/people", json={"name": "luis", "role": "owner"})
    keyed.call("admin", "DELETE", "/people/nobody")
    keyed.call("reader", "POST", "/readings", json={})
    keyed.call(None, "POST", "/readings", json={})
    assert told(keyed) == [
        ("admin", None, "POST", "/people", "ana", 409),
        ("admin", None, "POST", "/people", None, 422),
        ("admin", None, "DELETE", "/people/{name}", "nobody", 404),
        ("reader", None, "POST", "/readings", None, 403),
        ("unknown", None, "POST", "/readings", None, 401),
    ]


def test_a_refused_question_is_noted_and_an_answered_one_is_not(keyed: Keyed) -> None:
    keyed.call("reader", "GET", "/clients/7")
    keyed.call("reader", "POST", "/forecast", json=ASKED)
    keyed.call("reader", "GET", "/clients/nobody")
    keyed.call("reader", "GET", "/nowhere")
    keyed.call(None, "GET", "/health")
    assert told(keyed) == []
    keyed.call("writer", "GET", "/clients/7")
    keyed.call("writer", "POST", "/forecast", json=ASKED)
    keyed.call("vigia_aaaaaaaa_" + 43 * "A", "GET", "/clients/7")
    assert told(keyed) == [
        ("writer", None, "GET", "/clients/{client_id}", "7", 403),
        ("writer", None, "POST", "/forecast", None, 403),
        ("unknown", None, "GET", "/clients/{client_id}", "7", 401),
    ]
    assert keyed.audit[0].detail == "not a key of this service"
    assert keyed.audit[1].detail == "writer may not do this; it takes reader"


def test_the_key_that_was_revoked_is_named_where_it_is_tried_again(keyed: Keyed) -> None:
    prefix = keyed.keys["reader"][:14]
    keyed.call("admin", "DELETE", f"/keys/{prefix}")
    keyed.call("reader", "GET", "/clients")
    assert (keyed.audit[0].actor, keyed.audit[0].key_prefix) == ("unknown", prefix)


def test_logins_are_noted_and_a_name_of_nobody_is_not_for_it_may_be_a_password(keyed: Keyed) -> None:
    keyed.person("ana", "operator", PASSWORD)
    for name, password in (("ana", PASSWORD), ("ana", "wrong"), (PASSWORD, "ana")):
        keyed.call(ACTING, "POST", "/sessions", json={"name": name, "password": password})
    assert [row[4:] for row in told(keyed)] == [("ana", 200), ("ana", 403), (None, 403)]


def test_strangers_fill_no_table(keyed: Keyed) -> None:
    statuses = {keyed.call(None, "GET", "/clients").status_code for _ in range(70)}
    assert statuses == {401}
    assert len(keyed.audit) == 60
    keyed.call("writer", "GET", "/clients")
    assert len(keyed.audit) == 61


def test_a_write_that_cannot_be_noted_is_not_answered_as_done_and_reading_goes_on(
    keyed: Keyed, caplog: pytest.LogCaptureFixture
) -> None:
    with keyed.database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE audit RENAME TO away")
    sent = {"client_id": "8", "readings": hours(2)}
    answer = keyed.call("writer", "POST", "/readings", json=sent, headers={"Idempotency-Key": "k"})
    assert answer.status_code == 503
    assert "could not be noted" in answer.json()["detail"]
    assert "no row of the audit" in caplog.text
    assert keyed.call("reader", "GET", "/clients").status_code == 200
    assert keyed.call("writer", "GET", "/clients").status_code == 403
    with keyed.database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO audit")
    again = keyed.call("writer", "POST", "/readings", json=sent, headers={"Idempotency-Key": "k"})
    assert (again.status_code, again.json()["again"]) == (200, True)


def broken() -> None:
    raise KeyError("a defect")


def test_a_defect_while_writing_is_noted_as_such(keyed: Keyed) -> None:
    keyed.app.post("/broken", dependencies=[may("operator")])(broken)
    keyed.api.routes = []
    assert keyed.call("operator", "POST", "/broken").status_code == 500
    assert told(keyed) == [("operator", None, "POST", "/broken", None, 500)]


async def slow() -> None:
    await asyncio.sleep(30)


def test_a_write_that_is_not_answered_in_time_is_noted_as_such(keyed: Keyed) -> None:
    keyed.app.post("/slow", dependencies=[may("operator")])(slow)
    transport = httpx.ASGITransport(Deadline(keyed.app, 0.5))

    async def call() -> int:
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return (await client.post("/slow", headers={"X-API-Key": keyed.keys["operator"]})).status_code

    assert finished(call()) == 504
    until = time.monotonic() + 20
    while not keyed.audit:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert told(keyed) == [("operator", None, "POST", "/slow", None, 504)]


def test_the_audit_is_read_in_pages(keyed: Keyed) -> None:
    for name in "abcde":
        keyed.call("admin", "POST", "/keys", json={"name": name, "role": "reader"})
    first = keyed.call("admin", "GET", "/audit", params={"limit": 3}).json()
    second = keyed.call("admin", "GET", "/audit", params={"limit": 3, "before": first["next_before"]}).json()
    found = [row["object"] for row in first["items"] + second["items"]]
    assert found == [key["prefix"] for key in keyed.call("admin", "GET", "/keys").json()["items"][:-6:-1]]
    assert second["next_before"] is None


def test_no_key_and_no_password_is_written_anywhere(keyed: Keyed, caplog: pytest.LogCaptureFixture) -> None:
    caplog.handler.addFilter(InLogs())
    caplog.set_level(logging.DEBUG, "serving")
    made = keyed.call("admin", "POST", "/keys", json={"name": "x", "role": "reader"}).json()["key"]
    secrets = [made, *keyed.keys.values()]
    keyed.call("admin", "POST", "/people", json={"name": "ana", "role": "reader", "password": PASSWORD})
    keyed.call(ACTING, "POST", "/sessions", json={"name": "ana", "password": PASSWORD})
    keyed.call(ACTING, "POST", "/sessions", json={"name": PASSWORD, "password": made})
    for key in secrets:
        keyed.call("admin", "DELETE", f"/keys/{key}")
        keyed.call(key, "DELETE", f"/people/{key}")
        keyed.call("writer", "GET", f"/clients/{key}")
        logging.getLogger("serving").error("DELETE %s", f"/v1/keys/{key}")
    with keyed.database.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        kept = "\n".join(driver.iterdump())
    tails = [key[15:] for key in secrets]
    for written in (kept, caplog.text):
        assert PASSWORD not in written
        assert not [tail for tail in tails if tail in written]
    assert f"DELETE /v1/keys/{made[:14]}\n" in caplog.text
    assert {row[4] for row in told(keyed)} >= {key[:14] for key in secrets}
