"""Which column tells the time, in which form, and which end of an interval it names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product

import pandas as pd

from vigia.config.sections.ingest import EPOCH_MILLISECONDS, EPOCH_SECONDS, EXCEL_DAYS, HOUR_NUMBER, ISO, IngestParams
from vigia.ingest.guess.sample import Sample
from vigia.ingest.intervals.steps import names_last_second
from vigia.ingest.values.times import in_words_of, minutes_of, numbered, times

DATES = ("%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%d.%m.%Y", "%Y/%m/%d", "%Y.%m.%d", "%d/%m/%y", "%m/%d/%y")
HOURS = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M:%S %p")
FORMS = (ISO, *(f"{date} {hour}" for date, hour in product(DATES, HOURS)), "%Y-%m-%d %I:%M %p", "%Y-%m-%d %I:%M:%S %p")
DAYS = ("%Y-%m-%d", *DATES, "%Y%m%d")
TIME_WORDS = re.compile(r"fecha|date|time|hora|hour|d[ií]a|day|instant|stamp|d[eé]but|horodat", re.IGNORECASE)
HOUR_WORDS = re.compile(r"hora|hour|time|period|intervalo|heure|stunde|inicio|start|^h$", re.IGNORECASE)
END_WORDS = re.compile(r"\bfin\b|\bend\b|hasta|\bto\b|final|bis\b", re.IGNORECASE)
HOUR_CELL = r"(?i)\d{1,2}:\d{2}(?::\d{2})?(?:\s*[ap]\s*\.?\s*m\b\.?)?"
KNOWN, CLOCKS = 0.97, 0.5
ROWS, FEW = 1500, 12
MOST_NUMBER = 300
"""Of intervals of five minutes on a day of 25 hours."""
TAIL = 100


@dataclass(frozen=True)
class Moments:
    """How a table tells the time.

    Attributes:
        position: of the column with time or date, None where none was found.
        date_format: its form.
        hour: position of the column with the hour, where it stands apart.
        hour_format: its form.
        stamps: (rows,) the times, in UTC.
        rivals: other forms that every cell fits as well, by what follows from them.
        label: `start`, `end`, `last second` or `?`.
        counted_up_to: highest number of an interval where that is of no whole day, so that its length is not told.
    """

    position: int | None
    date_format: str = ISO
    hour: int | None = None
    hour_format: str = HOUR_NUMBER
    stamps: pd.Series | None = None
    rivals: tuple[str, ...] = ()
    label: str = "?"
    counted_up_to: int | None = None


def some_rows(sample: Sample) -> pd.DataFrame:
    """Rows that are looked at for times: the first ones, and the last ones, which tell what a time names."""
    cells = sample.cells
    return cells if len(cells) <= ROWS else pd.concat([cells.head(ROWS - TAIL), cells.tail(TAIL)])


def moments_of(sample: Sample) -> Moments:
    """The first column that tells the time, a name of an end last."""
    cells = some_rows(sample)
    found: list[tuple[tuple[bool, bool, int], int, list[tuple[str, pd.Series]]]] = []
    for position in range(len(sample.columns)):
        name = sample.columns[position]
        text = cells[position]
        if text.str.fullmatch(HOUR_CELL).mean() > KNOWN:
            continue
        forms = _forms(text, name, sample.header)
        if forms:
            rank = (not TIME_WORDS.search(name) and sample.header, bool(END_WORDS.search(name)), position)
            found.append((rank, position, forms))
    if not found:
        return Moments(None)
    _, position, forms = min(found, key=lambda each: each[0])
    form, stamps, rivals = _chosen(forms)
    whole_days = bool((stamps.dropna().dt.normalize() == stamps.dropna()).all())
    if whole_days:
        apart = _hour_apart(sample, position, cells)
        if apart is not None:
            hour, hour_format = apart
            day_form = _day_form(cells[position]) if form == ISO else form.partition(" ")[0]
            most = _counted_up_to(cells[hour]) if hour_format == HOUR_NUMBER else None
            combined = _parsed(cells[position], cells[hour], day_form, hour_format, 60 if most else None)
            label = _label(combined, cells[hour], sample.columns[hour])
            label = "start" if hour_format == HOUR_NUMBER else label
            rivals = tuple(each.partition(" ")[0] for each in rivals)
            return Moments(position, day_form, hour, hour_format, combined, rivals, label, most)
    return Moments(
        position, form, stamps=stamps, rivals=rivals, label=_label(stamps, cells[position], sample.columns[position])
    )


def _forms(text: pd.Series, name: str, header: bool) -> list[tuple[str, pd.Series]]:
    """Forms that nearly all cells have, with the times that follow."""
    if text.str.fullmatch(r"-?\d+([.,]\d+)?").mean() > KNOWN:
        return _counted(text, name, header)
    found = []
    few = text.iloc[:: -(-len(text) // FEW)].tolist()
    with_clock = text.str.contains(":", regex=False).mean() > CLOCKS  # a date alone is the midnight of a few rows
    for form in FORMS if with_clock else ():
        if form != ISO and not any(_fits(cell, form) for cell in few):
            continue
        stamps = _parsed(text, None, form, HOUR_NUMBER)
        if stamps.notna().mean() > KNOWN:
            found.append((form, stamps))
            if form == ISO:
                return found
    if not found:
        for form in DAYS:
            stamps = _parsed(text, None, form, HOUR_NUMBER)
            if stamps.notna().mean() > KNOWN:
                found.append((form, stamps))
    return found


def _fits(cell: str, form: str) -> bool:
    """Whether a single cell has a form: of all forms few are worth a look at all cells."""
    try:
        datetime.strptime(in_words_of(cell, form), form)
    except ValueError:
        return False
    return True


def _counted(text: pd.Series, name: str, header: bool) -> list[tuple[str, pd.Series]]:
    """Numbers that can only be times: they rise, and lie where times of this century do."""
    values = pd.to_numeric(text.str.replace(",", ".", regex=False), errors="coerce").dropna()
    if values.empty or (header and not TIME_WORDS.search(name)):
        return []
    if text.str.fullmatch(r"(?:19|20)\d{6}").all():
        stamps = _parsed(text, None, "%Y%m%d", HOUR_NUMBER)
        return [("%Y%m%d", stamps)] if stamps.notna().mean() > KNOWN else []
    for form, low, high in ((EXCEL_DAYS, 33_000, 60_000), (EPOCH_SECONDS, 7e8, 4e9), (EPOCH_MILLISECONDS, 7e11, 4e12)):
        if values.between(low, high).all() and (values.diff().dropna() >= 0).mean() > KNOWN:
            stamps = _parsed(text, None, form, HOUR_NUMBER)
            return [(form, stamps)]
    return []


def _counted_up_to(cells: pd.Series) -> int | None:
    most = int(numbered(cells).max())
    return None if minutes_of(most) else most


def _parsed(
    text: pd.Series, hour: pd.Series | None, form: str, hour_format: str, minutes: int | None = None
) -> pd.Series:
    """Times of cells, in UTC; NaT where one does not fit."""
    columns = {"timestamp": "t", "active": "a"} | ({"hour": "h"} if hour is not None else {})
    cells = pd.DataFrame({"t": text} | ({"h": hour} if hour is not None else {}))
    given = {"columns": columns, "date_format": form, "hour_format": hour_format, "numbered_minutes": minutes}
    params = IngestParams.model_validate(given)
    stamps, _ = times(cells, pd.Series("", index=text.index), params, "UTC")
    return stamps


def _chosen(forms: Sequence[tuple[str, pd.Series]]) -> tuple[str, pd.Series, tuple[str, ...]]:
    """The form whose times lie closest together; a rival is one whose times do so nearly as well."""
    spans = {form: stamps.max() - stamps.min() for form, stamps in forms}
    form, stamps = min(forms, key=lambda pair: spans[pair[0]])
    same = [other for other, at in forms if other != form and not at.equals(stamps)]
    rivals = tuple(other for other in same if spans[other] <= 1.5 * spans[form])
    return form, stamps, rivals


def _hour_apart(sample: Sample, date: int, cells: pd.DataFrame) -> tuple[int, str] | None:
    """The column with the time of day, or the number of the hour, beside one of dates."""
    columns = [each for each in range(len(sample.columns)) if each != date]
    for position in columns:
        if cells[position].str.fullmatch(HOUR_CELL).mean() > KNOWN:
            for form in ("%I:%M:%S %p", "%I:%M %p", "%H:%M", "%H:%M:%S"):
                whole = _parsed(cells[date], cells[position], _day_form(cells[date]), form)
                if whole.notna().mean() > KNOWN:
                    return position, form
    for position in columns:
        if not HOUR_WORDS.search(sample.columns[position]):
            continue
        numbers = numbered(cells[position])
        if numbers.notna().all() and numbers.min() == 1 and 2 <= numbers.max() <= MOST_NUMBER:
            return position, HOUR_NUMBER
    return None


def _day_form(text: pd.Series) -> str:
    return next((form for form in DAYS if _parsed(text, None, form, HOUR_NUMBER).notna().mean() > KNOWN), "%Y-%m-%d")


def _label(stamps: pd.Series, text: pd.Series, name: str) -> str:
    """Whether times name starts or ends of intervals, as far as the first and the last of a day tell."""
    known = stamps.dropna().sort_values()
    if known.empty:
        return "?"
    if names_last_second(known):
        return "last second"
    if END_WORDS.search(name) or text.str.contains(r"\b24:00", regex=True).any():
        return "end"
    first, last = known.iloc[0], known.iloc[-1]
    step = known.drop_duplicates().diff().median()
    midnight = first.normalize()
    if first == midnight or abs(first - first.round("D")) < step / 4:
        return "start"
    return "end" if first - midnight == step and last == last.normalize() else "?"
