"""Parameters of `screen`: the same for every client; each client is measured against itself."""

from pydantic import Field

from vigia.config.base import Section

RATE = 0.05
"""False alarms a client-month at which the limits below were set."""
RATE_EXPONENT = 0.2
"""False alarms fall with the fifth power of the limits: measured between 0.02 and 0.5 (docs/detection.md)."""
LEAST_RATE = 0.002


class LevelParams(Section):
    """Shifts of a channel's daily level, as ratios."""

    two_sided_ratio: float = Field(1.3, gt=1)
    """Smallest lasting ratio to the usual level of the whole history."""
    past_only_ratio: float = Field(1.4, gt=1)
    """Smallest ratio to the recent usual level, as seen day by day."""
    two_sided_days: int = Field(5, ge=1)
    """Days of the running median, whole history."""
    past_only_days: int = Field(3, ge=1)
    """Days of the running median, day by day."""
    past_only_windows: tuple[tuple[int, float], ...] = ((1, 1.95), (3, 1.4), (7, 1.3), (14, 1.14), (28, 1.08))
    """Running medians that are watched day by day: their days, and the smallest ratio that is away."""
    drift_windows: tuple[tuple[int, float, int], ...] = ((28, 1.08, 56), (42, 1.08, 56))
    """Of energies, running medians against the usual level of long before: their days, the smallest ratio that is away,
    and the days before today that this level leaves out."""
    long_reference_days: int = Field(365, ge=28)
    """Unflagged days that make the usual level of long before."""
    drift_from_days: int = Field(182, ge=10)
    """Days of that level before anything is slow: in less than half a year a season looks like it."""
    settled_days: int = Field(56, ge=0)
    """Newest medians of 14 days and more that are not yet the client's own noise: they may be what is looked for."""
    voltage_windows: tuple[tuple[int, float], ...] = ((1, 1.1), (3, 1.07), (7, 1.05))
    """The same for voltages, which the grid holds within some percent."""
    unknown_week_ratio: float = Field(1.2, gt=1)
    """Ratio that a day of the week may be away by itself, as long as the week is not known (`habit_from_days`)."""
    voltage_hours: int = Field(12, ge=1, le=24)
    """Consecutive hours beyond the limit of a single day after which a voltage is away."""
    hours_margin: float = Field(1.5, ge=1)
    """How much further than a day's level the mean of any other 24 hours of an energy must be away."""
    single_day_reference_days: int = Field(56, ge=3)
    """Unflagged days needed before a single day is flagged by its level."""
    false_alarms_per_month: float = Field(RATE, ge=0)
    """False alarms that an operator accepts of a client in a month: past-only limits are made for that."""
    probation_days: int = Field(14, ge=0)
    """Days after an event during which its end is not yet trusted: if it comes back, they were part of it."""
    settle_days: int = Field(28, ge=1)
    """Days after a short event until it is known whether more came of it."""
    restless_days: int = Field(7, ge=1)
    """Days of the median by which a restless event ends."""
    habit_from_days: int = Field(28, ge=0)
    """Unflagged days after which excursions are counted: before, a weekday's own level is not known yet."""
    habit_days: int = Field(7, ge=1)
    """An event this short that ended for good is a habit of the client."""
    noise_factor: float = Field(4.0, gt=0)
    """The limit is at least this many robust standard deviations of the client's own running median."""
    drift_noise_factor: float = Field(3.0, gt=0)
    """The same against the level of long before: weeks pass until such a median is a new one, and chance a new try."""
    hysteresis: float = Field(0.75, gt=0, le=1)
    """An event ends when the deviation is below this share of the limit."""
    min_days: int = Field(4, ge=1)
    """Shortest level event, whole history."""
    reference_days: int = Field(100, ge=14)
    """Unflagged days that make the recent usual level."""
    min_reference_days: int = Field(10, ge=3)
    """Unflagged days needed before anything is flagged."""
    accept_days: int = Field(330, ge=28)
    """A new level that has lasted this long, and twice as long as the old one was known, becomes the usual one."""
    recur_days: int = Field(90, ge=14)
    """A level that the client takes up again after a standstill becomes usual when it was on it for this many days in
    all, and for longer than on the old one."""
    recur_still_days: int = Field(7, ge=3)
    """Shortest standstill, in days without consumption, that shows what the client goes back to."""
    erratic_returns: int = Field(7, ge=2)
    """Times that a client returned to a usual level, on which it was for a third of the time at most, before that level
    is given up."""
    recur_ratio: float = Field(1.1, gt=1)
    """Levels before and after a standstill within this ratio are the same."""

    def solved(self) -> "LevelParams":
        """Past-only limits for the false alarms that are accepted: the logarithms of the ratios, and the noise factor.

        What a client's own past asks for is added to that (`detection.detectors.levels.excursions`).

        >>> level = LevelParams(false_alarms_per_month=0.05 / 1.5**5)
        >>> round(level.solved().noise_factor, 6), round(level.solved().past_only_windows[1][1] / 1.4**1.5, 6)
        (6.0, 1.0)
        """
        scale = (RATE / max(self.false_alarms_per_month, LEAST_RATE)) ** RATE_EXPONENT
        return self.model_copy(
            update={
                "past_only_windows": tuple((days, ratio**scale) for days, ratio in self.past_only_windows),
                "drift_windows": tuple((days, ratio**scale, lag) for days, ratio, lag in self.drift_windows),
                "voltage_windows": tuple((days, ratio**scale) for days, ratio in self.voltage_windows),
                "noise_factor": self.noise_factor * scale,
                "drift_noise_factor": self.drift_noise_factor * scale,
            }
        )


class DerivedParams(Section):
    """Windows, as of levels, of what two channels say together, and the ratio that lasts, whole history."""

    phase_windows: tuple[tuple[int, float], ...] = ((3, 1.05), (7, 1.03))
    """Of one voltage over the other; none = it is not watched."""
    two_sided_phase_ratio: float = Field(1.05, gt=1)
    power_windows: tuple[tuple[int, float], ...] = ()
    """Of active over reactive energy, such as `((3, 1.35), (7, 1.22), (14, 1.15))`; none = it is not watched."""
    two_sided_power_ratio: float = Field(1.25, gt=1)


class ShapeParams(Section):
    """The order of the hours of a day, and days without any: what is left when a day's energy is divided out."""

    alarm_share: float = Field(0.1, gt=0, le=1)
    """Share of the accepted false alarms that may come from the order of the hours."""
    flat_share: float = Field(0.1, gt=0, lt=1)
    """A day is flat when its hours differ by less than this share of what they differ by usually."""
    flat_energy_ratio: float = Field(2.0, gt=1)
    """A flat day tells something when its energy is within this ratio of the usual one."""
    flat_days: int = Field(3, ge=1)
    """Flat days in a row that are raised, where the client has none by itself."""
    flat_habit_factor: float = Field(1.5, ge=1)
    """A run of flat days must be this much longer than the client's own."""


class ScreenParams(Section):
    """Model-free rules and level shifts, which also make the mask."""

    levels: LevelParams = LevelParams()
    derived: DerivedParams | None = DerivedParams()
    """Phase ratio and power ratio, watched like channels; none = neither (docs/detection.md)."""
    shape: ShapeParams | None = ShapeParams()
    """Mirrored and flat days, and clocks that are off; none = they are not looked for."""
    min_zero_hours: int = Field(12, ge=1)
    """Shortest run of zero active energy with voltage present, where the client never rests."""
    min_stuck_hours: int = Field(12, ge=2)
    """Shortest run of one repeated value, where the client never repeats one."""
    first_run_hours: int = Field(36, ge=1)
    """Shortest such run in the first 28 days, when the client's habits are not known yet."""
    habit_factor: float = Field(1.5, ge=1)
    """A run must be this much longer than the client's own habit."""
    min_habit_runs: int = Field(2, ge=1)
    """Runs this long that make a habit: the limit follows the longest but those before it."""
    min_negative_hours: int = Field(2, ge=1)
    """Shortest run of negative active energy, where the client may not export."""
    floor_share: float = Field(0.15, gt=0, lt=1)
    """Active energy below this share of its level while reactive energy goes on is a floor."""
    min_floor_hours: int = Field(24, ge=1)
    """Shortest floor."""
    min_outage_hours: int = Field(2, ge=1)
    """Shortest loss of both voltages."""
    min_missing_hours: int = Field(24, ge=1)
    """Shortest hole in the readings."""
    spike_factor: float = Field(5.0, gt=1)
    """An hour above this many times the largest usual hour is a spike."""
    join_days: float = Field(7.0, gt=0)
    """Channels that leave their level within this many days are one event."""
    merge_wait_hours: int = Field(72, ge=0)
    """An event counts as closed only after this much quiet."""

    def at_rate(self, false_alarms_per_month: float) -> "ScreenParams":
        """These parameters for another number of false alarms that are accepted of a client in a month."""
        levels = self.levels.model_copy(update={"false_alarms_per_month": false_alarms_per_month})
        return self.model_copy(update={"levels": levels})
