"""Keys over HTTP: made, shown once, used, revoked, counted."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from serving.access.rates import Rate
from serving.api import create_api
from tests.serving.access.conftest import ACTING, Keyed
from tests.serving.conftest import Caller
from tests.support.tiny_release import TinyRelease


def test_a_key_is_told_once_and_lists_show_its_beginning_alone(keyed: Keyed) -> None:
    made = keyed.call("admin", "POST", "/keys", json={"name": "meters-norte", "role": "writer"})
    assert made.status_code == 201
    kept = made.json()
    key = kept.pop("key")
    listed = keyed.call("admin", "GET", "/keys")
    assert key.startswith(kept["prefix"])
    assert key not in listed.text
    assert listed.json()["items"][-1] == kept
    assert (kept["created_by"], kept["last_used_at"]) == ("admin", None)
    assert keyed.call(key, "GET", "/clients").status_code == 403


def test_a_revoked_key_is_refused_at_once(keyed: Keyed) -> None:
    prefix = keyed.keys["operator"][:14]
    assert keyed.call("operator", "GET", "/clients").status_code == 200
    revoked = keyed.call("admin", "DELETE", f"/keys/{prefix}")
    assert revoked.json()["revoked_at"] is not None
    answer = keyed.call("operator", "GET", "/clients")
    assert (answer.status_code, answer.json()["detail"]) == (401, "this key was revoked")
    again = keyed.call("admin", "DELETE", f"/keys/{prefix}").json()
    assert again["revoked_at"] == revoked.json()["revoked_at"]
    assert keyed.call("admin", "DELETE", "/keys/vigia_aaaaaaaa").status_code == 404


def test_an_admin_key_that_revokes_itself_is_refused_from_then_on(keyed: Keyed) -> None:
    assert keyed.call("admin", "DELETE", f"/keys/{keyed.keys['admin'][:14]}").status_code == 200
    assert keyed.call("admin", "GET", "/keys").status_code == 401


def test_two_keys_at_once_are_none(keyed: Keyed) -> None:
    headers = [("X-API-Key", keyed.keys["reader"]), ("X-API-Key", keyed.keys["admin"])]
    assert keyed.api.call("GET", "/clients", headers=headers).status_code == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"name": "x", "role": "owner"}, 422),
        ({"name": "X", "role": "reader"}, 422),
        ({"name": "local", "role": "reader"}, 422),
        ({"name": "x", "role": "writer", "acts_for_others": True}, 422),
        ({"name": "x", "role": "reader", "acts_for_others": 1}, 422),
        ({"name": "x", "role": "reader", "key": "mine"}, 422),
        ({"name": "ana", "role": "reader"}, 409),
    ],
)
def test_a_key_that_cannot_be_is_refused(keyed: Keyed, body: dict[str, object], status: int) -> None:
    keyed.person("ana", "reader")
    assert keyed.call("admin", "POST", "/keys", json=body).status_code == status


def test_the_last_use_of_a_key_is_seen_by_admins(keyed: Keyed) -> None:
    before = datetime.now(UTC)
    keyed.call("reader", "GET", "/clients")
    lines: dict[str, str | None] = {"reader": None}
    while lines["reader"] is None:
        assert datetime.now(UTC) < before + timedelta(seconds=20)
        time.sleep(0.05)
        lines = {line["name"]: line["last_used_at"] for line in keyed.call("admin", "GET", "/keys").json()["items"]}
    assert before <= datetime.fromisoformat(lines["reader"]) <= before + timedelta(seconds=20)
    assert lines["writer"] is None


def test_a_key_asks_so_often_a_minute_and_others_go_on(tiny: TinyRelease, tmp_path: Path) -> None:
    keyed = Keyed(tiny, tmp_path, requests_per_minute=3)
    keyed.person("ana", "reader")
    assert [keyed.call("reader", "GET", "/vocabulary").status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    refused = keyed.call("reader", "POST", "/readings", json={})
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert keyed.call("operator", "GET", "/vocabulary").status_code == 200
    for _ in range(3):
        assert keyed.call(ACTING, "GET", "/vocabulary", acting_for="ana").status_code == 200
    assert keyed.call(ACTING, "GET", "/vocabulary", acting_for="ana").status_code == 429
    assert keyed.call(ACTING, "GET", "/vocabulary").status_code == 200
    assert keyed.call(None, "GET", "/health").status_code == 200
    assert keyed.audit == [], "who comes too often fills no table"
    keyed.database.close()


def test_who_waited_may_ask_again() -> None:
    rate = Rate(1, seconds=1)
    assert rate.spare("ana")
    assert not rate.spare("ana")
    time.sleep(1.1)
    assert rate.spare("ana")


def test_several_workers_share_what_a_key_may_ask(tiny: TinyRelease, tmp_path: Path) -> None:
    keyed = Keyed(tiny, tmp_path, requests_per_minute=4)
    keyed.api = Caller(create_api(keyed.current, workers=2))
    assert [keyed.call("reader", "GET", "/vocabulary").status_code for _ in range(3)] == [200, 200, 429]
    keyed.database.close()


def test_the_description_says_how_keys_are_sent_and_who_may(shared: Keyed) -> None:
    described = shared.api.get("/openapi.json").json()
    scheme = {"type": "apiKey", "in": "header", "name": "X-API-Key"}
    assert described["components"]["securitySchemes"] == {"key": scheme}
    asked = described["paths"]["/readings"]["post"]
    assert asked["security"] == [{"key": []}]
    assert {"401", "403", "429", "503"} <= set(asked["responses"])
    assert asked["description"].endswith("Open to: writer or operator.")
    assert "security" not in described["paths"]["/health"]["get"]


def test_an_open_service_describes_no_key(api: Caller) -> None:
    described = api.get("/openapi.json").json()
    assert "securitySchemes" not in described["components"]
    assert "401" not in described["paths"]["/clients"]["get"]["responses"]
    assert "403" in described["paths"]["/keys"]["post"]["responses"]


def test_while_keys_cannot_be_looked_up_health_alone_is_answered(keyed: Keyed) -> None:
    with keyed.database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE keys RENAME TO away")
    assert keyed.call("reader", "GET", "/clients").status_code == 503
    assert keyed.call(None, "GET", "/health").status_code == 200
