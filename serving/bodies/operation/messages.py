"""Who is told of alerts and problems of operation."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from serving.bodies.base import Answer, Request
from serving.bodies.names import Severity
from vigia.store.messages.subscriptions import Channel
from vigia.vocabulary import Language

Name = Annotated[str, Field(max_length=255)]


class SubscriptionRequest(Request):
    """What somebody wants to be told, and where.

    `sector`, `clients`, `severity` (at least so grave): of these alone, null = of all. `empty`: also that there is
    nothing to tell.
    """

    channel: Channel
    address: Annotated[str, Field(max_length=1024, description="Of mail; of a webhook: http:// or https://.")]
    language: Language = "es"
    sector: Name | None = None
    clients: Annotated[list[Name], Field(min_length=1, max_length=1_000)] | None = None
    severity: Severity | None = None
    empty: bool = True


class SubscriptionLine(BaseModel):
    """A subscription as it stands."""

    subscription_id: int
    channel: Channel
    address: str
    language: Language
    sector: str | None
    clients: list[str] | None
    severity: Severity | None
    empty: bool
    owner: str
    created_at: datetime
    ended_at: datetime | None
    ended_by: str | None


class SubscriptionList(Answer):
    """Subscriptions in the order in which they were made."""

    items: list[SubscriptionLine]


class SubscriptionAnswer(Answer):
    """One subscription. `secret`: signs what a webhook is sent; told when it is made, and never again."""

    subscription: SubscriptionLine
    secret: str | None
