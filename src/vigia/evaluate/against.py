"""A run beside the release in operation, by client and by alert: what would change if it were published."""

import pandas as pd

from vigia.alarming.kept_ids import continued

KEY = ["client_id"]
MEASURES = ["wape_day", "coverage_95_hour"]
FATES = ("appears", "vanishes", "stays")
BESIDE = "_in_operation"
"""Ending of what the release in operation says. Pages show the first columns of a table: they answer the question."""


def alerts_against(events: pd.DataFrame, champion: pd.DataFrame | None) -> pd.DataFrame:
    """Past-only events of a run and of the release in operation, each once, with what becomes of it.

    Args:
        events: table `events` of the run.
        champion: the same of the release in operation; none where there is none.

    Returns:
        client_id, `fate` (one of `FATES`; what appears and vanishes first), kind, start, end, severity,
        `severity_in_operation`, energy_at_stake_kwh and the ids in both.
    """
    columns = ["client_id", "kind", "start", "end", "severity", "energy_at_stake_kwh", "event_id"]
    new = events[events["mode"] == "past_only"]
    known = champion[champion["mode"] == "past_only"] if champion is not None else new.iloc[:0]
    same = continued(new, known)
    before = known.set_index("event_id")["severity"]
    kept = new["event_id"].map(same)
    own = new[columns].assign(
        fate=kept.isna().map({True: "appears", False: "stays"}),
        id_in_operation=kept,
        severity_in_operation=kept.map(before),
    )
    lost = known[~known["event_id"].isin(list(same.values()))]
    lost = lost[columns].assign(
        fate="vanishes", id_in_operation=lost["event_id"], severity_in_operation=lost["severity"], event_id=None
    )
    table = pd.concat([own.astype(object), lost.astype(object)], ignore_index=True)
    order = table["fate"].map(FATES.index)
    first = ["client_id", "fate", "kind", "start", "end", "severity", f"severity{BESIDE}"]
    return table.assign(order=order).sort_values(["order", "client_id", "start"])[
        [*first, "energy_at_stake_kwh", "event_id", f"id{BESIDE}"]
    ]


def clients_against(scores: pd.DataFrame, champion: pd.DataFrame | None, alerts: pd.DataFrame) -> pd.DataFrame:
    """A row a client: its chosen model and errors in a run and in the release in operation, who got worse first.

    Args:
        scores: forecast scores on the test slice (`forecast_scores.csv`).
        champion: the same of the release in operation; none where there is none.
        alerts: of `alerts_against`.

    Returns:
        client_id, `change` (of the WAPE of daily totals, as a share; above 0 = worse), wape_day, the number of alerts
        by fate, model and coverage_95_hour. Beside WAPE, model and coverage stand those in operation (`_in_operation`).
    """
    new = scores.loc[scores["chosen"], [*KEY, "model", *MEASURES]]
    old = new.iloc[:0] if champion is None else champion.loc[champion["chosen"], [*KEY, "model", *MEASURES]]
    table = new.merge(old, on=KEY, how="outer", suffixes=("", BESIDE))
    counts = pd.crosstab(alerts["client_id"], alerts["fate"]).reindex(columns=list(FATES), fill_value=0)
    table = table.merge(counts, left_on="client_id", right_index=True, how="left").fillna(dict.fromkeys(FATES, 0))
    table[list(FATES)] = table[list(FATES)].astype(int)
    change = table["wape_day"] / table[f"wape_day{BESIDE}"] - 1
    ordered = table.assign(change=change).sort_values("change", ascending=False, na_position="last", ignore_index=True)
    wape, model, coverage = ([name, f"{name}{BESIDE}"] for name in ("wape_day", "model", "coverage_95_hour"))
    return ordered[[*KEY, "change", *wape, *FATES, *model, *coverage]]
