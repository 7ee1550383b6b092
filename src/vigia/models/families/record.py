"""The record of a family: all that the product knows of it. Tables, pictures, words and budgets follow from it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from vigia.models.forecaster import FittedForecaster
from vigia.models.history import DailyHistory, Days
from vigia.vocabulary import Words

Parameters = dict[str, Any]
Scope = Literal["client", "fleet", "combination"]


class Trial(Protocol):
    """The part of an Optuna trial that a search space uses."""

    def suggest_int(self, name: str, low: int, high: int, *, step: int = 1, log: bool = False) -> int:
        """An integer of a range."""
        ...

    def suggest_float(
        self, name: str, low: float, high: float, *, step: float | None = None, log: bool = False
    ) -> float:
        """A number of a range."""
        ...

    def suggest_categorical(self, name: str, choices: Any) -> Any:
        """One of a list."""
        ...


Fit = Callable[[DailyHistory, Days, Parameters, int], FittedForecaster]
"""Fits to a client's normal history, to those of the days that are usable, with parameters and a seed."""
Watch = Callable[[int, int, FittedForecaster], None]
"""Shown the forecaster as it is after so many steps of so many; it may raise to end the fit."""
WatchedFit = Callable[[DailyHistory, Days, Parameters, int, Watch], FittedForecaster]
"""The same fit, step by step: epochs of a network, trees of a booster."""


@dataclass(frozen=True)
class Family:
    """One family of forecasters.

    Attributes:
        name: as it stands in tables, folders and `spec.json`.
        short: its name for people, as in a sentence.
        colour: of its lines and boxes in pictures (by Okabe & Ito 2008: told apart by readers of all kinds of sight).
        tie_break: of families with equal errors the one with the smallest is chosen, so the steadiest has 0.
        scope: what it is fitted to: one client's days, or those of all clients at once; or nothing, because it joins
            what other families say. There is one family for all clients, and one combination.
        defaults: parameters of the first trial.
        fit: fits it to one client. Raises `ModelError` where days are too few. None in a combination.
        watched_fit: the same fit with somebody who looks on; None where a fit has no steps.
        stoppable: whether a watched fit that is ended early has cost less, and shows by then what it will come to.
        load: reads what the forecaster's `save` wrote, with the parameters of its spec. None in a combination, whose
            members are read one by one.
        space: parameters that one trial of a study chooses; None where the defaults are taken.
        presets: parameters that a study over all clients tries right after the defaults.
        trials: of section `train` of the parameters, how many trials the study over all clients has, the defaults
            included.
        own_trials: of the same, how many further trials a client's own study has.
        refit_days: of section `backtest`, the days between past-only refits. Neither section is imported, so that a
            stage that asks for a family's name hangs on no parameter that it does not read.
    """

    name: str
    short: Words
    colour: str
    tie_break: int
    scope: Scope = "client"
    defaults: Parameters = field(default_factory=dict)
    fit: Fit | None = None
    watched_fit: WatchedFit | None = None
    stoppable: bool = False
    load: Callable[[Path, Parameters], FittedForecaster] | None = None
    space: Callable[[Trial], Parameters] | None = None
    presets: tuple[Parameters, ...] = ()
    trials: Callable[[Any], int] = lambda _: 1
    own_trials: Callable[[Any], int] = lambda _: 0
    refit_days: Callable[[Any], int] = lambda plan: plan.refit_days
