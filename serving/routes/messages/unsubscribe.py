"""The link in each message that ends its subscription. The token is the permission, so no key is asked for."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import HTMLResponse

from serving.access.may import anybody
from serving.access.noted import note_of
from serving.messages.page import page
from serving.problems import declared
from serving.routes.parameters import Store
from vigia.operate.messages.signing import LONGEST_TOKEN, known_secret, subscription_of
from vigia.store import Connection
from vigia.store.messages import subscriptions
from vigia.store.messages.subscriptions import Subscription

router = APIRouter(prefix="/unsubscribe", responses=declared(404, 503), dependencies=[anybody])
Token = Annotated[str, Query(max_length=LONGEST_TOKEN)]
ACTOR = "link in a message"


@router.get("", response_class=HTMLResponse)
def ask(token: Token, database: Store) -> HTMLResponse:
    """A page with a button; programs that look at all links of a mail change nothing."""
    with database.reading() as connection:
        return page(_subscription(connection, token), token)


@router.post("", response_class=HTMLResponse)
def act(request: Request, token: Token, database: Store) -> HTMLResponse:
    """End the subscription: the button of the page, or the one of a mail program (RFC 8058). Twice is as once."""
    note = note_of(request)
    with database.writing() as connection:
        found = _subscription(connection, token)
        note.actor, note.object = ACTOR, str(found.id)
        return page(subscriptions.end(connection, found.id, ACTOR, datetime.now(UTC)) or found, token)


def _subscription(connection: Connection, token: str) -> Subscription:
    """The subscription of a token.

    Raises:
        HTTPException: 404, the token is not one of ours.
    """
    secret = known_secret(connection)
    number = None if secret is None else subscription_of(secret, token)
    found = None if number is None else subscriptions.one(connection, number)
    if found is None:
        raise HTTPException(404, "this link is not one that this service gave, or it was cut off on its way")
    return found
