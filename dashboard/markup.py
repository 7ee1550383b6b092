"""HTML fragments of both views; everything that comes from the service is escaped."""

from collections.abc import Sequence
from html import escape
from typing import Any

from dashboard import formats, texts
from dashboard.client import Body

COLUMNS = (
    ("Gravedad", "severity"),
    ("Cliente", "client"),
    ("En juego", "stake"),
    ("Qué se observa", "kind"),
    ("Desde", "when"),
    ("Estado", "state"),
    ("Duración", "span"),
    ("Sector", "sector"),
    ("Motivo", "reason"),
)
OF_FLEET = ("client", "sector")


def alert(sentence: str, grade: str) -> str:
    """A sentence that is not overlooked (`error`, `warning`, `success`, `info`); nothing where there is none."""
    return f'<div class="alert {grade}" role="alert">{escape(sentence)}</div>' if sentence else ""


def cards(pairs: list[tuple[str, str]]) -> str:
    """Figures with what they mean."""
    inner = "".join(f'<div class="card"><b>{escape(v)}</b><span>{escape(k)}</span></div>' for k, v in pairs)
    return f'<div class="cards">{inner}</div>'


def chips(events: list[Body]) -> str:
    """How many events there are, by severity and by what is at stake."""
    parts = []
    for name, grade in texts.SEVERITIES.items():
        count = sum(event["severity"] == name for event in events)
        parts.append(f'<span class="chip" style="background:{grade.colour}">{grade.icon} {grade.name}: {count}</span>')
    for name, word in texts.STAKES.items():
        count = sum(event["stake"] == name for event in events)
        help_text = texts.STAKE_HELP[name]
        parts.append(f'<span class="chip plain" title="{help_text}">{word}: {count}</span>')
    return f'<div class="chips">{"".join(parts)}</div>'


def status(health: Body) -> str:
    """The status line: up to when, which release, how many clients."""
    if not health:
        return '<p class="note">Sin datos del servicio.</p>'
    until = formats.date_hour(health["data_until"])
    release, count = escape(str(health["release"])[:12]), formats.number(health["clients"])
    return f'<p class="note">Datos hasta {until} · versión {release} · {count} clientes</p>'


def alert_text(clients: list[Body]) -> str:
    """What the red alert of the inbox says."""
    many = len(clients)
    names = ", ".join(f"{row['name']} ({row['recent_events']})" for row in clients[:12])
    more = f" y {many - 12} más" if many > 12 else ""
    subject = "1 cliente tiene" if many == 1 else f"{many} clientes tienen"
    return f"{subject} anomalías críticas o repetidas en los últimos 30 días: {names}{more}."


def model_card(detail: Body) -> str:
    """Family, reason, error and coverage of the client's model, and the problems of its data."""
    row, card = detail["client"], detail["card"]
    reason = card.get("reason_es") or (card.get("chosen") or {}).get("reason_es") or card.get("reason") or ""
    lines = [
        ("Modelo", texts.family(row["family"])),
        ("Por qué", str(reason) or formats.NOTHING),
        ("Error diario (WAPE)", formats.percent(row["wape_day"])),
        ("Error diario (MAPE)", formats.percent(row["mape_day"])),
        ("Cobertura de la banda 95 %", formats.percent(row["coverage_95"])),
        ("Historia desde", formats.date(detail["first_reading"])),
        ("Última lectura", formats.date_hour(row["last_reading"])),
        ("Avisos de calidad", formats.number(len(detail["issues"]))),
    ]
    inner = "".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in lines)
    return f"<h2>Ficha del modelo</h2><dl>{inner}</dl>"


def columns(*, clients: bool) -> list[dict[str, str]]:
    """Columns of a table of events, most important first; `clients` = of several clients."""
    return [{"label": label, "hook": hook} for label, hook in COLUMNS if clients or hook not in OF_FLEET]


def rows(events: list[Body], *, clients: bool) -> list[dict[str, Any]]:
    """Rows of a table of events; those of several clients are grouped by what is at stake."""
    return [
        {
            "id": event["event_id"],
            "group": texts.STAKES.get(event["stake"], event["stake"]).capitalize() if clients else "",
            "cells": [cell for hook, cell in _cells(event) if clients or hook not in OF_FLEET],
        }
        for event in events
    ]


def at_stake(event: Body) -> str:
    """Money at stake, energy where there is no price."""
    if event.get("money_at_stake") is not None:
        return formats.money(event["money_at_stake"], event.get("currency"))
    return formats.energy(event.get("energy_at_stake_kwh"))


def _cells(event: Body) -> list[tuple[str, dict[str, str]]]:
    grade = texts.SEVERITIES[event["severity"]]
    others = len(event["members"]) - 1
    words = {
        "client": event["client_name"] + (f" +{others}" if others > 0 else ""),
        "stake": at_stake(event),
        "kind": texts.kind(event["kind"]),
        "when": formats.date_hour(event["start"]),
        "state": texts.STATES.get(event["state"], event["state"]),
        "span": "sigue abierta" if event["end"] is None else formats.duration(event["start"], event["end"]),
        "sector": event["sector"] or formats.NOTHING,
        "reason": event.get("reason_es") or "",
    }
    chip = {"text": f"{grade.icon} {grade.name}", "colour": grade.colour}
    return [("severity", chip), *((hook, {"text": words[hook]}) for _, hook in COLUMNS[1:])]


def figures(row: Body, profile: Body | None) -> str:
    """The client's figures in the chosen time, and its model's error beside them."""
    profile = profile or {}
    peak = profile.get("peak_band_start_hour")
    share = profile.get("peak_band_share")
    return cards(
        [
            ("Energía activa total", f"{formats.number(profile.get('total_kwh'))} kWh"),
            ("Horas anómalas", formats.number(profile.get("anomalous_hours"))),
            (
                f"Franja de 4 h con más consumo ({formats.percent(share, 0)} del total)",
                formats.NOTHING if peak is None else formats.hour_range(peak),
            ),
            ("MAPE diario del modelo", formats.percent(row.get("mape_day"))),
            ("WAPE diario del modelo", formats.percent(row.get("wape_day"))),
            ("Cobertura de la banda 95 %", formats.percent(row.get("coverage_95"))),
        ]
    )


def legend(entries: Sequence[tuple[str, str, str]]) -> str:
    """What the colours of a figure mean: label, colour and `line`, `area` or `dot`."""
    keys = (
        f'<span><i class="key {how}" style="--colour:{colour}"></i>{label}</span>' for label, colour, how in entries
    )
    return f'<span class="legend">{"".join(keys)}</span>'


def heat_scale(lowest: float, highest: float) -> str:
    """What the ends of the heat map's colours mean."""
    low, high = formats.number(lowest, 1), formats.number(highest, 1)
    return f'<p class="scale">{low} kWh <span class="viridis"></span> {high} kWh</p>'


def client_alert(row: Body) -> str:
    """What the red alert of a client says."""
    count = row.get("recent_events") or 0
    what = (
        "1 anomalía por verificar abierta o nueva"
        if count == 1
        else f"{count} anomalías por verificar abiertas o nuevas"
    )
    return f"Atención: {row.get('name', '')} tiene {what} en los últimos 30 días. Conviene revisarlo hoy."


def client_title(row: Body, event: Body | None) -> str:
    """Who the client is, and in a sentence the event looked at."""
    family = texts.family(row["family"])
    head = f"<h1>{escape(row['name'])}</h1>"
    line = f'<p class="note">Sector {escape(row["sector"] or "sin dato")} · modelo {escape(family)}</p>'
    if event is None:
        return head + line
    grade = texts.SEVERITIES[event["severity"]]
    chip = f'<span class="chip" style="background:{grade.colour}">{grade.icon} {grade.name}</span>'
    when = formats.span(event["start"], event["end"])
    what = f"{texts.ANOMALY}: {texts.kind(event['kind'])}, {when}. {event.get('reason_es') or ''}"
    return f"{head}{line}<p>{chip} {escape(what)}</p>"
