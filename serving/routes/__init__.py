"""The routes under `/v1`, by subject. Each takes the release once and answers from it from start to end.

Routes that take a fraction of a millisecond run on the event loop; what takes longer (`def`) runs in a thread.
"""
