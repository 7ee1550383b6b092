"""People over HTTP: let in, changed, logged in, acted for."""

import time

import pytest

from tests.serving.access.conftest import ACTING, PASSWORD, Keyed

ROLES = ("reader", "operator", "admin")
NEEDED = {"reader": ("GET", "/clients"), "operator": ("POST", "/alerts/bulk"), "admin": ("GET", "/keys")}
"""A route of each role."""


def test_a_person_is_let_in_changed_and_ended(keyed: Keyed) -> None:
    body = {"name": "ana", "role": "operator", "password": PASSWORD}
    made = keyed.call("admin", "POST", "/people", json=body)
    assert (made.status_code, made.json()["created_by"], made.json()["language"]) == (201, "admin", "es")
    assert PASSWORD not in made.text
    assert keyed.call("admin", "POST", "/people", json=body).status_code == 409
    changed = keyed.call("admin", "PATCH", "/people/ana", json={"role": "reader", "language": "en"})
    assert (changed.json()["role"], changed.json()["language"]) == ("reader", "en")
    assert keyed.call("admin", "DELETE", "/people/ana").json()["ended_at"] is not None
    assert keyed.call("admin", "DELETE", "/people/ana").status_code == 404
    assert keyed.call("admin", "PATCH", "/people/ana", json={"role": "admin"}).status_code == 404
    assert [each["name"] for each in keyed.call("admin", "GET", "/people").json()["items"]] == ["ana"]
    assert keyed.call("admin", "POST", "/people", json=body).status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        {"name": "ana", "role": "writer"},
        {"name": "Ana", "role": "reader"},
        {"name": "cli", "role": "reader"},
        {"name": "ana", "role": "reader", "language": "fr"},
        {"name": "ana", "role": "reader", "password": "short"},
        {"name": "ana", "role": "reader", "password": 12345678901},
    ],
)
def test_a_person_who_cannot_be_is_refused(keyed: Keyed, body: dict[str, object]) -> None:
    assert keyed.call("admin", "POST", "/people", json=body).status_code == 422


def login(keyed: Keyed, name: str, password: str, who: str = ACTING) -> tuple[int, dict[str, object]]:
    answer = keyed.call(who, "POST", "/sessions", json={"name": name, "password": password})
    return answer.status_code, answer.json()


def test_who_knows_their_password_is_told_from_everybody_else_who_are_all_told_the_same(keyed: Keyed) -> None:
    keyed.person("ana", "operator", PASSWORD)
    keyed.person("luis", "operator")
    keyed.person("eva", "admin", PASSWORD)
    keyed.call("admin", "DELETE", "/people/eva")
    assert login(keyed, "ana", PASSWORD) == (200, {"person": "ana", "role": "operator", "language": "es"})
    assert login(keyed, " Ana ", PASSWORD)[0] == 200
    wrong = [("ana", PASSWORD + "!"), ("nobody", PASSWORD), ("luis", PASSWORD), ("eva", PASSWORD), ("\n", "")]
    refused = [login(keyed, *asked) for asked in wrong]
    assert {status for status, _ in refused} == {403}
    assert len({str(body) for _, body in refused}) == 1


def test_a_changed_password_counts_from_then_on(keyed: Keyed) -> None:
    keyed.person("ana", "operator", PASSWORD)
    other = "otra frase bastante larga"
    assert keyed.call("admin", "PATCH", "/people/ana", json={"password": other}).status_code == 200
    assert (login(keyed, "ana", PASSWORD)[0], login(keyed, "ana", other)[0]) == (403, 200)


def test_a_login_says_what_the_person_may_through_the_key_that_asks(keyed: Keyed) -> None:
    keyed.person("ana", "admin", PASSWORD)
    keyed.keys["small"] = keyed.key("small", "reader", acts=True)
    assert login(keyed, "ana", PASSWORD, "small")[1]["role"] == "reader"


def test_a_key_that_acts_for_nobody_cannot_try_passwords(keyed: Keyed) -> None:
    keyed.person("ana", "operator", PASSWORD)
    body = {"name": "ana", "password": PASSWORD}
    assert login(keyed, "ana", PASSWORD, "admin")[0] == 403
    assert keyed.call(ACTING, "POST", "/sessions", acting_for="ana", json=body).status_code == 403


def test_passwords_are_tried_five_times_a_minute_and_a_name_and_nobody_else_waits(keyed: Keyed) -> None:
    keyed.person("ana", "operator", PASSWORD)
    keyed.person("luis", "operator", PASSWORD)
    assert [login(keyed, "ana", "wrong")[0] for _ in range(6)] == [403] * 5 + [429]
    assert login(keyed, "ANA", PASSWORD)[0] == 429, "also with the right one, or it could be guessed"
    assert login(keyed, "luis", PASSWORD)[0] == 200
    assert [entry.outcome for entry in keyed.audit] == [200] + [403] * 5


def test_a_name_that_there_is_not_takes_as_long_as_one_that_there_is(keyed: Keyed) -> None:
    keyed.person("ana", "operator", PASSWORD)
    login(keyed, "first", "one")

    def seconds(name: str) -> float:
        begun = time.perf_counter()
        login(keyed, name, "wrong")
        return time.perf_counter() - begun

    there, missing = min(seconds("ana") for _ in range(4)), min(seconds("nobody") for _ in range(4))
    assert 0.4 < missing / there < 2.5


@pytest.mark.parametrize("of_person", ROLES)
@pytest.mark.parametrize("of_key", ROLES)
def test_acting_for_somebody_allows_what_both_may(keyed: Keyed, of_key: str, of_person: str) -> None:
    keyed.keys["other"] = keyed.key("other", of_key, acts=True)
    keyed.person("ana", of_person)
    both = min(ROLES.index(of_key), ROLES.index(of_person))
    for at, role in enumerate(ROLES):
        verb, path = NEEDED[role]
        answer = keyed.call("other", verb, path, acting_for="ana", json=None if verb == "GET" else {})
        assert (answer.status_code == 403) == (at > both), answer.text


def test_for_whom_a_key_acts_counts_only_where_it_may_act(keyed: Keyed) -> None:
    keyed.person("ana", "reader")
    assert keyed.call("admin", "GET", "/keys", acting_for="ana").status_code == 200
    assert keyed.call("admin", "GET", "/keys", acting_for="nobody").status_code == 200
    assert keyed.call(ACTING, "GET", "/keys", acting_for="ana").status_code == 403
    assert keyed.call("reader", "GET", "/keys", acting_for="ana").status_code == 403


@pytest.mark.parametrize("name", ["nobody", "", "eva", "ANA", "ana,eva", "ána", "a" * 300])
def test_a_key_acts_for_nobody_who_is_not_there(keyed: Keyed, name: str) -> None:
    keyed.person("ana", "admin")
    keyed.person("eva", "admin")
    keyed.call("admin", "DELETE", "/people/eva")
    answer = keyed.call(ACTING, "GET", "/clients", headers={"X-Acting-For": name.encode()})
    assert answer.status_code == 403
    assert "acts for nobody" in answer.json()["detail"]


def test_a_key_acts_for_one_person_at_a_time(keyed: Keyed) -> None:
    keyed.person("ana", "admin")
    keyed.person("eva", "reader")
    headers = [("X-API-Key", keyed.keys[ACTING]), ("X-Acting-For", "ana"), ("X-Acting-For", "eva")]
    assert keyed.api.call("GET", "/keys", headers=headers).status_code == 403


def test_a_person_who_ends_or_is_made_less_is_so_at_once(keyed: Keyed) -> None:
    keyed.person("ana", "admin")
    assert keyed.call(ACTING, "GET", "/keys", acting_for="ana").status_code == 200
    keyed.call("admin", "PATCH", "/people/ana", json={"role": "operator"})
    assert keyed.call(ACTING, "GET", "/keys", acting_for="ana").status_code == 403
    keyed.call("admin", "DELETE", "/people/ana")
    assert keyed.call(ACTING, "GET", "/clients", acting_for="ana").status_code == 403
