"""The names of the contracts and their words, each spelled once: tables, detection, service and screens follow them.

`kinds` has a record a kind of event; `events` and `people` the other enumerations.
"""

from vigia.vocabulary.kinds import BY_NAME, PRIORITY, Kind, class_of, kind_of
from vigia.vocabulary.words import LANGUAGES, Language, Term, Terms, Words

__all__ = ["BY_NAME", "LANGUAGES", "PRIORITY", "Kind", "Language", "Term", "Terms", "Words", "class_of", "kind_of"]
