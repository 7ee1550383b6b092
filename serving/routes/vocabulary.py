"""The vocabulary: it changes with the version of the program alone, so a client keeps it and asks by its tag."""

import hashlib
from functools import cache
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Header, Response

from serving.access import may
from serving.bodies.vocabulary import Vocabulary
from serving.vocabulary import vocabulary
from vigia.vocabulary import Language

router = APIRouter(dependencies=[may("reader")])
UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "The tag of `If-None-Match` is still the right one"}}


@router.get("/vocabulary", response_model=Vocabulary, responses=UNCHANGED)
async def words(language: Language = "es", if_none_match: Annotated[str | None, Header()] = None) -> Response:
    """Kinds, causes, stakes, severities, states, reason codes and the other enumerations, with their words."""
    content, tag = _tagged(language)
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    known = {each.strip().removeprefix("W/") for each in (if_none_match or "").split(",")}
    if known & {tag, "*"}:
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type="application/json")


@cache
def _tagged(language: Language) -> tuple[bytes, str]:
    content = orjson.dumps(vocabulary(language))
    return content, f'"{hashlib.sha256(content).hexdigest()[:16]}"'
