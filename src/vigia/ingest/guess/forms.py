"""What a line is: an interval, a day, a channel of an interval, or an interval of all clients."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from vigia.ingest.guess.moments import Moments
from vigia.ingest.guess.roles import REACTIVE, role_of, units_in
from vigia.ingest.guess.sample import VALUE, Sample
from vigia.ingest.layouts.days import interval_columns
from vigia.ingest.rows import SHARED_TIMES, telling_column

CLIENT_WORDS = re.compile(
    r"client|medidor|meter|cups|\bnis\b|suminist|\bprm\b|\bpdl\b|mpan|\bnmi\b|punto|contador|account|contrato|site|"
    r"serial|serie",
    re.IGNORECASE,
)
QUALITY_WORDS = re.compile(r"calidad|quality|estado|status|flag|m[eé]todo|origen|tipo", re.IGNORECASE)
BEST_WORDS = re.compile(r"^(?:a|r|v|m|0)$|actual|real|medid|measur|valid|firme", re.IGNORECASE)
NUMERIC = 0.9
MOST_CHANNELS = 12


@dataclass(frozen=True)
class Form:
    """The layout of a table and the columns that it needs beside the time.

    Attributes:
        layout: as in the mapping.
        client, quality, channel, value: positions, None where there is no such column.
        numeric: positions of columns of numbers.
        channels: names of channels with what each stands for.
        quality_order: its values, the best first.
    """

    layout: str
    numeric: tuple[int, ...]
    client: int | None = None
    quality: int | None = None
    channel: int | None = None
    value: int | None = None
    channels: dict[str, str] = field(default_factory=dict)
    quality_order: tuple[str, ...] = ()


def form_of(sample: Sample, moments: Moments) -> Form:
    """The layout of a table whose times are known."""
    taken = {moments.position, moments.hour}
    others = [each for each in range(len(sample.columns)) if each not in taken]
    numeric = tuple(each for each in others if _is_numeric(sample.cells[each]))
    words = [each for each in others if each not in numeric]
    client = _named_client(sample, others)
    columns = list(sample.columns)
    kept = [columns[each] for each in (moments.position, client) if each is not None]
    if interval_columns([columns[each] for each in numeric], kept):
        channel = next((each for each in words if each != client and _names_channels(sample, each)), None)
        named = {} if channel is None else _channels(sample, channel)
        return Form("days", numeric, client, channel=channel, channels=named)
    if (channel := _channel(sample, moments, words, numeric)) is not None:
        value = next(each for each in numeric if each != client)
        client = client if client != channel else None
        return Form("channels", numeric, client, None, channel, value, _channels(sample, channel))
    values = tuple(each for each in numeric if each != client)
    known = [each for each in values if role_of(columns[each]).kind != "unknown"]
    if client is None and len(values) >= 2 and not known and sample.header:
        return Form("clients", values)
    if client is None and moments.stamps is not None:
        found = telling_column(moments.stamps, sample.cells.loc[moments.stamps.index], others)
        client = next((each for each in others if each == found), None)
    quality, order = _quality(sample, moments, [each for each in others if each != client])
    return Form("rows", values, client, quality, quality_order=order)


def _is_numeric(text: pd.Series) -> bool:
    there = text[text != ""]
    return bool(len(there)) and float(there.str.fullmatch(VALUE.pattern).mean()) > NUMERIC


def _named_client(sample: Sample, others: Sequence[int]) -> int | None:
    """The column whose name says that it is the client, and whose cells do not change from row to row."""
    for position in others:
        text = sample.cells[position]
        if sample.header and CLIENT_WORDS.search(sample.columns[position]) and text.nunique() <= max(len(text) / 4, 1):
            return position
    return None


def _channel(sample: Sample, moments: Moments, words: Sequence[int], numeric: Sequence[int]) -> int | None:
    """The column of words that name what a line's number measures."""
    if len(numeric) not in (1, 2) or moments.stamps is None or moments.stamps.duplicated().mean() < SHARED_TIMES:
        return None
    return next((each for each in words if _names_channels(sample, each)), None)


def _names_channels(sample: Sample, position: int) -> bool:
    names = sample.cells[position].unique()
    told = [name for name in names if role_of(name).kind in ("active", "reactive", "voltage") or units_in([name])]
    return 2 <= len(names) <= MOST_CHANNELS and len(told) >= 2


def _channels(sample: Sample, position: int) -> dict[str, str]:
    found: dict[str, str] = {}
    voltages = iter(("voltage_fa", "voltage_fc"))
    for name in sample.cells[position].unique():
        kind = "reactive" if REACTIVE.search(name) else role_of(name).kind
        if kind == "voltage":
            kind = next(voltages, "")
        if kind in ("active", "reactive", "voltage_fa", "voltage_fc") and kind not in found.values():
            found[str(name)] = kind
    return found


def _quality(sample: Sample, moments: Moments, others: Sequence[int]) -> tuple[int | None, tuple[str, ...]]:
    """The column that says which of several rows of an hour is the better one, and its values in that order."""
    if moments.stamps is None:
        return None, ()
    for position in others:
        text = sample.cells[position]
        if not QUALITY_WORDS.search(sample.columns[position]) or not 1 < text.nunique() <= 8:
            continue
        order = sorted(text.unique(), key=lambda value: not BEST_WORDS.search(value))
        return position, tuple(str(each) for each in order)
    return None, ()
