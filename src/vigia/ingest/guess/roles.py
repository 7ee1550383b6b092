"""What a column of numbers is by its name: active energy from the grid, reactive energy, voltage, or another."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

UNITS = ("Wh", "kWh", "MWh", "W", "kW", "MW")
UNIT = re.compile(r"(?<![A-Za-z])(Wh|kWh|MWh|kW|MW|varh|kvarh|Mvarh|kvar)(?![A-Za-z])", re.IGNORECASE)
WATT = re.compile(r"(?<![A-Za-z])W(?![A-Za-z])")
GIVEN = re.compile(
    r"export|inyec|injec|generad|generac|vertid|excedent|devuel|retorn|reverse|\b2\.[89]\.|:2\.(?:8|29)", re.IGNORECASE
)
NO_ENERGY = re.compile(
    r"factor|cos.?(?:fi|phi)|multiplic|constante|ratio|relaci|temperat|precio|price|cost|tarif|status|calidad|quality|"
    r"corriente|current|amper|frecuen|frequen|\bid\b|duraci|durat|c[oó]digo|code",
    re.IGNORECASE,
)
PEAK = re.compile(r"m[aá]xim|\bmax|pico|peak|demand", re.IGNORECASE)
REACTIVE = re.compile(r"re-?act|k?varh?|:3\.(?:8|29)|\b3\.(?:8|29)", re.IGNORECASE)
VOLTAGE = re.compile(r"volt|tensi|^v_?\d?[a-z]?\d?$|\b(?:32|52|72)\.7\b|(?<![a-z])v$", re.IGNORECASE)
ENERGY_WORDS = (
    (re.compile(r"activ|:1\.(?:8|29)|\b1\.(?:8|29)", re.IGNORECASE), 3),
    (re.compile(r"import|consum|delivered|usage|retir", re.IGNORECASE), 3),
    (re.compile(r"energ|kwh|mwh|\bwh\b", re.IGNORECASE), 2),
    (re.compile(r"valor|value|valeur|lectura|reading|potenc|power|\bk?w\b|carga|load", re.IGNORECASE), 1),
)


@dataclass(frozen=True)
class Role:
    """What a name says.

    Attributes:
        kind: `active`, `reactive`, `voltage`, `given` (energy fed into the grid), `other`, or `unknown`.
        score: of active energy, how much says that it is.
    """

    kind: str
    score: int = 0


def role_of(name: str) -> Role:
    """The role of a column or channel by its name.

    >>> role_of("Import kWh").kind, role_of("Export kWh").kind, role_of("Factor de potencia").kind
    ('active', 'given', 'other')
    >>> role_of("Energia activa kWh").score > role_of("Demanda maxima kW").score
    True
    """
    if GIVEN.search(name) and not re.search(r"import|consum", name, re.IGNORECASE):
        return Role("given")
    if NO_ENERGY.search(name):
        return Role("other")
    if REACTIVE.search(name):
        return Role("reactive")
    if VOLTAGE.search(name) and not UNIT.search(name):
        return Role("voltage")
    score = sum(points for words, points in ENERGY_WORDS if words.search(name))
    if PEAK.search(name):
        return Role("active", 1) if score or "demand" in name.lower() else Role("other")
    return Role("active", score) if score else Role("unknown")


def units_in(texts: Sequence[str]) -> set[str]:
    """Units of active energy or power that texts name."""
    found = {match.lower() for text in texts for match in UNIT.findall(text)}
    units = {unit for unit in UNITS if unit.lower() in found}
    if any(WATT.search(text) for text in texts) and not units:
        units.add("W")
    return units


def has_energy_word(name: str) -> bool:
    """Whether a name says that it is energy, without a unit: kWh are what is meant then."""
    return bool(re.search(r"energ|activ|consum|import|delivered|usage", name, re.IGNORECASE))
