"""The day on a whole fleet: films of 90 days held to one call over all hours, and what a day costs.

`films` are the laws, `costs` the seconds.
"""
