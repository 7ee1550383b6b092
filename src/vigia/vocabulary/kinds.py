"""Kinds of events: one record a kind, from which classes, priorities, sentences and the words on screens follow."""

from dataclasses import dataclass

from vigia.errors import VocabularyError
from vigia.vocabulary.words import Words

CONSUMPTION, SUPPLY, DATA = "consumption", "supply", "data"


@dataclass(frozen=True)
class Kind:
    """What an event may be. The order of `ALL` is the priority: of several kinds the first names the event.

    Attributes:
        name: in the tables and the API.
        class_: what it is a matter of: consumption, supply or data.
        short: a few words, for lists and filters.
        sentence: what was seen, for reasons; `{channels}` are the channels by name.
        without_voltage: the same at a client whose voltages are not measured, where that is another statement.
        stands_alone: a shift of the level does not explain it: long after its onset it is news, an event by itself.
        of_shape: it says how hours or channels relate; a finding about energy is never the going on of one.
        watched_by_kind: its quantity is no channel, so that a verdict on it is held under the kind's name.
        excused_days: days after a lasting change in the site log in which it is put down to that.
    """

    name: str
    class_: str
    short: Words
    sentence: Words
    without_voltage: Words | None = None
    stands_alone: bool = False
    of_shape: bool = False
    watched_by_kind: bool = False
    excused_days: int = 7


ALL: tuple[Kind, ...] = (
    Kind(
        "negative",
        CONSUMPTION,
        Words("energía negativa", "negative energy"),
        Words("Energía activa negativa", "Negative active energy"),
        stands_alone=True,
    ),
    Kind(
        "zero_run",
        CONSUMPTION,
        Words("consumo en cero", "at zero"),
        Words("{channels} en cero con tensión presente", "{channels} at zero while voltage is present"),
        without_voltage=Words("{channels} en cero", "{channels} at zero"),
        stands_alone=True,
    ),
    Kind(
        "near_zero_floor",
        CONSUMPTION,
        Words("consumo casi nulo", "near zero, reactive goes on"),
        Words(
            "Energía activa en un mínimo constante mientras la reactiva continúa",
            "Active energy at a floor while reactive energy goes on",
        ),
        stands_alone=True,
    ),
    Kind(
        "stuck_value",
        CONSUMPTION,
        Words("valor repetido", "value repeated"),
        Words("Valor repetido sin cambio: {channels}", "Value repeated without change: {channels}"),
        stands_alone=True,
    ),
    Kind(
        "spike",
        CONSUMPTION,
        Words("pico", "isolated spike"),
        Words("Pico aislado de {channels}", "Isolated spike of {channels}"),
    ),
    Kind(
        "level_down",
        CONSUMPTION,
        Words("bajada de nivel", "below its level"),
        Words("{channels} por debajo de su nivel habitual", "{channels} below the usual level"),
    ),
    Kind(
        "level_up",
        CONSUMPTION,
        Words("subida de nivel", "above its level"),
        Words("{channels} por encima de su nivel habitual", "{channels} above the usual level"),
    ),
    Kind(
        "slow_drift",
        CONSUMPTION,
        Words("cambio gradual", "slowly off its level"),
        Words(
            "{channels}: poco a poco lejos del nivel de meses anteriores",
            "{channels}: slowly away from the level of months before",
        ),
    ),
    Kind(
        "band_breach",
        CONSUMPTION,
        Words("fuera de la banda esperada", "outside its band"),
        Words("Consumo diario fuera de la banda esperada", "Daily consumption outside the expected band"),
        excused_days=28,  # in which forecasters learn the change
    ),
    Kind(
        "reactive_shift",
        CONSUMPTION,
        Words("cambio de energía reactiva", "reactive energy shifted"),
        Words(
            "Cambio de nivel de la energía reactiva sin cambio igual de la activa",
            "Reactive energy changed its level without an equal change of active energy",
        ),
    ),
    Kind(
        "power_factor_shift",
        CONSUMPTION,
        Words("cambio de factor de potencia", "power factor changed"),
        Words(
            "Cambió la relación entre energía activa y reactiva",
            "The ratio of active to reactive energy changed",
        ),
        of_shape=True,
        watched_by_kind=True,
    ),
    Kind(
        "shape_change",
        CONSUMPTION,
        Words("cambio de horario", "other hours of the day"),
        Words("Cambió la forma del consumo diario", "The shape of the daily consumption changed"),
        of_shape=True,
        watched_by_kind=True,
    ),
    Kind(
        "voltage_loss",
        SUPPLY,
        Words("pérdida de tensión", "no voltage"),
        Words("Sin tensión: {channels}", "No voltage: {channels}"),
    ),
    Kind(
        "voltage_swell",
        SUPPLY,
        Words("tensión alta", "voltage too high"),
        Words("{channels} por encima de su normal", "{channels} above its normal"),
    ),
    Kind(
        "voltage_sag",
        SUPPLY,
        Words("tensión baja", "voltage too low"),
        Words("{channels} por debajo de su normal", "{channels} below its normal"),
    ),
    Kind(
        "phase_imbalance",
        SUPPLY,
        Words("desbalance entre fases", "phases part"),
        Words("Las tensiones de las fases se separan", "The voltages of the phases part"),
        watched_by_kind=True,
    ),
    Kind(
        "clock_shift",
        DATA,
        Words("reloj desplazado", "clock off by hours"),
        Words(
            "Las mismas horas de consumo, desplazadas: revisar el reloj",
            "The same hours of consumption, moved: the clock should be checked",
        ),
    ),
    Kind(
        "missing_data",
        DATA,
        Words("lecturas faltantes", "readings missing"),
        Words("Faltan lecturas", "Readings are missing"),
    ),
    Kind(
        "duplicated_feed",
        DATA,
        Words("lecturas duplicadas", "readings of another client"),
        Words("Lecturas idénticas a las de otro cliente", "Readings identical to another client's"),
    ),
)
BY_NAME = {kind.name: kind for kind in ALL}
PRIORITY = {kind.name: place for place, kind in enumerate(ALL)}


def kind_of(name: str) -> Kind:
    """The record of a kind.

    Raises:
        VocabularyError: there is none of that name.

    >>> kind_of("zero_run").class_
    'consumption'
    """
    if name not in BY_NAME:
        raise VocabularyError(f"no kind of event {name!r}; there are {', '.join(BY_NAME)}")
    return BY_NAME[name]


def class_of(name: str) -> str:
    """What a kind is a matter of; an unknown kind is an error, never one of consumption.

    Raises:
        VocabularyError: there is none of that name.
    """
    return kind_of(name).class_
