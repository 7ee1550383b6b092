"""What people read on the screen: the fixed words by language, and how numbers and dates are written."""

from types import MappingProxyType

from dashboard.words.catalogue import Count, Language, Words
from dashboard.words.en import EN
from dashboard.words.es import ES

__all__ = ["DEFAULT", "LANGUAGES", "Count", "Language", "Words", "words_of"]

DEFAULT = ES
LANGUAGES = MappingProxyType({words.language: words for words in (ES, EN)})


def words_of(language: str) -> Words:
    """The words of a language; of an unknown one those of the default.

    >>> words_of("en").inbox.name, words_of("qu").inbox.name
    ('Inbox', 'Bandeja')
    """
    return next((words for name, words in LANGUAGES.items() if name == language), DEFAULT)
