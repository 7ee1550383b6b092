"""Tuning every family of every client (docs/forecasting.md, *Tuning*).

`fleet` runs it: `surveys` are the studies over all clients, `client` tries what one client may take (`offers`),
`shared` tunes the fleet model, and `settle` decides whose parameters each client takes. What it leaves is in
`candidates`; `trained` reads it for a whole fleet.
"""

from vigia.train.candidates import Candidate, read_candidates
from vigia.train.data import MASK_MODE, SECTIONS, ClientData
from vigia.train.fleet import STUDIES_FILE, train_fleet
from vigia.train.trained import Trained

__all__ = [
    "MASK_MODE",
    "SECTIONS",
    "STUDIES_FILE",
    "Candidate",
    "ClientData",
    "Trained",
    "read_candidates",
    "train_fleet",
]
