"""What files seem to be, for a person who writes a mapping: each guess with its evidence, and a question where two fit.

`sample` finds the table in the first lines, `moments`, `figures`, `roles` and `forms` guess what is in it, `names` what
file names tell, and `proposal` says what to write into params.yaml.
"""

from vigia.ingest.guess.guessed import Guess, Question, guess
from vigia.ingest.guess.proposal import best_changes, changed, changes, questions, suggestion

__all__ = ["Guess", "Question", "best_changes", "changed", "changes", "guess", "questions", "suggestion"]
