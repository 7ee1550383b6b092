"""Tuning: validation `origins`, Optuna's studies (`study`), and what of their winners is believed (`gains`)."""

from vigia.tune.gains import believed, believed_by_client, believed_of_fleet, log_ratios, own_share
from vigia.tune.origins import Origin, held_back, origins, tuned_on
from vigia.tune.study import START_UP_TRIALS, Study, Tried, Watch, gather, mean, step, study_name

__all__ = [
    "START_UP_TRIALS",
    "Origin",
    "Study",
    "Tried",
    "Watch",
    "believed",
    "believed_by_client",
    "believed_of_fleet",
    "gather",
    "held_back",
    "log_ratios",
    "mean",
    "origins",
    "own_share",
    "step",
    "study_name",
    "tuned_on",
]
