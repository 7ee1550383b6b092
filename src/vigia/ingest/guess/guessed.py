"""What one file seems to be."""

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from vigia.config.sections.ingest import ColumnNames, IngestParams
from vigia.errors import IngestError
from vigia.ingest.files import listing
from vigia.ingest.guess.figures import Figures, figures_of
from vigia.ingest.guess.forms import Form, form_of
from vigia.ingest.guess.moments import Moments, moments_of
from vigia.ingest.guess.names import client_pattern
from vigia.ingest.guess.roles import UNITS, has_energy_word, role_of, units_in
from vigia.ingest.guess.sample import Sample, first_lines, sample_of
from vigia.ingest.intervals.registers import rises
from vigia.ingest.intervals.steps import intervals
from vigia.ingest.layouts.nem12 import is_nem12
from vigia.ingest.readers.source import Source
from vigia.ingest.series import ROUNDED
from vigia.ingest.values.numbers import numbers

SAMPLE_FILES = 20


@dataclass(frozen=True)
class Question:
    """Something that a file does not tell.

    Attributes:
        text: what is asked.
        answers: what each answer would change in the mapping.
    """

    text: str
    answers: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Guess:
    """What one file seems to be; `?` = not found out.

    Attributes:
        file: name of the file.
        problem: why nothing could be guessed, else empty.
        encoding, separator, decimal, date_format: as the fields of `IngestParams`.
        step: minutes between readings.
        label: which end of the interval the times name.
        unit: of energy or power, from the column names.
        columns: the header.
        mapping: field of `ColumnNames` -> column.
        others: further fields of `IngestParams` with what they should be.
        evidence: why, in words.
        questions: what the file does not tell.
        warnings: what a person should look at.
    """

    file: str
    problem: str = ""
    encoding: str = "?"
    separator: str = "?"
    decimal: str = "?"
    date_format: str = "?"
    step: str = "?"
    label: str = "?"
    unit: str = "?"
    columns: tuple[str, ...] = ()
    mapping: dict[str, str] = field(default_factory=dict)
    others: dict[str, Any] = field(default_factory=dict)
    evidence: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def form(self) -> tuple[str, ...]:
        """What files of one kind have in common: everything but the name."""
        words = (self.problem, self.encoding, self.separator, self.decimal, self.date_format)
        told = (*self.warnings, *(question.text for question in self.questions))
        return (*words, self.step, self.label, self.unit, *self.columns, *told)


def guess(folder: Path, params: IngestParams, every: bool = True) -> list[Guess]:
    """A guess for each meter file of a folder, from its first lines; for some of many files, unless for `every` one."""
    sources = listing(folder, params).sources
    some = sources if every else sources[:: 1 + len(sources) // SAMPLE_FILES]
    found = [guess_source(source) for source in some]
    pattern = client_pattern([source.name for source in sources])
    if pattern is None or any("client" in each.mapping for each in found):
        return found
    told = ("names alike but for a month are files of one meter",)
    return [
        replace(each, others={**each.others, "client_pattern": pattern}, evidence=(*each.evidence, *told))
        if not each.problem
        else each
        for each in found
    ]


def guess_source(source: Source) -> Guess:
    """The guess of one file."""
    try:
        encoding, lines = first_lines(source)
        if is_nem12(lines):
            told = ("NEM12 says itself what its columns and units are",)
            return Guess(source.name, encoding=encoding, separator=",", unit="kWh", evidence=told)
        return _guessed(source.name, sample_of(encoding, lines))
    except IngestError as error:
        return Guess(source.name, str(error).removeprefix(f"{source.name}: "))


def _guessed(name: str, sample: Sample) -> Guess:
    moments = moments_of(sample)
    columns = sample.columns
    if moments.position is None:
        return Guess(name, encoding=sample.encoding, separator=sample.separator, columns=columns)
    form = form_of(sample, moments)
    energies = [each for each in form.numeric if role_of(columns[each]).kind in ("active", "reactive", "given")]
    texts = [sample.cells[each] for each in (energies or form.numeric)]
    figures = figures_of(texts, sample.separator)
    found, asked = _mapping(sample, moments, form)
    mapping = {role: found[role] for role in ColumnNames.model_fields if role in found}
    others, evidence, questions = _others(sample, moments, form), [figures.evidence], list(asked)
    if figures.thousands:
        others["thousands"] = figures.thousands
    if figures.asks:
        questions.append(_ask_marks(figures))
    if moments.rivals:
        texts_of = " or ".join((moments.date_format, *moments.rivals))
        answers = tuple({"date_format": each} for each in (moments.date_format, *moments.rivals))
        questions.append(Question(f"are dates {texts_of}? all of them fit both", answers))
    if moments.counted_up_to is not None:
        questions.append(_ask_length(moments.counted_up_to))
    unit, unit_asked = _unit(sample, form, mapping)
    questions += unit_asked
    stamps = _of_one_client(sample, moments, form)
    if _is_register(sample, form, mapping, figures, stamps):
        others["register_readings"] = True
        evidence.append("energies only rise: readings of a register")
    if moments.label == "end":
        others["hour_label"] = "end"
    return Guess(
        name,
        "",
        sample.encoding,
        sample.separator,
        figures.decimal,
        moments.date_format,
        _step(stamps),
        _label_words(moments.label),
        unit,
        columns,
        mapping,
        others,
        tuple(evidence),
        tuple(questions),
        _warnings(sample, form),
    )


def _others(sample: Sample, moments: Moments, form: Form) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if form.layout != "rows":
        found["layout"] = form.layout
    if not sample.header:
        found["header"] = False
    if moments.hour is not None:
        found["hour_format"] = moments.hour_format
    if form.channels:
        found["channels"] = form.channels
    if form.quality_order:
        found["quality_order"] = form.quality_order
    return found


def _mapping(sample: Sample, moments: Moments, form: Form) -> tuple[dict[str, str], list[Question]]:
    """Columns by their place in the mapping; of several that could be active energy it is asked which."""
    columns = sample.columns
    places = {
        "timestamp": moments.position,
        "hour": moments.hour,
        "client": form.client,
        "quality": form.quality,
        "channel": form.channel,
        "value": form.value,
    }
    mapping = {place: columns[each] for place, each in places.items() if each is not None}
    if form.layout != "rows":
        return mapping, []
    roles = {each: role_of(columns[each]) for each in form.numeric}
    voltages = [columns[each] for each, role in roles.items() if role.kind == "voltage"]
    mapping |= dict(zip(("voltage_fa", "voltage_fc"), voltages, strict=False))
    reactive = [columns[each] for each, role in roles.items() if role.kind == "reactive"]
    mapping |= {"reactive": reactive[0]} if reactive else {}
    scores = {each: role.score for each, role in roles.items() if role.kind == "active"}
    if not scores:
        unknown = [each for each, role in roles.items() if role.kind == "unknown"]
        scores = dict.fromkeys(unknown, 0)
    best = [columns[each] for each, score in scores.items() if score == max(scores.values())]
    if not best:
        return mapping, []
    mapping["active"] = best[0]
    if len(best) == 1:
        return mapping, []
    text = f"which column is the active energy taken from the grid: {', '.join(best)}?"
    return mapping, [Question(text, tuple({"columns": {"active": each}} for each in best))]


def _ask_length(most: int) -> Question:
    lengths = [minutes for minutes in (60, 30, 15) if most * minutes <= 25 * 60]
    text = f"how long is an interval? those of a day are counted up to {most}, which is no whole day"
    return Question(text, tuple({"numbered_minutes": minutes} for minutes in lengths))


def _ask_marks(figures: Figures) -> Question:
    mark = figures.decimal
    other = "." if mark == "," else ","
    text = f"is {mark!r} a decimal mark or one between thousands? {figures.evidence}"
    return Question(text, ({"decimal": mark, "thousands": ""}, {"decimal": other, "thousands": mark}))


def _unit(sample: Sample, form: Form, mapping: dict[str, str]) -> tuple[str, list[Question]]:
    """The unit that the column's name, a column of units, or the lines before the table tell."""
    active = mapping.get("active", "")
    texts = [active] if form.layout == "rows" else list(form.channels)
    found = units_in(texts)
    if not found:
        constant = [str(sample.cells[each].iloc[0]) for each in sample.cells if sample.cells[each].nunique() == 1]
        units = [text for text in constant if re.fullmatch(r"[kM]?Wh?", text)]
        found = units_in(units) or _units_before(sample)
    if len(found) == 1:
        return found.pop(), []
    if len(found) > 1:
        words = ", ".join(sorted(found))
        return words, [
            Question(f"in which unit is the energy: {words}?", tuple({"unit": each} for each in sorted(found)))
        ]
    if has_energy_word(active) or form.channels:
        return "? (names no unit)", []
    text = f"no name tells the unit: energy in {', '.join(UNITS[:3])} or mean power in {', '.join(UNITS[3:])}?"
    return "? (names no unit)", [Question(text, tuple({"unit": unit} for unit in UNITS))]


def _units_before(sample: Sample) -> set[str]:
    cells = [cell.strip() for line in sample.before for cell in re.split(rf"[{re.escape(sample.separator)}:\"]", line)]
    return units_in([cell for cell in cells if re.fullmatch(r"[kM]?Wh?", cell)])


def _of_one_client(sample: Sample, moments: Moments, form: Form) -> pd.Series:
    """Sorted times of the first client, each once."""
    stamps = moments.stamps if moments.stamps is not None else pd.Series(dtype="datetime64[us, UTC]")
    if form.client is not None:
        client = sample.cells[form.client].loc[stamps.index]
        stamps = stamps[client == client.iloc[0]]
    return stamps.dropna().drop_duplicates().sort_values()


def _is_register(sample: Sample, form: Form, mapping: dict[str, str], figures: Figures, stamps: pd.Series) -> bool:
    if form.layout != "rows" or "active" not in mapping:
        return False
    position = sample.columns.index(mapping["active"])
    text = sample.cells[position].loc[stamps.index]
    values, _ = numbers(text, "", figures.decimal, figures.thousands)
    return rises(values.to_numpy(dtype=float))


def _step(stamps: pd.Series) -> str:
    if len(stamps) < 2:
        return "?"
    minutes = intervals(stamps)
    found = sorted({int(each) for each in np.unique(minutes) if (minutes == each).mean() > 0.05})
    return " or ".join(f"{each} min" if each else "? (none that divides an hour)" for each in found)


def _label_words(label: str) -> str:
    words = {
        "start": "start (first reading at 00:00)",
        "end": "end",
        "last second": "the last second",
        "?": "start or end: look",
    }
    return words[label]


def _warnings(sample: Sample, form: Form) -> tuple[str, ...]:
    if form.client is None:
        return ()
    ids = sample.cells[form.client]
    rounded = sorted(set(ids[ids.str.fullmatch(ROUNDED.pattern).astype(bool)]))
    if not rounded:
        return ()
    return (f"a spreadsheet rounded the client {rounded[0]}: several meters may have this number; export them as text",)
