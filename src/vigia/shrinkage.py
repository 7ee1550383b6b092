"""Few measurements of many clients: how much of their spread is theirs, and how much is chance.

The normal empirical Bayes estimate (Efron & Morris 1975): each client's mean is drawn towards the mean of all by the
share of its variance that the scatter of its own measurements explains.
"""

from collections.abc import Mapping, Sequence

import numpy as np

MIN_CLIENTS = 8
"""With fewer, the spread between clients is not known well enough to judge by."""


def shrunk(measured: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """The estimate of each client's true mean.

    Args:
        measured: some measurements a client, of one kind; clients without any are left out.

    >>> even = {str(client): [client + 0.1, client - 0.1] for client in range(8)}
    >>> round(shrunk(even)["0"], 2)
    0.01
    >>> noisy = {str(client): [5.0, -5.0] for client in range(8)} | {"9": [6.0, -4.0]}
    >>> round(shrunk(noisy)["9"], 2)
    0.11
    """
    means = {client: float(np.mean(values)) for client, values in measured.items() if len(values)}
    repeated = [values for values in measured.values() if len(values) > 1]
    if len(means) < MIN_CLIENTS or not repeated:
        return means
    within = float(np.mean([np.var(values, ddof=1) / len(values) for values in repeated]))
    between = float(np.var(list(means.values()), ddof=1))
    own = max(1 - within / between, 0.0) if between > 0 else 0.0
    centre = float(np.mean(list(means.values())))
    return {client: centre + own * (mean - centre) for client, mean in means.items()}
