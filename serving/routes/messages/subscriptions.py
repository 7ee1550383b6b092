"""Who is told of alerts and of problems of operation."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from serving.access import Actor, may
from serving.access.noted import about
from serving.answers import send, stamp
from serving.bodies.operation import messages as bodies
from serving.intake.reading import described
from serving.intake.small import small
from serving.messages import subscriptions
from serving.problems import declared
from serving.routes.parameters import Current, Store

router = APIRouter(prefix="/subscriptions", responses=declared(503))
Operator = Annotated[Actor, may("operator")]
"""Addresses are of people, so readers do not see them."""
Number = Annotated[int, Path(ge=1, le=2**53)]


@router.get("", response_model=bodies.SubscriptionList, dependencies=[may("operator")])
def all_subscriptions(served: Current, database: Store, ended: bool = False) -> Response:
    """Those who are told; with `ended` also those who were."""
    return send({**stamp(served), "items": subscriptions.listing(database, ended)})


@router.post(
    "",
    response_model=bodies.SubscriptionAnswer,
    status_code=201,
    responses=declared(408, 409, 413, 415),
    openapi_extra=described(bodies.SubscriptionRequest),
)
def subscribe(
    request: Request,
    asked: Annotated[bodies.SubscriptionRequest, small(bodies.SubscriptionRequest)],
    served: Current,
    database: Store,
    actor: Operator,
) -> Response:
    """Tell an address from now on; the secret of a webhook is told in this answer alone."""
    made = subscriptions.added(served, database, asked, actor.who)
    about(request, made["subscription"]["subscription_id"])
    found = send({**stamp(served), **made})
    found.status_code = 201
    return found


@router.delete("/{subscription_id}", response_model=bodies.SubscriptionAnswer, responses=declared(404))
def end(subscription_id: Number, served: Current, database: Store, actor: Operator) -> Response:
    """End a subscription: nothing more is sent to it, and nothing is removed."""
    return send({**stamp(served), **subscriptions.ended(database, subscription_id, actor.who)})
