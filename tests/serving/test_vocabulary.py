"""The words that a screen shows, without a copy of them."""

from typing import Any

import pytest

from serving.api import create_api
from serving.release.current import CurrentRelease
from serving.release.served import Served
from tests.serving.conftest import Caller
from vigia.config.settings import Serving
from vigia.operate.problems import PROBLEMS
from vigia.vocabulary import BY_NAME, events, people

GROUPS = {
    "classes": events.CLASSES,
    "causes": events.CAUSES,
    "stakes": events.STAKES,
    "severities": events.SEVERITIES,
    "modes": events.MODES,
    "channels": events.CHANNELS,
    "states": people.STATES,
    "verdicts": people.VERDICTS,
    "problems": PROBLEMS,
}


@pytest.fixture(scope="module")
def spoken(api: Caller) -> dict[str, dict[str, Any]]:
    return {language: api.get("/vocabulary", language=language).json() for language in ("es", "en")}


def test_every_enumeration_is_there_in_its_order_with_its_words(spoken: dict[str, dict[str, Any]]) -> None:
    for language, body in spoken.items():
        for name, group in GROUPS.items():
            words = [(term["name"], term["short"]) for term in body[name]]
            assert words == [(term.name, getattr(term.short, language)) for term in group.values()], name
        codes = body["reason_codes"]
        assert [term["name"] for term in codes["confirmed"]] == list(people.CONFIRMED_REASONS)
        assert [term["name"] for term in codes["dismissed"]] == list(people.DISMISSED_REASONS)


def test_a_kind_comes_with_class_sentence_and_priority(spoken: dict[str, dict[str, Any]]) -> None:
    for language, body in spoken.items():
        assert [kind["name"] for kind in body["kinds"]] == list(BY_NAME)
        assert [kind["priority"] for kind in body["kinds"]] == list(range(len(BY_NAME)))
        for kind in body["kinds"]:
            record = BY_NAME[kind["name"]]
            assert kind["class"] == record.class_
            assert kind["sentence"] == getattr(record.sentence, language)
            other = record.without_voltage
            assert kind["sentence_without_voltage"] == (getattr(other, language) if other else None)


def test_help_is_there_where_the_words_need_it(spoken: dict[str, dict[str, Any]]) -> None:
    helps = {term["name"]: term["help"] for term in spoken["en"]["stakes"]}
    assert helps["surplus"] == "consumption above what was expected"
    assert {term["help"] for term in spoken["en"]["severities"]} == {None}


def test_a_family_that_speaks_has_a_name(spoken: dict[str, dict[str, Any]], served: Served) -> None:
    named = {term["name"] for term in spoken["es"]["families"]}
    assert {client.stored.model.family for client in served.clients.values()} <= named


def test_spanish_is_what_an_unsaid_language_is(api: Caller, spoken: dict[str, dict[str, Any]]) -> None:
    assert api.get("/vocabulary").json() == spoken["es"]
    assert spoken["es"]["kinds"] != spoken["en"]["kinds"]


def test_who_has_it_already_is_told_so(api: Caller) -> None:
    tag = api.get("/vocabulary").headers["etag"]
    for held in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        answer = api.call("GET", "/vocabulary", headers={"If-None-Match": held})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
    for held in ('"other"', api.get("/vocabulary", language="en").headers["etag"]):
        assert api.call("GET", "/vocabulary", headers={"If-None-Match": held}).status_code == 200


def test_it_needs_no_release() -> None:
    api = Caller(create_api(CurrentRelease(Serving(fleet="none", open=True))))
    assert api.get("/vocabulary").status_code == 200
