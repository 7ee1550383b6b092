"""Text to instants: forms of strptime, an hour apart, numbers, and local times that a clock change repeats."""

import re

import numpy as np
import pandas as pd

from vigia.config.sections.ingest import COUNTED, EPOCH_MILLISECONDS, EXCEL_DAYS, HOUR_NUMBER, ISO, IngestParams
from vigia.errors import IngestError
from vigia.ingest.values.numbers import numbers

ISO_OFFSET = r"[T ]\S*(?:Z|[+-]\d\d(?::?\d\d)?)$"
MARK_OF_OFFSET = re.compile(r"[T ][^\sZ+-]*[Z+-]")
"""Stands in every time that matches `ISO_OFFSET`, and is looked for in all of a file at once."""
YEARS = (1990, 2100)
HALF_OF_DAY = r"(?i)\s*([ap])\s*\.?\s*m\b\.?"
LAST_MIDNIGHT = r"\b24:00(?::00)?\b"
PERIODS_AN_HOUR = (1, 2, 3, 4, 6, 12)
MOST_SECONDS = 5e9
EXCEL_FIRST = pd.Timestamp("1899-12-30")


def times(cells: pd.DataFrame, clients: pd.Series, params: IngestParams, zone: str) -> tuple[pd.Series, pd.Series]:
    """Instants in the fleet's zone, NaT where there is none, and the reason for that, else empty.

    Args:
        cells: rows of a file in its order, as text.
        clients: (rows,) whose row it is: a local time that the clock shows twice is told apart by the order of rows.
        params: the mapping.
        zone: the fleet's zone; times are local to `params.timezone`, if it is set.
    """
    local = params.timezone or zone
    text = cells[params.columns.timestamp].str.strip()
    form = params.date_format
    index, kind = text.index, pd.DatetimeTZDtype("us", zone)
    nothing = pd.Series(pd.NaT, index=index, dtype=kind)
    if params.columns.hour is not None and params.hour_format == HOUR_NUMBER:
        number = numbered(cells[params.columns.hour].str.strip())
        minutes = params.numbered_minutes or minutes_of(number.max()) or (60 if number.isna().all() else None)
        if minutes is None:
            told = f"intervals of a day are counted up to {number.max():.0f}, which is no whole day"
            raise IngestError(f"{told}: say how long they are, ingest.numbered_minutes")
        stamps, known = _placed_by_number(text, number, minutes, form, local)
        stamps = stamps.astype(kind)
    elif form in COUNTED and form != EXCEL_DAYS:
        counted, _ = numbers(text, "", params.decimal)
        seconds = counted / 1000 if form == EPOCH_MILLISECONDS else counted
        since = pd.to_timedelta(seconds.where(seconds.between(0, MOST_SECONDS)).round(6), unit="s")
        stamps = (pd.Timestamp(0, tz="UTC") + since).astype(kind)
        known = stamps.notna()
    else:
        if params.columns.hour is not None:
            text = text + " " + cells[params.columns.hour].str.strip()
            form = f"{form} {params.hour_format}" if form != ISO else ISO
            if form == ISO and "%p" in params.hour_format:
                form = f"%Y-%m-%d {params.hour_format}"
        aware, naive = _read(text, form, params.decimal)
        local_times = placed(naive, clients, local).astype(kind)
        known = aware.notna() | naive.notna()
        stamps = nothing.where(aware.isna(), aware.astype(kind)).where(naive.isna(), local_times)
    reason = pd.Series("", index=index, dtype="str").mask(~known, f"time not of the form {form}")
    reason = reason.mask(known & stamps.isna(), f"time does not exist, or twice, in {local}")
    return stamps, reason.mask(~stamps.dt.year.between(*YEARS) & stamps.notna(), f"year outside {YEARS[0]}-{YEARS[1]}")


def in_words_of(cell: str, form: str) -> str:
    """A cell with its half of the day written as forms of strptime have it.

    >>> in_words_of("01/02/2024 03:00 p. m.", "%d/%m/%Y %I:%M %p")
    '01/02/2024 03:00 PM'
    """
    if "%p" not in form:
        return cell
    return " ".join(re.sub(HALF_OF_DAY, r" \1M", cell).upper().split())


def names_starts(params: IngestParams) -> bool:
    """Whether a time names the start of its interval; an hour that is counted does."""
    counted = params.columns.hour is not None and params.hour_format == HOUR_NUMBER
    return counted or params.hour_label == "start"


def _read(text: pd.Series, form: str, decimal: str) -> tuple[pd.Series, pd.Series]:
    """Instants of times with an offset, and local times of the others; NaT where there is neither."""
    if form == EXCEL_DAYS:
        days, _ = numbers(text, "", decimal)
        seconds = (days.where(days.between(0, 100_000)) * 86_400).round()
        naive = (EXCEL_FIRST + pd.to_timedelta(seconds, unit="s")).astype("datetime64[us]")
        return pd.Series(pd.NaT, index=text.index, dtype="datetime64[us, UTC]"), naive
    if form == ISO:
        any_offset = MARK_OF_OFFSET.search("\n".join(text.tolist())) is not None
        with_offset = text.str.contains(ISO_OFFSET, regex=True).astype(bool) if any_offset else text.isna()
    else:
        with_offset = pd.Series("%z" in form, index=text.index)
    if "%p" in form:
        text = text.str.replace(HALF_OF_DAY, r" \1M", regex=True).str.upper().str.replace(r"\s+", " ", regex=True)
        form = re.sub(r"\s*%p", " %p", form)
    aware = pd.to_datetime(text.where(with_offset), format=form, errors="coerce", utc=True)
    aware = aware.astype("datetime64[us, UTC]")
    naive = pd.to_datetime(text.where(~with_offset), format=form, errors="coerce").astype("datetime64[us]")
    left = naive.isna() & ~with_offset
    if left.any():
        naive = naive.where(~left, _midnights(text[left], form).reindex(text.index))
    return aware, naive


def _midnights(text: pd.Series, form: str) -> pd.Series:
    """Local times of 24:00, which ends a day, and of dates without a time, as spreadsheets write midnight."""
    ends = text.str.contains(LAST_MIDNIGHT, regex=True).astype(bool)
    at_start = text.where(ends).str.replace(LAST_MIDNIGHT, lambda match: "00" + match[0][2:], regex=True)
    after = pd.to_datetime(at_start, format=form, errors="coerce") + pd.Timedelta(days=1)
    if form == ISO or " " not in form:
        return after.astype("datetime64[us]")
    bare = pd.to_datetime(text.where(~ends), format=form.partition(" ")[0], errors="coerce")
    return pd.Series(after.fillna(bare).astype("datetime64[us]"))


def placed(naive: pd.Series, clients: pd.Series, local: str) -> pd.Series:
    """Instants of local times: of one that the clock shows twice, the first row is the one before the change.

    A file that runs backwards in time has it the other way round. Such a time that is not there exactly twice for a
    client, and one that the clock leaves out, have no instant: NaT.

    Args:
        naive: (rows,) local times, in the order of the file.
        clients: (rows,) whose row it is.
        local: name of the zone.
    """
    plain = naive.dt.tz_localize(local, ambiguous="NaT", nonexistent="NaT")
    odd = plain.isna() & naive.notna()
    if not odd.any():
        return pd.Series(plain)
    some = naive[odd]
    pairs = some.groupby([clients[odd], some], sort=False)
    place = pairs.cumcount()
    backwards = bool((np.sign(naive.diff().dt.total_seconds()).sum()) < 0)
    first = (place == 1) if backwards else (place == 0)
    found = some.dt.tz_localize(local, ambiguous=first.to_numpy(dtype=bool), nonexistent="NaT")
    twice = pairs.transform("size") == 2
    changes = some.dt.tz_localize(local, ambiguous="NaT", nonexistent="NaT").isna()
    whole = found.where(twice & changes).reindex(naive.index)
    return pd.Series(plain.where(~odd, whole))


def numbered(cells: pd.Series) -> pd.Series:
    """Numbers of intervals, such as 13, 013 or H13; NaN where a cell is none."""
    return pd.to_numeric(cells.str.extract(r"^[^\W\d]*\s*0*(\d{1,3})$", expand=False), errors="coerce")


def minutes_of(most: float) -> int | None:
    """How long intervals are of which a whole day has so many; None where no whole day has.

    >>> minutes_of(96), minutes_of(25), minutes_of(13)
    (15, 60, None)
    """
    return next((60 // each for each in PERIODS_AN_HOUR if 23 * each <= most <= 25 * each), None)


def _placed_by_number(
    dates: pd.Series, number: pd.Series, minutes: int, form: str, local: str
) -> tuple[pd.Series, pd.Series]:
    """Starts of intervals that are counted from 1 from each local midnight on, clock changes included."""
    day = pd.to_datetime(dates, format=form, errors="coerce").astype("datetime64[us]").dt.normalize()
    midnight = day.dt.tz_localize(local, ambiguous=np.ones(len(day), dtype=bool), nonexistent="shift_forward")
    begins = midnight + pd.to_timedelta((number - 1) * minutes, unit="min")
    next_day = (day + pd.Timedelta(days=1)).dt.tz_localize(
        local, ambiguous=np.ones(len(day), dtype=bool), nonexistent="shift_forward"
    )
    known = day.notna() & (number >= 1)
    return begins.where(known & (begins < next_day)), known
