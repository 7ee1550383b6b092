"""Finding events of one client, model-free (`screen`) and with a model's bands (`detect`), and of a fleet (`fleet`).

`series` is what is looked at and `finding` what is found; `engine` asks the `detectors`, `events` makes events of their
findings, `people` is what was said of them.
"""
