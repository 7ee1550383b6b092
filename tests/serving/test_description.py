"""What the API says of itself."""

from typing import Any

import pytest

from tests.serving.conftest import Caller
from vigia.vocabulary import BY_NAME, events, people


def test_the_description_names_every_route_of_the_public_api(api: Caller) -> None:
    paths = set(api.get("/openapi.json").json()["paths"])
    assert {"/health", "/clients", "/clients/{client_id}/series", "/clients/{client_id}/profile", "/summary"} <= paths
    assert {
        "/forecast",
        "/thresholds",
        "/detect",
        "/events",
        "/events/{event_id}",
        "/clients/{client_id}/card",
        "/vocabulary",
    } <= paths
    page = api.get("/docs").text
    assert "https://" not in page


@pytest.fixture(scope="module")
def described(api: Caller) -> dict[str, Any]:
    found: dict[str, Any] = api.get("/openapi.json").json()
    return found


def test_every_route_declares_its_errors_as_problem_documents(described: dict[str, Any]) -> None:
    reference = {"schema": {"$ref": "#/components/schemas/Problem"}}
    for path, verbs in described["paths"].items():
        for verb, operation in verbs.items():
            errors = {status: answer for status, answer in operation["responses"].items() if int(status) >= 400}
            for status, answer in errors.items():
                assert answer["content"] == {"application/problem+json": reference}, f"{verb} {path} {status}"
            expected = {"500"}
            expected |= {"503"} if path != "/vocabulary" else set()
            expected |= {"422"} if operation.get("parameters") or verb == "post" else set()
            expected |= {"400", "413"} if verb == "post" else set()
            expected |= {"404"} if "{" in path or path in ("/forecast", "/thresholds") else set()
            assert set(errors) == expected, f"{verb} {path}"
    assert "HTTPValidationError" not in described["components"]["schemas"]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("kind", BY_NAME),
        ("class", events.CLASSES),
        ("stake", events.STAKES),
        ("severity", events.SEVERITIES),
        ("mode", events.MODES),
        ("state", people.STATES),
    ],
)
def test_the_values_of_a_filter_are_those_of_the_vocabulary(
    described: dict[str, Any], name: str, values: dict[str, Any]
) -> None:
    (parameter,) = [p for p in described["paths"]["/events"]["get"]["parameters"] if p["name"] == name]
    schema = parameter["schema"]
    (listed,) = [part for part in schema.get("anyOf", [schema]) if "enum" in part]
    assert listed["enum"] == list(values)


def test_times_are_declared_as_times(described: dict[str, Any]) -> None:
    parameters = described["paths"]["/summary"]["get"]["parameters"]
    (start,) = [p["schema"] for p in parameters if p["name"] == "start"]
    assert {"type": "string", "format": "date-time"} in start["anyOf"]
