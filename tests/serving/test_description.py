"""What the API says of itself."""

import re
from typing import Any

import pytest

from tests.serving.conftest import Caller
from vigia.vocabulary import BY_NAME, events, people

ASKING = ("/forecast", "/thresholds", "/detect")
"""Posted questions: nothing is written."""
TOKEN = "/unsubscribe"
"""Its token is the permission, and it takes no body."""
COUNTED = (*ASKING, "/readings", "/readings/files", "/sessions")
"""Of which too many at once, or in a minute, are refused."""


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
            expected = {"421", "422", "500", "504"}
            expected |= {"503"} if path != "/vocabulary" else set()
            expected |= {"408", "413", "415"} if verb in ("post", "patch") and path != TOKEN else set()
            expected |= {"429"} if verb == "post" and path in COUNTED else set()
            expected |= {"403"} if verb in ("post", "patch", "delete") and path not in (*ASKING, TOKEN) else set()
            expected |= {"404"} if "{" in path or path in ("/forecast", "/thresholds") else set()
            assert set(errors) - {"404", "409", "412", "428"} == expected - {"404"}, f"{verb} {path}"
            assert expected & {"404"} <= set(errors), f"{verb} {path}"
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


@pytest.mark.parametrize(
    ("path", "model"),
    [("/forecast", "ForecastRequest"), ("/thresholds", "ThresholdsRequest"), ("/detect", "DetectRequest")],
)
def test_every_body_that_is_taken_is_described(described: dict[str, Any], path: str, model: str) -> None:
    body = described["paths"][path]["post"]["requestBody"]
    assert body["content"]["application/json"]["schema"] == {"$ref": f"#/components/schemas/{model}"}
    assert described["components"]["schemas"][model]["additionalProperties"] is False


def test_the_bounds_of_posted_readings_are_described(described: dict[str, Any]) -> None:
    schemas = described["components"]["schemas"]
    readings = schemas["DetectRequest"]["properties"]["readings"]
    assert (readings["minItems"], readings["maxItems"]) == (1, 20_000)
    assert "none further than 20000 hours from the stored readings" in readings["description"]
    assert "whole local hour" in schemas["Reading"]["properties"]["timestamp"]["description"]
    (number, _) = schemas["Reading"]["properties"]["active_energy_kwh"]["anyOf"]
    assert (number["minimum"], number["maximum"]) == (-1e9, 1e9)


def test_no_reference_of_the_description_leads_nowhere(api: Caller, described: dict[str, Any]) -> None:
    text = api.get("/openapi.json").text
    named = set(re.findall(r"#/components/schemas/([^\"]+)", text))
    assert named <= set(described["components"]["schemas"])
