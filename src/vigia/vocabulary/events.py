"""What else is said of an event: its class, what is at stake, how grave it is, its likely cause, its mode."""

from vigia.vocabulary.words import Term, Words, terms

CLASSES = terms(
    Term("consumption", Words("consumo", "consumption")),
    Term("supply", Words("suministro", "supply")),
    Term("data", Words("datos", "data")),
    Term("contract", Words("contrato", "contract")),
)
STAKES = terms(
    Term(
        "missing",
        Words("faltante", "less energy than expected"),
        Words("energía que se esperaba y no se registró", "energy that was expected and not registered"),
    ),
    Term(
        "surplus",
        Words("excedente", "more energy than expected"),
        Words("consumo por encima de lo esperado", "consumption above what was expected"),
    ),
    Term(
        "supply",
        Words("suministro", "supply"),
        Words("tensión fuera de lo habitual", "voltage that is not the usual one"),
    ),
    Term("data", Words("datos", "data"), Words("lecturas por revisar", "readings to be checked")),
)
SEVERITIES = terms(
    Term("critical", Words("crítica", "critical")),
    Term("high", Words("alta", "high")),
    Term("medium", Words("media", "medium")),
    Term("low", Words("baja", "low")),
)
"""The gravest first."""
MODES = terms(
    Term("past_only", Words("como se supo", "as it happened")),
    Term("two_sided", Words("historia completa", "whole history")),
)
CHANNELS = terms(
    Term("active", Words("energía activa", "active energy")),
    Term("reactive", Words("energía reactiva", "reactive energy")),
    Term("voltage_fa", Words("tensión FA", "voltage FA")),
    Term("voltage_fc", Words("tensión FC", "voltage FC")),
)
CAUSES = terms(
    Term(
        "production_change",
        Words("cambio de producción", "change of production"),
        Words("activa y reactiva cambian juntas", "active and reactive change together"),
    ),
    Term("wrong_ratio", Words("relación de transformación errónea", "wrong transformer ratio")),
    Term(
        "lost_element",
        Words("elemento de medición sin registrar", "a measuring element does not register"),
        Words("cambia solo la activa", "active energy alone changes"),
    ),
    Term(
        "reversed_ct",
        Words("conexión invertida", "reversed connection"),
        Words("compatible con conexión invertida", "compatible with a reversed connection"),
    ),
    Term(
        "tampering_suspected",  # internal: nothing on a screen accuses anybody
        Words("activa y reactiva se contradicen", "active and reactive contradict each other"),
        Words("la reactiva contradice a la activa", "reactive energy contradicts active energy"),
    ),
    Term(
        "meter_fault",
        Words("falla del medidor", "fault of the meter"),
        Words("compatible con falla del medidor", "compatible with a meter fault"),
    ),
    Term(
        "supply",
        Words("condición del suministro", "condition of the supply"),
        Words("condición del suministro", "a condition of the supply"),
    ),
    Term(
        "reactive_equipment",
        Words("equipo de compensación", "compensation equipment"),
        Words("compatible con equipo de compensación", "compatible with compensation equipment"),
    ),
    Term(
        "feed_error",
        Words("problema de datos", "problem of the data"),
        Words("problema de datos", "a problem of the data"),
    ),
    Term("unknown", Words("sin determinar", "not determined")),
)
"""Likely causes; `help` is what a reason says of one, where it says anything."""
