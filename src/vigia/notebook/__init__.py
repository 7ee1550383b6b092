"""What a notebook needs: `reading`, `figure` and `release`, which `vigia` offers as `read`, `plot` and `Release`.

`small` makes a release of a few clients without tuning, to look at one or to compare two; it needs the extra `train`.
"""
