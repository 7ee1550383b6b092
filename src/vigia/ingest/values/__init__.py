"""From text to values: `times` and `numbers`, each with the reason why a cell is none."""
