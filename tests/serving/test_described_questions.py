"""Questions made from the description itself, right and wrong ones, for every route that it has.

`Caller` holds each answer to what is declared. `VIGIA_TEST_EXAMPLES` says how many are asked.
"""

import json
import os
import resource
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.serving.conftest import Caller
from tests.serving.test_odd_questions import ANYTHING, HOURS, JSON, NUMBERS, TIMES, WORDS

EXAMPLES = int(os.environ.get("VIGIA_TEST_EXAMPLES", "200"))
MOST_BYTES = 600e6
"""What the process may grow by, however it is asked."""
IDS = st.sampled_from(["1", "7", "8", "none", "é", "a/b", ".."]) | st.text(min_size=1, max_size=5)
KINDS = st.sampled_from(["application/json", "text/plain", ""])
WORDS_OF_BODY = st.sampled_from([b"", b"{", b"\xff", b"[]", b"null", b'{"client_id": NaN}', b"{}" * 3])
Schema = dict[str, Any]


def resolved(schema: Schema, described: Schema) -> Schema:
    reference = schema.get("$ref")
    return described["components"]["schemas"][reference.rpartition("/")[2]] if reference else schema


def values(schema: Schema, described: Schema) -> st.SearchStrategy[Any]:
    """What a schema allows."""
    schema = resolved(schema, described)
    if "anyOf" in schema:
        return st.one_of([values(each, described) for each in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "const" in schema:
        return st.just(schema["const"])
    kind = schema.get("type")
    if kind == "object":
        fields = {name: values(each, described) for name, each in schema["properties"].items()}
        needed = {name: fields[name] for name in schema.get("required", ())}
        return st.fixed_dictionaries(needed, optional={n: each for n, each in fields.items() if n not in needed})
    if kind == "array":
        return st.lists(values(schema["items"], described), min_size=schema.get("minItems", 0), max_size=3)
    if kind == "integer":
        return st.integers(schema.get("minimum", -5), schema.get("maximum", 1_000))
    if kind == "number":
        low = schema.get("minimum", schema.get("exclusiveMinimum", -1e9))
        return st.floats(low, schema.get("maximum", 1e9), exclude_min="exclusiveMinimum" in schema)
    if schema.get("format") == "date-time":
        return HOURS
    return {"null": st.none(), "string": IDS, "boolean": st.booleans()}.get(str(kind), ANYTHING)


@st.composite
def questions(draw: st.DrawFn, described: Schema) -> tuple[str, str, dict[str, Any]]:
    """Verb, path and the rest of a question; of three parts one may be wrong."""
    every = operations(described)
    path, verb, operation = draw(
        st.sampled_from([each for each in every if each[1] == "post"]) | st.sampled_from(every)
    )
    wrong, address, query = draw(st.sampled_from(["body", "query", None])), path, []
    for parameter in operation.get("parameters", []):
        allowed = values(parameter["schema"], described)
        if parameter["in"] == "path":
            address = address.replace(f"{{{parameter['name']}}}", quote(draw(IDS), safe=""))
        elif parameter["in"] == "query" and draw(st.integers(0, 2)) == 0:
            odd = TIMES | NUMBERS | WORDS if wrong == "query" else st.nothing()
            value = draw(allowed | odd)
            query += [(parameter["name"], str(value))] if value is not None else []
    if wrong == "query":
        query += draw(st.lists(st.tuples(WORDS, WORDS), max_size=2))
    more: dict[str, Any] = {"params": query}
    if "requestBody" in operation:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        right = values(schema, described)
        body = draw(right if wrong != "body" else st.dictionaries(WORDS, ANYTHING, max_size=3) | mixed(right))
        content = json.dumps(body).encode()
        more |= {"content": draw(WORDS_OF_BODY) if wrong == "body" and draw(st.booleans()) else content}
        more |= {"headers": {"content-type": draw(KINDS)} if wrong == "body" else JSON}
    return verb.upper(), address, more


def operations(described: Schema) -> list[tuple[str, str, Schema]]:
    return [(path, verb, each) for path, verbs in described["paths"].items() for verb, each in verbs.items()]


def mixed(right: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """What is right but for one field."""
    return st.builds(
        lambda body, value, place: {**body, sorted(body)[place % len(body)]: value}, right, ANYTHING, st.integers(0, 9)
    )


@pytest.mark.timeout(60 + 3 * EXAMPLES)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_whatever_the_description_allows_or_not_is_answered_as_it_declares(api: Caller, data: st.DataObject) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    described = {"paths": api.described, "components": {"schemas": api.schemas}}
    verb, path, more = data.draw(questions(described))
    answer = api.call(verb, path, **more)
    assert answer.status_code < 500, answer.text
    assert 1024 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) < MOST_BYTES


def test_every_route_of_the_description_is_asked(api: Caller) -> None:
    verbs = [(verb, path) for path, verb, _ in operations({"paths": api.described})]
    assert len(verbs) >= 13
    assert {verb for verb, _ in verbs} == {"get", "post"}
