"""A line a day, a column an interval."""

import re
from collections.abc import Sequence

from vigia.config.sections.ingest import HOUR_NUMBER, IngestParams
from vigia.errors import IngestError
from vigia.ingest.layouts.channels import channels
from vigia.ingest.layouts.long import NAME, VALUE, mapped, stacked
from vigia.ingest.table import MeterFile
from vigia.ingest.values.times import minutes_of

TIME_OF_DAY = re.compile(r"^[^\d:]*\d{1,2}:\d{2}$")
NUMBER = re.compile(r"^[^\d]*0*(\d{1,3})$")
FEWEST = 23
"""Columns that a day of hours has at least."""


def interval_columns(columns: Sequence[str], kept: Sequence[str]) -> list[str]:
    """Columns that are times of day, or else those that are numbered from 1 on; none where they are no day.

    >>> interval_columns(["fecha", *(f"H{hour:02d}" for hour in range(1, 26))], ["fecha"])[-1]
    'H25'
    """
    others = [each for each in columns if each not in kept]
    timed = [each for each in others if TIME_OF_DAY.match(each)]
    if len(timed) >= FEWEST:
        return timed
    numbers = {each: int(match[1]) for each in others if (match := NUMBER.match(each))}
    in_order = list(numbers.values()) == list(range(1, len(numbers) + 1))
    return list(numbers) if len(numbers) >= FEWEST and in_order else []


def days(file: MeterFile, params: IngestParams) -> tuple[MeterFile, IngestParams]:
    """A row for each interval that has a value; where a line is one channel of a day, with its channels beside it.

    Raises:
        IngestError: the columns are no intervals of a day.
    """
    columns = params.columns
    kept = [each for each in (columns.timestamp, columns.client, columns.quality, columns.channel) if each]
    values = interval_columns(list(file.cells.columns), kept)
    if not values:
        raise IngestError(f"{file.name}: `layout: days` needs columns such as 00:00, 00:30 or H1 to H24")
    long = stacked(file, kept, values)
    timed = bool(TIME_OF_DAY.match(values[0]))
    if timed:
        long.cells[NAME] = long.cells[NAME].str.extract(r"(\d{1,2}:\d{2})$", expand=False)
    names = {"timestamp": columns.timestamp, "client": columns.client, "quality": columns.quality}
    names |= {"hour": NAME, "active": VALUE, "channel": columns.channel, "value": VALUE if columns.channel else None}
    minutes = params.numbered_minutes or minutes_of(len(values))
    told = mapped(params, names, hour_format="%H:%M" if timed else HOUR_NUMBER, numbered_minutes=minutes)
    return channels(long, told) if columns.channel else (long, told)
