"""A release beside the one in operation, as a run of evaluation in MLflow."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from vigia import frames, keys
from vigia.config import Params
from vigia.evaluate.against import alerts_against, clients_against
from vigia.evaluate.fleet import choice_table, window_table
from vigia.evaluate.headline import of_metrics
from vigia.publish.gate import Summary, gate
from vigia.tracking import Evaluation

SHOWN = 5
NO_RELEASE = "none in operation"


def evaluation_of(
    release: Path,
    champion: Path | None,
    params: Params,
    seconds: Mapping[str, float] | None = None,
    pictures: Sequence[Path] = (),
) -> Evaluation:
    """What a release says of itself and beside the one in operation.

    Args:
        release: folder of the release.
        champion: folder of the release in operation.
        params: all parameters.
        seconds: how long each stage took, where that is known.
        pictures: PNG files of the whole fleet.

    Raises:
        ReleaseError: `release` is none.
    """
    new = Summary.of(release)
    scores, windows = (_report(release, name) for name in ("forecast_scores", "forecast_windows"))
    events, chosen = (frames.read(release / f"{name}.parquet", name) for name in ("events", "chosen"))
    alerts = alerts_against(events, None if champion is None else frames.read(champion / "events.parquet", "events"))
    clients = clients_against(scores, None if champion is None else _report(champion, "forecast_scores"), alerts)
    against = gate(new, None if champion is None else Summary.of(champion), params)
    reported = release / "reports" / "metrics.json"
    metrics = json.loads(reported.read_text(encoding="utf-8")) if reported.is_file() else {}
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    compared = NO_RELEASE if champion is None else champion.name
    experiment = os.environ.get("DVC_EXP_NAME", "")
    return Evaluation(
        release=new.digest,
        code=keys.package_digest(),
        data_digest=str(manifest["data_digest"]),
        headline=of_metrics(metrics),
        scores=metrics,
        seconds=seconds or {},
        params=params.model_dump(mode="json"),
        tables={
            "clients.json": clients,
            "events.json": _as_text(alerts),
            "choices.json": choice_table(chosen, scores),
            "wape_day_by_client.json": window_table(windows),
        },
        pictures=pictures,
        description=_described(of_metrics(metrics), clients, alerts, against, compared),
        tags={
            "params_digest": keys.params_digest(params, type(params).model_fields)[:16],
            "compared_with": compared,
            "gate": "; ".join(against)[:5000] or "passes",
            **({"dvc_exp": experiment} if experiment else {}),
        },
    )


def _report(release: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(release / "reports" / f"{name}.csv", dtype={"client_id": str})


def _as_text(table: pd.DataFrame) -> pd.DataFrame:
    """Times as text, with their offset."""
    times = {
        name: table[name].map(lambda when: None if pd.isna(when) else when.isoformat()) for name in ("start", "end")
    }
    return table.assign(**times)


def _described(
    headline: Mapping[str, float],
    clients: pd.DataFrame,
    alerts: pd.DataFrame,
    against: Sequence[str],
    compared: str,
) -> str:
    """Markdown for somebody who opens the run."""
    figures = ", ".join(f"{name} {value:.4g}" for name, value in headline.items())
    lines = [f"**Figures**: {figures}.", ""]
    if compared == NO_RELEASE:
        lines += ["No release is in operation to compare with.", ""]
    else:
        worse, better = clients[clients["change"] > 0], clients[clients["change"] < 0]
        lines += [
            f"**Beside release {compared[:12]} in operation**: {_counted(len(worse), 'client')} forecast "
            f"worse{_named(worse)}, {len(better)} better{_named(better.iloc[::-1])}.",
            "",
        ]
        for fate, words in (("vanishes", "would vanish"), ("appears", "would appear")):
            part = alerts[alerts["fate"] == fate]
            rows = [
                f"client {row['client_id']} {row['kind']} from {row['start']:%Y-%m-%d}"
                for row in part.to_dict("records")
            ]
            rest = f" and {len(rows) - SHOWN} more" if len(rows) > SHOWN else ""
            lines += [
                f"**{_counted(len(part), 'alert')} {words}**"
                + (f": {'; '.join(rows[:SHOWN])}{rest}." if rows else "."),
                "",
            ]
    lines += ["**The gate** " + ("would let it pass." if not against else f"speaks against it: {'; '.join(against)}.")]
    return "\n".join(lines)


def _counted(number: int, noun: str) -> str:
    """A number with its noun.

    >>> _counted(1, "alert"), _counted(2, "alert")
    ('1 alert', '2 alerts')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _named(clients: pd.DataFrame) -> str:
    rows = [f"{row['client_id']} {row['change']:+.1%}" for row in clients.head(SHOWN).to_dict("records")]
    return f" ({', '.join(rows)})" if rows else ""
