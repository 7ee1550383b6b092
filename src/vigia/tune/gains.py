"""What tuning has won, as far as it is to be believed.

The best of several trials on a few days is mostly the luckiest one. So what a winner won is measured at origins that
tuning did not see, and then shrunk by what chance explains. All gains are logarithms of the error over that of
something else, below zero where it is smaller.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from vigia.shrinkage import MIN_CLIENTS, shrunk

Ratios = Mapping[str, Sequence[float]]
"""By client, logarithms of an error over another one, at each origin."""


def believed(values: Sequence[float]) -> float:
    """Mean of some measurements, shrunk to zero by their scatter; zero where it is no gain, or where there is one.

    The positive part of James & Stein (1961) with the variance of the mean.

    >>> believed([-0.2, -0.2, -0.2]), believed([0.3, 0.1]), believed([-0.5])
    (-0.2, 0.0, 0.0)
    >>> believed([-0.3, 0.1, 0.1, -0.1]) > -0.05
    True
    """
    known = np.array([value for value in values if np.isfinite(value)])
    if len(known) < 2:
        return 0.0
    mean, variance = float(known.mean()), float(known.var(ddof=1)) / len(known)
    return round(mean * max(1 - variance / mean**2, 0.0), 9) if mean < 0 else 0.0


def believed_of_fleet(tuned: Sequence[Ratios], held_back: Ratios) -> float:
    """What all clients win by the best trial of a study over them, which has the smallest mean of `tuned`.

    Of so many trials the best one is partly the luckiest: its gain on the days of the study is drawn to zero by the
    share of the spread between trials that chance explains (empirical Bayes, as in Efron & Morris 1975). With that as
    what is known before, its gain at origins that the study did not see is weighed in by their precisions.

    Args:
        tuned: of each trial beside the defaults, by client.
        held_back: of the best of them, by client.
    """
    trials = [_over_clients(ratios) for ratios in tuned]
    trials = [(gain, variance) for gain, variance in trials if np.isfinite(variance)]
    if not trials:
        return 0.0
    gain, variance = min(trials)
    chance = float(np.mean([each for _, each in trials]))
    spread = float(np.mean([each**2 for each, _ in trials]))
    own = max(1 - chance / spread, 0.0) if spread > 0 else 0.0
    gain, variance = own * gain, own * variance
    seen, scatter = _over_clients(held_back)
    if np.isfinite(scatter) and scatter > 0 and variance > 0:
        gain = (gain / variance + seen / scatter) / (1 / variance + 1 / scatter)
    return round(min(gain, 0.0), 9)


def _over_clients(ratios: Ratios) -> tuple[float, float]:
    """Mean over clients of each one's mean, and the variance of that mean; infinite where fewer than two say any."""
    means = [float(np.mean(values)) for values in ratios.values() if len(values)]
    if len(means) < 2:
        return 0.0, float("inf")
    return float(np.mean(means)), float(np.var(means, ddof=1)) / len(means)


def believed_by_client(ratios: Ratios) -> dict[str, float]:
    """What each client wins by parameters of its own: its mean, drawn towards that of all (`vigia.shrinkage`).

    The mean of all is believed as far as its scatter over clients allows. With few clients each stands for itself.
    """
    known = {client: [value for value in values if np.isfinite(value)] for client, values in ratios.items()}
    known = {client: values for client, values in known.items() if values}
    if len(known) < MIN_CLIENTS:
        return {client: believed(values) for client, values in known.items()}
    centre = float(np.mean([np.mean(values) for values in known.values()]))
    doubt = believed([float(np.mean(values)) for values in known.values()]) - centre if centre < 0 else 0.0
    return {client: min(value + doubt, 0.0) for client, value in shrunk(known).items()}


def own_share(errors: Sequence[Ratios]) -> float:
    """Share of what a client says of a trial that is its own and no chance, pooled over trials.

    Args:
        errors: of each trial beside the defaults, by client.
    """
    within, between = [], []
    for ratios in errors:
        repeated = [values for values in ratios.values() if len(values) > 1]
        if len(repeated) < 2:
            continue
        within.append(np.mean([np.var(values, ddof=1) / len(values) for values in repeated]))
        between.append(np.var([np.mean(values) for values in repeated], ddof=1))
    total = float(np.mean(between)) if between else 0.0
    return max(1 - float(np.mean(within)) / total, 0.0) if total > 0 else 0.0


def log_ratios(errors: Sequence[float], others: Sequence[float]) -> list[float]:
    """Logarithm of each error over the other one, at the origins where both are known and not zero.

    >>> log_ratios([0.1, 0.2, 0.0], [0.1, float("nan"), 0.3])
    [0.0]
    """
    pairs = zip(errors, others, strict=True)
    return [float(np.log(error / other)) for error, other in pairs if error > 0 and other > 0]
