"""Two thirds of the questions are of clients and times that there are, so that more than refusals is looked at."""

from datetime import UTC, datetime, timedelta
from typing import Any

import schemathesis
from hypothesis import strategies as st

KNOWN = st.sampled_from(["1", "7", "8"])
UNTIL = datetime(2024, 6, 30, 21, tzinfo=UTC)
TIMES = st.integers(-24 * 30, 24 * 14).map(lambda hours: (UNTIL + timedelta(hours=hours)).isoformat())
TIME_NAMES = ("start", "end", "timestamp")


@schemathesis.hook
def flatmap_path_parameters(ctx: object, path_parameters: dict[str, Any] | None) -> st.SearchStrategy[Any]:
    return _known(path_parameters)


@schemathesis.hook
def flatmap_query(ctx: object, query: dict[str, Any] | None) -> st.SearchStrategy[Any]:
    return _known(query)


@schemathesis.hook
def flatmap_body(ctx: object, body: object) -> st.SearchStrategy[Any]:
    return _known(body)


def _known(part: Any) -> st.SearchStrategy[Any]:  # whatever was drawn
    """The same, or with known names and times in the place of those that were drawn; what is wrong stays wrong."""
    return st.one_of(st.just(part), *2 * [_with_known(part)]) if isinstance(part, dict) else st.just(part)


def _with_known(part: Any) -> st.SearchStrategy[Any]:
    if isinstance(part, dict):
        return st.fixed_dictionaries({name: _value(name, each) for name, each in part.items()})
    return st.tuples(*map(_with_known, part)).map(list) if isinstance(part, list) else st.just(part)


def _value(name: object, value: Any) -> st.SearchStrategy[Any]:
    if name == "client_id" and isinstance(value, str):
        return KNOWN
    if name in TIME_NAMES and _is_time(value):
        return TIMES
    return _with_known(value)


def _is_time(value: object) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False
