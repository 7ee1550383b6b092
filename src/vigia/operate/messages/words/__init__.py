"""What people read in a message: fixed words by language, and how numbers and dates are written.

Words of kinds, severities, states and problems are the vocabulary's.
"""

from vigia.operate.messages.words.catalogue import Count, MessageWords
from vigia.operate.messages.words.en import EN
from vigia.operate.messages.words.es import ES
from vigia.vocabulary import Language

__all__ = ["Count", "MessageWords", "words_of"]


def words_of(language: Language) -> MessageWords:
    """The words of a language.

    >>> words_of("en").digest.sections["new"]
    'New'
    """
    return EN if language == "en" else ES
