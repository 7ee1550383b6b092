"""Benign changes: what a detector must leave alone, or excuse."""

import numpy as np
import pandas as pd

from vigia.simulation.faults import VA, VC, Circumstances, Q, X, scaled


def closure(frame: pd.DataFrame, case: Circumstances) -> pd.DataFrame:
    """The plant rests: active and reactive energy fall together, the voltage stays."""
    rest = case.draw(0.15, 0.35)
    return scaled(scaled(frame, rest, (X,)), rest**0.85, (Q,))


def new_machine(frame: pd.DataFrame, case: Circumstances) -> pd.DataFrame:
    """More load for good, reactive energy in proportion."""
    return scaled(frame, case.draw(1.2, 1.6))


def outage(frame: pd.DataFrame, case: Circumstances) -> pd.DataFrame:
    """No supply: no voltage, hence no energy."""
    del case
    return scaled(frame, 0.0, (X, Q, VA, VC))


def missing_rows(frame: pd.DataFrame, case: Circumstances) -> pd.DataFrame:
    """The hours were never delivered."""
    del case
    return frame.iloc[:0]


def catch_up(frame: pd.DataFrame, case: Circumstances) -> pd.DataFrame:
    """Hours are missing, and the last one carries the energy of all: nothing is lost."""
    del case
    last = frame.iloc[[-1]].copy()
    for column in (X, Q):
        last[column] = frame[column].sum(min_count=1)
    return last


def partial_last_day(frame: pd.DataFrame, case: Circumstances) -> pd.DataFrame:
    """Of the last day only the first hours (the depth, else a draw) have been read."""
    hours = case.depth if case.depth is not None else int(case.rng.integers(1, 24))
    return frame[np.arange(len(frame)) < hours]
