"""People, and their logins."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Path, Request, Response
from starlette.concurrency import run_in_threadpool

from serving.access import Actor, may
from serving.access.actor import lesser
from serving.access.logins import Logins
from serving.access.noted import about, note_of
from serving.answers import send
from serving.bodies import access as bodies
from serving.intake.reading import described
from serving.intake.small import small
from serving.problems import FieldError, declared
from serving.routes.parameters import Store
from vigia.errors import VocabularyError
from vigia.store import Database
from vigia.store.access import people
from vigia.store.access.names import PATTERN
from vigia.store.access.people import Person

router = APIRouter(responses=declared(503))


async def logins_of(request: Request) -> Logins:
    """The logins of the application."""
    found: Logins = request.app.state.logins
    return found


Admin = Annotated[Actor, may("admin")]
Dashboard = Annotated[Actor, may("acting")]
Passwords = Annotated[Logins, Depends(logins_of)]
Name = Annotated[str, Path(pattern=f"^{PATTERN}$")]
SENT = (408, 413, 415)


@router.post(
    "/sessions",
    response_model=bodies.Session,
    responses=declared(403, 429, *SENT),
    openapi_extra=described(bodies.Login),
)
async def log_in(
    request: Request,
    asked: Annotated[bodies.Login, small(bodies.Login)],
    database: Store,
    passwords: Passwords,
    actor: Dashboard,
) -> Response:
    """Who somebody is by name and password, for a program whose key acts for people; 403 where it is nobody."""
    try:
        person, right = await passwords.person(database, asked.name, asked.password)
    except HTTPException:
        note_of(request).counted = False
        raise
    if person is not None:
        about(request, person.name)
    if person is None or not right:
        raise HTTPException(403, "the name or the password is another one")
    return send({"person": person.name, "role": lesser(actor.role, person.role), "language": person.language})


@router.get("/people", response_model=bodies.PersonList, dependencies=[may("admin")])
def all_people(database: Store) -> Response:
    """All people by name."""
    with database.reading() as connection:
        return send({"items": [vars(person) for person in people.listed(connection)]})


@router.post(
    "/people",
    response_model=bodies.PersonLine,
    status_code=201,
    responses=declared(409, *SENT),
    openapi_extra=described(bodies.NewPerson),
)
async def let_in(
    request: Request,
    asked: Annotated[bodies.NewPerson, small(bodies.NewPerson)],
    database: Store,
    passwords: Passwords,
    actor: Admin,
) -> Response:
    """Let a person in, also one who ended."""
    about(request, asked.name)
    kept = await passwords.hashed(asked.password)
    person = await run_in_threadpool(_let_in, database, asked, kept, actor.who)
    answer = send(vars(person))
    answer.status_code = 201
    return answer


def _let_in(database: Database, asked: bodies.NewPerson, kept: str | None, by: str) -> Person:
    try:
        with database.writing() as connection:
            return people.add(connection, asked.name, asked.role, asked.language, kept, by, datetime.now(UTC))
    except VocabularyError as error:
        raise FieldError("body.name", str(error)) from error


@router.patch(
    "/people/{name}",
    response_model=bodies.PersonLine,
    responses=declared(404, *SENT),
    dependencies=[may("admin")],
    openapi_extra=described(bodies.PersonChange),
)
async def change(
    name: Name,
    asked: Annotated[bodies.PersonChange, small(bodies.PersonChange)],
    database: Store,
    passwords: Passwords,
) -> Response:
    """Change a person's role, language or password."""
    kept = await passwords.hashed(asked.password)
    return send(vars(await run_in_threadpool(_changed, database, name, asked, kept)))


def _changed(database: Database, name: str, asked: bodies.PersonChange, kept: str | None) -> Person:
    with database.writing() as connection:
        return _there(people.change(connection, name, asked.role, asked.language, kept), name)


@router.delete("/people/{name}", response_model=bodies.PersonLine, responses=declared(404), dependencies=[may("admin")])
def end(name: Name, database: Store) -> Response:
    """Let a person in no more; what they did stays theirs."""
    with database.writing() as connection:
        return send(vars(_there(people.end(connection, name, datetime.now(UTC)), name)))


def _there(person: Person | None, name: str) -> Person:
    if person is None:
        raise HTTPException(404, f"nobody of the name {name}")
    return person
