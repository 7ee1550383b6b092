"""How numbers are written: the decimal mark, and one between thousands."""

import re
from dataclasses import dataclass

import pandas as pd

GROUPED = {mark: rf"-?[1-9]\d{{0,2}}(?:{re.escape(mark)}\d{{3}})+" for mark in ".,"}
SPACED = r"-?\d{1,3}(?:[ \u00a0\u202f']\d{3})+(?:[.,]\d+)?"
PLAIN_THOUSAND = r"-?[1-9]\d{3,}"


@dataclass(frozen=True)
class Figures:
    """Marks of a table's numbers.

    Attributes:
        decimal: decimal mark.
        thousands: mark between thousands, empty where there is none.
        evidence: why.
        asks: whether the numbers fit the other reading as well.
    """

    decimal: str
    thousands: str
    evidence: str
    asks: bool = False


def figures_of(columns: list[pd.Series], separator: str) -> Figures:
    """Marks of the numbers in some columns, all written alike.

    Args:
        columns: text of each.
        separator: between columns; where it is a comma, a number with a decimal comma would need quotation marks.
    """
    text = pd.concat(columns) if columns else pd.Series(dtype="str")
    text = text[text.str.contains(r"\d", regex=True).astype(bool)]
    spaced = text.str.fullmatch(SPACED).astype(bool)
    if spaced.any():
        mark = "'" if text[spaced].str.contains("'", regex=False).any() else " "
        decimal = "," if text.str.contains(",", regex=False).any() else "."
        return Figures(decimal, mark, "digits stand in groups of three")
    comma, point = (text.str.contains(mark, regex=False).astype(bool) for mark in ",.")
    both = text[comma & point]
    if len(both):
        decimal = "," if (both.str.rfind(",") > both.str.rfind(".")).mean() > 0.5 else "."
        return Figures(decimal, "." if decimal == "," else ",", f"{both.iloc[0]} has both marks")
    for mark, with_mark in ((",", comma), (".", point)):
        if with_mark.any():
            return _of_one_mark(text, with_mark, mark, separator)
    return Figures(".", "", "whole numbers")


def _of_one_mark(text: pd.Series, with_mark: pd.Series, mark: str, separator: str) -> Figures:
    other = "." if mark == "," else ","
    marked, plain = text[with_mark], text[~with_mark]
    as_decimal = Figures(mark, "", f"{marked.iloc[0]} has a decimal {'comma' if mark == ',' else 'point'}")
    grouped = marked.str.fullmatch(GROUPED[mark]).astype(bool)
    if not grouped.all():
        return as_decimal
    if (marked.str.count(re.escape(mark)) > 1).any():
        return Figures(other, mark, f"{marked.iloc[0]} has several marks")
    if plain.str.fullmatch(PLAIN_THOUSAND).any():
        return as_decimal
    hundreds = plain.str.fullmatch(r"-?[1-9]\d{2}").sum()
    if hundreds > 0:
        return Figures(
            other, mark, f"numbers below a thousand have no mark, as {plain.iloc[0]} beside {marked.iloc[0]}"
        )
    if mark == "," and separator != ",":
        return Figures(mark, "", f"{marked.iloc[0]}; a comma is free for decimals where {separator!r} parts columns")
    if mark == "." and separator in ",\t|":
        return as_decimal
    return Figures(mark, "", f"all have three digits behind the mark, as {marked.iloc[0]}", asks=True)
