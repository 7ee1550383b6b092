"""The day: what came is taken in, clients are scored, events become alerts, people are told.

`run` goes through the steps under a lock and writes down how far it is; `scoring` looks at one client after the other,
`fleet` at all together, `alerts` makes alerts of what was found.
"""
