"""What to write into params.yaml so that files are read as they seem to be."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from vigia.config.sections.ingest import IngestParams
from vigia.ingest.guess.guessed import Guess, Question
from vigia.ingest.guess.roles import units_in


def changes(seen: Guess, params: IngestParams) -> dict[str, Any]:
    """Fields of `params` that must be others so that a file can be read; none where they fit already.

    A column of `params` that the file has is kept, whatever other name looks better.
    """
    if seen.problem:
        return {}
    forms = ("separator", "decimal", "date_format", "encoding")
    found: dict[str, Any] = {
        name: getattr(seen, name)
        for name in forms
        if getattr(seen, name) not in ("?", getattr(params, name))
        and (getattr(seen, name), getattr(params, name)) != ("utf-8", "utf-8-sig")
    }
    wanted = params.columns.model_dump()
    columns = {
        role: column
        for role, column in seen.mapping.items()
        if wanted[role] != column and wanted[role] not in seen.columns
    }
    found |= {name: value for name, value in seen.others.items() if getattr(params, name) != value}
    active = wanted["active"] if wanted["active"] in seen.columns else seen.mapping.get("active", "")
    units = units_in([active]) or ({seen.unit} if "?" not in seen.unit and "," not in seen.unit else set())
    if len(units) == 1 and params.unit not in units and params.scale == 1:
        found["unit"] = units.pop()
    return {**found, "columns": columns} if columns else found


def questions(seen: Guess, params: IngestParams) -> list[Question]:
    """What must be answered before a file is read; an answer that `params` gives word for word is one."""
    return [each for each in seen.questions if not any(_is_said(answer, params) for answer in each.answers)]


def _is_said(answer: Mapping[str, Any], params: IngestParams) -> bool:
    """Whether every field of an answer is written in the parameters, and so."""
    for name, value in answer.items():
        if name == "columns":
            said = params.columns.model_fields_set
            if not all(role in said and getattr(params.columns, role) == column for role, column in value.items()):
                return False
        elif name not in params.model_fields_set or getattr(params, name) != value:
            return False
    return True


def suggestion(found: Mapping[str, Any]) -> list[str]:
    """`changes` as lines of YAML to put into params.yaml."""
    lines = []
    for name, value in found.items():
        if isinstance(value, Mapping):
            lines += [f"  {name}:", *(f"    {_key(str(key))}: {_quoted(each)}" for key, each in value.items())]
        else:
            lines.append(f"  {name}: {_quoted(value)}")
    return ["ingest:", *lines] if lines else []


def best_changes(guesses: Iterable[Guess], params: IngestParams) -> dict[str, Any]:
    """What to change so that most files of a folder can be read; nothing where any of them fits as it is.

    One mapping reads a folder, so files of another form than most are left to say what they lack.
    """
    found = [changes(seen, params) for seen in guesses if not seen.problem and "timestamp" in seen.mapping]
    texts = ["\n".join(suggestion(each)) for each in found]
    if not found or "" in texts:
        return {}
    return found[texts.index(Counter(texts).most_common(1)[0][0])]


def changed(params: IngestParams, *found: Mapping[str, Any]) -> IngestParams:
    """`params` with `changes`, and with answers, made; what is changed counts as written."""
    written = params.model_dump(exclude_unset=True)
    columns = params.columns.model_dump(exclude_unset=True)
    for each in found:
        written |= {name: value for name, value in each.items() if name != "columns"}
        columns |= each.get("columns", {})
    return IngestParams.model_validate({**written, "columns": columns} if columns else written)


def _key(name: str) -> str:
    return name if name.isidentifier() else _quoted(name)


def _quoted(value: object) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return json.dumps(list(value), ensure_ascii=False)
    return json.dumps(value, ensure_ascii=False)
