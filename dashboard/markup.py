"""HTML fragments of both views; everything that comes from the service is escaped."""

from html import escape
from pathlib import Path
from typing import Any

import pandas as pd
import panel as pn

from dashboard import formats, texts
from dashboard.client import Body

STAKE = "Qué está en juego"
STYLE = (Path(__file__).parent / "assets" / "style.css").read_text(encoding="utf-8")


def html(hook: str, text: str = "", **how: Any) -> pn.pane.HTML:
    """A pane of markup whose element carries the class `hook` for tests."""
    return pn.pane.HTML(
        wrapped(text), css_classes=[hook], stylesheets=[STYLE], sizing_mode="stretch_width", margin=(6, 8), **how
    )


def wrapped(text: str) -> str:
    """Markup in the page's letters."""
    return f'<div class="vg">{text}</div>'


def cards(pairs: list[tuple[str, str]]) -> str:
    """Figures with what they mean."""
    inner = "".join(f'<div class="card"><b>{escape(v)}</b><span>{escape(k)}</span></div>' for k, v in pairs)
    return wrapped(f'<div class="cards">{inner}</div>')


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
    return wrapped(f'<div class="chips">{"".join(parts)}</div>')


def status(health: Body) -> str:
    """The status line: up to when, which release, how many clients."""
    if not health:
        return wrapped('<p class="note">Sin datos del servicio.</p>')
    until = formats.date_hour(health["data_until"])
    release, count = escape(str(health["release"])[:12]), formats.number(health["clients"])
    return wrapped(f'<p class="note">Datos hasta {until} · versión {release} · {count} clientes</p>')


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
    return wrapped(f"<h2>Ficha del modelo</h2><dl>{inner}</dl>")


def event_table(events: list[Body], *, clients: bool) -> pd.DataFrame:
    """Events as they are listed, most important column first (a narrow screen drops the last ones)."""
    rows = [_event_row(event) for event in events]
    columns = ["event_id", "Gravedad", "Cliente", "En juego", "Qué se observa", "Desde", "Estado", "Duración",
               "Sector", "Motivo", STAKE]  # fmt: skip
    frame = pd.DataFrame(rows, columns=columns, dtype=object)
    return frame if clients else frame.drop(columns=["Cliente", "Sector"])


def at_stake(event: Body) -> str:
    """Money at stake, energy where there is no price."""
    if event.get("money_at_stake") is not None:
        return formats.money(event["money_at_stake"], event.get("currency"))
    return formats.energy(event.get("energy_at_stake_kwh"))


def _event_row(event: Body) -> list[str]:
    grade = texts.SEVERITIES[event["severity"]]
    stake = texts.STAKES.get(event["stake"], event["stake"])
    return [
        event["event_id"],
        f'<span style="background:{grade.colour};color:#fff;border-radius:12px;padding:2px 9px">'
        f"{grade.icon} {grade.name}</span>",
        escape(event["client_name"]) + (f" +{len(event['members']) - 1}" if len(event["members"]) > 1 else ""),
        at_stake(event),
        escape(texts.kind(event["kind"])),
        formats.date_hour(event["start"]),
        texts.STATES.get(event["state"], event["state"]),
        "sigue abierta" if event["end"] is None else formats.duration(event["start"], event["end"]),
        escape(event["sector"] or formats.NOTHING),
        escape(event.get("reason_es") or ""),
        stake.capitalize(),
    ]


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
        return wrapped(head + line)
    grade = texts.SEVERITIES[event["severity"]]
    chip = f'<span class="chip" style="background:{grade.colour}">{grade.icon} {grade.name}</span>'
    when = formats.span(event["start"], event["end"])
    what = f"{texts.ANOMALY}: {texts.kind(event['kind'])}, {when}. {event.get('reason_es') or ''}"
    return wrapped(f"{head}{line}<p>{chip} {escape(what)}</p>")
