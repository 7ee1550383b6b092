"""One record a kind: everything that names kinds follows from it."""

import re

import pytest

from vigia import frames
from vigia.detection.engine import DETECTORS
from vigia.errors import VocabularyError
from vigia.operate.problems import PROBLEMS
from vigia.vocabulary import BY_NAME, LANGUAGES, Terms, class_of, events, people

FOUND_BETWEEN_CLIENTS = {"duplicated_feed"}
TERMS = {
    name: value
    for module in (events, people)
    for name, value in vars(module).items()
    if name.isupper() and isinstance(value, dict)
} | {"PROBLEMS": PROBLEMS}


def test_the_tables_take_every_kind_and_no_other() -> None:
    (kind,) = (column for column in frames.TABLES["events"].columns if column.name == "kind")
    assert set(kind.values) == set(BY_NAME) == {name for kinds in frames.EVENT_KINDS.values() for name in kinds}
    assert all(class_of(name) == class_ for class_, kinds in frames.EVENT_KINDS.items() for name in kinds)


def test_an_unknown_kind_is_an_error_and_never_one_of_consumption() -> None:
    with pytest.raises(VocabularyError, match="no kind of event 'theft'; there are negative, zero_run"):
        class_of("theft")


def test_every_kind_is_raised_by_a_detector_and_every_detector_raises_known_kinds() -> None:
    raised = {kind for detector in DETECTORS for kind in detector.kinds}
    assert raised | FOUND_BETWEEN_CLIENTS == set(BY_NAME)
    assert len({detector.name for detector in DETECTORS}) == len(DETECTORS)


@pytest.mark.parametrize("kind", BY_NAME.values(), ids=BY_NAME)
def test_a_kind_has_words_in_both_languages_with_the_same_places(kind: object) -> None:
    for words in (kind.short, kind.sentence, kind.without_voltage):  # type: ignore[attr-defined] # a Kind
        if words is not None:
            texts = [words.of(language) for language in LANGUAGES]
            assert all(texts)
            assert len({tuple(re.findall(r"{\w+}", text)) for text in texts}) == 1


@pytest.mark.parametrize("terms", TERMS.values(), ids=TERMS)
def test_a_term_has_words_in_both_languages(terms: Terms) -> None:
    for name, term in terms.items():
        assert term.name == name
        assert all(words.of(language) for words in (term.short, term.help) if words for language in LANGUAGES)
