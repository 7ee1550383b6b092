"""Commands that are killed at any time and called again: nothing may be lost, doubled or said falsely.

`steps` are the commands and what stands before each of them, `state` what must be the same afterwards, `trials` kills
one, looks at what is there, calls it again and compares with a run that nobody disturbed.
"""
