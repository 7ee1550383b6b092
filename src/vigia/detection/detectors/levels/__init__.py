"""Shifts of a channel's daily level: with the whole history (`two_sided`), and as known day by day (`past_only`).

`baseline` is what is usual and how far a client strays, `onsets` and `endings` how a shift begins and ends, `probation`
and `tenure` what is learnt after it.
"""
