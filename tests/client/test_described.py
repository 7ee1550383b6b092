"""The client held against what the service says of itself."""

import inspect
from collections.abc import Iterator, Mapping
from typing import Any, get_args, get_origin

import pytest
from pydantic import BaseModel

from serving.api import create_api
from serving.release.current import CurrentRelease
from vigia.client.answers.alerts import AlertLine
from vigia.client.answers.base import Part
from vigia.client.call import IDEMPOTENCY_KEY, Call
from vigia.client.methods import Methods, Pages, Route, Steps
from vigia.config.settings import Serving

WITHOUT_A_METHOD = {
    ("GET", "/subscriptions"): "of those who run the service",
    ("POST", "/subscriptions"): "of those who run the service",
    ("DELETE", "/subscriptions/{subscription_id}"): "of those who run the service",
    ("GET", "/unsubscribe"): "a page for the reader of a message",
    ("POST", "/unsubscribe"): "a page for the reader of a message",
    ("GET", "/keys"): "`vigia keys` does it",
    ("POST", "/keys"): "`vigia keys` does it",
    ("DELETE", "/keys/{prefix}"): "`vigia keys` does it",
    ("POST", "/sessions"): "of the dashboard's login",
    ("GET", "/people"): "`vigia people` does it",
    ("POST", "/people"): "`vigia people` does it",
    ("PATCH", "/people/{name}"): "`vigia people` does it",
    ("DELETE", "/people/{name}"): "`vigia people` does it",
    ("GET", "/audit"): "of those who run the service",
}
"""Routes of the API that no method asks, and why."""
SEEN = AlertLine.model_construct(alert_id="a", version=3)
READING = {"timestamp": "2024-07-01T00:00:00-05:00", "active_energy_kwh": 1.0}
SAMPLES: dict[str, Any] = {
    "alert": SEEN,
    "alerts": [SEEN],
    "readings": [READING],
    "file": ("7.csv", b"x"),
    "start": "2024-05-01T00:00:00-05:00",
    "end": "2024-06-01T00:00:00-05:00",
    "number": 1,
    "entry_id": 1,
    "approve": True,
    "open": True,
    "overdue": True,
    "false_alarms_per_month": 2.0,
    "retry": True,
    "dry_run": True,
    "key": "k",
}
"""What is given for an argument; a text for all others that have no default."""
SENT_BY_ITSELF = {"if-none-match"}


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    found: dict[str, Any] = create_api(CurrentRelease(Serving())).openapi()
    return found


def methods() -> dict[str, Route[..., Any] | Steps[..., Any]]:
    return {name: each for name, each in vars(Methods).items() if isinstance(each, Route | Steps)}


def call_of(method: Route[..., Any] | Steps[..., Any]) -> Call[Any]:
    """The call of a method with every argument given."""
    parameters = inspect.signature(method.build).parameters.values()
    made = method.build(
        **{p.name: SAMPLES.get(p.name, "x" if p.default in (None, p.empty) else p.default) for p in parameters}
    )
    return made if isinstance(made, Call) else next(made)


CALLS = {name: call_of(method) for name, method in methods().items()}
BY_NAME = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())


def operation(described: Mapping[str, Any], call: Call[Any]) -> dict[str, Any]:
    found: dict[str, Any] = described["paths"][call.route][call.verb.lower()]
    return found


def test_every_route_has_a_method_or_a_reason(described: dict[str, Any]) -> None:
    routes = {(verb.upper(), path) for path, verbs in described["paths"].items() for verb in verbs}
    asked = {(call.verb, call.route) for call in CALLS.values()}
    assert asked | set(WITHOUT_A_METHOD) == routes
    assert len(asked) == len(CALLS)


def test_every_list_of_pages_can_be_walked() -> None:
    walked = {each.build for each in vars(Methods).values() if isinstance(each, Pages)}
    paged = {method.build for name, method in methods().items() if {"cursor", "before"} & set(CALLS[name].query)}
    assert walked == paged


@BY_NAME
def test_what_a_route_may_be_asked_can_be_asked(call: Call[Any], described: dict[str, Any]) -> None:
    parameters = operation(described, call).get("parameters", [])
    assert set(call.query) == {p["name"] for p in parameters if p["in"] == "query"}
    assert set(call.parts) == {p["name"] for p in parameters if p["in"] == "path"}
    headers = {p["name"] for p in parameters if p["in"] == "header"} - SENT_BY_ITSELF
    assert {name.lower() for name in call.headers} == headers
    assert all(name != IDEMPOTENCY_KEY or value == "k" for name, value in call.headers.items())


@BY_NAME
def test_a_body_has_the_fields_that_the_route_takes(call: Call[Any], described: dict[str, Any]) -> None:
    content = operation(described, call).get("requestBody", {}).get("content", {})
    if call.file is not None:
        fields = content["multipart/form-data"]["schema"]["properties"]
        assert {*(call.form or {}), "file"} == set(fields)
    elif content:
        schema = resolved(content["application/json"]["schema"], described)
        assert call.body is not None
        assert set(call.body) == set(schema["properties"])
    else:
        assert call.body is None


@BY_NAME
def test_an_answer_names_no_field_that_the_service_does_not_give_and_takes_what_it_may_say(
    call: Call[Any], described: dict[str, Any]
) -> None:
    (answer,) = [a for status, a in operation(described, call)["responses"].items() if status.startswith("2")]
    none = list(differences(call.answer, answer["content"]["application/json"]["schema"], described, call.route))
    assert none == []


def resolved(schema: dict[str, Any], described: Mapping[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = described["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def differences(ours: type[BaseModel], theirs: Any, described: Mapping[str, Any], where: str) -> Iterator[str]:
    """What a model of the client asks beyond the schema of the service."""
    theirs = resolved(theirs, described)
    given, sure = theirs.get("properties", {}), set(theirs.get("required", ()))
    for name, field in ours.model_fields.items():
        called, place = field.alias or name, f"{where}.{field.alias or name}"
        if called not in given:
            yield f"{place}: the service has no such field"
            continue
        if field.is_required() and called not in sure:
            yield f"{place}: the service may leave it out"
        yield from narrower(field.annotation, given[called], described, place)
    if issubclass(ours, Part):
        assert ours.model_config["extra"] == "allow"


def narrower(ours: Any, theirs: Any, described: Mapping[str, Any], where: str) -> Iterator[str]:
    """Kinds of values that the service may give and the client does not take."""
    for option in (part for each in [theirs] for part in each.get("anyOf", [each])):
        option = resolved(option, described)
        fitting = [each for each in options(ours) if kind_of(each) in kinds_of(option)]
        if not fitting:
            yield f"{where}: {option.get('type', 'anything')} {option.get('format', '')} is not {ours}"
            continue
        (each, *_) = fitting
        if isinstance(each, type) and issubclass(each, BaseModel):
            yield from differences(each, option, described, where)
        elif get_origin(each) is list:
            yield from narrower(get_args(each)[0], option["items"], described, f"{where}[]")


def options(annotation: Any) -> tuple[Any, ...]:
    is_one = get_origin(annotation) in (None, list, dict)
    return (annotation,) if is_one else get_args(annotation)


def kind_of(annotation: Any) -> str:
    if get_origin(annotation) is not None:
        return str(get_origin(annotation).__name__)
    return "object" if issubclass_of_model(annotation) else getattr(annotation, "__name__", str(annotation))


def issubclass_of_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def kinds_of(option: Mapping[str, Any]) -> set[str]:
    """Names of types that hold all values of a schema."""
    if not option.get("type"):
        return {"Any"}
    by_type = {
        "integer": {"int", "float"},
        "number": {"float"},
        "boolean": {"bool"},
        "null": {"NoneType"},
        "array": {"list"},
        "object": {"object", "dict"},
        "string": {{"date-time": "datetime", "date": "date"}.get(option.get("format", ""), "str")},
    }
    return by_type[option["type"]] | {"Any"}
