"""Keys of programs."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Request, Response

from serving.access import Actor, may
from serving.access.noted import about
from serving.answers import send
from serving.bodies import access as bodies
from serving.intake.reading import described
from serving.intake.small import small
from serving.problems import FieldError, declared
from serving.routes.parameters import Store
from vigia.errors import VocabularyError
from vigia.store.access import keys
from vigia.store.access.keys import PREFIX

router = APIRouter(prefix="/keys", responses=declared(503))
Admin = Annotated[Actor, may("admin")]
Prefix = Annotated[str, Path(pattern=f"^{PREFIX}$", description="The beginning of a key, as it is listed.")]


@router.get("", response_model=bodies.KeyList, dependencies=[may("admin")])
def all_keys(database: Store) -> Response:
    """All keys, each by its beginning."""
    with database.reading() as connection:
        return send({"items": [vars(key) for key in keys.listed(connection)]})


@router.post(
    "",
    response_model=bodies.KeyMade,
    status_code=201,
    responses=declared(408, 409, 413, 415),
    openapi_extra=described(bodies.NewKey),
)
def make(
    request: Request, asked: Annotated[bodies.NewKey, small(bodies.NewKey)], database: Store, actor: Admin
) -> Response:
    """Make a key. The answer is the only place where it stands."""
    try:
        with database.writing() as connection:
            now = datetime.now(UTC)
            key, text = keys.add(connection, asked.name, asked.role, asked.acts_for_others, actor.who, now)
    except VocabularyError as error:
        raise FieldError("body", str(error)) from error
    about(request, key.prefix)
    answer = send({**vars(key), "key": text})
    answer.status_code = 201
    return answer


@router.delete("/{prefix}", response_model=bodies.KeyLine, responses=declared(404), dependencies=[may("admin")])
def revoke(prefix: Prefix, database: Store) -> Response:
    """Refuse a key from now on."""
    with database.writing() as connection:
        key = keys.revoke(connection, prefix, datetime.now(UTC))
    if key is None:
        raise HTTPException(404, f"no key {prefix}")
    return send(vars(key))
