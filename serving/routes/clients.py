"""Clients: the list, and one with its model card."""

from typing import Literal

from fastapi import APIRouter, Request, Response

from serving.access import may
from serving.answers import model, plain, send, stamp
from serving.bodies.clients import Card, ClientDetail, ClientList, Contract
from serving.clients.contract import contract
from serving.clients.rows import client_row, listing
from serving.paging import page_of
from serving.problems import declared
from serving.routes.parameters import Current, Limit, known

router = APIRouter(prefix="/clients", responses=declared(503), dependencies=[may("reader")])


@router.get("", response_model=ClientList)
def clients(
    served: Current,
    sector: str | None = None,
    q: str | None = None,
    sort: Literal["client", "energy", "wape", "events"] = "client",
    limit: Limit = 50,
    cursor: str | None = None,
) -> Response:
    """Clients with their model's error and what is at stake."""
    rows = listing(served, sector, q, sort)
    page, following = page_of(cursor, limit, len(rows))
    return send({**stamp(served), "items": rows[page], "next_cursor": following})


@router.get("/{client_id}", response_model=ClientDetail, responses=declared(404))
def client(client_id: str, served: Current) -> Response:
    """One client with the problems of its data and its model card."""
    found = known(served, client_id)
    return send(
        {
            **stamp(served),
            "client": client_row(found),
            "first_reading": found.stored.readings["timestamp"].iloc[0],
            "issues": [plain(row) for row in found.issues.to_dict("records")],
            "card": found.stored.card,
        }
    )


@router.get("/{client_id}/card", response_model=Card, responses=declared(404))
async def card(client_id: str, served: Current) -> Response:
    """The model card."""
    found = known(served, client_id)
    return send({**stamp(served), "model": model(found), "card": found.stored.card})


@router.get("/{client_id}/contract", response_model=Contract, responses=declared(404))
def agreed(client_id: str, request: Request, served: Current) -> Response:
    """What was agreed with the client, and the facts of each month: reactive energy, demand, voltage, cost."""
    found = known(served, client_id)
    contracts = request.app.state.current.contracts()
    return send({**stamp(served), **contract(found, contracts, served.release.params.fleet.country)})
