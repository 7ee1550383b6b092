"""All faults and benign controls by name, with what ought to be said of each."""

from vigia.errors import ConfigError
from vigia.simulation import controls, faults
from vigia.simulation.faults import DAY, HOUR, Change, Fault

_ENERGY = ("active", "reactive")
_VOLTAGE = ("voltage_fa", "voltage_fc")
_ALL = _ENERGY + _VOLTAGE
_LESS = ("level_down", "slow_drift", "band_breach")
_STEADY = (6 * HOUR, 90 * DAY)


def _fault(
    change: Change, channels: tuple[str, ...], kinds: tuple[str, ...], causes: str, lengths: tuple[int, int]
) -> Fault:
    return Fault(change.__name__, change, channels, kinds, tuple(causes.split()), lengths)


def _benign(change: Change, channels: tuple[str, ...], lengths: tuple[int, int], name: str | None = None) -> Fault:
    return Fault(name or change.__name__, change, channels, (), (), lengths, benign=True)


_LISTED = (
    _fault(
        faults.constant_cut, _ENERGY, _LESS, "wrong_ratio lost_element production_change tampering_suspected", _STEADY
    ),
    _fault(
        faults.constant_cut_active,
        ("active",),
        (*_LESS, "power_factor_shift"),
        "tampering_suspected lost_element meter_fault",
        _STEADY,
    ),
    _fault(
        faults.daily_window_off,
        _ENERGY,
        ("shape_change", "zero_run", *_LESS),
        "tampering_suspected lost_element",
        (3 * DAY, 90 * DAY),
    ),
    _fault(
        faults.random_cut,
        _ENERGY,
        ("level_down", "shape_change", "band_breach"),
        "tampering_suspected lost_element production_change",
        _STEADY,
    ),
    _fault(
        faults.random_share_of_mean,
        ("active",),
        ("level_down", "shape_change", "band_breach", "power_factor_shift"),
        "tampering_suspected meter_fault",
        (3 * DAY, 90 * DAY),
    ),
    _fault(
        faults.day_mean,
        ("active",),
        ("shape_change", "stuck_value", "band_breach"),
        "tampering_suspected meter_fault",
        (3 * DAY, 90 * DAY),
    ),
    _fault(
        faults.reversed_day,
        ("active",),
        ("shape_change", "band_breach"),
        "tampering_suspected meter_fault",
        (3 * DAY, 90 * DAY),
    ),
    _fault(
        faults.clip,
        ("active",),
        ("shape_change", "stuck_value", *_LESS),
        "tampering_suspected meter_fault",
        (3 * DAY, 90 * DAY),
    ),
    _fault(
        faults.intermittent,
        ("active",),
        ("shape_change", "level_down", "band_breach"),
        "tampering_suspected lost_element",
        (3 * DAY, 90 * DAY),
    ),
    _fault(
        faults.slow_ramp, _ENERGY, _LESS, "tampering_suspected production_change lost_element", (60 * DAY, 180 * DAY)
    ),
    _fault(
        faults.zero_block, _ENERGY, ("zero_run",), "lost_element meter_fault tampering_suspected", (2 * HOUR, 40 * DAY)
    ),
    _fault(
        faults.near_zero_floor,
        _ENERGY,
        ("near_zero_floor", "stuck_value", "level_down"),
        "lost_element tampering_suspected meter_fault",
        (1 * DAY, 90 * DAY),
    ),
    _fault(faults.stuck, _ENERGY, ("stuck_value",), "meter_fault feed_error", (6 * HOUR, 30 * DAY)),
    _fault(faults.stuck_active, ("active",), ("stuck_value",), "meter_fault feed_error", (6 * HOUR, 30 * DAY)),
    _fault(faults.reversed_transformer, _ENERGY, ("negative",), "reversed_ct", _STEADY),
    _fault(faults.reversed_phase, _ENERGY, _LESS, "reversed_ct lost_element wrong_ratio", _STEADY),
    _fault(
        faults.lost_phase,
        _ALL,
        ("level_down", "band_breach", "voltage_loss", "phase_imbalance"),
        "lost_element meter_fault",
        _STEADY,
    ),
    _fault(
        faults.wrong_ratio, _ENERGY, ("level_down", "level_up", "band_breach"), "wrong_ratio production_change", _STEADY
    ),
    _fault(faults.voltage_swell, _VOLTAGE, ("voltage_swell",), "supply", _STEADY),
    _fault(faults.voltage_sag, _VOLTAGE, ("voltage_sag", "voltage_loss"), "supply", _STEADY),
    _fault(faults.phase_imbalance, _VOLTAGE, ("phase_imbalance",), "supply lost_element", _STEADY),
    _fault(
        faults.reactive_lost,
        ("reactive",),
        ("reactive_shift", "power_factor_shift", "zero_run"),
        "reactive_equipment meter_fault",
        _STEADY,
    ),
    _fault(
        faults.reactive_tripled, ("reactive",), ("reactive_shift", "power_factor_shift"), "reactive_equipment", _STEADY
    ),
    _fault(faults.reactive_stuck, ("reactive",), ("stuck_value", "reactive_shift"), "meter_fault", (1 * DAY, 30 * DAY)),
    _fault(faults.duplicated_feed, _ALL, ("duplicated_feed",), "feed_error", (3 * DAY, 180 * DAY)),
    _fault(faults.spike, ("active",), ("spike",), "meter_fault feed_error", (1 * HOUR, 3 * HOUR)),
    _benign(controls.closure, _ENERGY, (1 * DAY, 4 * DAY), "holiday_closure"),
    _benign(controls.closure, _ENERGY, (12 * DAY, 16 * DAY), "planned_closure"),
    _benign(controls.new_machine, _ENERGY, (60 * DAY, 400 * DAY)),
    _benign(controls.outage, _ALL, (2 * HOUR, 2 * DAY)),
    _benign(controls.missing_rows, _ALL, (1 * HOUR, 10 * DAY)),
    _benign(controls.catch_up, _ENERGY, (3 * HOUR, 3 * DAY)),
    _benign(controls.partial_last_day, _ALL, (1 * DAY, 1 * DAY)),
)

CATALOGUE: dict[str, Fault] = {fault.fault_id: fault for fault in _LISTED}


def fault_of(fault_id: str) -> Fault:
    """The fault or benign control called `fault_id`.

    Raises:
        ConfigError: naming those that exist.
    """
    try:
        return CATALOGUE[fault_id]
    except KeyError:
        raise ConfigError(f"no fault or benign control {fault_id!r}; there are {sorted(CATALOGUE)}") from None
