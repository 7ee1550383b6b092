"""Tuning every family of every client: `fleet` spreads it over processes, `client` and `shared` do it.

What it leaves is in `candidates`; `trained` reads it for a whole fleet.
"""

from vigia.train.candidates import Candidate, read_candidates
from vigia.train.client import Task, client_key, train_client
from vigia.train.data import MASK_MODE, SECTIONS, ClientData
from vigia.train.fleet import train_fleet
from vigia.train.shared import fleet_key
from vigia.train.trained import Trained

__all__ = [
    "MASK_MODE",
    "SECTIONS",
    "Candidate",
    "ClientData",
    "Task",
    "Trained",
    "client_key",
    "fleet_key",
    "read_candidates",
    "train_client",
    "train_fleet",
]
