"""What was agreed: tariffs, contracted power and nominal voltage, as a person writes them down."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from vigia.config.base import Section
from vigia.config.loading import read_section
from vigia.errors import ConfigError

Hour = Annotated[int, Field(ge=0, le=24)]


class Tariff(Section):
    """Prices of one tariff, in the currency of the table, taxes and fixed charges left out."""

    off_peak_kwh: float = Field(ge=0)
    """Of a kWh outside the peak."""
    peak_kwh: float | None = Field(None, ge=0)
    """Of a kWh in the hours of the peak; the same as outside, if absent."""
    peak_from: Hour = 18
    peak_to: Hour = 23
    """Local hours of the peak on working days, `to` left out; Sundays and public holidays have none. In Peru 18 to 23
    (Norma de Opciones Tarifarias)."""
    demand_kw: float = Field(0.0, ge=0)
    """Of a kW of the greatest hour of a month."""
    reactive_kvarh: float = Field(0.0, ge=0)
    """Of a kvarh beyond the share of active energy that is free."""


class Terms(Section):
    """What was agreed with one client; what is absent is not known, and nothing is said of it."""

    tariff: str | None = None
    contracted_kw: float | None = Field(None, gt=0)
    nominal_voltage_v: float | None = Field(None, gt=0)


class Contracts(Section):
    """All that was agreed."""

    currency: str = "PEN"
    tariff: str | None = None
    """Of clients for which none is named."""
    tariffs: dict[str, Tariff] = Field(default_factory=dict)
    clients: dict[str, Terms] = Field(default_factory=dict)
    reactive_share: float = Field(0.30, ge=0)
    """Reactive energy of a month up to this share of active energy is free (Norma de Opciones Tarifarias, Peru)."""
    voltage_tolerance: float = Field(0.05, gt=0, lt=1)
    """Voltage may be so far from the nominal one, as a share of it (NTCSE 5.1.2, Peru: 5 %)."""
    voltage_hours_share: float = Field(0.05, ge=0, le=1)
    """Share of a month's hours outside of that from which on the supply is of poor quality (NTCSE 5.1.5: 5 %)."""

    def of(self, client_id: str, tariff: str | None = None, nominal_voltage_v: float | None = None) -> Terms:
        """What was agreed with a client.

        Args:
            client_id: of the client.
            tariff, nominal_voltage_v: what table `clients` says, where nothing is said here.
        """
        own = self.clients.get(client_id, Terms())
        found = {"tariff": own.tariff or tariff or self.tariff}
        voltage = own.nominal_voltage_v or nominal_voltage_v
        return own.model_copy(update={**found, "nominal_voltage_v": voltage})

    def tariff_of(self, terms: Terms) -> Tariff | None:
        """Prices of a client; none where no table has its tariff."""
        return None if terms.tariff is None else self.tariffs.get(terms.tariff)


def load_contracts(path: Path) -> Contracts:
    """Read the table; nothing was agreed where there is no such file.

    Raises:
        ConfigError: it cannot be understood, or a client has a tariff that is not there.
    """
    if not path.is_file():
        return Contracts()
    found = read_section(path, Contracts)
    named = {each.tariff for each in found.clients.values()} | {found.tariff}
    if unknown := sorted(name for name in named if name is not None and name not in found.tariffs):
        raise ConfigError(f"{path}: there is no tariff {unknown[0]!r}; there are {', '.join(found.tariffs) or 'none'}")
    return found
