"""Why an event was raised, in a sentence for operators; it states what was measured and accuses nobody."""

from collections.abc import Container, Sequence

from vigia.detection.sizes import VOLTAGES
from vigia.vocabulary import LANGUAGES, Language, Words, kind_of
from vigia.vocabulary.events import CAUSES, CHANNELS

SAME_HOURS = "same_hours"
IN_THE_SAME_HOURS = Words(
    "nada se registra cada día a las mismas horas", "nothing is registered in the same hours of each day"
)
DEEPER = Words("un paso más dentro de otra anomalía", "a further step inside another anomaly")
LAST = Words(" y ", " and ")


def reason(
    kind: str,
    channels: Sequence[str],
    cause: str | None,
    measured: Container[str] = tuple(CHANNELS),
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
    sentences = {language: _sentence(kind, channels, cause, measured, deeper, language) for language in LANGUAGES}
    return {f"reason_{language}": sentence for language, sentence in sentences.items()}


def _sentence(
    kind: str, channels: Sequence[str], cause: str | None, measured: Container[str], deeper: bool, language: Language
) -> str:
    record = kind_of(kind)
    seen = record.sentence
    if record.without_voltage is not None and not any(voltage in measured for voltage in VOLTAGES):
        seen = record.without_voltage
    parts = [seen.of(language).format(channels=_listed(channels, language))]
    said = IN_THE_SAME_HOURS if cause == SAME_HOURS else _said_of(cause, measured)
    parts += [words.of(language) for words in (said, DEEPER if deeper else None) if words is not None]
    text = "; ".join(parts)
    return text[0].upper() + text[1:] + "."


def _said_of(cause: str | None, measured: Container[str]) -> Words | None:
    """What is said of a cause; that active energy changed alone only where reactive energy could have changed too."""
    if cause not in CAUSES or (cause == "lost_element" and "reactive" not in measured):
        return None
    return CAUSES[cause].help


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


def _listed(channels: Sequence[str], language: Language) -> str:
    words = [CHANNELS[channel].short.of(language) for channel in channels]
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + LAST.of(language) + words[-1]
