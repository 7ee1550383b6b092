"""Why an event was raised, in a sentence for operators; it states what was measured and accuses nobody."""

from collections.abc import Container, Sequence

CHANNELS_ES = {
    "active": "energía activa",
    "reactive": "energía reactiva",
    "voltage_fa": "voltaje FA",
    "voltage_fc": "voltaje FC",
}
CHANNELS_EN = {
    "active": "active energy",
    "reactive": "reactive energy",
    "voltage_fa": "voltage FA",
    "voltage_fc": "voltage FC",
}
KINDS = {
    "zero_run": ("{channels} en cero con voltaje presente", "{channels} at zero while voltage is present"),
    "near_zero_floor": (
        "Energía activa en un mínimo constante mientras la reactiva continúa",
        "Active energy at a floor while reactive energy goes on",
    ),
    "stuck_value": ("Valor repetido sin cambio: {channels}", "Value repeated without change: {channels}"),
    "negative": ("Energía activa negativa", "Negative active energy"),
    "level_up": ("{channels} por encima de su nivel habitual", "{channels} above the usual level"),
    "level_down": ("{channels} por debajo de su nivel habitual", "{channels} below the usual level"),
    "slow_drift": (
        "{channels}: poco a poco lejos del nivel de meses anteriores",
        "{channels}: slowly away from the level of months before",
    ),
    "spike": ("Pico aislado de {channels}", "Isolated spike of {channels}"),
    "reactive_shift": (
        "Cambio de nivel de la energía reactiva sin cambio igual de la activa",
        "Reactive energy changed its level without an equal change of active energy",
    ),
    "power_factor_shift": (
        "Cambió la relación entre energía activa y reactiva",
        "The ratio of active to reactive energy changed",
    ),
    "shape_change": ("Cambió la forma del consumo diario", "The shape of the daily consumption changed"),
    "phase_imbalance": ("Los voltajes de las fases se separan", "The voltages of the phases part"),
    "band_breach": ("Consumo diario fuera de la banda esperada", "Daily consumption outside the expected band"),
    "voltage_swell": ("{channels} por encima de su normal", "{channels} above its normal"),
    "voltage_sag": ("{channels} por debajo de su normal", "{channels} below its normal"),
    "voltage_loss": ("Sin voltaje: {channels}", "No voltage: {channels}"),
    "clock_shift": (
        "Las mismas horas de consumo, desplazadas: revisar el reloj",
        "The same hours of consumption, moved: the clock should be checked",
    ),
    "missing_data": ("Faltan lecturas", "Readings are missing"),
    "duplicated_feed": ("Lecturas idénticas a las de otro cliente", "Readings identical to another client's"),
}
ZERO_ALONE = ("{channels} en cero", "{channels} at zero")
SAME_HOURS = "same_hours"
CAUSES = {
    SAME_HOURS: (
        "nada se registra cada día a las mismas horas",
        "nothing is registered in the same hours of each day",
    ),
    "production_change": ("activa y reactiva cambian juntas", "active and reactive change together"),
    "lost_element": ("cambia solo la activa", "active energy alone changes"),
    "reversed_ct": ("compatible con conexión invertida", "compatible with a reversed connection"),
    "tampering_suspected": ("la reactiva contradice a la activa", "reactive energy contradicts active energy"),
    "meter_fault": ("compatible con falla del medidor", "compatible with a meter fault"),
    "supply": ("condición del suministro", "a condition of the supply"),
    "reactive_equipment": ("compatible con equipo de compensación", "compatible with compensation equipment"),
    "feed_error": ("problema de datos", "a problem of the data"),
}


def reason(
    kind: str,
    channels: Sequence[str],
    cause: str | None,
    measured: Container[str] = CHANNELS_EN,
    deeper: bool = False,
) -> dict[str, str]:
    """Fields `reason_es` and `reason_en`; nothing is said of channels that are not `measured`.

    Args:
        kind: of the event.
        channels: that it names.
        cause: one of the contract's, or what it was seen by (`SAME_HOURS`).
        measured: channels of the client.
        deeper: whether it is a further step inside an event that went on.
    """
    spanish, english = KINDS[kind]
    if kind == "zero_run" and not any(voltage in measured for voltage in ("voltage_fa", "voltage_fc")):
        spanish, english = ZERO_ALONE
    es = spanish.format(channels=_listed(channels, CHANNELS_ES, " y "))
    en = english.format(channels=_listed(channels, CHANNELS_EN, " and "))
    if cause in CAUSES and (cause != "lost_element" or "reactive" in measured):
        es, en = f"{es}; {CAUSES[cause][0]}", f"{en}; {CAUSES[cause][1]}"
    if deeper:
        es, en = f"{es}; un paso más dentro de otra anomalía", f"{en}; a further step inside another anomaly"
    return {"reason_es": _sentence(es), "reason_en": _sentence(en)}


def with_figures(text: str, expected: float, actual: float, spanish: bool) -> str:
    """The sentence with measured against expected energy added."""
    if not expected > 0:
        return text
    change = (actual - expected) / expected
    figures = (
        f" Medido {actual:,.0f} kWh frente a {expected:,.0f} kWh esperados ({change:+.0%})."
        if spanish
        else f" Measured {actual:,.0f} kWh against {expected:,.0f} kWh expected ({change:+.0%})."
    )
    return text + figures


def with_counts(text: str, confirmed: int, dismissed: int, past: bool, spanish: bool) -> str:
    """The sentence with what became of other events of the kind added; `past`: of those judged before this one."""
    if spanish:
        counts = [
            f"{number} {word}{'s' if number > 1 else ''}"
            for number, word in ((confirmed, "confirmada"), (dismissed, "descartada"))
            if number
        ]
        return f"{text} En este cliente, de este tipo: {' y '.join(counts)}{' antes' if past else ''}."
    counts = [f"{number} {word}" for number, word in ((confirmed, "confirmed"), (dismissed, "dismissed")) if number]
    return f"{text} Of this kind, at this client: {' and '.join(counts)}{' before' if past else ''}."


def _listed(channels: Sequence[str], names: dict[str, str], last: str) -> str:
    words = [names[channel] for channel in channels]
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + last + words[-1]


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + "."
