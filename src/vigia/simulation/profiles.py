"""What kinds of clients the demo fleet has: sizes, habits, noise, power factors, voltages."""

from dataclasses import dataclass

HARVEST = "Agroindustria de exportación"
FISHMEAL = "Elaboración de harina y aceite de pescado"
MINING = "Extracción y concentrado de minerales"
COMMERCE = "Comercio y servicios"


@dataclass(frozen=True)
class Profile:
    """One client without any fault; shares are of the median hour unless said otherwise."""

    sector: str
    median_kwh: float
    """Active energy of a usual hour."""
    shape: str = "flat"
    """Daily shape: `flat`, `day`, `night` or `shifts` (see `load.SHAPES`)."""
    swing: float = 0.2
    """How strongly the daily shape shows."""
    saturday: float = 1.0
    sunday: float = 1.0
    """Load of these days relative to a working day."""
    holiday: float = 1.0
    """The same of a public holiday."""
    season: float = 0.0
    """Amplitude of the year."""
    season_day: int = 45
    """Day of the year with the highest load."""
    growth: float = 0.0
    """Share a year."""
    warmth: float = 0.0
    """Share a degree above 19 °C: cooling and irrigation."""
    hour_noise: float = 0.1
    """Standard deviation of independent hourly noise."""
    slow_noise: float = 0.05
    """The same of noise that lasts for hours (first-order, 0.85 an hour; log scale)."""
    day_noise: float = 0.03
    """The same from day to day (first-order, 0.6 a day; log scale)."""
    campaigns: float = 0.0
    """Share of days at rest, in runs of days; 0 = works all year."""
    rest_level: float = 0.1
    """Load at rest."""
    power_factor: float = 0.95
    idle_reactive: float = 0.02
    """Reactive energy that does not follow the load (transformers, lines)."""
    reactive_noise: float = 0.08
    """Standard deviation of the reactive energy's own noise (log scale)."""
    nominal_v: float = 380.0
    voltage_noise: float = 0.012
    """Standard deviation of a phase, relative; the phases share a part of it."""
    phase_tie: float = 0.4
    """Correlation of the two phases."""
    regulation: float = 0.01
    """Relative voltage drop when the load doubles."""


PROFILES: tuple[Profile, ...] = (
    Profile(HARVEST, 412, "day", 0.24, 1.0, 0.94, 0.9, 0.06, 40, 0.04, 0.010, 0.20, 0.06, 0.025,
            power_factor=0.89, reactive_noise=0.15, nominal_v=440, voltage_noise=0.05, phase_tie=0.25),
    Profile(HARVEST, 735, "night", 0.18, 0.98, 1.07, 1.0, 0.05, 30, 0.02, 0.008, 0.14, 0.08, 0.02,
            power_factor=0.81, reactive_noise=0.12, nominal_v=440, voltage_noise=0.035, phase_tie=0.15),
    Profile(HARVEST, 168, "day", 0.5, 0.95, 0.75, 0.75, 0.12, 340, 0.0, 0.012, 0.30, 0.08, 0.04,
            power_factor=0.97, idle_reactive=0.06, reactive_noise=0.25, nominal_v=380, voltage_noise=0.03),
    Profile(FISHMEAL, 295, "flat", 0.12, hour_noise=0.38, slow_noise=0.1, day_noise=0.03, season=0.05,
            season_day=150, power_factor=0.85, idle_reactive=0.2, reactive_noise=0.35, nominal_v=2300,
            voltage_noise=0.07, phase_tie=0.3),
    Profile(FISHMEAL, 31, "day", 0.35, hour_noise=0.5, slow_noise=0.3, day_noise=0.12, season=0.1,
            season_day=150, campaigns=0.22, rest_level=0.3, power_factor=0.75, idle_reactive=0.25,
            reactive_noise=0.3, nominal_v=10000, voltage_noise=0.06, phase_tie=0.3),
    Profile(FISHMEAL, 118, "shifts", 0.15, sunday=0.96, hour_noise=0.45, slow_noise=0.15, day_noise=0.07,
            season=0.07, season_day=155, power_factor=0.66, idle_reactive=0.25, reactive_noise=0.4,
            nominal_v=10000, voltage_noise=0.05, phase_tie=0.25),
    Profile(MINING, 2350, "flat", 0.04, holiday=0.99, hour_noise=0.1, slow_noise=0.03, day_noise=0.015,
            growth=0.03, power_factor=0.975, reactive_noise=0.15, nominal_v=22900, voltage_noise=0.02,
            phase_tie=0.5),
    Profile(MINING, 980, "shifts", 0.1, sunday=0.97, hour_noise=0.26, slow_noise=0.04, day_noise=0.02,
            power_factor=0.955, idle_reactive=0.06, reactive_noise=0.3, nominal_v=10000, voltage_noise=0.1,
            phase_tie=0.3),
    Profile(MINING, 1490, "flat", 0.05, hour_noise=0.04, slow_noise=0.02, day_noise=0.008, growth=-0.02,
            power_factor=0.99, idle_reactive=0.03, reactive_noise=0.06, nominal_v=10000, voltage_noise=0.018,
            phase_tie=0.55),
    Profile(COMMERCE, 86, "day", 0.7, 1.05, 0.85, 0.7, 0.06, 45, 0.04, 0.015, 0.12, 0.05, 0.03,
            power_factor=0.94, nominal_v=380, voltage_noise=0.02, phase_tie=0.5),
    Profile(COMMERCE, 142, "day", 0.5, 1.1, 1.08, 1.06, 0.04, 50, 0.02, 0.012, 0.05, 0.03, 0.015,
            power_factor=0.93, nominal_v=380, voltage_noise=0.015, phase_tie=0.5),
    Profile(COMMERCE, 54, "night", 0.4, 0.97, 0.9, 0.85, 0.04, 200, 0.0, 0.006, 0.2, 0.06, 0.03,
            power_factor=0.9, idle_reactive=0.06, reactive_noise=0.2, nominal_v=220, voltage_noise=0.03,
            phase_tie=0.4),
)  # fmt: skip
"""The twelve kinds; client 13 is of the first kind again, with noise of its own."""
