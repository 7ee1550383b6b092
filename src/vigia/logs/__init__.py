"""Log lines for machines: `set_up` writes one JSON object a line, `known` names in it what is worked on."""

from vigia.logs.lines import known
from vigia.logs.setting import are_lines, set_up

__all__ = ["are_lines", "known", "set_up"]
