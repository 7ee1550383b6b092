"""Fragments of the client page: who he is, his figures, his model's card."""

from html import escape

from dashboard.service import Body, Vocabulary, shapes
from dashboard.views.client.content import Asked
from dashboard.widgets import html, severity
from dashboard.widgets.event_table import reason
from dashboard.words import Words, formats


def family(name: str | None, vocabulary: Vocabulary) -> str:
    """A family of models in words."""
    return vocabulary.short("families", name) if name else formats.NOTHING


def alarm(row: Body, words: Words) -> str:
    """What the red alert of a client says."""
    return words.client.alarm.of(row["recent_events"]).format(name=row["name"])


def title(row: Body, asked: Asked, event: Body | None, words: Words, vocabulary: Vocabulary) -> str:
    """Who the client is, of which time all below is, and in a sentence the event looked at."""
    sector = row["sector"] or words.client.no_sector
    note = words.client.heading.format(sector=sector, family=family(row["family"], vocabulary))
    period = words.client.period.format(start=formats.date_hour(asked.start), end=formats.date_hour(asked.end))
    head = f'<h1>{escape(row["name"])}</h1><p class="note">{escape(note)} · {escape(period)}</p>'
    if event is None:
        return head
    when = formats.span(event["start"], event["end"], words.spans)
    kind = vocabulary.short("kinds", event["kind"])
    what = f"{words.client.anomaly}: {kind}, {when}. {reason(event, words)}"
    return f"{head}<p>{severity.chip(event['severity'], vocabulary)} {escape(what)}</p>"


def figures(profile: Body, events: list[Body] | None, words: Words) -> str:
    """The figures of the chosen time, what the model missed of it among them."""
    said, peak = words.client, profile["peak_band_start_hour"]
    share = formats.percent(profile["peak_band_share"], 0)
    return html.cards(
        [
            (said.total, f"{formats.number(profile['total_kwh'])} kWh"),
            (said.anomalies, formats.number(None if events is None else len(events))),
            (said.anomalous_hours, formats.number(profile["anomalous_hours"])),
            (said.peak.format(share=share), formats.NOTHING if peak is None else formats.hour_range(int(peak))),
            (said.mape, formats.percent(profile["mape_day"])),
            (said.wape, formats.percent(profile["wape_day"])),
            (said.coverage, formats.percent(profile["coverage_95"])),
        ]
    )


def model_card(detail: Body, words: Words, vocabulary: Vocabulary) -> str:
    """Family, reason, error and coverage of the client's model, and the problems of its data."""
    row, card, said = detail["client"], detail["card"], words.card
    chosen = {**shapes.mapping(card.get("chosen")), **card}
    why = chosen.get(f"reason_{words.language}") or chosen.get("reason_es") or card.get("reason") or formats.NOTHING
    lines = [
        (said.model, family(row["family"], vocabulary)),
        (said.reason, str(why)),
        (said.wape, formats.percent(row["wape_day"])),
        (said.mape, formats.percent(row["mape_day"])),
        (said.coverage, formats.percent(row["coverage_95"])),
        (said.first_reading, formats.date(detail["first_reading"])),
        (said.last_reading, formats.date_hour(row["last_reading"])),
        (said.issues, formats.number(len(detail["issues"]))),
    ]
    inner = "".join(f"<dt>{escape(label)}</dt><dd>{escape(value)}</dd>" for label, value in lines)
    return f"<h2>{escape(said.title)}</h2><dl>{inner}</dl>"
