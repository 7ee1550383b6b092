"""Parameters as a file that a person reads and changes: every value, with what it means above it."""

import textwrap
from collections.abc import Iterator
from typing import Any

import yaml
from pydantic import BaseModel

from vigia.config.params import Params

WIDTH = 120
HEAD = "Everything that changes a result, with every default. Sections have the name of their stage."


ASKED = {
    "ingest.columns.active",
    "ingest.decimal",
    "ingest.thousands",
    "ingest.date_format",
    "ingest.unit",
    "ingest.numbered_minutes",
}
"""What files may leave open, so that a person is asked; as long as nobody has said it, it stays a comment."""


def commented(params: Params, head: str = HEAD) -> str:
    """All parameters as YAML with a comment for each, those that were left to their defaults too.

    Read again it gives the same parameters. Where every value is there, a value can be changed by its name
    (`dvc exp run -S detect.breach_days=1`) and a difference of two runs is seen as one. A field of `ASKED` that nobody
    has set is a comment, because a value that stands in the file is an answer.

    Args:
        params: what is written.
        head: comment at the top.
    """
    return "\n".join([*_comment(head, 0), *_section(params, ()), ""])


def _section(section: BaseModel, place: tuple[str, ...]) -> Iterator[str]:
    depth = len(place)
    for name, field in type(section).model_fields.items():
        value, inside = getattr(section, name), (*place, name)
        is_open = ".".join(inside) in ASKED and name not in section.model_fields_set
        front = "  " * depth + ("# " if is_open else "")
        nested = isinstance(value, BaseModel)
        yield from _comment(field.description or (type(value).__doc__ if nested else None), depth)
        if nested:
            yield f"{front}{name}:"
            yield from _section(value, inside)
        else:
            yield f"{front}{name}: {_scalar(section.model_dump(mode='json', include={name})[name])}"


def _comment(text: str | None, depth: int) -> list[str]:
    front = "  " * depth + "# "
    paragraph = " ".join((text or "").split())
    return textwrap.wrap(paragraph, WIDTH, initial_indent=front, subsequent_indent=front, break_on_hyphens=False)


def _scalar(value: Any) -> str:
    """A value on one line.

    >>> _scalar([[1, 1.95], [3, 1.4]]), _scalar(None), _scalar("2023-01-01")
    ('[[1, 1.95], [3, 1.4]]', 'null', "'2023-01-01'")
    """
    text: str = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10**6)
    return text.removesuffix("\n...\n").removesuffix("\n")
