"""Whose parameters each client takes, decided over all clients by what is believed of the gains (`vigia.tune.gains`).

The fleet's best trial stands in the place of the defaults where all clients together win by it. A client takes its own
where what it wins over that at origins which no study has seen, shrunk by what all clients say, is still a gain.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from vigia import tune
from vigia.models import families
from vigia.train.candidates import Candidate
from vigia.train.offers import DEFAULTS, OWN, SHARED, Offer, Offers, trial_row
from vigia.tune import Tried


@dataclass(frozen=True)
class Settled:
    """What a client takes of a family.

    Attributes:
        whose: parameters: `DEFAULTS`, `SHARED` or `OWN`.
        gain: logarithm of the error over that of the defaults that is believed, at most zero.
    """

    whose: str = DEFAULTS
    gain: float = 0.0


def settle(offers: Sequence[Offers], tried: Sequence[Tried]) -> dict[str, Settled]:
    """Decide one family of all clients.

    Args:
        offers: of each client that has any.
        tried: the study over all clients, the defaults first; empty where there is none.
    """
    fitted = {each.client_id: each for each in offers if each.offers}
    fleet_gain = _fleet_gain(fitted, tried)
    base = {client: _base(each, fleet_gain) for client, each in fitted.items()}
    own = tune.believed_by_client(
        {
            client: _held_back(each.offers[OWN], each.offers[base[client].whose])
            for client, each in fitted.items()
            if OWN in each.offers
        }
    )
    return {
        client: Settled(OWN, settled.gain + own[client]) if own.get(client, 0.0) < 0 else settled
        for client, settled in base.items()
    }


def candidate(offers: Offers, settled: Settled | None) -> Candidate:
    """The candidate with the parameters that the client takes."""
    days = int(sum(len(origin) for origin in offers.days))
    client, family, status = offers.client_id, offers.family, offers.status
    if settled is None or not offers.offers:
        parameters = families.named(family).defaults
        return Candidate(client, family, status, None, None, days, offers.seconds, parameters, [], offers.message)
    taken, defaults = offers.offers[settled.whose], offers.offers[DEFAULTS]
    columns = [np.concatenate(parts) for parts in (offers.days, offers.actual, taken.totals)]
    return Candidate(
        client,
        family,
        status,
        tune.mean(taken.errors),
        tune.mean(defaults.errors),
        days,
        offers.seconds,
        taken.parameters,
        [trial_row(number, trial) for number, trial in enumerate(offers.trials)],
        offers.message,
        offers.importances,
        np.column_stack(columns).tolist(),
        settled.whose,
        settled.gain,
        taken.curve,
    )


def _fleet_gain(fitted: Mapping[str, Offers], tried: Sequence[Tried]) -> float:
    if not tried:
        return 0.0
    first = tried[0].by_client
    tuned = [
        {client: tune.log_ratios(errors, first[client]) for client, errors in trial.by_client.items()}
        for trial in tried[1:]
    ]
    seen = {
        client: _held_back(each.offers[SHARED], each.offers[DEFAULTS])
        for client, each in fitted.items()
        if SHARED in each.offers
    }
    return tune.believed_of_fleet(tuned, seen) if seen else 0.0


def _base(offers: Offers, fleet_gain: float) -> Settled:
    return Settled(SHARED, fleet_gain) if fleet_gain < 0 and SHARED in offers.offers else Settled()


def _held_back(offer: Offer, other: Offer) -> list[float]:
    numbers = tune.held_back(len(offer.errors))
    return tune.log_ratios([offer.errors[n] for n in numbers], [other.errors[n] for n in numbers])
