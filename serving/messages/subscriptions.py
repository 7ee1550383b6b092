"""Subscriptions as the API shows them, and what is done with them."""

from datetime import UTC, datetime
from typing import Any

from fastapi import HTTPException

from serving.bodies.operation.messages import SubscriptionRequest
from serving.problems import FieldError
from serving.release.served import Served
from vigia.errors import ConfigError
from vigia.store import Database
from vigia.store.messages import subscriptions
from vigia.store.messages.subscriptions import Subscription, Wish


def listing(database: Database, ended: bool) -> list[dict[str, Any]]:
    """All subscriptions, in the order in which they were made."""
    with database.reading() as connection:
        return [line(each) for each in subscriptions.listed(connection, ended)]


def added(served: Served, database: Database, asked: SubscriptionRequest, actor: str) -> dict[str, Any]:
    """Subscribe an address; its secret, where it has one, is told here alone.

    Raises:
        ConflictError: that address is told the same already.
        FieldError: nothing can be sent there, or the filter names what there is not.
    """
    if asked.sector is not None and not served.members(asked.sector):
        raise FieldError("body.sector", "there is no such sector")
    for index, client in enumerate(asked.clients or ()):
        if client not in served.clients:
            raise FieldError(f"body.clients.{index}", "there is no such client")
    clients = None if asked.clients is None else tuple(asked.clients)
    wish = Wish(asked.channel, asked.address, asked.language, asked.sector, clients, asked.severity, asked.empty)
    try:
        with database.writing() as connection:
            found = subscriptions.add(connection, wish, actor, datetime.now(UTC))
    except ConfigError as error:
        raise FieldError("body.address", str(error)) from error
    return {"subscription": line(found), "secret": found.secret}


def ended(database: Database, number: int, actor: str) -> dict[str, Any]:
    """End a subscription; one that has ended stays as it is.

    Raises:
        HTTPException: 404, there is none of that number.
    """
    with database.writing() as connection:
        found = subscriptions.end(connection, number, actor, datetime.now(UTC))
    if found is None:
        raise HTTPException(404, f"no subscription {number}")
    return {"subscription": line(found), "secret": None}


def line(each: Subscription) -> dict[str, Any]:
    """A subscription without its secret."""
    wish = each.wish
    return {
        "subscription_id": each.id,
        "channel": wish.channel,
        "address": wish.address,
        "language": wish.language,
        "sector": wish.sector,
        "clients": None if wish.clients is None else list(wish.clients),
        "severity": wish.severity,
        "empty": wish.empty,
        "owner": each.owner,
        "created_at": each.created_at.isoformat(),
        "ended_at": None if each.ended_at is None else each.ended_at.isoformat(),
        "ended_by": each.ended_by,
    }
