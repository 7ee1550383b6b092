"""The names of the contracts with their words, so that a screen needs no copy of them."""

from typing import Any

from vigia.models import families
from vigia.operate.problems import PROBLEMS
from vigia.vocabulary import BY_NAME, PRIORITY, Language, Term, Terms, events, people
from vigia.vocabulary.access import KEY_ROLES
from vigia.vocabulary.words import terms


def vocabulary(language: Language) -> dict[str, Any]:
    """Every enumeration of the API in one language, each in its own order."""
    groups = {
        "classes": events.CLASSES,
        "causes": events.CAUSES,
        "stakes": events.STAKES,
        "severities": events.SEVERITIES,
        "modes": events.MODES,
        "channels": events.CHANNELS,
        "states": people.STATES,
        "verdicts": people.VERDICTS,
        "problems": PROBLEMS,
        "roles": KEY_ROLES,
        "families": terms(*(Term(name, short) for name, short in families.words().items())),
    }
    reasons = {"confirmed": people.CONFIRMED_REASONS, "dismissed": people.DISMISSED_REASONS}
    return {
        "language": language,
        "kinds": _kinds(language),
        **{name: _named(group, language) for name, group in groups.items()},
        "reason_codes": {name: _named(group, language) for name, group in reasons.items()},
    }


def _kinds(language: Language) -> list[dict[str, Any]]:
    return [
        {
            "name": kind.name,
            "class": kind.class_,
            "short": kind.short.of(language),
            "sentence": kind.sentence.of(language),
            "sentence_without_voltage": kind.without_voltage.of(language) if kind.without_voltage else None,
            "priority": PRIORITY[kind.name],
        }
        for kind in BY_NAME.values()
    ]


def _named(group: Terms, language: Language) -> list[dict[str, Any]]:
    return [
        {
            "name": term.name,
            "short": term.short.of(language),
            "help": term.help.of(language) if term.help else None,
        }
        for term in group.values()
    ]
