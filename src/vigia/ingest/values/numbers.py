"""Text to numbers: one decimal mark, and one between thousands if it is declared."""

import re

import numpy as np
import pandas as pd

ABSENT = ("", "nan", "null", "na", "n/a", "-", "--")
SPACES = "[\u00a0\u202f\u2009 ]"
MINUS = str.maketrans({"\u2212": "-"})


def numbers(text: pd.Series, column: str, decimal: str, thousands: str = "") -> tuple[pd.Series, pd.Series]:
    """Values (NaN where the cell says that there is none), and the reason why a cell is no number, else empty.

    A thousands mark stands between groups of three digits alone: `1,5` with a comma between thousands is no number.
    """
    reason = pd.Series("", index=text.index, dtype="str")
    plain = _without_thousands(text, decimal, thousands) if thousands else text
    if decimal == ",":
        plain = plain.str.replace(".", "?", regex=False).str.replace(",", ".", regex=False)
    values = pd.to_numeric(plain, errors="coerce").astype("float64")
    unknown = ~np.isfinite(values)
    if not unknown.any():
        return values, reason
    bad = unknown & ~text.str.lower().isin(ABSENT)
    if bad.any():
        reason = reason.mask(bad, f"{column} is no number")
        other = "," if decimal == "." else "."
        swapped = text.str.fullmatch(rf"-?\d+[{other}]\d+") & bad
        name = "comma" if other == "," else "point"
        reason = reason.mask(swapped, f"{column} has a decimal {name}; set `decimal: '{other}'`")
        grouped = text.str.fullmatch(rf"-?\d{{1,3}}([{other}]\d{{3}})+([{decimal}]\d+)?") & bad
        many = text.str.count(re.escape(other)) > 1
        sure = grouped & (many | text.str.contains(decimal, regex=False))
        reason = reason.mask(sure, f"{column} has marks between thousands; set `thousands: '{other}'`")
    return values.where(~bad), reason


def _without_thousands(text: pd.Series, decimal: str, thousands: str) -> pd.Series:
    mark = SPACES if thousands == " " else re.escape(thousands)
    plain = text.str.translate(MINUS)
    grouped = plain.str.fullmatch(rf"-?\d{{1,3}}({mark}\d{{3}})+({re.escape(decimal)}\d*)?").astype(bool)
    with_mark = plain.str.contains(mark, regex=True).astype(bool)
    stripped = plain.str.replace(mark, "", regex=True)
    return plain.mask(grouped, stripped).mask(with_mark & ~grouped, "?")
