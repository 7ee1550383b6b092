"""The contracts: each table's columns, their types, and what identifies a row."""

from dataclasses import dataclass
from typing import Literal

from vigia.vocabulary import BY_NAME, events, people

Kind = Literal["str", "time", "float", "int", "bool", "date"]

CHANNELS = tuple(events.CHANNELS)
CHANNEL_COLUMNS = {
    "active": "active_energy_kwh",
    "reactive": "reactive_energy_kvarh",
    "voltage_fa": "voltage_fa_v",
    "voltage_fc": "voltage_fc_v",
}
MODES = tuple(events.MODES)
SEVERITIES = tuple(events.SEVERITIES)
STAKES = tuple(events.STAKES)
VERDICTS = tuple(people.VERDICTS)
EVENT_KINDS = {
    class_: tuple(kind.name for kind in BY_NAME.values() if kind.class_ == class_)
    for class_ in dict.fromkeys(kind.class_ for kind in BY_NAME.values())
}
"""Kinds of events by class."""


@dataclass(frozen=True)
class Column:
    """One column of a table: its type, whether it may be null, and whether it may be absent."""

    name: str
    kind: Kind
    null: bool = False
    absent: bool = False
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A table's name, columns in order, and the columns that identify a row."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        """Column names in order."""
        return [column.name for column in self.columns]


def _columns(text: str) -> tuple[Column, ...]:
    """Read `name:kind` words; `?` after the kind = may be null, `??` = may also be absent."""
    found = []
    for word in text.split():
        name, kind = word.split(":")
        values: tuple[str, ...] = ()
        if "(" in kind:
            kind, listed = kind.rstrip(")").split("(")
            values = tuple(listed.split("|"))
        found.append(
            Column(name, kind.rstrip("?"), kind.endswith("?"), kind.endswith("??"), values)  # type: ignore[arg-type] # the literal is fixed below
        )
    return tuple(found)


def _table(name: str, text: str, key: str = "") -> Table:
    return Table(name, _columns(text), tuple(key.split()))


_CHANNEL_VALUES = "active_energy_kwh:float? reactive_energy_kvarh:float?? voltage_fa_v:float?? voltage_fc_v:float??"

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        _table("readings", f"client_id:str timestamp:time {_CHANNEL_VALUES}", "client_id timestamp"),
        _table(
            "native",
            f"client_id:str timestamp:time {_CHANNEL_VALUES} interval_minutes:int",
            "client_id timestamp",
        ),
        _table(
            "clients",
            "client_id:str name:str sector:str?? export_allowed:bool?? tariff:str?? nominal_voltage_v:float??",
            "client_id",
        ),
        _table("quarantine", "source_file:str line:int raw:str reason:str"),
        _table(
            "issues",
            "client_id:str code:str severity:str(blocks|warns) start:time? end:time? message:str",
        ),
        _table(
            "mask",
            "client_id:str channel:str(active|reactive|voltage_fa|voltage_fc) start:time end:time "
            "known_at:time mode:str(past_only|two_sided|two_sided_before_test)",
        ),
        _table(
            "findings",
            "client_id:str mode:str(past_only|two_sided) channel:str(active|reactive|voltage_fa|voltage_fc) kind:str "
            "start_hour:int stop_hour:int alert_hour:int recovery_hour:int sign:int score:float deeper:bool",
        ),
        _table(
            "candidates",
            "client_id:str family:str status:str(fitted|fallback|failed) validation_wape_day:float? "
            "default_wape_day:float? validation_wape_by_block:str validation_days:int trials:int parameters:str "
            "message:str? tuned_by:str(defaults|shared|own) believed_gain:float",
            "client_id family",
        ),
        _table(
            "chosen",
            "client_id:str family:str reason_es:str reason_en:str validation_wape_day:float?",
            "client_id",
        ),
        _table(
            "forecasts",
            "client_id:str timestamp:time issued_at:time forecast_kwh:float? model:str",
            "client_id timestamp issued_at model",
        ),
        _table(
            "expected",
            "client_id:str timestamp:time issued_at:time?? mode:str(past_only|two_sided) expected_kwh:float? "
            "model:str quality:str(ok|warming_up|provisional|missing_history)",
            "client_id timestamp mode",
        ),
        _table(
            "thresholds",
            "client_id:str valid_from:time basis:str(as_measured|normal) mode:str(past_only|two_sided) "
            "resolution:str(hour|day) horizon_day:int hour_group:str level:float lower_offset:float? "
            "upper_offset:float? scale:float n:int pooled:bool",
        ),
        _table(
            "bands",
            "client_id:str timestamp:time mode:str(past_only|two_sided) resolution:str(hour|day) level:float "
            "lower_kwh:float? upper_kwh:float?",
        ),
        _table(
            "scores",
            "client_id:str timestamp:time channel:str(active|reactive|voltage_fa|voltage_fc) "
            "mode:str(past_only|two_sided) score:float?",
        ),
        _table(
            "events",
            f"event_id:str client_id:str group_id:str? class:str({'|'.join(events.CLASSES)}) "
            f"kind:str({'|'.join(BY_NAME)}) cause:str? stake:str({'|'.join(STAKES)}) channels:str start:time end:time? "
            f"first_alert_at:time? mode:str({'|'.join(MODES)}) severity:str({'|'.join(SEVERITIES)}) "
            "score:float expected_kwh:float? actual_kwh:float? energy_at_stake_kwh:float? energy_low_kwh:float? "
            "energy_high_kwh:float? money_at_stake:float? currency:str? reason_es:str reason_en:str "
            "witnesses:str?",
            "event_id",
        ),
        _table(
            "event_channels",
            "event_id:str channel:str(active|reactive|voltage_fa|voltage_fc) start:time end:time? "
            "expected:float? actual:float?",
            "event_id channel",
        ),
        _table(
            "labels",
            "client_id:str channel:str(active|reactive|voltage_fa|voltage_fc) start:time end:time "
            "injection_id:str kind:str expected_kinds:str expected_causes:str? severity:float? benign:bool",
        ),
        _table("site_log", "client_id:str from:time to:time? what:str"),
        _table(
            "verdicts",
            f"client_id:str kind:str({'|'.join(BY_NAME)}) start:time "
            f"verdict:str({'|'.join(VERDICTS)}) recorded_at:time note:str??",
        ),
    )
}
