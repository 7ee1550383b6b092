"""How well detection does: faults put into clean stretches of real readings, and what is said of them.

`subjects` clean stretches, `cases` what is put where, `engines` what detects (`pipeline` with the model of a run,
`expectation` what that model says of changed readings, `duplicates` what other clients add), `run` one case, `found`
truth against events, `alarms` what is raised without any fault, `detectable` the smallest loss that is found,
`measures` tables, `targets` what was promised.
"""
