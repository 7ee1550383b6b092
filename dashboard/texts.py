"""All fixed words on the screen. They state what was measured and accuse nobody."""

from types import MappingProxyType
from typing import NamedTuple


class Grade(NamedTuple):
    """A severity as it is shown: never by colour alone."""

    name: str
    icon: str
    colour: str


SEVERITIES = MappingProxyType(
    {
        "critical": Grade("crítica", "▲▲", "#b3261e"),
        "high": Grade("alta", "▲", "#a34700"),
        "medium": Grade("media", "◆", "#7a5900"),
        "low": Grade("baja", "●", "#3d5a80"),
    }
)
STAKES = MappingProxyType({"missing": "faltante", "surplus": "excedente", "supply": "suministro", "data": "datos"})
STAKE_HELP = MappingProxyType(
    {
        "missing": "energía que se esperaba y no se registró",
        "surplus": "consumo por encima de lo esperado",
        "supply": "tensión fuera de lo habitual",
        "data": "lecturas por revisar",
    }
)
STATES = MappingProxyType(
    {
        "new": "nueva",
        "in_review": "en revisión",
        "confirmed": "confirmada",
        "dismissed": "descartada",
        "missed": "no detectada",
        "closed": "cerrada",
    }
)
KINDS = MappingProxyType(
    {
        "zero_run": "consumo en cero",
        "near_zero_floor": "consumo casi nulo",
        "stuck_value": "valor repetido",
        "negative": "energía negativa",
        "level_up": "subida de nivel",
        "level_down": "bajada de nivel",
        "slow_drift": "cambio gradual",
        "shape_change": "cambio de horario",
        "spike": "pico",
        "reactive_shift": "cambio de energía reactiva",
        "power_factor_shift": "cambio de factor de potencia",
        "band_breach": "fuera de la banda esperada",
        "voltage_swell": "tensión alta",
        "voltage_sag": "tensión baja",
        "voltage_loss": "pérdida de tensión",
        "phase_imbalance": "desbalance entre fases",
        "clock_shift": "reloj desplazado",
        "duplicated_feed": "lecturas duplicadas",
        "missing_data": "lecturas faltantes",
        "reactive_excess": "exceso de reactiva",
        "voltage_tolerance": "tensión fuera de tolerancia",
    }
)
FAMILIES = MappingProxyType(
    {
        "seasonal": "línea base estacional",
        "xgboost": "XGBoost",
        "autoregression": "autorregresión",
        "lstm": "LSTM",
        "fleet": "modelo de flota",
        "combination": "combinación de modelos",
    }
)

ANOMALY = "Anomalía por verificar"
INBOX_TITLE = "Anomalías por verificar"
LOADING = "Cargando…"
NO_EVENTS = "Sin novedades: ninguna anomalía por verificar con estos filtros."
NO_CLIENT_EVENTS = "Este cliente no tiene anomalías por verificar."
NO_SERIES = "No hay lecturas de este cliente en las fechas elegidas."
BAD_DATES = "La fecha final debe ser posterior a la inicial."
UNKNOWN_CLIENT = "No existe el cliente «{client}». Elija uno de la lista."
STALE = "{error} Se muestran los últimos datos recibidos el {when}."
PORT_BUSY = (
    "El puerto {port} de {host} está ocupado. Detenga el otro programa o elija otro puerto con "
    "VIGIA_DASHBOARD_PORT (o en configs/dashboard.yaml)."
)
PAGES = ("Anterior", "de", "Siguiente")


def kind(name: str) -> str:
    """A kind of event in words; a new one as it comes."""
    return KINDS.get(name, name.replace("_", " "))


def family(name: str | None) -> str:
    """A model family in words."""
    return FAMILIES.get(name or "", name or "—")
